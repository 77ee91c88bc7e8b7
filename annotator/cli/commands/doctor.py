"""`annotator doctor`: check a project for damage, and recover data from a damaged file."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.json_text import json_text
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.errors import AnnotatorError, StoreError
from annotator.text.terminal_text import one_line


@click.command("doctor")
@click.option("--repair", is_flag=True, help="Save all readable data into a new project and list the lost data.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Path of the new project (NAME.repaired.db beside the old one).",
)
@json_option
@project_option
@pass_project
def command(project: Project, repair: bool, out: Path | None, as_json: bool) -> None:
    """Check the project: the file, every offset and hash, the history against the state, and the place it lies in.

    Exit code 0 if it is sound. With --repair, readable data is saved into a new file; the damaged file is not touched.
    """
    from annotator.cli.progress import progress
    from annotator.store.rescue.doctor import examine

    with progress() as tick:
        found = examine(project.path, tick)
    if found.is_sound and _is_blind(project):
        found = found._replace(checked={})  # they count the work of everybody
    if as_json and not repair:
        click.echo(
            json_text(
                {
                    "sound": found.is_sound,
                    "verdict": found.verdict,
                    "checked": found.checked,
                    "findings": [finding._asdict() for finding in found.findings],
                },
                indent=2,
            )
        )
    elif not repair or not found.is_sound:
        for finding in found.findings:
            click.echo(f"{finding.level}: {finding.sentence}")
        for what, n in found.checked.items():
            click.echo(f"checked: {n} {what}", err=True)
        click.echo(found.verdict, err=True)
    if repair:
        if found.is_sound and out is None:
            click.echo("There is nothing to repair.", err=True)
            return
        _repair(project.path, out, as_json=as_json)
        return
    if not found.is_sound:
        raise AnnotatorError(f"{one_line(str(project.path))} is damaged")


def _is_blind(project: Project) -> bool:
    """Whether the counts are hidden from the caller; hidden also where an older schema cannot be asked unmigrated."""
    from annotator.cli.blindness import is_blind

    try:
        with project.open(read_only=True) as store:
            return is_blind(store)
    except StoreError:
        return True


def _repair(path: Path, out: Path | None, *, as_json: bool) -> None:
    from annotator.store.rescue.salvage import salvage

    saved = salvage(path, out or path.with_name(f"{path.stem}.repaired.db"))
    if as_json:
        click.echo(json_text({"file": str(saved.path), "kept": saved.kept, "lost": saved.lost}))
    else:
        for lost in saved.lost:
            click.echo(f"lost: {one_line(lost)}")
    kept = ", ".join(f"{n} {what}" for what, n in saved.kept.items())
    click.echo(f"Saved {kept} in {one_line(str(saved.path))}; the damaged file was not touched.", err=True)
