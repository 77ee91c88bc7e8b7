"""What a project file may hold: every object of its schema against those that the migrations make."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from annotator.errors import StoreError
from annotator.store.file import statements_view
from annotator.store.file.codebook_text import is_as_written
from annotator.store.file.connection import Connection
from annotator.store.file.migrations import LATEST, SEARCH, migrations
from annotator.text.terminal_text import one_line

FINGERPRINT = "f434345c927b6ab4a2b51051484d187c"
"""The hash of everything that the migrations make, so that a file is recognised without making it all once more.

A test says what it must be.
"""


class Object(NamedTuple):
    """A line of `sqlite_master`; SQL is None for the index that SQLite makes for a `unique`."""

    kind: str
    name: str
    table: str
    sql: str | None

    def __str__(self) -> str:
        """What it is called in a sentence."""
        kind = "virtual table" if (self.sql or "").upper().startswith("CREATE VIRTUAL") else self.kind
        where = f" on {one_line(self.table)[:60]}" if self.kind in ("trigger", "index") else ""
        return f"{one_line(kind)[:20]} {one_line(self.name)[:60]}{where}"


_SEARCH = {
    name: Object("table", name, name, sql)
    for name, sql in (
        ("search", "CREATE VIRTUAL TABLE" + SEARCH.strip().removeprefix("create virtual table").removesuffix(";")),
        ("search_data", "CREATE TABLE 'search_data'(id INTEGER PRIMARY KEY, block BLOB)"),
        ("search_idx", "CREATE TABLE 'search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID"),
        ("search_docsize", "CREATE TABLE 'search_docsize'(id INTEGER PRIMARY KEY, sz BLOB)"),
        ("search_config", "CREATE TABLE 'search_config'(k PRIMARY KEY, v) WITHOUT ROWID"),
    )
}
"""Full-text search with what it makes for itself, which a SQLite without it could not tell."""

_STATISTICS = {
    Object("table", name, name, sql)
    for name, sql in (
        ("sqlite_stat1", "CREATE TABLE sqlite_stat1(tbl,idx,stat)"),
        ("sqlite_stat4", "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"),
    )
}
"""What SQLite's `analyze` makes; nothing in it acts."""

_MIGRATIONS, _MIGRATIONS_INDEX = "_sqlite_migrations", "idx__sqlite_migrations_migration_set_name"
"""Where sqlite-utils keeps which migrations a file has seen."""

VIEW = statements_view.NAME


def refuse_foreign(c: Connection, version: int = LATEST) -> None:
    """Refuse a file whose schema is not what the migrations make: it could do something of its own.

    Args:
        c: The file.
        version: The number of the last migration it has seen.

    Raises:
        StoreError: It holds something that no migration made, or lacks or changes what one made.
    """
    faults = foreign(c, version)
    if faults:
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise StoreError(
            f"{c.name} is not built as annotator builds a project ({faults[0]}{more}), so annotator does not use it:"
            " `annotator doctor` lists what is wrong, `annotator doctor --repair` saves the rest into a new project"
        )


def foreign(c: Connection, version: int = LATEST) -> list[str]:
    """What in a file's schema is not as the migrations make it, a sentence each."""
    if version == LATEST and _is_own(c):
        return []
    found, wanted = objects(c), dict(expected(version))
    faults = []
    if version < LATEST:
        # It is made anew with the migrations that are missing.
        found = [one for one in found if (one.kind, one.name) != ("view", VIEW)]
    elif not is_altered(found):
        view, fault = _statements_view(c)
        wanted |= {VIEW: view} if view else {}
        if view is None and fault:
            # Without its codebook nothing says what the view must be, and the file is refused anyway.
            found = [one for one in found if (one.kind, one.name) != ("view", VIEW)]
        faults += [fault] if fault else []
    named = Counter(one.name for one in found)
    faults += [f"{one} is missing" for name, one in wanted.items() if name not in named and not _may_miss(one, named)]
    for one in found:
        own = wanted.get(one.name)
        if own == one and named[one.name] == 1:
            continue
        if own is None or own.kind != one.kind or named[one.name] > 1:
            faults += [] if one in _STATISTICS else [f"{one} is not annotator's"]
        elif not _is_same_list(own, one):
            faults.append(f"{one} is not as annotator makes it")
    if not _are_apart(c):
        faults.append("two tables or indexes lie in one place")
    return sorted(faults)


def is_altered(found: list[Object]) -> bool:
    """Whether a table or view of the program is missing or changed, so that reading it could do anything."""
    if fingerprint(found) == FINGERPRINT:
        return False
    there = set(found)
    own = (one for one in expected().values() if one.kind in ("table", "view") and not _is_search(one))
    return any(one not in there and one.name != _MIGRATIONS for one in own)


def drop_foreign(c: Connection) -> None:
    """Take out of a copy, for good, what is not annotator's; its own tables must be as they should be."""
    if _is_own(c):
        return
    view, _ = _statements_view(c)
    own = {*expected().values(), *_STATISTICS, *([view] if view else [])}
    rows = c.all("select rowid, type, name, tbl_name, sql from sqlite_master")
    gone = [row[:1] for row in rows if Object(*row[1:]) not in own and row[2] not in (_MIGRATIONS, _MIGRATIONS_INDEX)]
    if gone:
        c.execute("pragma writable_schema = on")
        c.executemany("delete from sqlite_master where rowid = ?", gone)
        c.execute("pragma writable_schema = reset")


def fingerprint(found: list[Object]) -> str:
    """The hash of everything that is the same in the schema of every project."""
    fixed = [
        "\0".join(map(str, one)) for one in found if not (one[1] == VIEW or one[1] in _SEARCH or one in _STATISTICS)
    ]
    return sha256("\n".join(sorted(fixed)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@cache
def expected(version: int = LATEST) -> dict[str, Object]:
    """Everything that the migrations make up to one of them, by name, without `v_statements`."""
    with _migrated(version) as c:
        rows = c.execute("select type, name, tbl_name, sql from sqlite_master").fetchall()
    found = {row[1]: Object(*row) for row in rows if row[1] not in _SEARCH}
    return found | (_SEARCH if version > 1 else {})


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


def _is_own(c: Connection) -> bool:
    """Whether a file has exactly the latest schema; this is quick."""
    found = objects(c)
    if fingerprint(found) != FINGERPRINT:
        return False
    search = [one for one in found if _is_search(one)]
    view, fault = _statements_view(c)
    return (
        (not search or (len(search) == len(_SEARCH) and set(search) == set(_SEARCH.values())))
        and [one for one in found if one.name == VIEW] == ([view] if view else [])
        and fault is None
        and _are_apart(c)
    )


def _is_search(one: Object) -> bool:
    return one.name in _SEARCH


def objects(c: Connection) -> list[Object]:
    """Everything in a file's schema."""
    return [Object(*row) for row in c.all("select type, name, tbl_name, sql from sqlite_master")]


def _are_apart(c: Connection) -> bool:
    """Whether every table and index has a place of its own in the file."""
    row = c.one("select count(rootpage), count(distinct rootpage) from sqlite_master where rootpage > 0")
    return row is not None and row[0] == row[1]


def _statements_view(c: Connection) -> tuple[Object | None, str | None]:
    """The view that the codebook in force asks for, and what is wrong with that codebook."""
    in_force = c.one("select value from meta where key = 'codebook'")
    if in_force is None:
        return None, None
    row = c.one("select document, name from codebooks where codebook_id = ?", in_force)
    names = None if row is None else statements_view.columns_of(row[0])
    if row is None or names is None:
        return None, "the codebook in force cannot be read"
    view = Object("view", VIEW, VIEW, statements_view.view_sql(names))
    is_whole = is_as_written(in_force[0], row[1], row[0])
    return view, None if is_whole else "the text of the codebook in force is not as it was written"


def _may_miss(one: Object, named: Counter[str]) -> bool:
    """Full-text search is missing as a whole where SQLite has none."""
    return _is_search(one) and not any(name in named for name in _SEARCH)


def _is_same_list(own: Object, one: Object) -> bool:
    """Whether two objects are the list of migrations, which versions of sqlite-utils may write otherwise."""
    return own.name in (_MIGRATIONS, _MIGRATIONS_INDEX) and _bare(own) == _bare(one)


def _bare(one: Object) -> tuple[str, str]:
    return one.table, re.sub(r"[\s\"\[\]`]+", " ", (one.sql or "").lower()).strip()


@contextmanager
def _migrated(version: int = LATEST) -> Iterator[Any]:
    """An empty project in memory, as one of the migrations leaves it."""
    # Slow to import; only asked for when a file is inspected.
    from sqlite_utils import Database
    from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined] # it is what sqlite-utils itself uses

    raw = sqlite3.connect(":memory:", isolation_level=None)
    try:
        db = Database(raw, execute_plugins=False, strict=True)
        later = [step.name for step in migrations().pending(db)][version:]
        migrations().apply(db, stop_before=later[:1])
        yield raw
    finally:
        raw.close()
