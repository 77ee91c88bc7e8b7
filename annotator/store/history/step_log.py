"""The history as a log: filter its lines, undo a coder's steps since a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from annotator.errors import UsageError
from annotator.store.file.connection import Connection
from annotator.store.file.timestamps import stamp
from annotator.store.history.history import History, Undone
from annotator.store.tables.aggregated import AGGREGATE
from annotator.store.tables.study.draws import DRAW


class LogFilter(NamedTuple):
    """Which lines of the history; None is every one.

    Attributes:
        coder: Of this coder.
        since: From this time on.
        until: Before this time.
        article: About this article, by its id.
        statement: About this statement, by its id.
        entity: About this kind of record.
    """

    coder: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    article: str | None = None
    statement: str | None = None
    entity: str | None = None


def lines(c: Connection, wanted: LogFilter, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """The lines of the history, oldest first; with a limit, the latest so many."""
    where, parameters = _where(wanted)
    order = "t.at desc, t.step_id desc, x.n desc" if limit is not None else "t.at, t.step_id, x.n"
    # Step by step, each from its index: otherwise all changes are read and sorted, whatever the limit.
    rows = c.stream(
        "select t.step_id, t.at, n.name, t.kind, t.what, x.entity, x.key, x.before, x.after"
        " from steps t indexed by steps_time cross join coders n on n.id = t.coder"
        " cross join changes x on x.step = t.id"
        f" where {where} order by {order} limit ?",
        (*parameters, -1 if limit is None else limit),
    )
    for row in reversed(list(rows)) if limit is not None else rows:
        yield {
            "step_id": row[0],
            "at": row[1],
            "coder": row[2],
            "kind": row[3],
            "what": row[4],
            "entity": row[5],
            "key": json.loads(row[6]),
            "before": None if row[7] is None else json.loads(row[7]),
            "after": None if row[8] is None else json.loads(row[8]),
        }


def last_day(c: Connection) -> str | None:
    """The day of the latest step; None without any."""
    row = c.one("select substr(max(at), 1, 10) from steps")
    return row[0] if row else None


def _where(wanted: LogFilter) -> tuple[str, list[Any]]:
    # The labels of an aggregated layer and the candidates of a draw are many; other lines tell of them.
    parts, parameters = [f"x.entity <> '{name}'" for name in (AGGREGATE, DRAW) if name != wanted.entity], list[Any]()
    for sql, value in (
        ("n.name = ?", wanted.coder),
        ("t.at >= ?", wanted.since and stamp(wanted.since)),
        ("t.at < ?", wanted.until and stamp(wanted.until)),
        ("x.entity = ?", wanted.entity),
        ("json_extract(x.key, '$[0]') = ?", wanted.statement),
    ):
        if value is not None:
            parts.append(sql)
            parameters.append(value)
    if wanted.article is not None:
        parts.append(
            "(json_extract(x.key, '$[0]') = ? or json_extract(coalesce(x.after, x.before), '$.article_id') = ?"
            " or exists (select 1 from statements s join paragraphs p on p.id = s.paragraph"
            " join articles a on a.id = p.article where s.statement_id = json_extract(x.key, '$[0]')"
            " and a.article_id = ?))"
        )
        parameters += [wanted.article] * 3
    return " and ".join(parts), parameters


def steps_since(c: Connection, coder: str, moment: datetime) -> list[tuple[str, str]]:
    """A coder's steps since a time, without undone ones: time and words, latest first."""
    return [
        (at, what)
        for at, what in c.all(
            "select s.at, s.what from steps s join coders n on n.id = s.coder where n.name = ? and s.kind = 'do'"
            " and s.at >= ? and coalesce((select kind from steps u where u.of = s.id"
            " order by u.at desc, u.step_id desc limit 1), 'redo') = 'redo' order by s.at desc, s.step_id desc",
            (coder, stamp(moment)),
        )
    ]


def undo_to(c: Connection, history: History, coder: str, moment: datetime, by: str | None = None) -> list[Undone]:
    """Undo all of a coder's steps since a time, in one transaction, latest first.

    Raises:
        UsageError: The project does not have this coder.
    """
    row = c.one("select id from coders where name = ?", (coder,))
    if row is None:
        raise UsageError("this project has no coder with that name")
    with c.write():
        return [undone for _ in steps_since(c, coder, moment) if (undone := history.undo(int(row[0]), by=by))]


def moment_of(text: str, now: datetime | None = None) -> datetime:
    """Parse a time: ISO 8601 with or without a time zone, a time of today, or "10m", "2h", "3d" ago.

    Raises:
        UsageError: The text has another form.
    """
    from datetime import time, timedelta

    here = (now or datetime.now(UTC)).astimezone()
    tidy = text.strip()
    units = {"m": "minutes", "h": "hours", "d": "days"}
    if tidy[:-1].isdecimal() and tidy[-1:] in units and len(tidy) < 8:
        return here - timedelta(**{units[tidy[-1]]: int(tidy[:-1])})
    try:
        return datetime.combine(here.date(), time.fromisoformat(tidy), here.tzinfo)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(tidy)
    except ValueError as error:
        raise UsageError(
            f"{text[:40]!r} is not a valid time; write 2026-11-20T14:30, 14:30, or 10m, 2h, 3d (ago)"
        ) from error
    return found.astimezone() if found.tzinfo is None else found
