"""Reading several queries side by side, each row once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Row = tuple[Any, ...]


class Follower:
    """Rows of a second query in the order of a first, handed out by the key in their first column."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)

    def take(self, key: object) -> list[Row]:
        """The rows of that key; keys must be asked for in the order of the rows."""
        taken: list[Row] = []
        row = self._next
        while row is not None and row[0] == key:
            taken.append(row)
            row = next(self._rows, None)
        self._next = row
        return taken
