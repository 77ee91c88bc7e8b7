"""A project file as sqlite-utils sees it: the program's own connection, and errors as sentences.

Import it only where rows are written in bulk or seldom: importing sqlite-utils takes half of a first frame's time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined] # it is what sqlite-utils itself uses

from annotator.errors import StoreError


class ProjectDatabase(Database):
    """sqlite-utils on an open connection. Its writes belong to the transaction that the connection has open."""

    def __init__(self, raw: sqlite3.Connection, explain: Callable[[Exception], StoreError]) -> None:
        """Use a connection as it is.

        Args:
            raw: The driver's connection.
            explain: Turns a driver's error into the sentence that a user reads.
        """
        super().__init__(raw, recursive_triggers=False, execute_plugins=False, strict=True)
        self._explain = explain

    @property
    def supports_on_conflict(self) -> bool:
        """Always: sqlite-utils would find out by creating and dropping a table in the project."""
        return True

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] | None = None) -> sqlite3.Cursor:
        """Run one statement.

        Raises:
            StoreError: The database refuses it.
        """
        try:
            return super().execute(sql, parameters)
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
            raise self._explain(error) from error
