"""Runs of finished paragraphs per coder, to find the next uncoded one quickly."""

from __future__ import annotations

from annotator.store.file.connection import Connection
from annotator.store.tables.removed_articles import end_of_removed, is_present, is_removed


def mark_done(c: Connection, coder: int, paragraph: int) -> None:
    """Add a finished paragraph, joining the runs that it touches; not one of a removed article."""
    if _run_at(c, coder, paragraph) is not None or is_removed(c, paragraph):
        return
    before = _run_at(c, coder, paragraph - 1)
    after = c.one("select first, last from done_runs where coder = ? and first = ?", (coder, paragraph + 1))
    first = before[0] if before else paragraph
    last = after[1] if after else paragraph
    if after:
        c.execute("delete from done_runs where coder = ? and first = ?", (coder, after[0]))
    c.execute(
        "insert into done_runs (coder, first, last) values (?, ?, ?)"
        " on conflict (coder, first) do update set last = excluded.last",
        (coder, first, last),
    )
    _count(c, coder, paragraph, -1)


def mark_left(c: Connection, coder: int, paragraph: int) -> None:
    """Take a paragraph out of the finished ones, splitting the run that holds it."""
    run = _run_at(c, coder, paragraph)
    if run is None:
        return
    first, last = run
    c.execute("delete from done_runs where coder = ? and first = ?", (coder, first))
    parts = [(coder, first, paragraph - 1), (coder, paragraph + 1, last)]
    c.executemany("insert into done_runs (coder, first, last) values (?, ?, ?)", [p for p in parts if p[1] <= p[2]])
    _count(c, coder, paragraph, 1)


def _count(c: Connection, coder: int, paragraph: int, n: int) -> None:
    """Update the count of paragraphs left in this paragraph's assignment, if any."""
    c.execute(
        "update assignments set n_left = n_left + ? where last >= ? and id ="
        " (select id from assignments where recorder = ? and first <= ? order by first desc limit 1)",
        (n, paragraph, coder, paragraph),
    )


def next_left(c: Connection, coder: int, after: int) -> int | None:
    """The first unfinished paragraph after this one; after the last, the first of all."""
    for start in (after + 1, 1):
        at: int | None = start
        while at is not None:
            run = _run_at(c, coder, at)
            row = c.one("select min(id) from paragraphs where id >= ?", (run[1] + 1 if run else at,))
            at = int(row[0]) if row and row[0] is not None else None
            if at is None or _run_at(c, coder, at) is not None:
                continue
            end = end_of_removed(c, at)
            if end is None:
                return at
            at = end + 1
    return None


def first_left(c: Connection, coder: int, first: int, last: int) -> int | None:
    """The first unfinished paragraph of a range inside one article; None in a removed one."""
    if first > last or is_removed(c, first):
        return None
    run = _run_at(c, coder, first)
    at = run[1] + 1 if run else first
    return at if at <= last else None


def n_left(c: Connection, coder: int, first: int, last: int) -> int:
    """Number of unfinished paragraphs in a range inside one article; none is left in a removed one."""
    return 0 if is_removed(c, first) else last - first + 1 - n_done(c, coder, first, last)


def n_done(c: Connection, coder: int, first: int = 1, last: int | None = None) -> int:
    """Number of finished paragraphs in a range."""
    end = last if last is not None else (1 << 62)
    row = c.one(
        # Runs are apart from each other, so the last that begins before the range is the first that can reach into it.
        "select coalesce(sum(min(last, ?3) - max(first, ?2) + 1), 0) from done_runs where coder = ?1 and first <= ?3"
        " and first >= coalesce((select max(first) from done_runs where coder = ?1 and first <= ?2), ?2)"
        " and last >= ?2",
        (coder, first, end),
    )
    return int(row[0]) if row else 0


def rebuild(c: Connection, coder: int) -> None:
    """Rebuild the runs from the reviews, after a bulk write."""
    c.execute("delete from done_runs where coder = ?", (coder,))
    c.execute(
        "insert into done_runs (coder, first, last)"
        " select ?, min(paragraph), max(paragraph) from ("
        "  select paragraph, paragraph - row_number() over (order by paragraph) as run from reviews"
        "  where coder = ? and state in ('coded', 'no claim', 'furniture', 'duplicate')"
        f"  and {is_present('paragraph')})"
        " group by run",
        (coder, coder),
    )


def _run_at(c: Connection, coder: int, paragraph: int) -> tuple[int, int] | None:
    """The run that holds this paragraph, if one does."""
    row = c.one(
        "select first, last from done_runs where coder = ? and first <= ? order by first desc limit 1",
        (coder, paragraph),
    )
    return (int(row[0]), int(row[1])) if row and row[1] >= paragraph else None
