"""Hubs for tests: a database with its tables, a lead and coders, and what they send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import psycopg

from annotator.batch import ALL, Batch, Item, Line, Spot, StepItem, for_coder
from annotator.sync.postgresql.address import Address, parse
from annotator.sync.postgresql.hub import Hub
from annotator.sync.postgresql.invite import invite, setup_sql
from tests.postgresql import OWNER, Cluster

ARTICLE = "0123456789abcdef"
_NUMBERS = count(1)


class Team:
    """A hub in a database of its own, and the addresses of its members by coder."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.database = f"hub_{next(_NUMBERS)}"
        # As with a hired server, the owner may make roles and is not a superuser: policies hold for it, too.
        self.run(f"create role {self.database} login createrole password '{self.database}'", database="postgres")
        self.run(f"create database {self.database} owner {self.database}", database="postgres")
        self.administer(setup_sql())
        self.addresses: dict[str, str] = {}
        self.streams: dict[str, str] = {}
        self._hubs: list[Hub] = []
        self.admit("lead", is_lead=True)

    def administer(self, sql: str) -> None:
        """What the administrator types, as the owner of the database."""
        with psycopg.connect(self.cluster.url(self.database, self.database, self.database), autocommit=True) as c:
            c.execute(sql.encode())

    def run(self, sql: str, database: str | None = None) -> None:
        """What a superuser types."""
        with psycopg.connect(self.cluster.url(database or self.database), autocommit=True) as c:
            c.execute(sql.encode())

    def admit(self, coder: str, *, is_lead: bool = False) -> Hub:
        """Invite a coder, and let them in."""
        invited = invite(coder, self.address(), is_lead=is_lead)
        self.administer(invited.sql)
        self.addresses[coder] = invited.address
        self.streams[coder] = str(uuid4())
        return self.hub(coder)

    def address(self, coder: str = "") -> Address:
        """A coder's address; without a coder, a superuser's."""
        return parse(self.addresses[coder] if coder else self.cluster.url(self.database))

    def hub(self, coder: str) -> Hub:
        """A new connection of a coder."""
        self._hubs.append(Hub(self.address(coder)))
        return self._hubs[-1]

    @contextmanager
    def session(self, coder: str = "") -> Iterator[psycopg.Connection[Any]]:
        """A coder who types SQL by hand; without a coder, a superuser."""
        with psycopg.connect(**self.address(coder).settings, autocommit=True) as c:  # type: ignore[arg-type]
            yield c

    def push(self, coder: str, *items: Item, stream: str | None = None) -> Batch:
        """A coder sends the next batch of their stream."""
        hub = self.hub(coder)
        one = stream or self.streams[coder]
        batch = Batch(stream=one, first=(n := hub.last(one) + 1), last=n, items=items)
        hub.push(batch)
        hub.close()
        return batch

    def plan(self, *items: StepItem) -> None:
        """The lead changes the plan."""
        self.push("lead", *items)

    def seen_by(self, coder: str) -> list[Item]:
        """Everything that a coder can pull."""
        hub = self.hub(coder)
        found = [item for stream in hub.streams() for batch in hub.pull(stream, 0) for item in batch.items]
        hub.close()
        return found

    def steps_seen_by(self, coder: str) -> set[str]:
        """The ids of the steps that a coder can pull."""
        return {item.step_id for item in self.seen_by(coder) if isinstance(item, StepItem)}

    def close(self) -> None:
        """Leave the database and drop it with its roles."""
        for hub in self._hubs:
            hub.close()
        self.run(f"drop database {self.database} with (force)", database="postgres")


def line(n: int, entity: str, key: list[Any], after: Any, before: Any = None) -> Line:
    """A change; its checksum is not looked at by a hub."""
    earlier, later = (None if one is None else json.dumps(one) for one in (before, after))
    return Line(n, entity, json.dumps(key), earlier, later, None, None, 7)


def step(coder: str, *lines: Line, audience: str = ALL, at: str = "", step_id: str = "") -> StepItem:
    """A step of a coder."""
    return StepItem(
        audience=audience,
        step_id=step_id or str(uuid4()),
        coder=coder,
        at=at or f"2026-11-02T08:00:00.{next(_NUMBERS):06}Z",
        what="test",
        did="do",
        of=None,
        spot=Spot(ARTICLE, 0),
        seen=0,
        changes=lines,
    )


def review(coder: str, position: int, article: str = ARTICLE, step_id: str = "") -> StepItem:
    """A coder is done with a paragraph."""
    return step(coder, line(0, "review", [article, position], {"state": "no claim"}), step_id=step_id)


def assignment(
    coder: str, phase: str, first: int, last: int, *, article: str = ARTICLE, holds: bool = True
) -> StepItem:
    """The lead gives a coder paragraphs, or takes them back."""
    after = {"batch": "one", "position": 0, "due_at": None} if holds else None
    return step(
        "annotator", line(0, "assignment", [coder, article, first, last, phase], after), audience=for_coder(coder)
    )


def phase(name: str, *, is_closed: bool = True, at: str = "") -> StepItem:
    """The lead closes a phase, or opens it again."""
    after = {"closed_at": "2026-11-03T08:00:00.000000Z"} if is_closed else None
    return step("annotator", line(0, "phase", [name], after), at=at)


def statement(coder: str, position: int, *, statement_id: str = "") -> tuple[StepItem, StepItem]:
    """A coder makes a statement, and labels it in a step of its own."""
    key = statement_id or str(uuid4())
    value = {
        "article_id": ARTICLE,
        "paragraph": position,
        "evidence": None,
        "note": None,
        "flag": False,
        "deleted": False,
    }
    return (
        step(coder, line(0, "statement", [key], value)),
        step(coder, line(0, "label", [key, "stance"], {"value": "support"})),
    )


__all__ = ["ARTICLE", "OWNER", "UUID", "Team", "assignment", "line", "phase", "review", "statement", "step"]
