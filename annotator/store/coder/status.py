"""Progress of each coder and of the project."""

from __future__ import annotations

from typing import Any

from annotator.codebook.model import Codebook
from annotator.store.file.connection import Connection
from annotator.store.file.timestamps import now
from annotator.store.tables import done_runs as progress
from annotator.store.tables.articles import Articles
from annotator.store.tables.coders import CODES
from annotator.store.tables.incomplete import places
from annotator.store.tables.recode_queue import n_doubts
from annotator.store.tables.removed_articles import is_present, n_present_paragraphs, n_removed
from annotator.store.tables.study.assignments import Assigned

_TIMED = "from reviews where coder = ? and seconds > 0 and state in ('coded', 'no claim', 'furniture', 'duplicate')"
"""The paragraphs that a coder is done with and whose time is known."""

_TIMED_STATEMENTS = (
    "from (select r.seconds, (select count(*) from statements s where s.coder = r.coder and s.paragraph = r.paragraph"
    " and s.deleted = 0) as n from reviews r where r.coder = ? and r.seconds > 0 and r.state = 'coded') where n > 0"
)
"""The coded paragraphs with statements, whose time is known."""


def status(c: Connection, codebook: Codebook) -> dict[str, Any]:
    """The project and its coders in numbers, as `annotator status --json` writes them.

    `seconds` of a paragraph is the time a coder spent on it; the medians and the pace count the paragraphs that they
    are done with, and `hours_left` is the time for what is left at that pace. `n_removed` articles were taken out of
    the project, and nothing counts them. `outside` counts finished paragraphs that were not assigned to a coder who has
    assignments. `missing` lists the required labels that finished work lacks.
    """
    with c.read():
        n_articles, n_paragraphs = len(Articles(c)), n_present_paragraphs(c)
        coders = c.all(
            "select id, name, kind from coders k where name <> 'annotator' and recheck_of is null"
            f" and {CODES} order by name"
        )
        is_planned = c.one("select 1 from assignments where recorder = coder limit 1") is not None
        return {
            "codebook": codebook.name,
            "codebook_version": codebook.version,
            "n_articles": n_articles,
            "n_paragraphs": n_paragraphs,
            "n_removed": n_removed(c),
            "coders": [_coder(c, n_paragraphs, *row, is_planned=is_planned) for row in coders],
            "missing": places(c, codebook),
        }


def n_outside(c: Connection) -> dict[str, int]:
    """Number of finished paragraphs outside the assignment, by coder; coders without an assignment have none."""
    coders = c.all("select name, id from coders where recheck_of is null order by name")
    counts = {name: _n_outside(c, coder) for name, coder in coders}
    return {name: n for name, n in counts.items() if n}


def _coder(c: Connection, n_paragraphs: int, coder: int, name: str, kind: str, *, is_planned: bool) -> dict[str, Any]:
    assigned = Assigned(c, coder)
    n_done = progress.n_done(c, coder)
    if assigned.is_planned:
        done, left = assigned.progress()
    else:
        # With a plan, and for a model, nothing is left that nobody gave them.
        done, left = n_done, 0 if is_planned or kind != "human" else n_paragraphs - n_done
        again = assigned.progress()[1] if assigned.exist else 0
        done, left = done - again, left + again
    there = is_present("paragraph")
    flagged = c.one(f"select count(*) from reviews where coder = ? and flag = 1 and {there}", (coder,))
    statements = c.one(f"select count(*) from statements where coder = ? and deleted = 0 and {there}", (coder,))
    states = c.all(
        f"select state, count(*) from reviews where coder = ? and {there} group by state order by state", (coder,)
    )
    times = c.one(f"select count(*), coalesce(sum(seconds), 0) {_TIMED}", (coder,)) or (0, 0.0)
    return {
        "coder": name,
        "kind": kind,
        "done": done,
        "left": left,
        "outside": _n_outside(c, coder),
        "in_doubt": n_doubts(c, coder),
        "flagged": flagged[0] if flagged else 0,
        "statements": statements[0] if statements else 0,
        "states": dict(states),
        "phases": _phases(c, coder),
        "median_seconds": _median(c, coder, "seconds", _TIMED),
        "median_seconds_statement": _median(c, coder, "seconds / n", _TIMED_STATEMENTS),
        "paragraphs_per_hour": round(times[0] * 3600 / times[1], 1) if times[0] else None,
        "hours_left": round(left * times[1] / times[0] / 3600, 2) if times[0] else None,
    }


def _n_outside(c: Connection, coder: int) -> int:
    """Paragraphs that a coder with an assignment finished outside of it; rechecks do not count."""
    row = c.one(
        f"select count(*), coalesce(sum((last - first + 1 - n_left) * {is_present('first')}), 0) from assignments"
        " where recorder = ?",
        (coder,),
    )
    return progress.n_done(c, coder) - int(row[1]) if row and row[0] else 0


def _phases(c: Connection, coder: int) -> list[dict[str, Any]]:
    """Done and left in each phase in which the coder has something to code."""
    rows = c.all(
        "select phase, sum(last - first + 1 - n_left), sum(n_left) from assignments where coder = ? and"
        f" (due_at is null or due_at <= ?) and {is_present('first')} group by phase order by min(position)",
        (coder, now()),
    )
    return [{"phase": phase, "done": done, "left": left} for phase, done, left in rows]


def _median(c: Connection, coder: int, value: str, rows: str) -> float | None:
    """The median of a value over the rows of a coder, to a millisecond."""
    row = c.one(f"select count(*) {rows}", (coder,))
    n = row[0] if row else 0
    if not n:
        return None
    middle = c.all(f"select {value} as s {rows} order by s limit ? offset ?", (coder, 2 - n % 2, (n - 1) // 2))
    return round(float(sum(seconds for (seconds,) in middle)) / len(middle), 3)
