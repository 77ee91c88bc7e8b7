"""What a project file may hold: its tables and triggers against those that the migrations make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from annotator.errors import StoreError
from annotator.plain import one_line
from annotator.store.connection import Connection
from annotator.store.migrations import SCRIPTS, migrations

OWN_VIEW = "v_statements"
"""The one view that depends on the codebook; it is made anew with every codebook."""

_TRIGGER = re.compile(r"^create trigger .*?\bend(?=;$)", re.MULTILINE | re.DOTALL)


def refuse_foreign_triggers(c: Connection) -> None:
    """Refuse a file that would do something of its own when it is written to.

    Raises:
        StoreError: It holds a trigger that no migration made.
    """
    known = _triggers()
    for name, sql in c.all("select name, sql from sqlite_master where type = 'trigger' order by name"):
        if sql not in known and expected().get(name) != ("trigger", _plain(sql)):
            raise StoreError(
                f"{c.name} holds a trigger that annotator did not make ({one_line(str(name))[:60]}); it is not opened"
            )


def foreign(c: Connection) -> list[str]:
    """What in a file's schema is not as the migrations make it, a sentence each; a user's views do no harm."""
    found = {
        str(name): (str(kind), _plain(sql))
        for name, kind, sql in c.all("select name, type, sql from sqlite_master where sql is not null")
    }
    faults = [f"{kind} {name} is missing" for name, (kind, _) in expected().items() if name not in found]
    for name, (kind, sql) in found.items():
        wanted = expected().get(name)
        if wanted is not None and wanted != (kind, sql):
            faults.append(f"{kind} {one_line(name)} is not as annotator makes it")
        elif wanted is None and kind != "view" and not name.startswith("sqlite_"):
            faults.append(f"{kind} {one_line(name)[:60]} is not annotator's")
    return sorted(faults)


@cache
def expected() -> dict[str, tuple[str, str]]:
    """Everything that the migrations make, by name: its type and its SQL."""
    with _migrated() as c:
        rows = c.execute("select name, type, sql from sqlite_master where sql is not null").fetchall()
    return {name: (kind, _plain(sql)) for name, kind, sql in rows}


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


@cache
def _triggers() -> frozenset[str]:
    return frozenset(
        found.replace("create trigger", "CREATE TRIGGER", 1) for s in SCRIPTS for found in _TRIGGER.findall(s)
    )


def _plain(sql: object) -> str:
    return re.sub(r"\s+", " ", str(sql)).strip()
