"""Who is done with which paragraph, and who has which statement there, as arrays that agreement is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annotator.model import State
from annotator.records import Selection
from annotator.store.file.connection import Connection
from annotator.store.read.chosen import Chosen
from annotator.store.read.columns import Ints, int_columns
from annotator.store.tables.removed_articles import n_removed
from annotator.store.tables.reprints import read_reprints
from annotator.store.tables.reviews import PASSED

Bools = npt.NDArray[np.bool_]

STATES: tuple[State, ...] = ("coded", "no claim", "furniture", "duplicate")
"""The states in which a coder is done with a paragraph."""


@dataclass(frozen=True, eq=False)
class Reviews:
    """The coders' states of paragraphs, one entry a coder and paragraph."""

    paragraph: Ints
    """The row of the paragraph."""
    coder: Ints
    """Index into the chosen coders."""
    state: Ints
    """Index into `STATES`; -1 where the coder is not done with it."""
    day: Ints
    """The day of the last change, as a number such as 20310128."""
    is_passed: Ints
    """1 where the program passed the paragraph by its role, and the coder has not looked at it."""

    def __getitem__(self, chosen: Bools | Ints) -> Reviews:
        """Some of them, in this order."""
        return Reviews(*(column[chosen] for column in vars(self).values()))

    def find(self, paragraph: Ints, coder: Ints, n_coders: int) -> Ints:
        """The places of these paragraphs (rows) by these coders (indexes, -1 for others); -1 where there is none."""
        wanted = paragraph * n_coders + coder
        keys = self.paragraph * n_coders + self.coder
        at = np.searchsorted(keys, wanted)
        at[at == keys.size] = 0
        at[(coder < 0) | (keys[at] != wanted) if keys.size else slice(None)] = -1
        return at


class Paragraphs(NamedTuple):
    """Paragraphs, in the order of the project file."""

    row: Ints
    article: Ints
    """The row of the article."""
    position: Ints
    start: Ints
    end: Ints


class Statements(NamedTuple):
    """Statements, sorted by paragraph, the coders' names and the order in which they were made."""

    row: Ints
    review: Ints
    """Index into the reviews: who made it where."""
    start: Ints
    """Where the evidence begins in the article; -1 without evidence."""
    end: Ints


class StatementSpeakers(NamedTuple):
    """Who speaks in which statement, after merges; statements of all coders, deleted ones included."""

    statement: Ints
    """The row of the statement."""
    speaker: Ints
    """Index into `names`."""
    names: tuple[str, ...]


class CodingArrays:
    """The work of the chosen coders that a selection leaves in."""

    def __init__(self, chosen: Chosen) -> None:
        """Read who has seen what."""
        self._c = chosen.connection
        self._rows = tuple(chosen.coders)
        self.coders = tuple(chosen.coders.values())
        """The chosen coders, by name."""
        self._runs = _AssignedRuns(chosen.connection, chosen.selection)
        self.batches = self._runs.batches
        """The batches of the project."""
        self.n_outside: dict[str, int] = {}
        """Paragraphs that coders with an assignment finished outside of it, by coder, counted or not."""
        self.n_without = self.n_shared_without = self.n_open_without = 0
        """Paragraphs of which the phases to leave out took all work; those that two coders finished in them; and those
        that were finished in them alone, and merely looked at elsewhere."""
        self._read(chosen.selection)

    def statements(self) -> Statements:
        """The coders' statements on these paragraphs, without deleted ones."""
        columns = ("id", "paragraph", "coder", "coalesce(evidence_start, -1)", "coalesce(evidence_end, -1)")
        row, paragraph, coder, start, end = int_columns(self._c, columns, "from statements where deleted = 0")
        review = self.find(paragraph, coder)
        order = np.lexsort((row, review))
        order = order[np.searchsorted(review[order], 0) :]
        return Statements(row[order], review[order], start[order], end[order])

    def speakers(self) -> StatementSpeakers:
        """The speakers of all statements."""
        statement, speaker = int_columns(self._c, ("statement", "speaker"), "from statement_speakers")
        entries = self._c.all(
            "select k.id, coalesce(m.name, k.name) from speakers k left join speakers m on m.id = k.merged_into"
        )
        names: dict[str, int] = {}
        index = np.zeros(max((row for row, _ in entries), default=0) + 1, np.int64)
        for row, name in entries:
            index[row] = names.setdefault(name, len(names))
        return StatementSpeakers(statement, index[speaker], tuple(names))

    def reprints(self) -> dict[str, str]:
        """The group of each article that has reprints, by ids."""
        return read_reprints(self._c)

    def article_names(self) -> dict[int, tuple[str, str]]:
        """Id and name of every article, by row."""
        return {row: (key, name) for row, key, name in self._c.all("select id, article_id, name from articles")}

    def find(self, paragraph: Ints, coder: Ints) -> Ints:
        """The places among the reviews of these paragraphs by these coders, both as rows; -1 where there is none."""
        return self.reviews.find(paragraph, self._index(coder), len(self._rows))

    def _index(self, coder: Ints) -> Ints:
        """The places of coders, given by row, among the chosen ones; -1 for others."""
        place = np.full(max([*self._rows, int(coder.max(initial=0))]) + 1, -1, np.int64)
        place[list(self._rows)] = np.arange(len(self._rows))
        return place[coder]

    def _read(self, selection: Selection) -> None:
        reviews = self._reviews()
        if selection.phases:
            reviews = reviews[self._runs.is_chosen[self._runs_of(reviews)]]
        span = (int(reviews.paragraph.min(initial=1)), int(reviews.paragraph.max(initial=0)))
        columns = ("id", "article", "position", "start", "end")
        paragraphs = Paragraphs(*int_columns(self._c, columns, "from paragraphs where id between ? and ?", span))
        kept = np.zeros(paragraphs.row.size, dtype=bool)
        kept[np.searchsorted(paragraphs.row, reviews.paragraph)] = True
        if selection.articles or n_removed(self._c):
            chosen = [row for (row,) in self._c.all("select article from temp.chosen_articles")]
            kept &= np.isin(paragraphs.article, chosen)
        if selection.roles:
            kept &= self._have_role(paragraphs, reviews, selection.roles)
        is_outside = self._runs.lacks(self._rows, reviews, self._runs_of(reviews))
        at = np.searchsorted(paragraphs.row, reviews.paragraph)
        self._count_outside(reviews[is_outside & kept[at] & (reviews.state >= 0)])
        if not selection.outside and is_outside.any():
            reviews, at = reviews[~is_outside], at[~is_outside]
            kept &= np.bincount(at, minlength=kept.size) > 0
        if selection.without:
            is_without = self._runs.is_without[self._runs_of(reviews)]
            n_done = np.bincount(at[is_without & (reviews.state >= 0)], minlength=kept.size)
            n_before = int(kept.sum())
            self.n_shared_without = int((kept & (n_done > 1)).sum())
            reviews, at = reviews[~is_without], at[~is_without]
            kept &= np.bincount(at, minlength=kept.size) > 0
            self.n_without = n_before - int(kept.sum())
            is_left = np.bincount(at[reviews.state >= 0], minlength=kept.size) > 0
            self.n_open_without = int((kept & (n_done > 0) & ~is_left).sum())
        if not kept.all():
            reviews = reviews[kept[at]]
            paragraphs = Paragraphs(*(column[kept] for column in paragraphs))
        self.paragraphs = paragraphs
        """The paragraphs that at least one of the coders has seen, ascending."""
        self.reviews = reviews
        """The coders' states of them, sorted by paragraph and the coders' names."""

    def _count_outside(self, reviews: Reviews) -> None:
        n = np.bincount(reviews.coder, minlength=len(self.coders)).tolist()
        self.n_outside = {name: count for name, count in zip(self.coders, n, strict=True) if count}

    def _reviews(self) -> Reviews:
        states = " ".join(f"when '{state}' then {i}" for i, state in enumerate(STATES))
        columns = (
            "paragraph",
            f"case state {states} else -1 end",
            "substr(updated_at, 1, 4) * 10000 + substr(updated_at, 6, 2) * 100 + substr(updated_at, 9, 2)",
            PASSED,
        )
        parts = [int_columns(self._c, columns, "from reviews where coder = ?", (row,)) for row in self._rows]
        coder = np.repeat(np.arange(len(parts)), np.array([part[0].size for part in parts], np.int64))
        paragraph, state, day, is_passed = (
            np.concatenate([np.zeros(0, np.int64), *(part[i] for part in parts)]) for i in range(4)
        )
        del parts
        order = np.lexsort((coder, paragraph))
        return Reviews(paragraph[order], coder[order], state[order], day[order], is_passed[order])

    def batch_of(self, reviews: Reviews) -> Ints:
        """The batch in which the coder had the paragraph to code, as an index into `batches`; -1 for none."""
        return self._runs.batch[self._runs_of(reviews)]

    def _runs_of(self, reviews: Reviews) -> Ints:
        run = np.full(reviews.coder.size, -1, np.int64)
        for place, row in enumerate(self._rows):
            own = np.flatnonzero(reviews.coder == place)
            run[own] = self._runs.find(row, reviews.paragraph[own])
        return run

    def _have_role(self, paragraphs: Paragraphs, reviews: Reviews, roles: tuple[str, ...]) -> Bools:
        """Whether paragraphs have one of some roles: the first correction in the order of the names, else the guess."""
        is_one = f"role in ({','.join('?' * len(roles))})"
        row, has_role = int_columns(self._c, ("id", is_one), "from paragraphs", roles)
        has_role = has_role[np.searchsorted(row, paragraphs.row)]
        columns = ("paragraph", "coder", is_one)
        row, coder, corrected = int_columns(self._c, columns, "from reviews where role is not null", roles)
        at = reviews.find(row, self._index(coder), len(self._rows))
        order = np.argsort(at, kind="stable")
        order = order[np.searchsorted(at[order], 0) :]
        found, first = np.unique(row[order], return_index=True)
        has_role[np.searchsorted(paragraphs.row, found)] = corrected[order][first]
        return np.asarray(has_role == 1)


class _AssignedRuns:
    """Which paragraphs were given to whom, with phase and batch; the last entry of each array is for none."""

    def __init__(self, connection: Connection, selection: Selection) -> None:
        rows = connection.all("select recorder, first, last, phase, batch from assignments order by recorder, first")
        coder, self._first, self._last = (np.array([row[i] for row in rows], np.int64) for i in range(3))
        self._of_coder = {int(row): np.flatnonzero(coder == row) for row in np.unique(coder)}
        self.batches = tuple(dict.fromkeys(row[4] for row in rows))
        place = {name: i for i, name in enumerate(self.batches)}
        self.batch = np.array([*(place[row[4]] for row in rows), -1], np.int64)
        wanted = selection.phases
        self.is_chosen = np.array([*(not wanted or row[3] in wanted for row in rows), not wanted])
        self.is_without = np.array([*(row[3] in selection.without for row in rows), False])

    def lacks(self, coders: tuple[int, ...], reviews: Reviews, run: Ints) -> Bools:
        """Whether reviews lie outside the assignment of a coder (in `coders`, by row) who has one."""
        has_any = np.array([row in self._of_coder for row in coders], bool)
        return np.asarray(has_any[reviews.coder] & (run < 0), bool)

    def find(self, coder: int, paragraph: Ints) -> Ints:
        """The run in which each paragraph was given to this coder; -1 for none."""
        own = self._of_coder.get(coder)
        if own is None:
            return np.full(paragraph.size, -1, np.int64)
        at = own[np.maximum(np.searchsorted(self._first[own], paragraph, side="right") - 1, 0)]
        return np.where((self._first[at] <= paragraph) & (paragraph <= self._last[at]), at, -1)
