"""Mark of the last fold: what the state was made from, so that the next one need not read the whole history."""

from __future__ import annotations

import json
from typing import NamedTuple

from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta, write_meta
from annotator.store.history.statement_order import unlaid_statements
from annotator.store.tables.json_values import dumps

_FOLDED, _ORPHANS = "folded", "orphans"


class FoldMark(NamedTuple):
    """What the state was made from.

    Attributes:
        change: The row of the newest change then; what was changed since was changed in this file, with its state.
        n_articles: Number of articles then.
        n_orphans: Number of records that wait for an article or a statement.
        branched: The rows of coders who worked in two files that did not know of each other.
        unlaid: The ids of statements whose beginning is not in the history, such as copies of disputed ones.
    """

    change: int
    n_articles: int
    n_orphans: int
    branched: frozenset[int]
    unlaid: tuple[str, ...]

    def may_place_orphans(self, c: Connection) -> bool:
        """Whether articles came since that records may have waited for."""
        return self.n_orphans > 0 and n_articles(c) != self.n_articles


def read_mark(c: Connection) -> FoldMark | None:
    """The mark of the last fold; None if records may be waiting that an older version did not count.

    A file that was never merged has the mark of this moment: its state is what its sessions wrote with each change.
    """
    orphans, folded = read_meta(c, _ORPHANS), read_meta(c, _FOLDED)
    if orphans is None and (
        read_meta(c, "packed_for") is not None or c.one("select 1 from merges limit 1") is not None
    ):
        return None
    if folded is None and orphans not in (None, "0"):
        return None
    if folded is None:
        is_merged = orphans is not None or c.one("select 1 from conflicts limit 1") is not None
        change = 0 if is_merged else newest_change(c)
        return FoldMark(change, n_articles(c), 0, branched_coders(c), unlaid_statements(c))
    change, n, branched, unlaid = json.loads(folded)
    return FoldMark(change, n, int(orphans or 0), frozenset(branched), tuple(unlaid))


def write_mark(c: Connection, n_orphans: int, branched: frozenset[int], unlaid: tuple[str, ...]) -> FoldMark:
    """Mark the state as made from everything that the history holds now."""
    mark = FoldMark(newest_change(c), n_articles(c), n_orphans, branched, unlaid)
    write_meta(c, _ORPHANS, str(n_orphans))
    write_meta(c, _FOLDED, dumps([mark.change, mark.n_articles, sorted(branched), unlaid]))
    return mark


def mark_beginning(c: Connection) -> None:
    """Mark a file that was never merged, without a long write."""
    with c.read():
        mark = read_mark(c) if read_meta(c, _FOLDED) is None else None
    if mark is None or mark.change == 0:
        return
    with c.write():
        # What was done meanwhile makes no coder branched.
        if read_meta(c, _FOLDED) is None:
            write_mark(c, mark.n_orphans, mark.branched, mark.unlaid)


def newest_change(c: Connection) -> int:
    """The row of the newest change; rows of changes are never given anew."""
    row = c.one("select coalesce(max(id), 0) from changes")
    return int(row[0]) if row else 0


def n_articles(c: Connection) -> int:
    """Number of articles."""
    row = c.one("select count(*) from articles")
    return int(row[0]) if row else 0


def branched_coders(c: Connection) -> frozenset[int]:
    """Search the history for coders who worked in two files that did not know of each other."""
    rows = c.all(
        "select distinct coder from (select coder, seen, row_number() over (partition by coder order by at, step_id)"
        " - 1 as earlier from steps) where seen < earlier"
    )
    return frozenset(coder for (coder,) in rows)
