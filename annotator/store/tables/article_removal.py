"""Remove an article, or put it back: the row, and what its removal changes in the counts of finished paragraphs."""

from __future__ import annotations

from annotator.model import DONE
from annotator.store.file.connection import Connection
from annotator.store.tables import done_runs as progress
from annotator.store.tables.json_values import Value
from annotator.store.tables.keys import Key, article_row

ARTICLE = "article"
"""The kind of record in the history; the key is the article's id."""

_DONE = ", ".join(f"'{state}'" for state in sorted(DONE))


def read_removal(c: Connection, _coder: int, key: Key) -> Value:
    """The removal of an article; None for an article of the project."""
    row = c.one("select 1 from removed r join articles a on a.id = r.article where a.article_id = ?", (key[0],))
    return None if row is None else {"removed": True}


def write_removal(c: Connection, key: Key, value: Value) -> None:
    """Remove an article; None puts it back.

    Raises:
        StoreError: The article is not in this file.
    """
    article = article_row(c, key[0])
    if value is None:
        c.execute("delete from removed where article = ?", (article,))
    if not c.is_in_bulk:
        _count(c, article, is_removed=value is not None)
    if value is not None:
        c.execute("insert into removed (article) values (?) on conflict do nothing", (article,))


def _count(c: Connection, article: int, *, is_removed: bool) -> None:
    """Count an article's finished paragraphs, and what is left in its assignments: nothing while it is removed."""
    ends = c.one("select min(id), max(id) from paragraphs where article = ?", (article,)) or (1, 0)
    if not is_removed:
        _count_left(c, *ends, is_removed=False)
    for coder, paragraph in c.all(
        f"select coder, paragraph from reviews where paragraph between ? and ? and state in ({_DONE})", ends
    ):
        (progress.mark_left if is_removed else progress.mark_done)(c, coder, paragraph)
    if is_removed:
        _count_left(c, *ends, is_removed=True)


def _count_left(c: Connection, first: int, last: int, *, is_removed: bool) -> None:
    runs = c.all(
        "select s.id, s.recorder, s.first, s.last from coders n cross join assignments s on s.recorder = n.id"
        " and s.first between ? and ?",
        (first, last),
    )
    c.executemany(
        "update assignments set n_left = ? where id = ?",
        [(0 if is_removed else progress.n_left(c, *run), row) for row, *run in runs],
    )
