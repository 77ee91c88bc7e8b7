"""Whole columns of a query as arrays: no row becomes a Python object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.store.file.connection import Connection

Ints = npt.NDArray[np.int64]


def int_columns(
    connection: Connection, columns: Sequence[str], rest: str, parameters: Sequence[Any] = ()
) -> list[Ints]:
    """The rows of a query, one array a column, all in the same order.

    SQLite writes each column into one text while it walks through the rows; numpy reads that text at once.

    Args:
        connection: The project file.
        columns: SQL expressions that are whole numbers in every row.
        rest: The query from its `from` on.
        parameters: Of the whole query.
    """
    texts = ", ".join(f"json_group_array({column})" for column in columns)
    row = connection.one(f"select {texts} {rest}", parameters)
    return [_numbers(str(text)) for text in row or ()]


def _numbers(text: str) -> Ints:
    """The numbers of a JSON list."""
    return np.fromstring(text[1:-1], np.int64, sep=",") if len(text) > 2 else np.zeros(0, np.int64)
