"""Cells of tables that other programs wrote, as fields of a row: row names, missing values, numbers, lists, times."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from annotator.text.table_cells import listed, parted, unguarded

_NUMBERS = frozenset({"paragraph", "evidence_start", "evidence_end"})
_WORDS = frozenset("article_id article coder statement_id codebook codebook_version".split())
_TIMES = frozenset({"created_at", "updated_at"})
_ONE = _NUMBERS | _WORDS | _TIMES | {"evidence", "note", "flag", "state"}
"""Fields that hold one value."""
_FLAGS = {"": False, "true": True, "false": False, "1": True, "0": False, "t": True, "f": False}
_MISSING = frozenset({"nan", "<na>", "nat", "none", "null"})
"""How pandas writes a missing number or time where it is made text."""
_ROW_NAMES = re.compile(r"|Unnamed: \d+|\.\.\.\d+|__index_level_\d+__|row\.?names?|level_\d+", re.IGNORECASE)
_MAYBE_ROW_NAMES = frozenset({"index", "X"})


def row_names(fields: Mapping[str, Any]) -> set[str]:
    """The columns of a table's first row that hold the names of its rows, as R and pandas write them."""
    found = {key for key in fields if _ROW_NAMES.fullmatch(key)}
    return found | {key for key in _MAYBE_ROW_NAMES & set(fields) if str(fields[key]) in ("0", "1")}


def typed(fields: Mapping[str, Any], *, has_zones: bool = False) -> dict[str, Any]:
    """A row with the types of its known fields; the codebook types the others.

    Args:
        fields: The row.
        has_zones: Whether times name their zone; otherwise they may be in UTC without saying so.
    """
    is_boxed = len(fields) > 1 and all(isinstance(value, list) for value in fields.values())
    plain = {key: _plain(key, value, is_boxed=is_boxed) for key, value in fields.items()}
    return {key: _typed(key, value, has_zones=has_zones) for key, value in plain.items()}


def bare(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A row of CSV without the apostrophes that protect its cells from spreadsheets."""
    return {key: unguarded(value) if isinstance(value, str) else value for key, value in fields.items()}


def _plain(key: str, value: Any, *, is_boxed: bool) -> Any:
    """A value out of its wrapping: a list of one (R, where all values are lists), a number that is not one."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value == {}:  # how R's jsonlite writes NULL
        return None
    if isinstance(value, list) and (is_boxed or key in _ONE) and len(value) < 2:
        return value[0] if value else None
    return value


def _typed(key: str, value: Any, *, has_zones: bool) -> Any:
    if key == "speakers":
        return _names(value)
    if key == "flag":
        return _FLAGS.get("" if value is None else str(value).lower(), value)
    if key in _NUMBERS:
        return whole(value)
    if key in _TIMES:
        return value if has_zones else _time(value)
    if key in _WORDS and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _names(value: Any) -> Any:
    if value is None:
        return []
    if not isinstance(value, str):
        return value
    found = listed(value)
    return parted(value) if found is None else found


def whole(value: Any) -> Any:
    """A whole number, if a value is one: a column with missing values has fractions, such as 3.0."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        word = value.strip()
        if word.lower() in _MISSING:
            return None
        if word.isascii() and word.removesuffix(".0").isdigit() and len(word) < 18:
            return int(word.removesuffix(".0"))
    return value


def _time(value: Any) -> Any:
    """A time with its zone; one without is in UTC, as exports to Excel, SPSS and R have it."""
    if not isinstance(value, str):
        return value
    if value.strip().lower() in _MISSING:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return value
    return value if moment.tzinfo else f"{moment.isoformat()}Z"
