"""Labels as counts alone, made by a query engine: patterns, tables of pairs, labels by coder, whole units if few."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from annotator.agreement.data.clusters import ClusterCounts, Clusters
from annotator.agreement.data.pair_tables import PairTables, pair_tables
from annotator.agreement.data.patterns import Ints, Patterns, patterns_of_units
from annotator.agreement.data.reliability import ReliabilityData


class Rows(NamedTuple):
    """The distinct rows of a matrix (units, coders): who gave which category."""

    data: ReliabilityData
    """Each row as one unit."""
    times: Ints
    """How many units each row stands for, shape (rows,)."""
    clusters: Clusters | None = None
    """The cluster of each row; rows of two clusters are told apart."""

    def reduce(self, start: Ints, category: Ints, kept: Ints) -> tuple[Ints, Patterns]:
        """The pattern of each of the kept rows, and the patterns with the units that show them."""
        pattern, patterns = patterns_of_units(start, category, self.data.categories)
        times = np.bincount(pattern, weights=self.times[kept], minlength=len(patterns)).astype(np.int64)
        return pattern, replace(patterns, multiplicity=times)


@dataclass(frozen=True, eq=False)
class PatternData:
    """The labels of one variable as counts; `variable_report` takes it in place of `ReliabilityData`."""

    level: str
    """nominal, ordinal, interval, ratio or set."""
    categories: tuple[Hashable, ...]
    """The declared categories in their order."""
    coders: tuple[Hashable, ...]
    """The coders with at least one label."""
    patterns: Patterns
    """The distinct count vectors of the units."""
    tables: PairTables
    """The tables of all pairs of coders that share a unit."""
    by_coder: Ints
    """Labels of each coder in each category, shape (coders, q)."""
    rows: Rows | None = None
    """Who said what, where there are few enough distinct rows; None where only counts are known."""

    @classmethod
    def of_counts(
        cls,
        level: str,
        categories: Sequence[Hashable],
        coders: Sequence[Hashable],
        counts: tuple[Ints, Ints],
        pairs: tuple[Ints, Ints],
        by_coder: Ints,
    ) -> PatternData:
        """Data that do not know who said what on one unit.

        Args:
            level: The level of measurement.
            categories: The declared categories in their order; numbers and sets as `Coding.of` gives them.
            coders: The coders' names.
            counts: Labels in each category, a row a pattern (p, q), and the units that show it (p,).
            pairs: First coder, second coder, first category and second category as indexes, a row a cell (cells, 4),
                the first coder's index below the second's, and the units in each cell (cells,).
            by_coder: Labels of each coder in each category, shape (coders, q).
        """
        matrix, times = counts
        cells, n_units = pairs
        q = len(categories)
        patterns = Patterns.from_counts(matrix, times, categories, len(coders))
        keys = ((cells[:, 0] * len(coders) + cells[:, 1]) * q + cells[:, 2]) * q + cells[:, 3]
        order = np.argsort(keys)
        tables = PairTables.of_cells(keys[order], n_units[order], coders, q)
        return cls(level, tuple(categories), tuple(coders), patterns, tables, by_coder)

    @classmethod
    def of_rows(
        cls,
        level: str,
        categories: Sequence[Hashable],
        coders: Sequence[Hashable],
        matrix: Ints,
        times: Ints,
        clusters: Clusters | None = None,
    ) -> PatternData:
        """Data from the distinct rows (rows, coders) of category indexes, -1 where a coder gave no label.

        Args:
            level: The level of measurement.
            categories: The declared categories in their order.
            coders: The coders' names.
            matrix: The rows; each holds a label.
            times: How many units show each row, shape (rows,).
            clusters: The cluster of each row.
        """
        row, coder = np.nonzero(matrix >= 0)
        whole = ReliabilityData.from_codes(
            row, coder, matrix[row, coder], categories=categories, level=level, coders=coders
        )
        rows, q = Rows(whole, times, clusters), len(categories)
        _, patterns = rows.reduce(whole.start, whole.category, np.arange(times.size))
        weights = times[whole.unit]
        by_coder = np.bincount(whole.coder * q + whole.category, weights=weights, minlength=len(whole.coders) * q)
        return cls(
            level,
            whole.categories,
            tuple(whole.coders),
            replace(patterns, n_coders=len(whole.coders)),
            pair_tables(whole, times),
            by_coder.astype(np.int64).reshape(len(whole.coders), q),
            rows,
        )

    @property
    def clusters(self) -> Clusters | None:
        """The cluster of each row."""
        return None if self.rows is None else self.rows.clusters

    def cluster_counts(self, clusters: Clusters) -> ClusterCounts:
        """How often each pattern occurs in each cluster, given the cluster of each row."""
        if self.rows is None:
            raise ValueError("counts do not know their clusters")
        whole = self.rows.data
        n = len(self.patterns)
        return ClusterCounts.of(
            clusters.cluster, whole.unit_pattern, n, clusters.what, self.rows.times, clusters.n_joined
        )

    def patterns_without(self, coder: int) -> Patterns:
        """The patterns of the labels of all coders but one, given by index; it needs rows."""
        if self.rows is None:
            raise ValueError("counts do not know what remains without a coder")
        whole = self.rows.data
        keep = whole.coder != coder
        sizes = np.bincount(whole.unit[keep], minlength=len(whole.units))
        start = np.concatenate([[0], np.cumsum(sizes[sizes > 0])])
        _, patterns = self.rows.reduce(start, whole.category[keep], np.flatnonzero(sizes))
        return replace(patterns, n_coders=len(self.coders) - 1)


Counted = ReliabilityData | PatternData
"""Labels one by one, or as counts: what a report is computed from."""


def counts_of_clusters(data: Counted, clusters: Clusters | None) -> ClusterCounts | None:
    """How often each cluster has each pattern; rows of `PatternData` bring their own clusters."""
    if isinstance(data, ReliabilityData):
        return None if clusters is None else clusters.counts(data)
    return None if data.clusters is None else data.cluster_counts(data.clusters)
