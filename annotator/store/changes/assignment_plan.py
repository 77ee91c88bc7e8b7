"""Assignments: draw plans, put them in force, withdraw them, close phases, draw rechecks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Literal, NamedTuple

from annotator.errors import UsageError
from annotator.importing.uncertainty import Doubt
from annotator.model import PHASES, RECHECK
from annotator.records import Selection
from annotator.store.changes.draw_by_doubt import FLOOR, by_unit, chances
from annotator.store.changes.draw_sample import METHOD, Drawn, Unit, draw, draw_again, recheck_sample
from annotator.store.file.timestamps import now, stamp
from annotator.store.store import Store
from annotator.store.tables.paragraph_runs import Runs
from annotator.store.tables.removed_articles import REMOVED, check_article
from annotator.store.tables.reprints import read_reprints
from annotator.store.tables.study.assignments import second_self
from annotator.store.tables.study.draws import DRAW, Draw, read_draws
from annotator.store.tables.study.named_facts import FEEDBACK, read_facts
from annotator.text.terminal_text import one_line

TRAINING = ("training", "pilot")
"""The phases that can give feedback."""

Kind = Literal["article", "paragraph"]
Stratum = Literal["source", "date"]


class Given(NamedTuple):
    """An assignment: its coder, paragraphs, phase, batch and number of paragraphs left."""

    coder: str
    article_id: str
    article: str
    first: int
    last: int
    phase: str
    batch: str
    position: int
    due_at: str | None
    n_left: int


class Pool(NamedTuple):
    """The units that a draw takes from, where they are not simply those that nobody has.

    Attributes:
        articles: Ids or names of chosen articles.
        has_gold: Whether only units with gold count.
        coders: The coders of the draw, who must not have had a unit; others may have. Empty: nobody may.
    """

    articles: tuple[str, ...] = ()
    has_gold: bool = False
    coders: tuple[str, ...] = ()


EVERYTHING = Pool()
"""Units that no phase has assigned to anybody yet."""


class AssignmentPlan:
    """The assignments of a project."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._c = store.connection

    def units(
        self, kind: Kind, stratum: Stratum | None = None, *, one_per_group: bool = False, pool: Pool = EVERYTHING
    ) -> list[Unit]:
        """Articles or paragraphs that can be assigned: those of the pool that no phase has assigned yet.

        Args:
            kind: What a unit is.
            stratum: What units are grouped by, if the draw is stratified.
            one_per_group: Whether only the first of the articles that are reprints of each other counts.
            pool: The units that the draw takes from.
        """
        return [unit for unit, is_given in self._eligible(kind, stratum, one_per_group, pool) if not is_given]

    def _eligible(
        self, kind: Kind, stratum: Stratum | None, one_per_group: bool, pool: Pool
    ) -> list[tuple[Unit, bool]]:
        """The articles or paragraphs of a pool, each with whether it is assigned already."""
        by = {None: "''", "source": "coalesce(a.source, '')", "date": "substr(coalesce(a.date, ''), 1, 7)"}[stratum]
        if kind == "article":
            sql = (
                f"select p.id, p.id + a.n_paragraphs - 1, a.article_id, 0, a.n_paragraphs - 1, {by} from articles a"
                f" join paragraphs p on p.article = a.id and p.position = 0 where a.id not in {REMOVED} order by a.id"
            )
        else:
            sql = (
                f"select p.id, p.id, a.article_id, p.position, p.position, {by} from paragraphs p join articles a"
                f" on a.id = p.article where p.role <> 'furniture' and a.id not in {REMOVED} order by p.id"
            )
        marks = ", ".join("?" * len(pool.coders))
        of_coders = f" and coder in (select id from coders where name in ({marks}))" if pool.coders else ""
        given = Runs(
            self._c.all(f"select first, last from assignments where phase <> 'recheck'{of_coders}", pool.coders)
        )
        groups = read_reprints(self._c) if one_per_group else {}
        chosen = {check_article(self._c, name) for name in pool.articles}
        gold = Runs(self._c.all("select paragraph, paragraph from verdicts")) if pool.has_gold else None
        return [
            (Unit(*row), given.meets(first, last))
            for first, last, *row in self._c.stream(sql)
            if groups.get(row[0], row[0]) == row[0]
            and (not chosen or row[0] in chosen)
            and (gold is None or gold.meets(first, last))
        ]

    def draw(
        self,
        coders: Sequence[str],
        *,
        kind: Kind = "article",
        overlap: str = "0",
        number: int | None = None,
        stratum: Stratum | None = None,
        one_per_group: bool = False,
        seed: int = 0,
        doubts: Sequence[Doubt] | None = None,
        floor: float = FLOOR,
        articles: Sequence[str] = (),
        feedback: bool = False,
    ) -> Drawn:
        """Draw a plan of unassigned units; write nothing.

        Chosen articles, and those of a phase with feedback, may have been given to others, but not to these coders.
        With feedback, only units with gold are drawn, if the project has gold. With `doubts`, a unit is the more likely
        to be drawn the more uncertain a model is of it, and never less likely than `floor` times as in an equal draw;
        units of which nothing is said count as without doubt.

        Raises:
            UsageError: Everything is assigned, a coder's name is not valid, or a chosen article cannot be given.
        """
        from annotator.store.tables.coders import coder_name

        names = [coder_name(name) for name in coders]
        if len(set(names)) != len(names) or not names:
            raise UsageError("name each coder once: --coder NAME")
        pool = Pool(tuple(articles), feedback and not articles and self.n_gold() > 0)
        pool = pool._replace(coders=tuple(names)) if articles or feedback else pool
        eligible = sorted(self._eligible(kind, stratum, one_per_group, pool))
        units = [unit for unit, is_given in eligible if not is_given]
        if not units and pool.has_gold:
            who = " and ".join(map(one_line, names))
            raise UsageError(f"{who} had every article with gold; add gold first (`annotator import --as gold`)")
        if not units:
            raise UsageError("everything is already assigned; there is nothing left to assign")
        if kind == "article" and (
            gone := {check_article(self._c, one) for one in articles} - {one.article_id for one in units}
        ):
            raise UsageError(f"{len(gone)} of these articles were given before; the first is {min(gone)}")
        loads = {name: sum(g.last - g.first + 1 for g in self.given() if g.coder == name) for name in names}
        taken = [unit for unit, is_given in eligible if is_given]
        odds = None if doubts is None else tuple(self._chances(doubts, units, taken, number, floor))
        free = None if odds is None else odds[: len(units)]
        drawn = draw(units, names, overlap=overlap, number=number, loads=loads, seed=seed, chances=free)
        if articles:
            return drawn  # chosen, so that no probability belongs to them
        place = {unit: n for n, unit in enumerate(units)}
        record = Draw(
            method=METHOD,
            kind=kind,
            phase="",
            batch="",
            drawn_at="",
            seed=seed,
            number=number,
            overlap=overlap,
            stratify=stratum,
            one_per_group=one_per_group,
            days=None,
            loads=loads,
            candidates=tuple(units),
            taken=tuple(taken),
            units={coder: [place[unit] for unit in mine] for coder, mine in drawn.units.items()},
            overlapping=[place[unit] for unit in drawn.overlap],
            chances=odds,
        )
        return drawn._replace(record=record)

    def _chances(
        self, doubts: Sequence[Doubt], units: Sequence[Unit], taken: Sequence[Unit], number: int | None, floor: float
    ) -> list[float]:
        """The probability of each unit, and of each that is taken."""
        if number is None:
            raise UsageError("a draw by uncertainty needs --number: how many units")
        found = by_unit(doubts, (*units, *taken), self._names())
        if not any(found[: len(units)]):
            raise UsageError("the file says nothing about a unit that can be drawn; check article_id and paragraph")
        return chances(found[: len(units)], number, floor, found[len(units) :])

    def _names(self) -> dict[str, str]:
        """The id of each article, by id and by name."""
        rows = self._c.all("select article_id, name from articles")
        return {name: found for found, name in rows} | {found: found for found, _ in rows}

    def put(self, drawn: Drawn, phase: str, batch: str, *, feedback: bool = False) -> None:
        """Put a plan in force; each coder's part is one step of the history, and so is how it was drawn.

        Args:
            drawn: The plan.
            phase: The phase.
            batch: The name of the batch.
            feedback: Whether coders see gold once they are done with a paragraph; it holds for the whole phase.

        Raises:
            UsageError: There is no such phase, or it cannot give feedback.
        """
        if phase not in PHASES:
            raise UsageError(f"a phase is one of: {', '.join(PHASES)}")
        if feedback and phase not in TRAINING:
            raise UsageError(f"feedback shows gold, so it is for training: add --phase {' or '.join(TRAINING)}")
        with self._c.write():
            if drawn.record is not None:
                self.record(drawn.record._replace(phase=phase, batch=batch, drawn_at=now()))
            if feedback:
                with self._step(f"give feedback in the phase {phase}") as step:
                    step.put(FEEDBACK, [phase], {"shows": "gold"})
            for coder, units in drawn.units.items():
                self._store.coder(coder)
                start = self.next_position(coder)
                with self._step(f"assign {batch} to {coder}") as step:
                    for i, unit in enumerate(units):
                        value = {"batch": batch, "position": start + i, "due_at": None}
                        step.put("assignment", [coder, unit.article_id, unit.first, unit.last, phase], value)

    def withdraw(self, phase: str) -> int:
        """Withdraw assignments that nobody has begun; return their number. They can be drawn again."""
        given = self.given()
        begun = {self._unit(one) for one in given if self._is_begun(one)}
        untouched: dict[str, list[Given]] = {}
        for one in given:
            if one.phase == phase and self._unit(one) not in begun:
                untouched.setdefault(one.coder, []).append(one)
        with self._c.write():
            for coder, group in sorted(untouched.items()):
                with self._step(f"withdraw {phase} from {coder}") as step:
                    for g in group:
                        step.put("assignment", [coder, g.article_id, g.first, g.last, phase], None)
        return sum(map(len, untouched.values()))

    def close(self, phase: str, *, is_closed: bool = True, by: str | None = None) -> None:
        """Close a phase, or open it again. Coders may see each other's codings after it is closed.

        The history keeps the person. If this coder was blind in the phase, it also keeps an unblinding.
        """
        if phase not in PHASES:
            raise UsageError(f"a phase is one of: {', '.join(PHASES)}")
        if is_closed and by is not None and phase in self._store.blindness(by).open_phases:
            self._store.unblind(by, f"assign close {phase}")
        name = "" if by is None else f" (by {by})"
        with self._step(f"{'close' if is_closed else 'open'} the phase {phase}{name}") as step:
            step.put("phase", [phase], {"closed_at": now()} if is_closed else None)

    def recheck(self, coder: str, *, days: float, number: int, kind: Kind = "article", seed: int = 0) -> list[Unit]:
        """Draw a coder's finished work for recoding, hidden among other work, some days later.

        Returns:
            The drawn units; each is due `days` after its last change.

        Raises:
            UsageError: The coder has not finished enough work.
        """
        done = self._done(coder, kind)
        if len(done) < number:
            raise UsageError(
                f"{coder} has finished only {len(done)} {kind}s that can be coded again; ask for at "
                f"most that many, not {number}"
            )
        times = dict(done)
        candidates = sorted(times)
        drawn = recheck_sample(candidates, coder, number, seed)
        place = {unit: n for n, unit in enumerate(candidates)}
        start = self.next_position(coder)
        with self._step(f"recheck of {coder}") as step:
            for i, unit in enumerate(drawn):
                due = stamp(datetime.fromisoformat(times[unit]) + timedelta(days=days))
                value = {"batch": RECHECK, "position": start + i, "due_at": due}
                step.put("assignment", [coder, unit.article_id, unit.first, unit.last, RECHECK], value)
        self.record(
            Draw(
                method=METHOD,
                kind=kind,
                phase=RECHECK,
                batch=RECHECK,
                drawn_at=now(),
                seed=seed,
                number=number,
                overlap="0",
                stratify=None,
                one_per_group=False,
                days=days,
                loads={coder: 0},
                candidates=tuple(candidates),
                taken=(),
                units={coder: [place[unit] for unit in drawn]},
                overlapping=[],
            )
        )
        return drawn

    def draws(self) -> list[Draw]:
        """Every draw that was put in force, oldest first."""
        return read_draws(self._c)

    @staticmethod
    def is_repeatable(record: Draw) -> bool:
        """Whether the same plan comes out when it is drawn again from what is stored."""
        stored = {coder: [record.candidates[n] for n in places] for coder, places in record.units.items()}
        return stored == draw_again(record).units

    def record(self, record: Draw) -> None:
        """Keep how a plan was drawn."""
        with self._step(f"draw {record.batch}") as step:
            step.put(DRAW, record.key, record.as_json())

    def given(self) -> list[Given]:
        """Every assignment, by coder and order."""
        rows = self._c.all(
            "select c.name, a.article_id, a.name, p.position, p.position + s.last - s.first, s.phase, s.batch,"
            " s.position, s.due_at, s.n_left from assignments s join coders c on c.id = s.coder"
            " join paragraphs p on p.id = s.first join articles a on a.id = p.article order by c.name, s.position"
        )
        return [Given(*row) for row in rows]

    def n_gold(self, drawn: Drawn | None = None) -> int:
        """Number of paragraphs with gold, of a plan or of the project."""
        rows = self._c.all(
            "select a.article_id, p.position from verdicts v join paragraphs p on p.id = v.paragraph"
            f" join articles a on a.id = p.article where a.id not in {REMOVED}"
        )
        if drawn is None:
            return len(rows)
        units = {unit for mine in drawn.units.values() for unit in mine}
        return sum(any(u.article_id == a and u.first <= position <= u.last for u in units) for a, position in rows)

    def new_batch(self, phase: str) -> str:
        """A batch name that the phase does not have yet: the day, if need be with a number."""
        known = {batch for (batch,) in self._c.all("select distinct batch from assignments where phase = ?", (phase,))}
        day = today()
        names = (day if n == 1 else f"{day} ({n})" for n in count(1))
        return next(name for name in names if name not in known)

    def feedback(self) -> list[str]:
        """The phases whose coders see gold once they are done with a paragraph."""
        return list(read_facts(self._c, FEEDBACK))

    def training(self) -> tuple[str, ...]:
        """The phases that agreement leaves out unless they are asked for: training, and those that give feedback."""
        return tuple(phase for phase in PHASES if phase == TRAINING[0] or phase in self.feedback())

    def without_training(self, selection: Selection) -> Selection:
        """A selection without the phases of training, unless it names phases."""
        return selection if selection.phases else replace(selection, without=self.training())

    def closed(self) -> list[str]:
        """The phases that are closed."""
        return [phase for (phase,) in self._c.all("select phase from phases order by phase")]

    def rechecks(self) -> list[tuple[str, str]]:
        """Each coder with a recheck, and the name of their second coding, without what came back for other reasons."""
        rows = self._c.all(
            "select c.name, r.name from coders r join coders c on c.id = r.recheck_of order by c.name, r.name"
        )
        return [(name, second) for name, second in rows if second == second_self(name, RECHECK)]

    def _done(self, coder: str, kind: Kind) -> list[tuple[Unit, str]]:
        """A coder's finished units without a recheck, with the time of their last change."""
        finished = "r.state in ('coded', 'no claim', 'furniture', 'duplicate')"
        again = (
            " and not exists (select 1 from assignments s where s.coder = r.coder and s.phase = 'recheck'"
            " and s.first <= p.id and s.last >= p.id)"
        )
        group = "a.id" if kind == "article" else "p.id"
        rows = self._c.all(
            "select a.article_id, min(p.position), max(p.position), count(*), a.n_paragraphs, max(r.updated_at)"
            " from reviews r join paragraphs p on p.id = r.paragraph join articles a on a.id = p.article"
            f" join coders c on c.id = r.coder where c.name = ? and a.id not in {REMOVED} and {finished}{again}"
            f" group by {group} order by {group}",
            (coder,),
        )
        return [(Unit(row[0], row[1], row[2]), row[5]) for row in rows if kind == "paragraph" or row[3] == row[4]]

    @staticmethod
    def _unit(given: Given) -> tuple[str, int, int]:
        return given.article_id, given.first, given.last

    def _is_begun(self, given: Given) -> bool:
        row = self._c.one(
            "select 1 from paragraphs p join reviews r on r.paragraph = p.id and r.coder = (select id from coders"
            " where name = ?) where p.article = (select id from articles where article_id = ?)"
            " and p.position between ? and ? limit 1",
            (given.coder, given.article_id, given.first, given.last),
        )
        return row is not None

    def next_position(self, coder: str) -> int:
        """The position behind everything that a coder was given."""
        row = self._c.one(
            "select coalesce(max(position), -1) + 1 from assignments s join coders c on c.id = s.coder"
            " where c.name = ?",
            (coder,),
        )
        return int(row[0]) if row else 0

    def _step(self, what: str) -> Any:
        return self._store.history.step(self._store.program(), what)


def today() -> str:
    """Default name of a batch: the day in UTC."""
    return datetime.now(UTC).date().isoformat()
