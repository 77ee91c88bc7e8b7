"""Steps from one codebook version to the next, and the value of a label under another version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from pydantic import Field

from annotator.model import Model, Value

What = Literal["codebook", "variable", "category"]
Kind = Literal["added", "renamed", "merged", "split", "moved", "retired", "restored", "changed", "joined"]
Doubt = Literal["labels", "missing", "bounds"]
"""Which labels a step puts in doubt: those it names, those that are not there, those outside the bounds."""


class CodebookStep(Model):
    """One change between two versions of a codebook."""

    what: What
    kind: Kind
    variable: str = Field("", description="Its name before the step; for an added variable its only one.")
    before: tuple[str, ...] = Field((), description="The names before; none for the variable as a whole.")
    after: tuple[str, ...] = Field((), description="The names after.")
    field: str | None = Field(None, description="The field that changed, where labels depend on it.")
    words: str = Field(description="The step in a sentence.")
    doubt: Doubt | None = Field(None, description="Which labels it puts in doubt.")
    reason: str | None = Field(None, description="Text for the coder about a label in doubt.")

    @property
    def is_mapping(self) -> bool:
        """Whether a label can read differently after it."""
        return self.kind in ("renamed", "merged") or self.field == "level"


class Reading(NamedTuple):
    """A label as a version of the codebook reads it.

    Attributes:
        variable: The name of its variable there.
        value: Its value there.
        doubts: Why it may have to be decided again, one reason a step.
    """

    variable: str
    value: Value
    doubts: tuple[str, ...] = ()


def forward(steps: Sequence[CodebookStep], variable: str, value: Value) -> Reading:
    """How a label made before these steps reads after them."""
    names, doubts = {}, []
    renamed, now = variable, value
    for step in steps:
        if step.variable != variable:
            continue
        if step.doubt == "labels" and (not step.before or _holds(value, step.before)):
            doubts.append(step.reason or step.words)
        if step.doubt == "bounds" and not _fits(value, step.after):
            doubts.append(step.reason or step.words)
        if step.what == "variable" and step.kind == "renamed":
            renamed = step.after[0]
        elif step.what == "category" and step.kind in ("renamed", "merged"):
            names.update(dict.fromkeys(step.before, step.after[0]))
        elif step.field == "level":
            now = _levelled(now, step.after[0])
    return Reading(renamed, _renamed(now, names), tuple(doubts))


def back(steps: Sequence[CodebookStep], variable: str, value: Value) -> Reading:
    """How a label made after these steps reads before them; a name that was not known then stays as it is."""
    old = next(
        (s.variable for s in steps if s.what == "variable" and s.kind == "renamed" and variable in s.after), None
    )
    was = variable if old is None else old
    names, now = {}, value
    for step in steps:
        if step.variable != was:
            continue
        if step.what == "category" and step.kind == "renamed":
            names[step.after[0]] = step.before[0]
        elif step.field == "level":
            now = _levelled(now, step.before[0])
    return Reading(was, _renamed(now, names))


def _holds(value: Value, names: Sequence[str]) -> bool:
    return bool(set(map(str, value if isinstance(value, list) else [value])) & set(names))


def _renamed(value: Value, names: dict[str, str]) -> Value:
    if isinstance(value, list):
        return list(dict.fromkeys(names.get(one, one) for one in value))
    return names.get(value, value) if isinstance(value, str) else value


def _levelled(value: Value, level: str) -> Value:
    """A single category as the set that holds it, and the other way round; several categories stay."""
    if level == "set" and not isinstance(value, list):
        return [str(value)]
    if level != "set" and isinstance(value, list) and len(value) == 1:
        return value[0]
    return value


def bounds(minimum: float | None, maximum: float | None, *, whole: bool) -> tuple[str, ...]:
    """The bounds of a typed number as a step keeps them."""
    return (
        "" if minimum is None else repr(minimum),
        "" if maximum is None else repr(maximum),
        "whole" if whole else "",
    )


def _fits(value: Value, kept: Sequence[str]) -> bool:
    if not isinstance(value, int | float) or len(kept) != 3:
        return True
    low, high, whole = kept
    return not (
        (low and value < float(low)) or (high and value > float(high)) or (whole and float(value) != int(value))
    )
