"""Encode a value as a table cell and back, without formulas for spreadsheets.

A spreadsheet runs a cell that begins like a formula. Text cells that begin with one of `= + - @`, a tab, a line break,
one of the signs' wide forms or an apostrophe therefore get an apostrophe in front, and reading takes exactly one away.
An empty text is a lone apostrophe, since an empty cell means that there is no value. Several values in one cell are
separated by `|`; a `|` or a backslash inside a value has a backslash in front. No value of a set is `{}`.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from typing import Any

from annotator.model import Value

SEPARATOR = "|"
EMPTY_SET = "{}"
"""The cell of a set of which a coder chose nothing; an empty cell says nothing."""
_RISKY = frozenset("=+-@\t\r\n'＝＋－＠")
_BLANK = " \u00a0\ufeff\u3000"


def cell(value: Value | bool | Iterable[str] | None) -> str | int | float | None:
    """The cell of a value; numbers stay numbers, booleans are `true` and `false`."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    return guarded(shown(value))


def shown(value: object) -> str:
    """A value as text in a table whose cells have types: there nothing is run as a formula."""
    if isinstance(value, str):
        return value
    return joined(map(str, value)) if isinstance(value, list | tuple) else str(value)


def guarded(text: str) -> str:
    """A text that spreadsheets do not run as a formula, also after trimming blanks."""
    return f"'{text}" if not text or text[0] in _RISKY or text.lstrip(_BLANK)[:1] in _RISKY else text


def unguarded(text: str) -> str | None:
    """The text that a cell stands for; an empty cell is not a value."""
    if not text:
        return None
    return text[1:] if text[0] == "'" else text


def joined(values: Iterable[str]) -> str:
    """Several values in one cell."""
    escaped = [value.replace("\\", "\\\\").replace(SEPARATOR, f"\\{SEPARATOR}") for value in values]
    if not escaped:
        return EMPTY_SET
    # An empty name, or one that looks like no value, is told apart by a backslash.
    return f"\\{escaped[0]}" if escaped in ([EMPTY_SET], [""]) else SEPARATOR.join(escaped)


def listed(text: str) -> list[Any] | None:
    """A list that Python, R or JSON wrote as text; None for any other text."""
    if text[:1] not in ("[", "c") or text[-1:] not in ("]", ")"):
        return None
    written = f"[{text[2:-1]}]" if text.startswith("c(") else text
    for parse in (json.loads, ast.literal_eval):
        try:
            found = parse(written)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        if isinstance(found, list) and all(isinstance(one, str | int | float) for one in found):
            return found
    return None


def parted(text: str) -> list[str]:
    """The values of a cell that holds several; an empty text and `{}` hold none."""
    if text in ("", EMPTY_SET):
        return []
    parts, current, is_escaped = [], "", False
    for sign in text:
        if is_escaped:
            current, is_escaped = current + sign, False
        elif sign == "\\":
            is_escaped = True
        elif sign == SEPARATOR:
            parts.append(current)
            current = ""
        else:
            current += sign
    return [*parts, current]
