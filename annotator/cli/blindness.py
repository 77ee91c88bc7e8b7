"""Blindness of commands: in an open phase they hide other coders' work, unless --unblind asks for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from annotator.cli.options import default_coder
from annotator.errors import UsageError
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store import Store
    from annotator.store.coder.blindness import Blindness

F = TypeVar("F", bound=Callable[..., Any])

unblind_option: Callable[[F], F] = click.option(
    "--unblind", is_flag=True, help="Show others' codings although your phase is open; the history records it."
)
"""`--unblind`: for a project leader who also codes."""


def caller(store: Store, coder: str | None = None) -> str | None:
    """Who calls a command: the coder named with --coder, else the user; None if the user's name is not a coder's.

    The user is ANNOTATOR_CODER, else the user's name on this machine. Every command that reads or changes the work of
    one coder asks here, the labelling screen too.

    Raises:
        UsageError: --coder names another coder while the user's own phase is open.
    """
    from annotator.store.tables.coders import coder_name

    user = _user()
    if coder is None:
        return user
    name = coder_name(coder)
    if user is not None and user != name and (hidden := store.blindness(user)).open_phases:
        raise UsageError(
            f"the work of {one_line(name)} is hidden from {one_line(user)} while {_phases(hidden)} open;"
            f" if you are {one_line(name)}, set ANNOTATOR_CODER={one_line(name)}"
        )
    return name


def is_blind(store: Store, coder: str | None = None) -> bool:
    """Whether the caller has an open phase, which hides the work of others from them."""
    return store.visible_coders(caller(store, coder)) is not None


def _user() -> str | None:
    """The coder name of the user; None if the user's name cannot be one."""
    from annotator.store.tables.coders import coder_name

    try:
        return coder_name(default_coder())
    except UsageError:
        return None


def visible_coders(store: Store, *, unblind: bool = False, coder: str | None = None) -> list[str] | None:
    """The coders whose work the caller may see; None means all. A notice on stderr names hidden work.

    Args:
        store: The project.
        unblind: Show hidden work too, and record it in the history.
        coder: Who calls, where the command names them.
    """
    name = caller(store, coder)
    visible = store.visible_coders(name)
    if name is None or visible is None:
        return None
    hidden = store.blindness(name)
    if unblind:
        _write_down(store, name, hidden)
        return None
    click.echo(f"Only your own: others' are hidden from {one_line(name)} while {_phases(hidden)} open.", err=True)
    return visible


def allowed(
    store: Store, asked: tuple[str, ...], phases: Sequence[str] = (), *, unblind: bool = False
) -> tuple[str, ...]:
    """The coders whose work a command may take: those asked for, or in an open phase the caller alone.

    Args:
        store: The project.
        asked: The coders asked for; none means everybody.
        phases: The phases asked for, where there are any; what was coded in a closed one is not a secret.
        unblind: Show others' work too, and record it in the history.

    Raises:
        UsageError: Another coder's work was asked for while the caller is blind to it.
    """
    name = caller(store)
    hidden = store.blindness(name)
    if name is None or not hidden.hides_phases(phases):
        return asked
    if unblind:
        _write_down(store, name, hidden)
        return asked
    others = [one for one in asked if one != name]
    if others:
        raise UsageError(
            f"{one_line(others[0])}'s codings are hidden from {one_line(name)} while {_phases(hidden)} open"
        )
    if not asked:
        click.echo(f"Only your own: others' are hidden from {one_line(name)} while {_phases(hidden)} open.", err=True)
    return (name,)


def own_work(store: Store, *, unblind: bool = False) -> str | None:
    """The one coder whose work the caller may change: their own while a phase of theirs is open; None is everybody's.

    Args:
        store: The project.
        unblind: Change others' work too, and record it in the history.
    """
    name = caller(store)
    if name is None or store.visible_coders(name) is None:
        return None
    if unblind:
        _write_down(store, name, store.blindness(name))
        return None
    return name


def refuse_blind(store: Store, phases: Sequence[str] = (), *, unblind: bool = False) -> None:
    """Refuse a comparison of codings if the caller must not see the others' yet.

    Raises:
        UsageError: The caller's phase is open, and not only what was coded in closed phases is asked for.
    """
    name = caller(store)
    hidden = store.blindness(name)
    if name is None or not hidden.hides_phases(phases):
        return
    if not unblind:
        raise UsageError(
            f"others' codings are not compared with those of {one_line(name)} while {_phases(hidden)} open;"
            " --phase with a closed phase shows that one; --unblind shows all, and the history records it"
        )
    _write_down(store, name, hidden)


def _write_down(store: Store, name: str, hidden: Blindness) -> None:
    """Say that a coder is no longer blind, and record it in the history for the methods report."""
    from annotator.store import Store

    context = click.get_current_context()
    command = context.command_path.partition(" ")[2] or context.command_path
    with Store(store.path) as project:
        project.unblind(name, command)
    click.echo(
        f"Codings of others are shown to {one_line(name)} although {_phases(hidden)} open; the history records it"
        " (`annotator log --entity unblinding`).",
        err=True,
    )


def _phases(hidden: Blindness) -> str:
    phases = hidden.open_phases
    return f"the phase {phases[0]} is" if len(phases) == 1 else f"the phases {', '.join(phases)} are"
