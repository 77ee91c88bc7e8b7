"""Recall: skipped paragraphs are drawn, hidden among others and read again, to estimate what everybody missed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from annotator.errors import UsageError
from annotator.model import RECHECK
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.draw_sample import METHOD, Drawn, Unit, draw
from annotator.store.file.timestamps import now, stamp
from annotator.store.store import Store
from annotator.store.tables.removed_articles import REMOVED
from annotator.store.tables.study.assignments import RECALL, second_self
from annotator.store.tables.study.draws import Draw, read_draws
from annotator.text.terminal_text import one_line

BESIDE = f"{RECALL}, others"
"""The batch of the paragraphs with statements that hide the skipped ones."""


class Plan(NamedTuple):
    """What comes back: skipped paragraphs, and others with statements among them."""

    skipped: Drawn
    beside: Drawn | None
    n_skipped: int
    """Paragraphs that everybody skipped, from which it was drawn."""

    @property
    def n_drawn(self) -> int:
        """Skipped paragraphs that come back."""
        return sum(map(len, self.skipped.units.values()))

    @property
    def n_beside(self) -> int:
        """Other paragraphs among them."""
        return 0 if self.beside is None else sum(map(len, self.beside.units.values()))


class ReadAgain(NamedTuple):
    """One draw of skipped paragraphs, and what was found in them.

    Attributes:
        drawn_at: When it was drawn.
        coders: Who reads them again.
        seed: The seed of the draw.
        n_skipped: Paragraphs that everybody had skipped.
        n_drawn: Those that were drawn.
        statements: Number of statements in each that was read again.
    """

    drawn_at: str
    coders: tuple[str, ...]
    seed: int
    n_skipped: int
    n_drawn: int
    statements: tuple[int, ...]


class Recall:
    """Draws skipped paragraphs of a project to be read again, and tells what was found."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._c = store.connection
        self._plan = AssignmentPlan(store)

    def draw(self, coders: Sequence[str], share: str, *, seed: int = 0) -> Plan:
        """Draw a share of the paragraphs that everybody skipped; write nothing.

        A paragraph is skipped if somebody is done with it, nobody set it aside, and nobody has a statement in it.
        Paragraphs that come back already, and those of training, are left out.

        Raises:
            UsageError: The share is not one, a coder is unknown, or nothing was skipped.
        """
        known = [one.name for one in self._store.coders()]
        for name in coders:
            if name not in known:
                raise UsageError(f"there is no coder {one_line(name)} in this project")
        if not self._store.codebooks.current().has_statements:
            raise UsageError("this codebook codes no statements, so none can be missed")
        skipped, others = self._times(has_statements=False), self._times(has_statements=True)
        if not skipped:
            raise UsageError("no paragraph was skipped by everybody who is done with it")
        n = _share_of(share, len(skipped))
        drawn = self._drawn(sorted(skipped), coders, n, seed)
        beside = self._drawn(sorted(others), coders, min(n, len(others)), seed) if others else None
        return Plan(drawn, beside, len(skipped))

    def put(self, plan: Plan, *, days: float) -> None:
        """Let the paragraphs come back, each so many days after it was last changed; record how they were drawn."""
        times = self._times(has_statements=False) | self._times(has_statements=True)
        with self._c.write():
            for batch, drawn in ((RECALL, plan.skipped), (BESIDE, plan.beside)):
                if drawn is not None and drawn.record is not None:
                    self._plan.record(drawn.record._replace(batch=batch, drawn_at=now()))
            for coder in plan.skipped.units:
                mine = [(unit, RECALL) for unit in plan.skipped.units[coder]]
                mine += [(unit, BESIDE) for unit in plan.beside.units[coder]] if plan.beside else []
                random.Random(f"mixed for {coder}").shuffle(mine)  # noqa: S311 (an order, no secret)
                self._put(coder, mine, times, days)

    def found(self) -> list[ReadAgain]:
        """Every draw of skipped paragraphs, oldest first, with what was found in those that were read again."""
        return [
            ReadAgain(
                one.drawn_at,
                tuple(one.loads),
                one.seed,
                len(one.candidates),
                one.n_drawn,
                tuple(
                    n
                    for coder, places in one.units.items()
                    for place in places
                    if (n := self._statements(coder, Unit(*one.candidates[place]))) is not None
                ),
            )
            for one in read_draws(self._c)
            if (one.phase, one.batch) == (RECHECK, RECALL)
        ]

    def _drawn(self, candidates: list[Unit], coders: Sequence[str], number: int, seed: int) -> Drawn:
        loads = dict.fromkeys(coders, 0)
        drawn = draw(candidates, coders, number=number, loads=loads, seed=seed)
        place = {unit: n for n, unit in enumerate(candidates)}
        record = Draw(
            method=METHOD,
            kind="paragraph",
            phase=RECHECK,
            batch=RECALL,
            drawn_at="",
            seed=seed,
            number=number,
            overlap="0",
            stratify=None,
            one_per_group=False,
            days=None,
            loads=loads,
            candidates=tuple(candidates),
            taken=(),
            units={coder: [place[unit] for unit in mine] for coder, mine in drawn.units.items()},
            overlapping=[],
        )
        return drawn._replace(record=record)

    def _put(self, coder: str, units: list[tuple[Unit, str]], times: dict[Unit, str], days: float) -> None:
        start = self._plan.next_position(coder)
        with self._store.history.step(self._store.program(), f"recall by {coder}") as step:
            for i, (unit, batch) in enumerate(units):
                due = stamp(datetime.fromisoformat(times[unit]) + timedelta(days=days))
                value = {"batch": batch, "position": start + i, "due_at": due}
                step.put("assignment", [coder, unit.article_id, unit.first, unit.last, RECHECK], value)

    def _times(self, *, has_statements: bool) -> dict[Unit, str]:
        """Finished paragraphs with or without statements, each with the time of its last change."""
        aside = ", ".join(f"'{phase}'" for phase in (RECHECK, *self._plan.training()))
        rows = self._c.all(
            "select a.article_id, p.position, max(r.updated_at) from reviews r join coders n on n.id = r.coder"
            " join paragraphs p on p.id = r.paragraph join articles a on a.id = p.article"
            f" where n.kind = 'human' and n.recheck_of is null and a.id not in {REMOVED}"
            " and r.state in ('coded', 'no claim', 'furniture', 'duplicate') group by p.id"
            " having sum(r.state in ('furniture', 'duplicate')) = 0"
            f" and {'' if has_statements else 'not '}exists (select 1 from statements s join coders m on m.id = s.coder"
            " where s.paragraph = p.id and s.deleted = 0 and m.kind = 'human' and m.recheck_of is null)"
            " and not exists (select 1 from assignments x where p.id between x.first and x.last"
            f" and x.phase in ({aside}))"
        )
        return {Unit(article_id, position, position): at for article_id, position, at in rows}

    def _statements(self, coder: str, unit: Unit) -> int | None:
        """The statements that a second reading found in a paragraph; None if it is not done."""
        row = self._c.one(
            "select (select count(*) from statements s where s.coder = r.coder and s.paragraph = r.paragraph"
            " and s.deleted = 0) from reviews r join coders n on n.id = r.coder join paragraphs p on p.id = r.paragraph"
            " join articles a on a.id = p.article where n.name = ? and a.article_id = ? and p.position = ?"
            " and r.state in ('coded', 'no claim', 'furniture', 'duplicate')",
            (second_self(coder, RECALL), unit.article_id, unit.first),
        )
        return None if row is None else int(row[0])


def _share_of(text: str, n: int) -> int:
    """Number of paragraphs that a share such as 5% is, rounded up.

    Raises:
        UsageError: It is not a share.
    """
    try:
        percent = float(text.strip().removesuffix("%"))
    except ValueError:
        percent = -1.0
    if not (text.strip().endswith("%") and 0 < percent <= 100):
        raise UsageError(f"{one_line(text)[:20]!r} is not a share; write it like 5%")
    return ceil(round(percent * n, 6) / 100)
