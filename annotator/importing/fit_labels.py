"""Find the variables and categories of the codebook that another program's labels mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotator.codebook.model import Codebook, Variable
from annotator.errors import IngestError
from annotator.importing.column_mapping import Mapping
from annotator.importing.label_values import checked_value
from annotator.text.terminal_text import one_line


@dataclass
class Fit:
    """Labels under the names of the codebook.

    Attributes:
        values: By variable.
        speakers: The speakers, where a label named any.
        unknown: Labels that nothing in the codebook stands for, each as a phrase.
    """

    values: dict[str, Any] = field(default_factory=dict)
    speakers: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def fitted(
    codebook: Codebook, mapping: Mapping, labels: Sequence[tuple[str | None, Any]], variable: str | None = None
) -> Fit:
    """The labels that the codebook knows, by the mapping, by the question's name, or by the category's.

    Args:
        codebook: The codebook.
        mapping: Names of the other program's questions (columns) and values.
        labels: Question and value of each label.
        variable: The variable of labels without a question, where the file is called after it.
    """
    fit = Fit()
    for question, value in labels:
        name = next((ours for ours, theirs in mapping.columns.items() if theirs == question), question or variable)
        for found, held in _meant(codebook, mapping, name, value):
            if found is None:
                fit.unknown.append(_phrase(question, held))
            elif found is codebook.speaker:
                fit.speakers += held if isinstance(held, list) else [held]
            else:
                _put(fit, found, held, question)
    return fit


def _put(fit: Fit, variable: Variable, value: Any, question: str | None) -> None:
    """Add a value; those of a set come together, and a second one of another variable has no place."""
    before = fit.values.get(variable.name)
    if before is None:
        fit.values[variable.name] = value
    elif variable.level == "set":
        fit.values[variable.name] = [name for name in variable.names if name in {*before, *value}]
    elif before != value:
        fit.unknown.append(_phrase(question or variable.name, value))


def _meant(codebook: Codebook, mapping: Mapping, name: str | None, value: Any) -> Iterator[tuple[Variable | None, Any]]:
    """The variable and the value that a label means; a variable None with a label that nothing stands for."""
    variable = _variable(codebook, name)
    if variable is None and name == "agreement":  # DNA's yes or no to a concept
        variable = codebook.variable("stance")
        value = _side(variable, value)
    if variable is not None:
        value = _mapped(mapping, variable, value)
        if value is None:
            return
        held = _fitting(variable, value)
        yield (variable, held) if held is not None else (None, value)
        return
    for each in value if isinstance(value, list) else [value]:
        fits = [(v, held) for v in codebook.variables if v.categories and (held := _fitting(v, each)) is not None]
        yield fits[0] if len(fits) == 1 else (None, each)


def _variable(codebook: Codebook, name: str | None) -> Variable | None:
    if name is None:
        return None
    exact = codebook.variable(name) or codebook.variable(name.removesuffix("_"))
    if exact is None and name == "speakers":
        return codebook.speaker
    alike = [v for v in codebook.variables if _word(name) in (_word(v.name), _word(v.title))]
    return exact or (alike[0] if len(alike) == 1 else None)


def _mapped(mapping: Mapping, variable: Variable, value: Any) -> Any:
    known = mapping.values.get(variable.name)
    if known is None:
        return value
    if isinstance(value, list):
        return [known.get(str(each), each) for each in value if known.get(str(each), each) is not None]
    return known.get(str(value), value)


def _fitting(variable: Variable, value: Any) -> Any:
    """The value as the variable holds it; None if it cannot."""
    values = value if isinstance(value, list) else [value]
    if variable.level == "set" and len(values) == 1 and _category(variable, values[0]) is None:
        values = str(values[0]).split("; ")  # in one text, as this program writes them for DNA
    if variable.categories:
        values = [_category(variable, each) for each in values]
        if None in values:
            return None
    if variable.level != "set" and variable.level != "entity":
        if len(values) != 1:
            return None
        value = values[0]
    else:
        value = values if variable.level == "set" or len(values) > 1 else values[0]
    try:
        return checked_value(variable, value)
    except IngestError:
        return None


def _category(variable: Variable, value: Any) -> str | None:
    """The category that a value names; other programs write a name as one word, or with other capitals."""
    text = str(value)
    if text in variable.names:
        return text
    alike = [name for name in variable.names if _word(name) == _word(text)]
    return alike[0] if len(alike) == 1 else None


def _side(variable: Variable | None, value: Any) -> Any:
    """The end of the scale that yes or no stands for."""
    if variable is None or len(variable.scale) < 2:
        return value
    ends = {"true": variable.scale[-1], "false": variable.scale[0]}
    return ends.get(str(value).lower(), value)


def _word(name: str) -> str:
    return re.sub(r"[^\w-]", "_", name, flags=re.ASCII).casefold()


def _phrase(question: str | None, value: Any) -> str:
    said = "|".join(map(str, value)) if isinstance(value, list) else str(value)
    return one_line(f"“{said}”" if question is None else f"“{said}” of “{question}”")[:100]
