"""What is legible of a damaged file, page by page, as rows in tables without rules."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from annotator.errors import AnnotatorError
from annotator.model import ROLES, STATES
from annotator.store.file.connection import Connection, plain_connection
from annotator.store.file.schema import columns
from annotator.store.history.record_types import ENTITIES
from annotator.store.rescue.sqlite_pages import Pages, Row
from annotator.text.counted import counted

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
_JSON = re.compile(r"[\[{\"0-9tfn-]")
_FORMS = {
    "at": _TIME,
    **dict.fromkeys(("step_id", "statement_id", "speaker_id", "gold_id", "merge_id"), _UUID),
    **dict.fromkeys(("document", "metadata", "key", "before", "after", "draft"), _JSON),
    "article_id": re.compile(r"[0-9a-f]{16}$"),
    "codebook_id": re.compile(r"[0-9a-f]{12}$"),
    "sha256": re.compile(r"[0-9a-f]{64}$"),
    **{
        name: re.compile("(" + "|".join(map(re.escape, words)) + ")$")
        for name, words in (("state", STATES), ("role", ROLES), ("entity", tuple(ENTITIES)))
    },
    "kind": re.compile(r"(human|model|pre-annotation|do|undo|redo|step|article|coder)$"),
}
"""What the text of a column looks like, wherever the column is."""


class Legible(NamedTuple):
    """The legible rows, in tables without rules.

    Attributes:
        c: Where they are.
        whole: The tables of which no page is lost.
        indexed: Values that indexes repeat: the row of each coder's name, codebook's id and so on, each step's coder,
            and the step that an undo took back.
        lost: What is not there, a sentence each.
    """

    c: Connection
    whole: set[str]
    indexed: dict[str, dict[Any, Any]]
    lost: list[str]


@contextmanager
def legible(damaged: Path) -> Iterator[Legible]:
    """The legible rows of a copy of a file, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="annotator-") as folder:
        copy = Path(folder) / "copy.db"
        for part in ("", "-wal", "-journal"):
            if Path(f"{damaged}{part}").exists():
                shutil.copyfile(f"{damaged}{part}", f"{copy}{part}")
        _fold(copy)
        loose = Path(folder) / "loose.db"
        c = plain_connection(loose)
        try:
            yield _read_pages(copy, c)
        finally:
            c.close()


def _fold(copy: Path) -> None:
    """Let SQLite play its journals back, if it still can."""
    with suppress(AnnotatorError):
        c = Connection(copy)
        try:
            c.execute("pragma wal_checkpoint(truncate)")
        finally:
            c.close()


def _read_pages(path: Path, c: Connection) -> Legible:
    pages = Pages(path)
    layout = columns()
    for table, names in layout.items():
        c.execute(f"create table {table} ({', '.join(names)})")
        key = ", ".join(list(names)[: _KEYS.get(table, 1)])
        c.execute(f"create unique index once_{table} on {table} ({key})")
    roots = pages.roots()
    whole: set[str] = set()
    indexed = _read_indexes(pages, roots)
    with c.write():
        for table, names in layout.items():
            before = len(pages.lost)
            rows = _renumbered(table, list(names), list(pages.rows(roots[table]) if table in roots else ()), indexed)
            are_kept = [_keep(c, table, names, row.rowid, row.values) for row in rows]
            if table in roots and len(pages.lost) == before and all(are_kept):
                whole.add(table)
        is_all_there = set(layout) <= set(roots)
        if pages.lost or not is_all_there:
            _keep_strays(c, pages, layout)
    lost = [] if pages.has_header else ["the beginning of the file is gone"]
    if not is_all_there:
        lost.append("the list of tables is damaged; rows were told apart by what they hold")
    if pages.lost:
        lost.append(f"illegible in whole or in part: {counted(len(pages.lost), 'page')} of {pages.n}")
    return Legible(c, whole, indexed, lost)


def _read_indexes(pages: Pages, roots: dict[str, int]) -> dict[str, dict[Any, Any]]:
    """The values that indexes repeat. If a table and its index differ, one of them is damaged."""
    found: dict[str, dict[Any, Any]] = {}
    for name, (index, key, value) in _INDEXES.items():
        rows = [row.values for row in pages.rows(roots[index])] if index in roots else []
        found[name] = {row[key]: row[value] for row in rows if len(row) > max(key, value)}
    return found


def _renumbered(table: str, names: list[str], rows: list[Row], indexed: dict[str, dict[Any, Any]]) -> list[Row]:
    """The rows of a table, each with the row number in its index, unless another row has that number."""
    if table not in _UNIQUE:
        return rows
    place, taken = names.index(_UNIQUE[table]), {row.rowid for row in rows}
    found = []
    for row in rows:
        said = indexed[table].get(row.values[place]) if len(row.values) > place else None
        is_better = isinstance(said, int) and said not in taken
        found.append(Row(said, row.values) if is_better else row)
    return found


_UNIQUE = {"articles": "article_id", "codebooks": "codebook_id", "coders": "name", "steps": "step_id"}
"""Tables whose row numbers other tables use, and their first unique column."""

_INDEXES = {
    **{table: (f"sqlite_autoindex_{table}_1", 0, 1) for table in _UNIQUE},
    "steps coder": ("steps_coder", 1, 0),
    "steps of": ("steps_of", 1, 0),
}
"""Indexes, and the places of their key and value columns."""


def _keep_strays(c: Connection, pages: Pages, layout: dict[str, dict[str, str]]) -> None:
    for has_rowid, row in pages.strays():
        found = _table_of(layout, row.values, has_rowid=has_rowid)
        if found is not None:
            _keep(c, found, layout[found], row.rowid, row.values)


_KEYS = {
    "meta": 1,
    "reviews": 2,
    "labels": 2,
    "paragraph_labels": 3,
    "article_labels": 3,
    "statement_speakers": 2,
    "aliases": 2,
    "done_runs": 2,
    "merged": 3,
}
"""How many columns make the key of the tables without a row number."""


def _keep(c: Connection, table: str, names: Collection[str], rowid: int | None, values: tuple[Any, ...]) -> bool:
    """Keep a row; return whether it fits the table."""
    if len(values) > len(names) or (table not in _MENDED and any(isinstance(value, bytes) for value in values)):
        return False
    row = list(values) + [None] * (len(names) - len(values))
    if rowid is not None and row[0] is None:
        row[0] = rowid
    marks = ", ".join("?" * len(names))
    if c.execute(f"insert or ignore into {table} values ({marks})", row).rowcount:
        return True
    if table != "changes":
        return False
    # Two lines cannot have one number, and nothing uses it.
    row[0] = None
    c.execute(f"insert into {table} values ({marks})", row)
    return True


_MENDED = ("articles", "changes", "codebook_steps", "codebooks", "steps")
"""Tables whose text may be damaged UTF-8: a hash or checksum allows mending it."""


def _table_of(layout: dict[str, dict[str, str]], values: tuple[Any, ...], *, has_rowid: bool) -> str | None:
    """The table that a row found astray must come from, by what its columns hold."""
    fitting = [
        (score, table)
        for table, types in layout.items()
        if (table not in _KEYS) == has_rowid and len(values) == len(types) and (score := _fit(types, values)) >= 0
    ]
    return max(fitting)[1] if fitting and (len(fitting) == 1 or max(fitting)[0] > 1) else None


_TYPES: dict[str, tuple[type, ...]] = {"INTEGER": (int,), "TEXT": (str,), "REAL": (int, float)}


def _fit(types: dict[str, str], values: tuple[Any, ...]) -> int:
    """How many columns hold what only such a column holds; -1 if one holds what it cannot."""
    score = 0
    for (name, type_), value in zip(types.items(), values, strict=True):
        if value is None:
            continue
        if not isinstance(value, _TYPES.get(type_.upper(), (object,))):
            return -1
        form = _FORMS.get(name) or (_TIME if name.endswith("_at") else None)
        if form is not None and not form.match(str(value)):
            return -1
        score += form is not None
    return score
