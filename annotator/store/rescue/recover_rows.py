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
from annotator.store.rescue.sqlite_pages import Pages

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
        lost: What is not there, a sentence each.
    """

    c: Connection
    whole: set[str]
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
    with c.write():
        for table, names in layout.items():
            before = len(pages.lost)
            for row in pages.rows(roots[table]) if table in roots else ():
                _keep(c, table, names, row.rowid, row.values)
            if table in roots and len(pages.lost) == before:
                whole.add(table)
        is_all_there = set(layout) <= set(roots)
        # The index that keeps coders' names unique holds them once more.
        for row in pages.rows(roots[_NAMES]) if _NAMES in roots else ():
            c.execute("insert or ignore into coders (name, id) values (?, ?)", row.values[:2])
        if pages.lost or not is_all_there:
            _keep_strays(c, pages, layout)
    lost = [] if pages.has_header else ["the beginning of the file is gone"]
    if not is_all_there:
        lost.append("the list of tables is damaged; rows were told apart by what they hold")
    if pages.lost:
        lost.append(f"{len(pages.lost)} pages of {pages.n} are illegible in whole or in part")
    return Legible(c, whole, lost)


_NAMES = "sqlite_autoindex_coders_1"


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


def _keep(c: Connection, table: str, names: Collection[str], rowid: int | None, values: tuple[Any, ...]) -> None:
    if len(values) > len(names):
        return
    row = list(values) + [None] * (len(names) - len(values))
    if rowid is not None and row[0] is None:
        row[0] = rowid
    c.execute(f"insert or ignore into {table} values ({', '.join('?' * len(names))})", row)


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
