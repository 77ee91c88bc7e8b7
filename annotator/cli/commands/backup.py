"""`annotator backup`: make a snapshot of the project, and list those there are."""

from __future__ import annotations

import click

from annotator.cli.json_text import json_text
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.text.terminal_text import one_line


@click.command("backup")
@click.option("--list", "only_list", is_flag=True, help="Only list the backups.")
@json_option
@project_option
@pass_project
def command(project: Project, only_list: bool, as_json: bool) -> None:
    """Make a snapshot of the project beside it, and list the backups there are, newest first.

    One is made by itself on the first write of a day and before migrations, merges, imports and codebook changes.
    The last ten stay, then one a day for two weeks, then one a week for a year.
    """
    from annotator.store.file.backup import back_up, backups

    with project.open(read_only=True):
        if not only_list:
            made = back_up(project.path, "by hand")
            click.echo(f"Made {one_line(str(made.path))}.", err=True)
    found = backups(project.path)
    if as_json:
        rows = [
            {"name": b.name, "at": b.at.isoformat(), "before": b.why, "bytes": b.path.stat().st_size} for b in found
        ]
        click.echo(json_text(rows, indent=2))
        return
    from annotator.cli.tables import print_table

    print_table(
        ["backup", "made", "why", "kB"],
        [[b.name, f"{b.at:%Y-%m-%d %H:%M:%S} UTC", b.why, b.path.stat().st_size // 1000] for b in found],
        empty="There is no backup yet.",
    )
