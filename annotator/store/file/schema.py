"""What a project file may hold: its tables and triggers against those that the migrations make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from typing import Any

from annotator.errors import StoreError
from annotator.store.file.connection import Connection
from annotator.store.file.migrations import migrations
from annotator.text.terminal_text import one_line

FINGERPRINT = "df1ccbb94c5a381c"
"""The hash of everything that the migrations make, so that a file is recognised without making it all once more.

A test says what it must be.
"""

_DEPENDS_ON_CODEBOOK = "v_statements"
_ITS_OWN = ("sqlite_", "_sqlite_", "search")
"""Beginnings of the names of what SQLite makes by itself, and of what a SQLite without full-text search has not."""


def refuse_foreign(c: Connection) -> None:
    """Refuse a file that is not built as annotator builds one: it could do something of its own.

    Tables, indexes and views of the user's own do no harm; nothing reads them.

    Raises:
        StoreError: It holds a trigger that no migration made, or a table or view that is not as migrations make it.
    """
    if fingerprint(c) == FINGERPRINT:
        return
    faults = foreign(c)
    if faults:
        raise StoreError(f"{c.name} is not built as annotator builds a project ({faults[0]}); it is not opened")


def refuse_foreign_triggers(c: Connection) -> None:
    """Refuse a file of an older version, of which only the triggers can be known, before it is brought up to date.

    Raises:
        StoreError: It holds a trigger that no migration made.
    """
    faults = [fault for fault in foreign(c) if fault.startswith("trigger") and not fault.endswith("is missing")]
    if faults:
        raise StoreError(f"{c.name} is not built as annotator builds a project ({faults[0]}); it is not opened")


def foreign(c: Connection) -> list[str]:
    """What in a file's schema is not as the migrations make it, a sentence each."""
    found = {name: (kind, sql) for kind, name, sql in _objects(c)}
    faults = [f"{kind} {name} is missing" for name, (kind, _) in expected().items() if name not in found]
    for name, (kind, sql) in found.items():
        wanted = expected().get(name)
        if wanted is not None and wanted != (kind, sql):
            faults.append(f"{kind} {one_line(name)} is not as annotator makes it")
        elif wanted is None and kind == "trigger":
            faults.append(f"trigger {one_line(name)[:60]} is not annotator's")
    return sorted(faults)


def extra(c: Connection) -> list[str]:
    """What a file holds beside what the migrations make: a user's own tables, indexes and views."""
    return [f"{kind} {one_line(name)[:60]}" for kind, name, _ in _objects(c) if name not in expected()]


def fingerprint(c: Connection) -> str:
    """The hash of everything in a file's schema but a user's own views."""
    rows = [row for row in _objects(c) if row[0] != "view" or row[1] in _VIEWS]
    return sha256(repr(rows).encode()).hexdigest()[:16]


_VIEWS = ("search_text", "v_changes", "v_gold", "v_labels", "v_paragraphs", "v_reviews")


def _objects(c: Connection) -> list[tuple[str, str, str]]:
    """Type, name and SQL of what a file's schema holds."""
    rows = c.all("select type, name, sql from sqlite_master where sql is not null order by name")
    return [
        (str(kind), str(name), _plain(sql))
        for kind, name, sql in rows
        if name != _DEPENDS_ON_CODEBOOK and (name == "search_text" or not str(name).startswith(_ITS_OWN))
    ]


@cache
def expected() -> dict[str, tuple[str, str]]:
    """Everything that the migrations make, by name: its type and its SQL."""
    with _migrated() as c:
        rows = c.execute("select name, type, sql from sqlite_master where sql is not null").fetchall()
    return {
        name: (kind, _plain(sql)) for name, kind, sql in rows if name == "search_text" or not name.startswith(_ITS_OWN)
    }


@cache
def columns() -> dict[str, dict[str, str]]:
    """The columns of every table, with their types, in the order in which a row of it lies in the file.

    In a table without rowids the key comes first.
    """
    found: dict[str, dict[str, str]] = {}
    with _migrated() as c:
        for name, kind, is_without in c.execute(
            "select name, type, wr from pragma_table_list where schema = 'main' and type = 'table' order by name"
        ).fetchall():
            if kind == "table" and not name.startswith(("sqlite_", "_", "search")):
                rows = c.execute("select name, type, pk from pragma_table_info(?) order by cid", (name,)).fetchall()
                key = {column: type_ for column, type_, place in sorted(rows, key=lambda row: row[2]) if place}
                every = {column: type_ for column, type_, _ in rows}
                found[name] = {**key, **every} if is_without else every
    return found


@contextmanager
def _migrated() -> Iterator[Any]:
    """An empty project in memory."""
    # Slow to import; only asked for when a file is inspected.
    from sqlite_utils import Database
    from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined] # it is what sqlite-utils itself uses

    raw = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrations().apply(Database(raw, execute_plugins=False, strict=True))
        yield raw
    finally:
        raw.close()


def _plain(sql: object) -> str:
    return re.sub(r"\s+", " ", str(sql)).strip()
