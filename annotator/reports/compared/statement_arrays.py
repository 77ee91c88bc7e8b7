"""The coders' statements as arrays: whose they are, what they rest on, what they say."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from annotator.agreement.batch_matching import StatementLists
from annotator.agreement.data.continua import Continua, join_overlaps
from annotator.agreement.data.member_sets import distinct_sets
from annotator.codebook.model import Variable
from annotator.reports.compared.measures import Reader
from annotator.reports.compared.tallies import DecidedLabels
from annotator.reports.compared.units import Units
from annotator.store.file.connection import Connection
from annotator.store.read.coding_arrays import CodingArrays
from annotator.store.read.label_arrays import statement_labels

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class StatementArrays:
    """All statements of the chosen coders, sorted by paragraph and coder; those of one review are a list."""

    def __init__(self, connection: Connection, arrays: CodingArrays, units: Units, reader: Reader) -> None:
        self._c = connection
        self._reader = reader
        self._statements = arrays.statements()
        self._speaker_names = arrays.speakers()
        self._decided: dict[str, tuple[Ints, DecidedLabels]] = {}
        self.arrays = arrays
        """Who has seen what."""
        self.units = units
        """Which paragraphs count."""

    @property
    def review(self) -> Ints:
        """The review that each statement belongs to."""
        return self._statements.review

    @cached_property
    def n_of_review(self) -> Ints:
        """How many statements each review has."""
        return np.bincount(self.review, minlength=self.arrays.reviews.coder.size)

    @cached_property
    def lists(self) -> StatementLists:
        """The statements of each review; without evidence, one rests on the whole paragraph."""
        review, start, end = self.review, self._statements.start, self._statements.end
        paragraphs, at = self.arrays.paragraphs, self.units.paragraph[review]
        is_whole = start < 0
        start, end = np.where(is_whole, paragraphs.start[at], start), np.where(is_whole, paragraphs.end[at], end)
        speakers, sets = self._speakers
        return StatementLists(self.n_of_review, start, end, speakers, sets)

    def decided(self, variable: Variable) -> tuple[Ints, DecidedLabels]:
        """The decision of each statement on a variable, -1 for none, and what the decisions mean."""
        if variable.name not in self._decided:
            self._decided[variable.name] = self._decide(variable)
        return self._decided[variable.name]

    @cached_property
    def lacks_evidence(self) -> Bools:
        """Which reviews have a statement without evidence, shape (reviews,)."""
        found = np.zeros(self.units.in_units.size, dtype=bool)
        found[self.review[self._statements.start < 0]] = True
        return found

    @property
    def n_without_evidence(self) -> int:
        """Statements without evidence in units."""
        return int((self.units.in_units[self.review] & (self._statements.start < 0)).sum())

    def continua(self) -> Continua:
        """The characters of each unit that each coder's evidence covers; evidence that overlaps is one stretch.

        A coder with a statement without evidence is left out in that paragraph: nobody said what it rests on.
        """
        chosen = self.units.in_units & ~self.lacks_evidence
        paragraph = self.units.paragraph[chosen]
        rows, text = np.unique(paragraph, return_inverse=True)
        begin, end = self.arrays.paragraphs.start[rows], self.arrays.paragraphs.end[rows]
        track = (np.cumsum(chosen) - 1)[self.review]
        inside = np.flatnonzero(chosen[self.review])
        start = np.maximum(self.lists.start[inside], begin[text[track[inside]]])
        stop = np.minimum(self.lists.end[inside], end[text[track[inside]]])
        offset, is_there = begin[text[track[inside]]], start < stop
        spans = join_overlaps(track[inside][is_there], (start - offset)[is_there], (stop - offset)[is_there])
        category = np.zeros(spans[0].size, np.int64)
        coder = self.arrays.reviews.coder[chosen]
        return Continua(end - begin, self.arrays.coders, text, coder, *spans, category, ("evidence",))

    @cached_property
    def _speakers(self) -> tuple[Ints, list[frozenset[Hashable]]]:
        """The speakers of each statement, as an index into the sets that occur, the empty one first."""
        row, speaker, names = self._speaker_names
        at, is_there = self._find(row)
        n = self._statements.row.size
        index, found = distinct_sets(at[is_there], speaker[is_there], n, len(names))
        return index, [frozenset(names[i] for i in one) for one in found]

    @cached_property
    def _by_row(self) -> Ints:
        """The statements in the order of their rows."""
        return np.argsort(self._statements.row)

    def _find(self, row: Ints) -> tuple[Ints, Bools]:
        """The places of statements, given by row, and which of them are there."""
        if not self._by_row.size:
            return np.zeros(row.size, np.int64), np.zeros(row.size, dtype=bool)
        rows = self._statements.row[self._by_row]
        at = np.minimum(np.searchsorted(rows, row), rows.size - 1)
        return self._by_row[at], rows[at] == row

    def _decide(self, variable: Variable) -> tuple[Ints, DecidedLabels]:
        if variable is self._reader.codebook.speaker:
            index, sets = self._speakers
            decided = DecidedLabels(self._reader, variable, [(one, "coder") for one in sets[1:]])
            return index - 1, decided
        labels = statement_labels(self._c, variable.name)
        found = np.full(self._statements.row.size, -1, np.int64)
        for block in labels.blocks:
            at, is_there = self._find(block.owner)
            found[at[is_there]] = block.decision[is_there]
        return found, DecidedLabels(self._reader, variable, labels.decisions)
