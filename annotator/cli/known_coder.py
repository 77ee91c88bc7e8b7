"""A coder's name that a project does not know yet: perhaps a mistyped one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from annotator.cli.options import default_coder, is_coder_named
from annotator.errors import UsageError
from annotator.text.shell_word import shell_word
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store import Store

_MOST_SHOWN = 20
_LONG, _NEARLY = 5, 0.85
"""A letter that is missing, doubled or exchanged in a name of so many letters is perhaps a slip."""


new_coder_option = click.option(
    "--new-coder", is_flag=True, help="Take a name that is nearly that of a coder, without a question."
)
"""`--new-coder`: a name like a coder's is another person's."""


def who_codes(store: Store, given: str | None, *, is_new: bool) -> str:
    """The name under which a session records: the given one, ANNOTATOR_CODER, or the user's login.

    A login says who is at the machine, not who codes. Where it is not a coder of a project that has coders, work would
    stand under a name that nobody chose: a terminal asks, a script is refused.

    Args:
        store: The project.
        given: The name of --coder, if there is one.
        is_new: Whether a name may be new without a question.

    Raises:
        UsageError: The name cannot be used, or nobody says who codes.
    """
    from annotator.store.tables.coders import coder_name

    name = coder_name(default_coder() if given is None else given)
    if given is not None or is_coder_named() or is_new or store.packed_for is not None:
        return name
    known = store.people_who_code()
    if not known or name in known:
        return name
    shown = one_line(name)
    names = _names(known)
    if not sys.stdin.isatty():
        raise UsageError(
            f"{shown}, your login, is not a coder of this project; its {names}; say with --coder NAME who codes"
        )
    click.echo(f"{shown}, your login, is not a coder of this project; its {names}.", err=True)
    example = one_line(known[0]) if len(known) == 1 else "one of these names"
    return _chosen(click.prompt(f"Who codes? Type {example}, or {shown} for a new coder", err=True), [*known, name])


def _chosen(answer: str, names: list[str]) -> str:
    """The name that was typed, in any capitals.

    Raises:
        UsageError: It is none of these.
    """
    typed = answer.strip()
    folded = {name.casefold(): name for name in names}
    if typed not in names and typed.casefold() not in folded:
        raise UsageError(f"{one_line(typed)} is not one of these names; to add a coder, type --coder NAME")
    return typed if typed in names else folded[typed.casefold()]


def known_or_new(store: Store, name: str, *, is_new: bool) -> str:
    """A coder's name as the project keeps it, after a question where it is perhaps a mistyped one.

    Raises:
        UsageError: The name cannot be used, or as for `check_coder`.
    """
    from annotator.store.tables.coders import coder_name

    tidy = coder_name(name)
    how = f"if {one_line(tidy)} is another person, add --new-coder"
    if news := check_coder(store, tidy, is_new=is_new, how=how):
        click.echo(f"{news}.", err=True)
    return tidy


def check_coder(store: Store, name: str, *, is_new: bool, how: str = "") -> str:
    """Ask before somebody becomes a coder of a project that has a coder of nearly the same name.

    Args:
        store: The project.
        name: A coder's name, as the project keeps it.
        is_new: The name was declared new on the command line.
        how: How a script adds this coder, as the end of a sentence.

    Returns:
        What to say to a new coder of a project that has others; empty for all others.

    Raises:
        UsageError: The name is nearly that of a coder, and the person said no or could not be asked.
    """
    if is_new or store.has_coder(name) or store.packed_for is not None:
        return ""
    known = store.people_who_code()
    if not known:
        return ""
    shown, meant = one_line(name), _meant(name, [one.name for one in store.coders()])
    if meant is None:
        return f"{shown} is new in this project; its {_names(known)}"
    said = f"{shown} is not a coder of this project; its {_names(known)} (did you mean {one_line(meant)}?)"
    how = how or f"to add {shown}, type `annotator label --coder {shell_word(shown)} --new-coder`"
    if not sys.stdin.isatty():
        raise UsageError(f"{said}; {how}")
    click.echo(f"{said}.", err=True)
    if not click.confirm(f"Add the coder {shown}?", err=True):
        raise UsageError("nothing was changed; name the coder with --coder NAME")
    return ""


def _names(known: list[str]) -> str:
    rest = f" and {len(known) - _MOST_SHOWN} others" if len(known) > _MOST_SHOWN else ""
    listed = ", ".join(map(one_line, known[:_MOST_SHOWN])) + rest
    return f"coder is {listed}" if len(known) == 1 else f"coders are {listed}"


def _meant(name: str, known: list[str]) -> str | None:
    """The coder of nearly the same name: other capitals, or a slip in a longer one; not another number."""
    from difflib import get_close_matches

    folded = {one.casefold(): one for one in known if _digits(one) == _digits(name)}
    cutoff = _NEARLY if len(name) >= _LONG else 1.0
    found = get_close_matches(name.casefold(), folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else None


def _digits(name: str) -> str:
    return "".join(filter(str.isdigit, name))
