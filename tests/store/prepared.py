"""Project files that somebody prepared: whatever SQLite lets one put into a schema, and what one can take from it."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined] # the program's: two libraries see no lock of the other

EVIL = "begin delete from labels; end"

ADDED: dict[str, str | tuple[str, ...]] = {
    "a trigger": f"create trigger t after insert on labels {EVIL}",
    "a trigger called like the search index": f"create trigger searching_x after insert on labels {EVIL}",
    "a trigger called like a part of it": f"create trigger search_data_x after insert on labels {EVIL}",
    "a trigger called like the migrations": f"create trigger _sqlite_zz after insert on labels {EVIL}",
    "a trigger called like SQLite's own": f"create trigger sqlite_stat1 after insert on labels {EVIL}",
    "a trigger called like an own one but for capitals": (
        "update sqlite_master set name = 'STEPS_STAY', sql = replace(sql, 'steps_stay', 'STEPS_STAY')"
        " where name = 'steps_stay'"
    ),
    "a trigger on a view": "create trigger t instead of insert on v_labels begin delete from labels; end",
    "a trigger with an empty name": f'create trigger "" after insert on labels {EVIL}',
    "a trigger whose name moves the terminal": f'create trigger "\x1b[2J\n" after insert on labels {EVIL}',
    "a view": "create view mine as select 1",
    "a view called like a part of the search index": "create view search_x as select 1",
    "a view that never ends": (
        "create view v as with recursive r(n) as (select 1 union all select n + 1 from r) select n from r"
    ),
    "a table": "create table my_notes (a)",
    "a table called like a part of the search index": "create table search_content (a)",
    "a table with capitals": "create table LABELS_ (a)",
    "an index": "create index mine on labels (value)",
    "a unique index": "create unique index mine on reviews (state) where state = 'never'",
    "an index called like SQLite's own": "create index idx__sqlite_x on labels (value)",
    "a virtual table": "create virtual table mine using fts5 (a)",
    "a virtual table over a table of ours": "create virtual table search2 using fts5 (text, content = 'articles')",
    "an r-tree": "create virtual table mine using rtree (id, a, b)",
}
"""One object more."""

CHANGED: dict[str, str | tuple[str, ...]] = {
    "a table without STRICT": "update sqlite_master set sql = replace(sql, ') strict', ')') where name = 'labels'",
    "a table without a CHECK": "update sqlite_master set sql = replace(sql, 'check (position >= 0)', '')"
    " where name = 'paragraphs'",
    "a table with a generated column": (
        "update sqlite_master set sql = replace(sql, 'made any', 'made any, x any as (abs(-9223372036854775808))')"
        " where name = 'labels'"
    ),
    "a table with a default of its own": "alter table meta add column more text default 'x'",
    "a table with more blanks": "update sqlite_master set sql = replace(sql, ' ', '  ') where name = 'phases'",
    "a trigger with another body": (
        "drop trigger steps_stay",
        "create trigger steps_stay before update on steps begin delete from labels; end",
    ),
    "a trigger on another table": (
        "drop trigger steps_stay",
        "create trigger steps_stay before update on labels begin select raise(abort, 'no'); end",
    ),
    "a view with another query": ("drop view v_labels", "create view v_labels as select 1"),
    "a view that never ends in the place of one": (
        "drop view search_text",
        "create view search_text as with recursive r(n) as (select 1 union all select n + 1 from r)"
        " select n as id, 'x' as text from r",
    ),
    "v_statements with another query": ("drop view v_statements", "create view v_statements as select 1"),
    "v_statements with a column more": (
        "update sqlite_master set sql = replace(sql, ' from statements s', ', (select 1) as y from statements s')"
        " where name = 'v_statements'"
    ),
    "a table in the place of v_statements": ("drop view v_statements", "create table v_statements (a)"),
    "a trigger in the place of v_statements": (
        "drop view v_statements",
        f"create trigger v_statements after insert on labels {EVIL}",
    ),
    "a view in the place of a table": (
        "drop table phases",
        "create view phases as select 'main' as phase, '' as closed_at",
    ),
    "a view that never ends in the place of the steps": (
        "pragma foreign_keys = off",
        "drop table steps",
        "create view steps as with recursive r(n) as (select 1 union all select n + 1 from r)"
        " select n as id, 'x' as step_id, 1 as coder, '' as at, '' as what, 'do' as kind, null as of, 1 as paragraph,"
        " 0 as seen from r",
    ),
    "a table in the place of the search index": ("drop table search", "create table search (text)"),
    "a view in the place of the search index": ("drop table search", "create view search as select 1 as text"),
    "another search index": ("drop table search", "create virtual table search using fts5 (text)"),
    "a table with other columns": ("drop table gold", "create table gold (id, gold_id)"),
    "an index on other columns": ("drop index changes_key", "create index changes_key on changes (n)"),
    "two tables in one place": "update sqlite_master set rootpage = (select rootpage from sqlite_master where"
    " name = 'merges') where name = 'conflicts'",
}
"""What the program made, otherwise."""

DROPPED = {
    "a table": "drop table gold",
    "an index": "drop index changes_key",
    "a trigger": "drop trigger steps_are_kept",
    "a view": "drop view v_changes",
    "v_statements": "drop view v_statements",
    "a part of the search index": "drop table search_docsize",
    "the list of migrations": "drop table _sqlite_migrations",
}
"""What the program made, gone."""

PREPARED: dict[str, str | tuple[str, ...]] = {
    **ADDED,
    **CHANGED,
    **{f"{what} gone": sql for what, sql in DROPPED.items()},
}


def prepare(path: Path, change: str | tuple[str, ...]) -> None:
    """Change a project's schema as whoever sends a file could."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("pragma writable_schema = on")
    for statement in (change,) if isinstance(change, str) else change:
        raw.execute(statement)
    if "sqlite_master" in str(change):
        (version,) = raw.execute("pragma schema_version").fetchone()
        raw.execute(f"pragma schema_version = {version + 1}")
    raw.close()
