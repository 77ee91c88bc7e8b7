"""Recode: let coders code chosen paragraphs again, blind and hidden among others, after a rule has changed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from annotator.errors import UsageError
from annotator.model import RECHECK
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.file.timestamps import stamp
from annotator.store.store import Store
from annotator.store.tables.removed_articles import REMOVED
from annotator.store.tables.study.assignments import RECODE
from annotator.text.folding import fold_for_search
from annotator.text.terminal_text import one_line

OTHERS = " (others)"
"""End of the name of a batch of paragraphs among which others hide."""


class Concerned(NamedTuple):
    """Which paragraphs a rule concerns: those that meet every condition that is given.

    Attributes:
        variable: A label of this variable.
        category: With this category, or this name, in it.
        target: A label of an entity variable names this entry in the same statement.
        words: The paragraph holds these words, whatever their case.
        coders: Whose work; none means everybody's.
    """

    variable: str | None = None
    category: str | None = None
    target: str | None = None
    words: str | None = None
    coders: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """The conditions in short, for the name of the batch."""
        label = "/".join(filter(None, (self.variable, self.category)))
        quoted = f"“{self.words}”" if self.words else None
        return one_line(", ".join(filter(None, (label, self.target, quoted))))[:80]


class Place(NamedTuple):
    """A paragraph that somebody is done with."""

    coder: str
    article_id: str
    position: int


class Queued(NamedTuple):
    """What comes back to a coder.

    Attributes:
        coder: The coder.
        concerned: The paragraphs that the rule concerns.
        others: The paragraphs among which they hide.
        n_again: Number of concerned paragraphs that were coded a second time before, and do not come again.
    """

    coder: str
    concerned: tuple[Place, ...]
    others: tuple[Place, ...]
    n_again: int


class Recoding:
    """The recodings of a project."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._c = store.connection
        self._plan = AssignmentPlan(store)

    def find(self, wanted: Concerned, *, n_others: int | None = None, seed: int = 0) -> list[Queued]:
        """The paragraphs that come back to each coder; write nothing. What was coded in training does not come back.

        Args:
            wanted: Which paragraphs are concerned.
            n_others: Number of other finished paragraphs for each coder; by default as many as are concerned.
            seed: Seed of the random draw.

        Raises:
            UsageError: No condition is given, or a coder does not exist.
        """
        if wanted._replace(coders=()) == Concerned():
            raise UsageError("say which paragraphs come back: a category, a target or words")
        known = dict(
            self._c.all("select name, id from coders where kind = 'human' and recheck_of is null order by name")
        )
        for name in wanted.coders:
            if name not in known:
                raise UsageError(f"there is no coder {one_line(name)} in this project")
        found = []
        for name, coder in known.items():
            if name in (wanted.coders or known):
                one = self._of_coder(wanted, name, coder, n_others, seed)
                if one.concerned or one.n_again:
                    found.append(one)
        return found

    def queue(self, found: Sequence[Queued], what: str, *, days: float = 0, seed: int = 0) -> str:
        """Put paragraphs in the coders' queues, in a random order; return the name of the batch.

        Each coder's part is one step of the history.

        Args:
            found: What comes back.
            what: What it is about, in a few words.
            days: Days until it comes back.
            seed: Seed of the random order.

        Raises:
            UsageError: Nothing comes back.
        """
        if not any(one.concerned for one in found):
            raise UsageError("no finished paragraph is concerned, so nothing comes back")
        batch = self._name(f"{RECODE} {what}")
        due = stamp(datetime.now(UTC) + timedelta(days=days))
        program = self._store.program()
        with self._c.write():
            for one in found:
                places = [(place, batch) for place in one.concerned]
                places += [(place, f"{batch}{OTHERS}") for place in one.others if one.concerned]
                random.Random(f"{seed} {batch} of {one.coder}").shuffle(places)  # noqa: S311 (an order, no secret)
                start = self._plan.next_position(one.coder)
                with self._store.history.step(program, f"recode of {one.coder}") as step:
                    for i, (place, name) in enumerate(places):
                        key = [one.coder, place.article_id, place.position, place.position, RECHECK]
                        step.put("assignment", key, {"batch": name, "position": start + i, "due_at": due})
        return batch

    def _of_coder(self, wanted: Concerned, name: str, coder: int, n_others: int | None, seed: int) -> Queued:
        is_labelled, parameters = self._is_labelled(wanted)
        training = ", ".join(f"'{phase}'" for phase in self._plan.training())
        rows = self._c.all(
            "select a.article_id, p.position, a.id, p.start, p.end, exists (select 1 from assignments g where"
            " g.coder = r.coder and g.phase = 'recheck' and p.id between g.first and g.last),"
            f" {is_labelled} from reviews r join paragraphs p on p.id = r.paragraph"
            f" join articles a on a.id = p.article where a.id not in {REMOVED} and r.coder = ?"
            " and r.state in ('coded', 'no claim', 'furniture',"
            " 'duplicate') and not exists (select 1 from assignments g where g.coder = r.coder"
            f" and g.phase in ({training})"
            " and p.id between g.first and g.last) order by p.id",
            (*parameters, coder),
        )
        concerned, others, n_again = [], [], 0
        for article_id, position, article, start, end, is_again, is_named in rows:
            place = Place(name, article_id, position)
            is_meant = is_named and self._has_words(wanted, article, start, end)
            if is_meant and is_again:
                n_again += 1
            elif is_meant:
                concerned.append(place)
            elif not is_again:
                others.append(place)
        n = min(len(concerned) if n_others is None else n_others, len(others))
        drawn = random.Random(f"{seed} others of {name}").sample(others, n)  # noqa: S311 (a sample, no secret)
        return Queued(name, tuple(concerned), tuple(sorted(drawn)), n_again)

    @staticmethod
    def _is_labelled(wanted: Concerned) -> tuple[str, tuple[str, ...]]:
        """The condition that a label of the paragraph or of a statement in it is meant, and its parameters."""
        held, values = "1", list[str]()
        if wanted.variable is not None:
            held, values = "l.variable = ?", [wanted.variable]
        if wanted.variable is not None and wanted.category is not None:
            in_set = "l.value like '[%' and exists (select 1 from json_each(l.value) j where j.value = ?)"
            held += f" and (l.value = ? or ({in_set}))"
            values += [wanted.category] * 2
        if wanted.target is not None:
            held += (
                " and exists (select 1 from labels e where e.statement = s.id and e.entry is not null and e.value = ?)"
            )
            values.append(wanted.target)
        of_statement = (
            "exists (select 1 from statements s join labels l on l.statement = s.id where s.coder = r.coder and"
            f" s.paragraph = r.paragraph and s.deleted = 0 and {held})"
        )
        if wanted.target is not None:
            return of_statement, tuple(values)
        if wanted.variable is None:
            return "1", ()
        labels = "paragraph_labels l where l.coder = r.coder and l.paragraph = r.paragraph"
        return f"({of_statement} or exists (select 1 from {labels} and {held}))", tuple(values * 2)

    def _has_words(self, wanted: Concerned, article: int, start: int, end: int) -> bool:
        if not wanted.words:
            return True
        row = self._c.one("select substr(raw_text, ?, ?) from articles where id = ?", (start + 1, end - start, article))
        text = str(row[0]) if row is not None else ""
        return fold_for_search(wanted.words).text.casefold() in fold_for_search(text).text.casefold()

    def _name(self, wanted: str) -> str:
        """A name that no batch has yet."""
        known = {batch for (batch,) in self._c.all("select distinct batch from assignments")}
        n = 1
        while (name := wanted if n == 1 else f"{wanted} {n}") in known:
            n += 1
        return name
