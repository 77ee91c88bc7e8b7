"""`annotator undo`: undo a coder's last step, or all since a time."""

from __future__ import annotations

import click

from annotator.cli.blindness import allowed, caller
from annotator.cli.confirm import ask, dry_run_option, yes_option
from annotator.cli.options import Project, coder_option, default_coder, pass_project, project_option
from annotator.errors import UsageError
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

_SHOWN = 20


@click.command("undo")
@click.option("--to", "to", metavar="TIME", help="All since then: 2026-11-20T14:30, 14:30, or 10m, 2h, 3d (ago).")
@coder_option
@dry_run_option
@yes_option
@project_option
@pass_project
def command(project: Project, to: str | None, coder: str | None, dry_run: bool, yes: bool) -> None:
    """Undo a coder's last step or, with --to, every step since a time. The steps are shown first.

    In the labelling screen `Z` does each step again.
    """
    from annotator.store.history.step_log import moment_of, steps_since, undo_to

    name = coder if coder is not None else default_coder()
    moment = moment_of(to) if to is not None else None
    with project.open(read_only=dry_run) as store:
        if name not in [known.name for known in store.coders()]:
            raise UsageError(f"there is no coder {one_line(name)} in this project; name the coder with --coder")
        allowed(store, (name,))
        by = caller(store)
        found = steps_since(store.connection, name, moment or moment_of("1970-01-01T12:00"))
        found = found if moment is not None else found[:1]
        for at, what in found[:_SHOWN]:
            click.echo(f"{at[:19].replace('T', ' ')} UTC  {one_line(what)}")
        if len(found) > _SHOWN:
            click.echo(f"and {counted(len(found) - _SHOWN, 'step')} before them")
        if dry_run or not found:
            click.echo(
                f"{counted(len(found), 'step')} would be undone." if found else "There is nothing to undo.", err=True
            )
            return
        ask(f"Undo {counted(len(found), 'step')} of {one_line(name)}?", yes=yes)
        last = moment_of(found[-1][0])
        undone = undo_to(store.connection, store.history, name, last, by=by)
    n_kept = sum(one.n_kept for one in undone)
    kept = f" Kept: {counted(n_kept, 'record')} on which later steps depend." if n_kept else ""
    click.echo(f"Undone: {counted(len(undone), 'step')}.{kept}", err=True)
