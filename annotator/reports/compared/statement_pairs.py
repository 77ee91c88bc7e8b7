"""The statements of every two coders in every unit, matched; and what they say, variable by variable."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import numpy.typing as npt

from annotator.agreement.batch_matching import Matches, match_lists
from annotator.agreement.matched_statements import MatchedLabels
from annotator.codebook.model import Variable
from annotator.reports.compared.measures import Measure
from annotator.reports.compared.statement_arrays import StatementArrays
from annotator.reports.compared.tallies import COUNTS, are_in, count, outside_names, ranges
from annotator.reports.compared.units import are_aside

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Pair = tuple[str, str]


@dataclass(frozen=True, eq=False)
class PairCounts:
    """Which statements two coders have, over the paragraphs that both are done with."""

    paragraph: Ints
    """The rows of the paragraphs."""
    counts: Ints
    """How many statements are matched, only A's and only B's, in each paragraph, shape (paragraphs, 3)."""

    @cached_property
    def sums(self) -> tuple[int, int, int]:
        """Statements that are matched, only A's and only B's."""
        matched, only_a, only_b = self.counts.sum(axis=0).tolist()
        return matched, only_a, only_b

    @property
    def matched(self) -> int:
        """Statements that both have."""
        return self.sums[0]

    @property
    def only_a(self) -> int:
        """Statements that the first has alone."""
        return self.sums[1]

    @property
    def only_b(self) -> int:
        """Statements that the second has alone."""
        return self.sums[2]

    @cached_property
    def neither(self) -> int:
        """Paragraphs in which neither has a statement."""
        return int((self.counts.sum(axis=1) == 0).sum())

    @cached_property
    def events(self) -> Ints:
        """Matched, alone (A's or B's) and neither, in each paragraph, shape (paragraphs, 3)."""
        matched, alone = self.counts[:, 0], self.counts[:, 1] + self.counts[:, 2]
        return np.stack([matched, alone, matched + alone == 0], axis=1).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Attribute:
    """The labels of one variable of statements, for all pairs of coders."""

    measure: Measure
    labels: MatchedLabels
    """Labels outside the scale included."""
    origins: dict[str, int]
    """How the labels of matched statements that count came about."""
    left_out: dict[str, int]
    """How many labels of matched statements do not count, by reason; counted once for each pair."""


class StatementPairs:
    """The statements of every two coders in every unit side by side."""

    def __init__(self, statements: StatementArrays) -> None:
        self._statements = statements
        self._reviews = statements.arrays.reviews
        self._coders = statements.arrays.coders
        self._first, self._second = self._pairs_of_reviews()

    def counts(self) -> dict[Pair, PairCounts]:
        """Which statements exist, for every pair of coders."""
        coder, coders = self._reviews.coder, self._coders
        pair = coder[self._first] * len(coders) + coder[self._second]
        n_matched = np.bincount(self._matches.pair, minlength=pair.size)
        found = {}
        for i, j in combinations(range(len(coders)), 2):
            own = np.flatnonzero(pair == i * len(coders) + j)
            matched = n_matched[own]
            only_a = self._statements.n_of_review[self._first[own]] - matched
            only_b = self._statements.n_of_review[self._second[own]] - matched
            found[coders[i], coders[j]] = PairCounts(
                self._reviews.paragraph[self._first[own]], np.stack([matched, only_a, only_b], axis=1)
            )
        return found

    def attribute(self, variable: Variable, measure: Measure) -> Attribute:
        """The labels of a variable."""
        decision, decided = self._statements.decided(variable)
        matched = np.stack([self._matches.first, self._matches.second], axis=1)
        # In the order of pairs and coders, and in which the coder made them.
        order = np.lexsort((matched.ravel(), np.tile([0, 1], len(matched)), np.repeat(self._matches.pair, 2)))
        of_matched = decision[matched.ravel()[order]]
        reasons, value = decided.reason[of_matched], decided.value[of_matched]
        outside = are_in(decided.values, measure.outside)
        left_out = count(reasons[reasons != COUNTS], decided.reasons)
        counted = value[reasons == COUNTS]
        left_out |= count(counted[outside[counted]], outside_names(decided.values))
        labels = MatchedLabels(
            self._coders,
            decided.values,
            self._names,
            self._reviews.coder[self._statements.review[matched]],
            decided.value[decision[matched]],
            self._alone[1],
            decided.value[decision[self._alone[0]]],
            self._reviews.paragraph[self._statements.review[self._alone[0]]],
        )
        return Attribute(measure, labels, decided.count_origins(of_matched[reasons == COUNTS]), left_out)

    def _pairs_of_reviews(self) -> tuple[Ints, Ints]:
        """Every two reviews of a unit, unless both set it aside; by unit, then by the coders' names."""
        chosen = np.flatnonzero(self._statements.units.in_units)
        unit, is_aside = self._statements.units.paragraph[chosen], are_aside(self._reviews)[chosen]
        found = [np.zeros((2, 0), np.int64)]
        for distance in range(1, len(self._coders)):
            same = np.flatnonzero(unit[:-distance] == unit[distance:])
            same = same[~(is_aside[same] & is_aside[same + distance])]
            found.append(chosen[np.stack([same, same + distance])])
        first, second = np.concatenate(found, axis=1)
        order = np.lexsort((second, first))
        return first[order], second[order]

    @cached_property
    def _matches(self) -> Matches:
        return match_lists(self._statements.lists, self._first, self._second)

    @cached_property
    def _names(self) -> list[Hashable]:
        """The matches as units: paragraph, coders, and the places of the two statements among their coders'."""
        pair, first, second = self._matches
        reviews, coders, begin = self._reviews, self._coders, self._statements.lists.begin
        a, b = self._first[pair], self._second[pair]
        names = [[(one, other) for other in coders] for one in coders]
        columns = (reviews.paragraph[a], reviews.coder[a], reviews.coder[b], first - begin[a], second - begin[b])
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [(paragraph, names[i][j], m, n) for paragraph, i, j, m, n in rows]

    @cached_property
    def _alone(self) -> tuple[Ints, Ints]:
        """Unmatched statements, once for each pair of coders; and who has it and who has not, shape (unmatched, 2)."""
        coder, statements, coders = self._reviews.coder, [], []
        for own, other, matched in (
            (self._first, self._second, self._matches.first),
            (self._second, self._first, self._matches.second),
        ):
            sizes = self._statements.n_of_review[own]
            begin = self._statements.lists.begin[own]
            every = ranges(begin, sizes)
            is_matched = np.zeros(every.size, dtype=bool)
            pair = self._matches.pair
            is_matched[(np.cumsum(sizes) - sizes)[pair] + matched - begin[pair]] = True
            statements.append(every[~is_matched])
            coders.append(np.repeat(np.stack([coder[own], coder[other]], axis=1), sizes, axis=0)[~is_matched])
        return np.concatenate(statements), np.concatenate(coders)
