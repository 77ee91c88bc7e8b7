"""The labels of one variable as arrays: millions of them in a second, without an object a label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from annotator.store.file.connection import Connection
from annotator.store.read.columns import Ints, int_columns
from annotator.store.tables.json_values import loaded

_BLOCK = 1 << 15
"""Paragraphs or statements that are read at once."""
_MOST_CASES = 60
"""Different values up to which SQLite tells them apart, which is faster than Python."""


class Labels(NamedTuple):
    """Some labels of a variable, one entry a label; those of all coders, deleted statements included."""

    owner: Ints
    """The row of the paragraph or statement that is labelled."""
    coder: Ints
    """The row of the coder; 0 for labels of statements."""
    decision: Ints
    """Index into the decisions."""


class LabelArrays(NamedTuple):
    """All labels of a variable, some at a time."""

    decisions: tuple[tuple[Any, str], ...]
    """The different values, each with an origin; some may not occur."""
    blocks: Iterable[Labels]


def paragraph_labels(connection: Connection, variable: str) -> LabelArrays:
    """The labels of a variable of paragraphs."""
    return _labels(connection, "paragraph_labels", "paragraph", "coder", variable)


def statement_labels(connection: Connection, variable: str) -> LabelArrays:
    """The labels of a variable of statements."""
    return _labels(connection, "labels", "statement", "0", variable)


def _labels(connection: Connection, table: str, owner: str, coder: str, variable: str) -> LabelArrays:
    found = connection.all(f"select distinct value, origin from {table} where variable = ?", (variable,))
    values, origins = (list(dict.fromkeys(row[i] for row in found)) for i in (0, 1))
    if len(values) > _MOST_CASES:
        sql = f"select {owner}, {coder}, value, origin from {table} where variable = ?"
        return _one_by_one(connection, sql, variable)
    columns = (owner, coder, f"{_case('value', len(values))} * {len(origins)} + {_case('origin', len(origins))}")
    rest = f"from {table} where variable = ? and {owner} between ? and ?"
    last = connection.one(f"select max(id) from {owner}s")
    blocks = (
        Labels(*int_columns(connection, columns, rest, (*values, *origins, variable, first, first + _BLOCK - 1)))
        for first in range(1, int((last and last[0]) or 0) + 1, _BLOCK)
    )
    return LabelArrays(tuple((loaded(value), origin) for value in values for origin in origins), blocks)


def _case(column: str, n: int) -> str:
    """SQL for the place of a value among n parameters."""
    return f"(case {column} " + " ".join(f"when ? then {i}" for i in range(n)) + " end)" if n else "0"


def _one_by_one(connection: Connection, sql: str, variable: str) -> LabelArrays:
    """Labels with many different values, such as names or measurements."""
    places: dict[tuple[Any, str], int] = {}

    def rows() -> Iterator[tuple[int, int, int]]:
        for owner, coder, value, origin in connection.stream(sql, (variable,)):
            yield owner, coder, places.setdefault((value, origin), len(places))

    found = np.fromiter(rows(), np.dtype([(name, np.int64) for name in Labels._fields]))
    decisions = tuple((loaded(value), origin) for value, origin in places)
    return LabelArrays(decisions, [Labels(*(found[name] for name in Labels._fields))])
