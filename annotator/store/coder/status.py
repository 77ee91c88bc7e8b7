"""Progress of each coder and of the project."""

from __future__ import annotations

from typing import Any

from annotator.store.file.connection import Connection
from annotator.store.tables import done_runs as progress
from annotator.store.tables.assignments import Assigned


def status(c: Connection, codebook: tuple[str, str]) -> dict[str, Any]:
    """The project and its coders in numbers, as `annotator status --json` writes them.

    `seconds` of a paragraph is the time a coder spent on it; the median counts the paragraphs they are done with.
    """
    with c.read():
        totals = c.one("select coalesce(max(id), 0), (select coalesce(max(id), 0) from paragraphs) from articles")
        n_articles, n_paragraphs = totals or (0, 0)
        coders = c.all(
            "select id, name, kind from coders where name <> 'annotator' and recheck_of is null order by name"
        )
        return {
            "codebook": codebook[0],
            "codebook_version": codebook[1],
            "n_articles": n_articles,
            "n_paragraphs": n_paragraphs,
            "coders": [_coder(c, n_paragraphs, *row) for row in coders],
        }


def _coder(c: Connection, n_paragraphs: int, coder: int, name: str, kind: str) -> dict[str, Any]:
    assigned = Assigned(c, coder)
    n_done = progress.n_done(c, coder)
    done, left = assigned.progress() if assigned.exist else (n_done, n_paragraphs - n_done)
    flagged = c.one("select count(*) from reviews where coder = ? and flag = 1", (coder,))
    statements = c.one("select count(*) from statements where coder = ? and deleted = 0", (coder,))
    states = c.all("select state, count(*) from reviews where coder = ? group by state order by state", (coder,))
    return {
        "coder": name,
        "kind": kind,
        "done": done,
        "left": left,
        "flagged": flagged[0] if flagged else 0,
        "statements": statements[0] if statements else 0,
        "states": dict(states),
        "median_seconds": _median_seconds(c, coder),
    }


def _median_seconds(c: Connection, coder: int) -> float | None:
    where = "from reviews where coder = ? and seconds > 0 and state in ('coded', 'no claim', 'furniture', 'duplicate')"
    row = c.one(f"select count(*) {where}", (coder,))
    n = row[0] if row else 0
    if not n:
        return None
    middle = c.all(f"select seconds {where} order by seconds limit ? offset ?", (coder, 2 - n % 2, (n - 1) // 2))
    return round(float(sum(seconds for (seconds,) in middle)) / len(middle), 3)
