"""A coder's name that a project does not know yet: perhaps a mistyped one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from annotator.errors import UsageError
from annotator.text.shell_word import shell_word
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store import Store

_MOST_SHOWN = 20


def check_coder(store: Store, name: str, *, is_new: bool) -> None:
    """Ask before somebody else becomes a coder of a project that has coders; the first one needs no question.

    Args:
        store: The project.
        name: A coder's name, as the project keeps it.
        is_new: The name was declared new on the command line.

    Raises:
        UsageError: There is no terminal to ask in, or the answer was no.
    """
    if is_new or store.has_coder(name) or store.packed_for is not None:
        return
    known = store.people_who_code()
    if not known:
        return
    shown = one_line(name)
    said = f"{shown} is not a coder of this project; its {_names(known)}{_meant(name, known)}"
    how = f"to add {shown}, type `annotator label --coder {shell_word(shown)} --new-coder`"
    if not sys.stdin.isatty():
        raise UsageError(f"{said}; {how}")
    click.echo(f"{said}.", err=True)
    if not click.confirm(f"Add the coder {shown}?", err=True):
        raise UsageError("nothing was changed; name the coder with `annotator label --coder NAME`")


def _names(known: list[str]) -> str:
    rest = f" and {len(known) - _MOST_SHOWN} others" if len(known) > _MOST_SHOWN else ""
    listed = ", ".join(map(one_line, known[:_MOST_SHOWN])) + rest
    return f"coder is {listed}" if len(known) == 1 else f"coders are {listed}"


def _meant(name: str, known: list[str]) -> str:
    """The coder of nearly the same name, as a question; empty without one."""
    from difflib import get_close_matches

    folded = {one.casefold(): one for one in known}
    found = get_close_matches(name.casefold(), folded, n=1)
    return f" (did you mean {one_line(folded[found[0]])}?)" if found else ""
