"""What is compared: each variable at its level of measurement, and which labels are decisions that count."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from annotator.codebook.model import Codebook, Variable
from annotator.errors import UsageError
from annotator.records import LabelRecord, StatementRecord
from annotator.text.terminal_text import one_line

Part = Literal["paragraph", "article", "statement", "unit"]
"""What a unit is: a paragraph, an article, a statement that two coders both have, or whatever a file says."""

DEFAULT = "left at the codebook's default, which is not a decision"
OUTSIDE = "outside the scale"
UNKNOWN = "not a value of the codebook in force"
ASIDE = "on a paragraph that the coder set aside"
NO_LABEL = "without a label"

PRESENT, ABSENT = "present", "absent"

STATES = ("coded", "no claim", "furniture", "duplicate")
"""The states in which a paragraph is done, as categories."""


@dataclass(frozen=True)
class Measure:
    """One thing that is compared, with its level and its declared values."""

    name: str
    """By this it is known on the command line and in JSON."""
    title: str
    part: Part
    level: str
    """nominal, ordinal, interval, ratio or set."""
    categories: tuple[Hashable, ...] | None
    """The values it can have, in the codebook's order, those outside the scale included; None where any can occur."""
    outside: frozenset[str] = frozenset()
    """The categories that stand outside an ordinal scale."""
    variable: str | None = None
    """The variable of the codebook it is about, if it is about one."""
    paths: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Its categories in the codebook's order, each with those above it, if any has narrower ones."""

    @property
    def depth(self) -> int:
        """How many levels its categories have."""
        return max((len(above) + 1 for _, above in self.paths), default=1)

    @property
    def scale(self) -> tuple[Hashable, ...] | None:
        """The values that stand on its scale."""
        if self.categories is None:
            return None
        return tuple(category for category in self.categories if category not in self.outside)


class Reader:
    """Takes labels out of codings, as the codebook in force understands them."""

    def __init__(self, codebook: Codebook, merged_names: Mapping[str, str]) -> None:
        self.codebook = codebook
        self._merged = merged_names
        self._speaker = codebook.speaker
        self._known = {variable.name: frozenset(variable.names) for variable in codebook.variables}

    def of_statement(self, variable: Variable, statement: StatementRecord) -> tuple[Any, str | None]:
        """What counts of what a statement says of a variable; speakers are a decision of the coder's."""
        if variable is not self._speaker:
            return self.of_label(variable, statement.labels.get(variable.name))
        return self.label(variable, frozenset(statement.speakers), "coder") if statement.mentions else (None, NO_LABEL)

    def of_label(self, variable: Variable, label: LabelRecord | None) -> tuple[Any, str | None]:
        """What counts of a label, if there is one."""
        return (None, NO_LABEL) if label is None else self.label(variable, label.value, label.origin)

    def label(self, variable: Variable, value: Any, origin: str) -> tuple[Any, str | None]:
        """The label that counts, or None and the reason why none does; one of origin `default` is not a decision."""
        if origin == "default":
            return None, DEFAULT
        label = self._value(variable, value)
        return (None, UNKNOWN) if label is None else (label, None)

    def _value(self, variable: Variable, value: Any) -> Any:
        """A value as agreement compares it; None if the codebook in force does not know it."""
        if variable.level == "entity":
            names = value if isinstance(value, list | frozenset) else [value]
            current = frozenset(self._merged.get(str(name), str(name)) for name in names)
            return current if is_set_valued(variable) else next(iter(current), None)
        if variable.level == "set":
            chosen = frozenset(map(str, value if isinstance(value, list) else [value]))
            return chosen if chosen <= self._known[variable.name] else None
        if variable.level in ("interval", "ratio"):
            return _number(value, variable)
        return value if value in self._known[variable.name] else None


def is_set_valued(variable: Variable) -> bool:
    """Whether a label of it is a set: several categories, or several names."""
    return variable.level == "set" or (variable.level == "entity" and (variable.multiple or variable.name == "speaker"))


def measure_of(variable: Variable) -> Measure | None:
    """How a variable of the codebook is compared; None for free text, which is not."""
    if variable.level == "text":
        return None
    part: Part = variable.scope
    level = "set" if is_set_valued(variable) else {"entity": "nominal"}.get(variable.level, variable.level)
    categories: tuple[Hashable, ...] | None = None
    if level in ("nominal", "ordinal") and variable.level != "entity":
        categories = variable.names
    elif level in ("interval", "ratio") and variable.categories:
        categories = tuple(sorted(float(name) for name in variable.names))
    outside = frozenset(set(variable.names) - set(variable.scale)) if level == "ordinal" else frozenset()
    return Measure(variable.name, variable.title, part, level, categories, outside, variable.name, _paths(variable))


def _paths(variable: Variable) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every category with those above it; empty where none has any above it, or where they are numbers."""
    paths = tuple((category.name, above) for category, above in variable.walk())
    return paths if any(above for _, above in paths) and variable.level not in ("interval", "ratio") else ()


def presence_of(variable: Variable) -> Measure | None:
    """How the values that a coder's statements in a paragraph hold are compared: as one set a paragraph."""
    if variable.level not in ("nominal", "ordinal", "set", "entity"):
        return None
    title = f"{variable.title}, those present"
    return Measure(
        f"{variable.name} present", title, "paragraph", "set", None, variable=variable.name, paths=_paths(variable)
    )


CLAIM = Measure("claim", "claim or not", "paragraph", "nominal", ("claim", "no claim"))
N_STATEMENTS = Measure("statements", "number of statements", "paragraph", "ratio", None)
STATE = Measure("state", "state of the paragraph", "paragraph", "nominal", STATES)

BUILT_IN = (CLAIM, N_STATEMENTS, STATE)
"""What is compared whatever the codebook asks."""


def chosen_variables(codebook: Codebook, names: tuple[str, ...]) -> frozenset[str]:
    """The names of the measures that were asked for: by default every variable that is enabled.

    Raises:
        UsageError: There is no such variable, or it is free text.
    """
    known = {variable.name: variable for variable in codebook.variables}
    built_in = [measure.name for measure in BUILT_IN]
    for name in names:
        if name in known and known[name].level == "text":
            raise UsageError(f"{one_line(name)} is free text, which has no agreement")
        if name not in known and name not in built_in:
            offer = ", ".join([*built_in, *(v.name for v in known.values() if v.level != "text")])
            raise UsageError(f"there is no variable {one_line(name)}; there are {offer}")
    return frozenset(names) if names else frozenset([*built_in, *(v.name for v in known.values() if v.enabled)])


def _number(value: Any, variable: Variable) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if not variable.names or number in {float(name) for name in variable.names} else None
