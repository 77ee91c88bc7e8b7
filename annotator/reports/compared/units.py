"""What the units of agreement are: paragraphs that two coders or more are done with, and what they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.clusters import Clusters
from annotator.records import SET_ASIDE
from annotator.reports.compared.tallies import count
from annotator.store.read.coding_arrays import STATES, CodingArrays, Reviews

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ALONE = "one coder alone is done with it"
OPEN = "seen, and nobody is done with it"
UNSEEN = "nobody has seen it"
UNSEEN_THEN = "nobody has seen it in the phases asked for"
TRAINING = "coded in training alone"
ASIDE = "furniture or a duplicate for everyone who is done with it"
UNREAD = "passed by its guessed role, or set aside, for everyone who is done with it"

UNIT_RULE = (
    "A unit is a paragraph that two coders or more are done with; open and unseen paragraphs are not. Where everyone "
    "set a paragraph aside as furniture or a duplicate, it does not count as a unit, except for the state itself; "
    "where one set it aside and another did not, the one has no statement there."
)
"""The rule in words; every report prints it."""

_REASONS = (OPEN, ALONE, ASIDE, UNREAD)


class Units:
    """Which of the paragraphs that were seen are units, and the reviews of those."""

    def __init__(self, arrays: CodingArrays, n_paragraphs: int, *, of_phases: bool = False) -> None:
        """Tell the units from the rest.

        Args:
            arrays: What was seen.
            n_paragraphs: How many paragraphs there are, seen or not.
            of_phases: Whether only the work of some phases was asked for.
        """
        reviews, n = arrays.reviews, arrays.paragraphs.row.size
        at = np.searchsorted(arrays.paragraphs.row, reviews.paragraph)
        is_done, is_aside, is_passed = reviews.state >= 0, are_aside(reviews), reviews.is_passed == 1
        n_done, n_aside = np.bincount(at[is_done], minlength=n), np.bincount(at[is_aside], minlength=n)
        n_without = np.bincount(at[is_aside | is_passed], minlength=n)
        is_shared = n_done > 1
        is_unit = is_shared & (n_without < n_done)
        self.n_paragraphs: int = n_paragraphs
        self.n_seen: int = n
        self.n_shared: int = int(is_shared.sum())
        """Paragraphs that two coders or more are done with."""
        self.n_units: int = int(is_unit.sum())
        """Those of them that are units."""
        why = np.minimum(n_done, 2) + (is_shared & (n_aside < n_done))
        self.left_out: Counter[str] = Counter(count(why[~is_unit], _REASONS))
        """Paragraphs that are not units, by reason."""
        in_training = arrays.n_without + arrays.n_open_without
        if in_training:
            # Who merely looked at such a paragraph does not make it one that nobody is done with.
            self.left_out -= Counter({OPEN: arrays.n_open_without})
            self.left_out[TRAINING] = in_training
        if n_paragraphs > n + arrays.n_without:
            self.left_out[UNSEEN_THEN if of_phases else UNSEEN] = n_paragraphs - n - arrays.n_without
        self.n_shared_in_training: int = arrays.n_shared_without
        """Paragraphs that two coders or more are done with in training, which is left out."""
        open_for = np.bincount(reviews.coder[~is_done], minlength=len(arrays.coders)).tolist()
        self.open_for: Counter[str] = Counter({name: n for name, n in zip(arrays.coders, open_for, strict=True) if n})
        """Paragraphs that a coder has seen and is not done with, by coder."""
        self.paragraph: Ints = at
        """The paragraph of each review, as an index."""
        self.in_shared: Bools = is_done & is_shared[at]
        """The reviews of shared paragraphs by those who are done with them."""
        self.are_judged: Bools = self.in_shared & ~is_passed
        """Those of them whose state the coder chose: what was passed is the program's guess."""
        self.in_units: Bools = is_done & is_unit[at]
        """The reviews of units by those who are done with them."""
        counted = self.in_shared if self.n_shared else is_done
        self.coders_done: list[int] = np.unique(reviews.coder[counted]).tolist()
        """The coders who are done with a shared paragraph; with any, where none is shared. As indexes."""
        self.belongings = Belongings.of(arrays, at, is_shared)


@dataclass(frozen=True, eq=False)
class Belongings:
    """What shared paragraphs belong to when agreement is looked at in parts."""

    row: Ints
    """The paragraphs' rows, ascending."""
    article: Ints
    """The rows of their articles."""
    position: Ints
    day: Ints
    """When the last of their codings was made, as a number such as 20310128."""
    batch: Ints
    """Index into `batches`: in which they were assigned; -1 if in none."""
    batches: tuple[str, ...]
    articles: dict[int, tuple[str, str]]
    """Id and name of each article, by row."""
    reprints: dict[str, str] = field(default_factory=dict)
    """The group of each article with reprints, by ids: its texts are not independent of each other."""

    @classmethod
    def of(cls, arrays: CodingArrays, at: Ints, is_shared: Bools) -> Belongings:
        """What the shared ones of the seen paragraphs belong to."""
        paragraphs, reviews = arrays.paragraphs, arrays.reviews
        begin = np.searchsorted(at, np.arange(paragraphs.row.size))
        day = np.maximum.reduceat(reviews.day, begin) if begin.size else begin
        batch = np.full(begin.size, -1, np.int64)
        of_review = arrays.batch_of(reviews)
        assigned = np.flatnonzero(of_review >= 0)
        place, first = np.unique(at[assigned], return_index=True)
        batch[place] = of_review[assigned[first]]
        return cls(
            paragraphs.row[is_shared],
            paragraphs.article[is_shared],
            paragraphs.position[is_shared],
            day[is_shared],
            batch[is_shared],
            arrays.batches,
            arrays.article_names(),
            arrays.reprints(),
        )

    def clusters(self, part: str, paragraphs: Ints) -> Clusters:
        """The article or batch that each of these paragraphs (rows) belongs to, or the paragraphs themselves."""
        if part == "paragraph":
            return Clusters(paragraphs, part)
        at = np.searchsorted(self.row, paragraphs)
        return Clusters((self._text if part == "article" else self.batch)[at], part)

    def n_of(self, part: str | None) -> int:
        """How many articles or batches there are."""
        return int(np.unique(self._text if part == "article" else self.batch).size)

    def names(self, part: str, paragraphs: Ints) -> list[str | None]:
        """The batch or week that each of these paragraphs (rows) belongs to."""
        at = np.searchsorted(self.row, paragraphs)
        if part == "batch":
            return [None if i < 0 else self.batches[i] for i in self.batch[at].tolist()]
        weeks = {day: _week(day) for day in np.unique(self.day).tolist()}
        return [weeks[day] for day in self.day[at].tolist()]

    @cached_property
    def _text(self) -> Ints:
        """The articles' rows, those of reprints replaced by one of them, shape (paragraphs,)."""
        rows, index = np.unique(self.article, return_inverse=True)
        first: dict[str, int] = {}
        of_row = [
            first.setdefault(self.reprints.get(self.articles[row][0], self.articles[row][0]), row)
            for row in rows.tolist()
        ]
        return np.array(of_row, np.int64)[index]

    @cached_property
    def batches_used(self) -> list[str]:
        """The batches that the paragraphs come from, in alphabetical order."""
        return sorted(self.batches[i] for i in np.unique(self.batch).tolist() if i >= 0)

    @cached_property
    def places(self) -> dict[Hashable, str]:
        """The paragraphs as every project knows them, by row: article id and position."""
        columns = (self.row.tolist(), self.article.tolist(), self.position.tolist())
        return {row: f"{self.articles[article][0]}:{position}" for row, article, position in zip(*columns, strict=True)}


def are_aside(reviews: Reviews) -> Bools:
    """Whether the coder set the paragraph aside."""
    aside: Sequence[int] = [i for i, state in enumerate(STATES) if state in SET_ASIDE]
    return np.isin(reviews.state, aside)


def _week(day: int) -> str:
    """The ISO week of a day such as 20310128: 2031-W05."""
    year, week, _ = date(day // 10_000, day // 100 % 100, day % 100).isocalendar()
    return f"{year}-W{week:02}"
