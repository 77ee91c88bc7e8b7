"""One connection to a project file: its pragmas, its transactions, and its errors in words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.errors import BusyError, StoreError
from annotator.plain import one_line

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database
else:
    # The same choice as sqlite-utils makes, without the time that importing it takes.
    try:
        import pysqlite3 as sqlite3
    except ImportError:
        import sqlite3

APPLICATION_ID = 0x616E6E6F
"""Marks a SQLite file as a project of this program ("anno")."""

BUSY_SECONDS = 5.0
WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
"""Whether this SQLite is free of the WAL-reset bug of 3.7.0 to 3.51.2; without WAL the bug cannot happen."""

_HEADER = b"SQLite format 3\x00"


class Connection:
    """A connection that commits when it says so and explains what goes wrong.

    It belongs to the thread that opened it. Every method raises a StoreError with one sentence, never a driver's error.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.name = one_line(str(path))
        self.is_read_only = read_only
        self._raw = self._open(read_only)
        try:
            self._set_pragmas()
        except BaseException:
            self._raw.close()
            raise

    def _open(self, read_only: bool) -> sqlite3.Connection:
        uri = "file:" + _quoted(self.path.absolute())
        if read_only:
            # A folder that cannot be written has no room for the WAL's index; without a WAL none is needed.
            is_still = not os.access(self.path.parent, os.W_OK) and not Path(f"{self.path}-wal").exists()
            uri += "?mode=ro" + ("&immutable=1" if is_still else "")
        else:
            uri += "?mode=rw"
        try:
            return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS, cached_statements=256)
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    def _set_pragmas(self) -> None:
        self.execute("pragma trusted_schema = off")
        self.execute("pragma foreign_keys = on")
        self.execute("pragma cell_size_check = on")
        if not self.is_read_only:
            self.execute("pragma synchronous = full")

    def use_journal(self) -> None:
        """Choose WAL where this SQLite can be trusted with it, else the rollback journal; both sync every commit."""
        self.execute(f"pragma journal_mode = {'wal' if WAL_IS_SAFE else 'delete'}")

    @cached_property
    def db(self) -> Database:
        """The same connection for sqlite-utils: schema, migrations, bulk writes."""
        from sqlite_utils import Database  # half of the time a first frame may take; coding itself does not need it

        return Database(self._raw, execute_plugins=False, strict=True)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        try:
            return self._raw.execute(sql, parameters)
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row."""
        try:
            self._raw.executemany(sql, rows)
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        try:
            row: tuple[Any, ...] | None = self.execute(sql, parameters).fetchone()
        except sqlite3.Error as error:
            raise self._refusal(error) from error
        return row

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row."""
        try:
            return self.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows one by one, in constant memory."""
        cursor = self.execute(sql, parameters)
        try:
            yield from cursor
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction that holds the write lock from its first moment; nested, it is part of the outer one.

        When the block has ended it is committed; when the block raises, nothing has happened.
        """
        if self._raw.in_transaction:
            yield
            return
        self.execute("begin immediate")
        try:
            yield
            self.execute("commit")
        except BaseException:
            if self._raw.in_transaction:
                self._raw.rollback()
            raise

    @contextmanager
    def read(self) -> Iterator[None]:
        """One snapshot for several reads: what others commit meanwhile is not seen."""
        if self._raw.in_transaction:
            yield
            return
        self.execute("begin")
        try:
            yield
        finally:
            if self._raw.in_transaction:
                self._raw.rollback()

    def close(self) -> None:
        """Close it; the last one to close folds the WAL back into the one file."""
        self._raw.close()

    def _refusal(self, error: sqlite3.Error) -> StoreError:
        reason = str(error)
        code = getattr(error, "sqlite_errorname", "")
        if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or "locked" in reason:
            return BusyError(f"{self.name} is in use by another program; nothing was written, try again")
        if code.startswith("SQLITE_READONLY") or "readonly" in reason:
            return StoreError(f"{self.name} cannot be written: the file or its folder is read-only")
        if code.startswith("SQLITE_FULL") or "full" in reason:
            return StoreError(f"{self.name} cannot be written: the disk is full; nothing was changed")
        if code.startswith("SQLITE_CANTOPEN"):
            return StoreError(f"{self.name} cannot be opened here: check that the folder exists and can be written")
        if code.startswith("SQLITE_NOTADB"):
            return StoreError(f"{self.name} is not an annotator project: it is no SQLite database")
        if code.startswith("SQLITE_CORRUPT"):
            return StoreError(f"{self.name} is damaged ({one_line(reason)}); `annotator doctor` says what can be saved")
        return StoreError(f"{self.name}: {one_line(reason)}")


def looks_like_sqlite(path: Path) -> bool:
    """Whether a file begins as SQLite files do, or is still empty."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEADER))
    except OSError as error:
        raise StoreError(f"{one_line(str(path))} cannot be read: {error.strerror}") from error
    return head in (b"", _HEADER)


def _quoted(path: Path) -> str:
    """A path as SQLite's URI wants it."""
    from urllib.parse import quote

    text = str(path).replace("\\", "/")
    return quote(text if text.startswith("/") else f"/{text}", safe="/:", errors="surrogateescape")
