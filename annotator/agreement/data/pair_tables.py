"""Contingency tables of two coders, stored by the cells that hold a unit."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from annotator.agreement.data.clusters import ClusterCounts, Clusters
from annotator.agreement.data.patterns import Ints, Patterns
from annotator.agreement.data.reliability import ReliabilityData


@dataclass(frozen=True, eq=False)
class PairTable:
    """How often two coders gave which two categories to the same unit; cells ascend by row, then column."""

    n_categories: int
    first: Ints
    """The first coder's category in each cell, shape (cells,)."""
    second: Ints
    """The second coder's."""
    count: Ints
    """Units in the cell, at least 1."""
    plain_parts: dict[str, tuple[float, float]] = field(default_factory=dict, repr=False)
    """Observed and chance agreement with nominal weights, by the coefficient's name, once they are computed."""

    @classmethod
    def of(cls, dense: Ints) -> PairTable:
        """The table of a matrix (q, q) of counts."""
        first, second = np.nonzero(dense)
        return cls(len(dense), first, second, dense[first, second])

    @cached_property
    def n_units(self) -> int:
        """Units that both coders labelled."""
        return int(self.count.sum())

    @cached_property
    def n_equal(self) -> int:
        """Units to which both gave the same category."""
        return int(self.count[self.first == self.second].sum())

    @cached_property
    def rows(self) -> Ints:
        """Units in each category of the first coder, shape (q,)."""
        return self._sums(self.first)

    @cached_property
    def columns(self) -> Ints:
        """Units in each category of the second coder, shape (q,)."""
        return self._sums(self.second)

    def dense(self) -> Ints:
        """The table as a matrix (q, q)."""
        found = np.zeros((self.n_categories, self.n_categories), np.int64)
        found[self.first, self.second] = self.count
        return found

    def patterns(self, categories: tuple[Hashable, ...]) -> Patterns:
        """The patterns of the units: cell (c, k) is a unit with one label c and one k."""
        q = self.n_categories
        keys, index = self._pattern_keys
        times = np.bincount(index, weights=self.count, minlength=keys.size).astype(np.int64)
        low, high = q - keys // q // 2, q - 1 - keys % q
        is_one = low == high
        start = np.concatenate([[0], np.cumsum(2 - is_one)])
        category = np.stack([low, high], axis=1).ravel()[np.stack([~is_one, np.ones_like(is_one)], axis=1).ravel()]
        return Patterns(categories, start, category, np.repeat(1 + is_one, 2 - is_one), times, 2)

    @property
    def pattern_of_cell(self) -> Ints:
        """The pattern, of those of `patterns`, that the units of each cell show, shape (cells,)."""
        return self._pattern_keys[1]

    @cached_property
    def _pattern_keys(self) -> tuple[Ints, Ints]:
        low, high = np.minimum(self.first, self.second), np.maximum(self.first, self.second)
        # In ascending order of the count vectors: the later a pattern's first category, the smaller its vector.
        q = self.n_categories
        return np.unique(((q - low) * 2 + (low == high)) * q + q - 1 - high, return_inverse=True)

    def _sums(self, category: Ints) -> Ints:
        return np.bincount(category, weights=self.count, minlength=self.n_categories).astype(np.int64)


class PairTables(NamedTuple):
    """The tables of all pairs of coders that share a unit."""

    coders: tuple[tuple[Hashable, Hashable], ...]
    """Names of the two coders of each pair."""
    tables: tuple[PairTable, ...]
    """Units by the first coder's category (row) and the second's (column)."""
    keys: Ints
    """The cells of all tables, numbered as `cell_keys` does, ascending."""

    @classmethod
    def of_cells(cls, cells: Ints, count: Ints, coders: Sequence[Hashable], q: int) -> PairTables:
        """Tables from the numbers of their cells, ascending, and the units in each."""
        pair, cell = np.divmod(cells, max(q * q, 1))
        pairs, begin = np.unique(pair, return_index=True)
        tables = []
        for low, high in pairwise([*begin.tolist(), cells.size]):
            first, second = np.divmod(cell[low:high], q)
            tables.append(PairTable(q, first, second, count[low:high]))
        names = tuple((coders[key // len(coders)], coders[key % len(coders)]) for key in pairs.tolist())
        return cls(names, tuple(tables), cells)


def pair_tables(data: ReliabilityData, times: Ints | None = None) -> PairTables:
    """Count, for all pairs of coders, how often they gave which two categories to the same unit.

    Args:
        data: The labels.
        times: How many units each unit of the data stands for, shape (units,); one without it.
    """
    keys, weights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for first, second in shared_labels(data):
        keys.append(cell_keys(data, first, second))
        if times is not None:
            weights.append(times[data.unit[first]])
    if times is None:
        cells, count = np.unique(np.concatenate(keys), return_counts=True)
    else:
        cells, index = np.unique(np.concatenate(keys), return_inverse=True)
        count = np.bincount(index, weights=np.concatenate(weights), minlength=cells.size).astype(np.int64)
    return PairTables.of_cells(cells, count, data.coders, len(data.categories))


def cell_clusters(
    data: ReliabilityData, pairs: PairTables, clusters: Clusters, times: Ints | None = None
) -> tuple[ClusterCounts, ...]:
    """How often each cluster has each cell, for the table of each pair; all of them share the clusters.

    More clusters than are deleted one at a time are joined into groups first. For `times` see `pair_tables`.
    """
    paired = data.labels_per_unit >= 2
    joined = clusters[paired].joined()
    of_unit = np.zeros(paired.size, np.int64)
    of_unit[paired] = joined.cluster
    at, cluster = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    weights = [np.zeros(0, np.int64)]
    for first, second in shared_labels(data):
        at.append(np.searchsorted(pairs.keys, cell_keys(data, first, second)))
        cluster.append(of_unit[data.unit[first]])
        weights.append(np.ones(first.size, np.int64) if times is None else times[data.unit[first]])
    n = int(joined.cluster.max(initial=0)) + 1
    keys, index = np.unique(np.concatenate(at) * n + np.concatenate(cluster), return_inverse=True)
    count = np.bincount(index, weights=np.concatenate(weights), minlength=keys.size).astype(np.int64)
    cell, group = keys // n, keys % n
    ends = np.cumsum([table.count.size for table in pairs.tables])
    found = []
    for low, high in pairwise([0, *ends.tolist()]):
        part = slice(*np.searchsorted(cell, (low, high)).tolist())
        found.append(
            ClusterCounts(n, high - low, group[part], cell[part] - low, count[part], joined.what, joined.n_joined)
        )
    return tuple(found)


def cell_keys(data: ReliabilityData, first: Ints, second: Ints) -> Ints:
    """A number for the pair of coders and the two categories of each pair of labels; ascends by the table's cells."""
    q = len(data.categories)
    pair = data.coder[first] * len(data.coders) + data.coder[second]
    return (pair * q + data.category[first]) * q + data.category[second]


def shared_labels(data: ReliabilityData) -> Iterator[tuple[Ints, Ints]]:
    """All pairs of labels on one unit, as index arrays; the coder of the first precedes that of the second."""
    place = np.arange(data.unit.size) - data.start[data.unit]
    left = data.labels_per_unit[data.unit] - place - 1
    for distance in range(1, int(data.labels_per_unit.max(initial=0))):
        first = np.nonzero(left >= distance)[0]
        yield first, first + distance
