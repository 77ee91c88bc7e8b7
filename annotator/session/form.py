"""The form of a codebook: variables in question, missing values and warnings."""

from __future__ import annotations

from collections.abc import Mapping

from annotator.codebook.model import Codebook, Scope, Variable
from annotator.errors import UsageError
from annotator.model import JOURNALIST, Label, Statement, Value

Values = Mapping[str, Label]


def asked(codebook: Codebook, scope: Scope, values: Values) -> tuple[Variable, ...]:
    """The variables of a scope that are asked, given the values that their conditions look at."""
    return tuple(variable for variable in codebook.asked(scope) if holds(variable, values))


def holds(variable: Variable, values: Values) -> bool:
    """Whether a variable's conditions hold."""
    for name, categories in variable.conditions().items():
        label = values.get(name)
        if label is None:
            return False
        chosen = label.value if isinstance(label.value, list) else [str(label.value)]
        if not set(chosen) & set(categories):
            return False
    return True


def is_offered(variable: Variable, value: Value) -> bool:
    """Whether a value can be chosen now; any is, where a variable has no categories."""
    if not variable.categories:
        return True
    found = [variable.category(name) for name in (value if isinstance(value, list) else [str(value)])]
    return all(category is not None and not category.retired for category in found)


def missing(codebook: Codebook, statement: Statement, around: Values) -> list[Variable]:
    """The required variables that a statement has no decision on; a default is none."""
    values = {**around, **statement.labels}
    gaps = []
    for variable in asked(codebook, "statement", values):
        if not variable.required:
            continue
        if variable is codebook.speaker:
            if not statement.speakers:
                gaps.append(variable)
        elif not is_decided(statement.labels.get(variable.name)):
            gaps.append(variable)
    return gaps


def missing_of_unit(codebook: Codebook, scope: Scope, values: Values, around: Values) -> list[Variable]:
    """The required variables that a paragraph or an article has no decision on."""
    return [
        variable
        for variable in asked(codebook, scope, {**around, **values})
        if variable.required and not is_decided(values.get(variable.name))
    ]


def is_decided(label: Label | None) -> bool:
    """Whether a label is a coder's decision: it exists and is not the codebook's default."""
    return label is not None and label.origin != "default"


def needs_note(codebook: Codebook, statement: Statement) -> str | None:
    """The category that asks for a note which the statement does not have."""
    if statement.note:
        return None
    for name, label in statement.labels.items():
        variable = codebook.variable(name)
        for one in label.value if isinstance(label.value, list) else [str(label.value)]:
            category = variable.category(one) if variable else None
            if category and category.needs_note:
                return category.title
    return None


def warnings(codebook: Codebook, statement: Statement, around: Values) -> list[str]:
    """The warnings about a statement; they never block."""
    values = {**around, **statement.labels}
    return [
        warning.say
        for warning in codebook.warnings
        if all(
            _is_one_of(codebook, statement, values, name, (wanted,) if isinstance(wanted, str) else wanted)
            for name, wanted in warning.when.items()
        )
        and (warning.same is None or _are_same(codebook, statement, values, *warning.same))
        and (warning.when or warning.same)
    ]


def _is_one_of(codebook: Codebook, statement: Statement, values: Values, name: str, wanted: tuple[str, ...]) -> bool:
    held = _names(codebook, statement, values, name)
    variable = codebook.variable(name)
    if variable is not None and variable.level == "entity":
        is_named = bool(held - {JOURNALIST})
        return ("named" in wanted and is_named) or ("journalist" in wanted and JOURNALIST in held)
    return bool(held & set(wanted))


def _are_same(codebook: Codebook, statement: Statement, values: Values, one: str, other: str) -> bool:
    first = {name.casefold() for name in _names(codebook, statement, values, one)}
    return bool(first & {name.casefold() for name in _names(codebook, statement, values, other)})


def _names(codebook: Codebook, statement: Statement, values: Values, name: str) -> set[str]:
    if codebook.speaker is not None and name == codebook.speaker.name:
        return {mention.name for mention in statement.speakers}
    label = values.get(name)
    if label is None:
        return set()
    return set(label.value) if isinstance(label.value, list) else {str(label.value)}


def number(variable: Variable, text: str) -> int | float:
    """The number a coder typed for a variable.

    Raises:
        UsageError: It is not a number, or outside the variable's bounds.
    """
    try:
        value = float(text.replace(",", ".").strip())
    except ValueError:
        raise UsageError(f"{variable.title}: {text!r} is not a number") from None
    if value != value or value in (float("inf"), float("-inf")):
        raise UsageError(f"{variable.title}: {text!r} is not a number")
    if variable.whole and value != int(value):
        raise UsageError(f"{variable.title}: only whole numbers")
    if variable.level == "ratio" and value < 0:
        raise UsageError(f"{variable.title}: a ratio cannot be below 0")
    if variable.minimum is not None and value < variable.minimum:
        raise UsageError(f"{variable.title}: at least {variable.minimum:g}")
    if variable.maximum is not None and value > variable.maximum:
        raise UsageError(f"{variable.title}: at most {variable.maximum:g}")
    return int(value) if value == int(value) else value
