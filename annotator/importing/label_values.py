"""Convert values from outside to values of a variable, or refuse them."""

from __future__ import annotations

import math
from typing import Any

from annotator.codebook.model import Variable
from annotator.errors import IngestError
from annotator.model import Value
from annotator.text.table_cells import listed, parted
from annotator.text.terminal_text import one_line

MAX_TEXT = 100_000
"""The longest text a label holds, in characters."""


def checked_value(variable: Variable, value: Any) -> Value:
    """A label's value, with numbers read from texts and the categories of a set in codebook order.

    Raises:
        IngestError: The variable cannot hold it.
    """
    if variable.level == "set":
        return _set(variable, value)
    if variable.level == "entity":
        names = value if isinstance(value, list) else [value]
        checked = [_text(variable, name) for name in names]
        return checked if isinstance(value, list) else checked[0]
    if variable.is_numeric:
        return _number(variable, value)
    if variable.level == "text":
        return _text(variable, value)
    return _category(variable, value)


def _set(variable: Variable, value: Any) -> list[str]:
    given = (listed(value) or parted(value)) if isinstance(value, str) else value
    if not isinstance(given, list):
        raise _refused(variable, value, "is not a list of categories")
    chosen = {_category(variable, each) for each in given}
    return [name for name in variable.names if name in chosen]


def _category(variable: Variable, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _refused(variable, value, "is not a category")
    name = str(value)
    if variable.category(name) is None:
        raise _refused(variable, value, f"is not a category; choose one of {', '.join(variable.names[:12])}")
    return name


def _number(variable: Variable, value: Any) -> int | float:
    number = value
    if isinstance(value, str):
        try:
            number = int(value) if value.strip().lstrip("+-").isdecimal() and len(value) < 18 else float(value)
        except ValueError as error:
            raise _refused(variable, value, "is not a number") from error
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise _refused(variable, value, "is not a number")
    if abs(number) >= 1 << 63 and isinstance(number, int):
        raise _refused(variable, value, "is too large")
    if variable.minimum is not None and number < variable.minimum:
        raise _refused(variable, value, f"is below {variable.minimum:g}")
    if variable.maximum is not None and number > variable.maximum:
        raise _refused(variable, value, f"is above {variable.maximum:g}")
    if variable.whole and number != int(number):
        raise _refused(variable, value, "is not a whole number")
    return number


def _text(variable: Variable, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _refused(variable, value, "is not text")
    text = str(value)
    if len(text) > MAX_TEXT:
        raise IngestError(f"{variable.name}: a text of more than {MAX_TEXT:,} characters")
    return text


def _refused(variable: Variable, value: Any, reason: str) -> IngestError:
    return IngestError(f"{variable.name}: {one_line(repr(value))[:60]} {reason}")
