"""`annotator backup`: make a snapshot of the project, and list those there are."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.json_text import json_text
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.errors import StoreError
from annotator.store.file.database_files import reason_of
from annotator.text.terminal_text import one_line


@click.command("backup")
@click.option("--list", "only_list", is_flag=True, help="Only list the backups.")
@click.option("--limit", "most", metavar="SIZE", help="What all backups may take together, such as 500MB (3GB).")
@json_option
@project_option
@pass_project
def command(project: Project, only_list: bool, most: str | None, as_json: bool) -> None:
    """Make a snapshot of the project beside it, and list the backups there are, newest first.

    One is made by itself on the first write of a day and before migrations, merges, imports and codebook changes.
    The last ten stay, then one a day for two weeks, then one a week for a year. If they take more than the limit, those
    closest together in time go first; the newest always stays.
    """
    from annotator.cli.backup_report import say_removed, say_size
    from annotator.store.file.backup import back_up, backups, folder, size

    with project.open(read_only=True):
        if most is not None:
            _set_limit(folder(project.path), most)
        if not only_list:
            made = back_up(project.path, "by hand")
            click.echo(f"Made {one_line(str(made.path))}.", err=True)
            say_removed(made)
    found = backups(project.path)
    if as_json:
        rows = [{"name": b.name, "at": b.at.isoformat(), "before": b.why, "bytes": size(b)} for b in found]
        click.echo(json_text(rows, indent=2))
        return
    from annotator.cli.tables import print_table

    print_table(
        ["backup", "made", "why", "kB"],
        [[b.name, f"{b.at:%Y-%m-%d %H:%M:%S} UTC", b.why, size(b) // 1000] for b in found],
        empty="There is no backup yet.",
    )
    say_size(folder(project.path), sum(map(size, found)))


def _set_limit(where: Path, most: str) -> None:
    from annotator.store.file.backup_retention import parse_size, set_limit

    try:
        set_limit(where, parse_size(most))
    except OSError as error:
        raise StoreError(f"the limit cannot be kept in {one_line(str(where))}: {reason_of(error)}") from error
