"""The keys of the labelling screen for one codebook: the table of commands, and the codebook's own keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from annotator import commands as table
from annotator.codebook.model import RESERVED, Codebook, Scope, Variable
from annotator.commands import Command
from annotator.model import Role

ROLE_KEYS: tuple[tuple[str, Role], ...] = (
    ("b", "body"),
    ("h", "headline"),
    ("k", "kicker"),
    ("s", "subhead"),
    ("d", "dek"),
    ("y", "byline"),
    ("c", "caption"),
    ("p", "pull-quote"),
    ("f", "furniture"),
)
"""After `h`: the key of each role."""

DUPLICATE_KEY = "="
"""After `h`: the paragraph repeats another one, which is coded."""

SCOPES: tuple[Scope, ...] = ("statement", "paragraph", "article")
"""Where two scopes share a key, the narrower one has it."""


class Choice(NamedTuple):
    """Action of a codebook's key: choose a category of a variable, or (without one) open the variable."""

    variable: Variable
    category: str | None


def keyed() -> tuple[Command, ...]:
    """The commands with keys; the others are only words of `--plain`."""
    return tuple(command for command in table.COMMANDS if command.keys)


def commands(codebook: Codebook) -> tuple[Command, ...]:
    """The commands with keys that apply to this codebook."""
    return tuple(command for command in keyed() if codebook.has_statements or not command.needs_statements)


def _is_not_reserved(key: str, _choice: Choice) -> bool:
    return key not in RESERVED


def flat_map(codebook: Codebook, is_free: Callable[[str, Choice], bool] = _is_not_reserved) -> dict[str, Choice]:
    """The keys a codebook adds to the screen.

    Keys are unique within a scope; where two scopes share one, the narrower scope has it, and the other variable is
    opened from the list of variables.

    Args:
        codebook: The codebook.
        is_free: Whether a key may be the codebook's; by default, whether it is not reserved.
    """
    keys: dict[str, Choice] = {}
    for scope in SCOPES:
        for key, choice in choices(codebook, scope):
            if is_free(key, choice):
                keys.setdefault(key, choice)
    return keys


def choices(codebook: Codebook, scope: Scope) -> Iterator[tuple[str, Choice]]:
    """The flat keys of the variables of a scope, with what each does."""
    for variable in codebook.asked(scope):
        if variable.key is not None:
            yield variable.key, Choice(variable, None)
            continue
        for category, _ in variable.walk():
            for key in () if category.retired else category.keys:
                yield key, Choice(variable, category.name)


def local_map(variable: Variable) -> dict[str, str]:
    """The keys of a variable's categories while it is open; categories without one get digits, as far as they go."""
    keys = {key: category.name for category, _ in variable.walk() if not category.retired for key in category.keys}
    spare = iter(digit for digit in "1234567890" if digit not in keys)
    for category, _ in variable.walk():
        if category.key is None and not category.retired:
            key = next(spare, None)
            if key is None:
                break
            keys[key] = category.name
    return keys
