"""`annotator restore`: restore a backup; the old project becomes a backup."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.blindness import caller
from annotator.cli.confirm import ask, dry_run_option, yes_option
from annotator.cli.options import Project, pass_project, project_option
from annotator.errors import UsageError
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line


@click.command("restore")
@click.argument("name", required=False)
@click.option("--undo", is_flag=True, help="Undo the last restore.")
@dry_run_option
@yes_option
@project_option
@pass_project
def command(project: Project, name: str | None, undo: bool, dry_run: bool, yes: bool) -> None:
    """Replace the project by a backup: NAME as `annotator backup --list` shows it, `latest`, or a file.

    The present project becomes a backup too, so a restore can be undone. Programs that have the project open
    notice it and ask to be started again.
    """
    from annotator.store.file.backup import Backup, check_snapshot, restore

    chosen = _choose(project.path, name, undo=undo)
    check_snapshot(chosen)
    for line in _compare(project.path, chosen):
        click.echo(line)
    if dry_run:
        return
    ask(f"Put {one_line(chosen.name)} in place of {one_line(str(project.path))}?", yes=yes)
    before = restore(project.path, chosen)
    click.echo(f"Restored {one_line(str(project.path))} from {one_line(chosen.name)}.", err=True)
    if isinstance(before, Backup):
        click.echo(
            f"The old project is now the backup {before.name}; `annotator restore --undo` puts it back.", err=True
        )
    elif before is not None:
        click.echo(f"The old file could not be read; it is now {one_line(str(before))}.", err=True)


def _choose(project: Path, name: str | None, *, undo: bool) -> Path:
    from annotator.store.file.backup import backups

    found = backups(project)
    if undo:
        chosen = next((b.path for b in found if b.why == "before restore"), None)
        if chosen is None:
            raise UsageError("there is no restore to undo")
        return chosen
    if name is None:
        raise UsageError("name a backup: a name of `annotator backup --list`, latest, or a file")
    if name == "latest" and found:
        return found[0].path
    for backup in found:
        if name in (backup.name, backup.path.name):
            return backup.path
    if Path(name).is_file():
        return Path(name)
    raise UsageError(f"there is no backup {one_line(name)}; `annotator backup --list` shows all backups")


def _compare(project: Path, chosen: Path) -> list[str]:
    """Compare project and backup, to show what would be lost."""
    from annotator.errors import StoreError
    from annotator.store import Store

    lines = []
    for what, path in (("now", project), ("then", chosen)):
        try:
            with Store(path, read_only=True) as store:
                status, visible = store.status(), store.visible_coders(caller(store))
        except StoreError as error:
            lines.append(f"{what}: {error}")
            continue
        coders = ", ".join(
            f"{one_line(c['coder'])} {c['done']} done, {_statements(c['statements'])}"
            for c in status["coders"]
            if visible is None or c["coder"] in visible
        )
        lines.append(f"{what}: {counted(status['n_articles'], 'article')}; {coders or 'nobody has coded'}")
    return lines


def _statements(n: int) -> str:
    return f"{counted(n, 'statement')}"
