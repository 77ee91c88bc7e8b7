"""Rows of statements in the order of a replay: by their beginning, then those whose beginning is not in the history."""

from __future__ import annotations

from collections.abc import Iterable

from annotator.store.file.connection import Connection


def unlaid_statements(c: Connection) -> tuple[str, ...]:
    """The ids of statements without a beginning: copies of disputed ones, and those that came in parts."""
    rows = c.all(
        "select s.statement_id from statements s where not exists (select 1 from changes x"
        " where x.key = json_array(s.statement_id) and x.entity = 'statement'"
        " and (x.before is null or x.after is null)) order by s.id"
    )
    return tuple(statement_id for (statement_id,) in rows)


def move_behind(c: Connection, unlaid: Iterable[str]) -> None:
    """Move statements without a beginning behind their coder's others, in their order. Must run inside a write."""
    rows: dict[int, list[int]] = {}
    for statement_id in unlaid:
        row = c.one("select coder, id from statements where statement_id = ?", (statement_id,))
        if row is not None:
            rows.setdefault(row[0], []).append(row[1])
    for coder, found in rows.items():
        behind = c.one("select count(*) from statements where id >= ? and +coder = ?", (min(found), coder))
        if behind != (len(found),):
            _move(c, sorted(found))


def _move(c: Connection, rows: list[int]) -> None:
    c.execute("pragma defer_foreign_keys = on")
    last = c.one("select max(id) from statements")
    for new, old in enumerate(rows, int(last[0]) + 1 if last else 1):
        for table, column in _REFERENCES:
            c.execute(f"update {table} set {column} = ? where {column} = ?", (new, old))


_REFERENCES = (
    ("statements", "id"),
    ("statement_speakers", "statement"),
    ("labels", "statement"),
    ("doubts", "statement"),
)
