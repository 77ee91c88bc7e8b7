"""Which categories a coder's statements in a paragraph hold, as a set and one category after the other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.agreement import Coefficient, Patterns, alpha_interval, percent_agreement
from annotator.agreement.data.clusters import ClusterCounts, Clusters
from annotator.agreement.data.member_sets import distinct_sets
from annotator.agreement.intervals.jackknife import pattern_intervals
from annotator.codebook.model import Variable
from annotator.reports.compared.measures import ABSENT, PRESENT, presence_of
from annotator.reports.compared.statement_arrays import StatementArrays
from annotator.reports.compared.tallies import Tally, ranges

Ints = npt.NDArray[np.int64]

_MOST_CATEGORIES = 200


@dataclass(frozen=True, eq=False)
class CategoryPresence:
    """Whether a coder's statements in a paragraph hold one category, over all units."""

    category: str
    percent_agreement: Coefficient
    krippendorff_alpha: Coefficient
    n_units_with: int
    """Units in which at least one coder has it."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "category": self.category,
            "n_units_with": self.n_units_with,
            "percent_agreement": self.percent_agreement.to_dict(),
            "krippendorff_alpha": self.krippendorff_alpha.to_dict(),
        }


def presence(statements: StatementArrays, variable: Variable) -> Tally | None:
    """What the statements of each review of a unit hold, as a set; None if the variable is not compared so."""
    measure = presence_of(variable)
    if measure is None:
        return None
    decision, decided = statements.decided(variable)
    names: dict[Hashable, int] = {}
    parts = [value if isinstance(value, frozenset) else (value,) for value in decided.values]
    members = [[names.setdefault(name, len(names)) for name in part] for part in parts]
    sizes = np.array([len(part) for part in members], np.int64)
    flat = np.array([i for part in members for i in part], np.int64)

    counted = np.flatnonzero(decided.value[decision] >= 0)
    value = decided.value[decision[counted]]
    owner = np.repeat(statements.review[counted], sizes[value])
    member = flat[ranges(np.cumsum(sizes)[value] - sizes[value], sizes[value])]
    of_review, found = distinct_sets(owner, member, statements.units.in_units.size, len(names))
    known = list(names)
    sets = [frozenset(known[i] for i in one) for one in found]
    chosen = statements.units.in_units
    reviews = statements.arrays.reviews
    return Tally.of_values(
        measure, statements.arrays.coders, reviews.paragraph[chosen], reviews.coder[chosen], of_review[chosen], sets
    )


def category_presence(
    tally: Tally, names: Sequence[str], clusters_of: Callable[[Ints], Clusters] | None = None
) -> tuple[CategoryPresence, ...]:
    """Agreement on each of some categories.

    Args:
        tally: The sets that the coders' statements hold, one a coder and paragraph.
        names: The categories.
        clusters_of: Tells the clusters of paragraphs, given by row, which the intervals delete; without it, they
            delete paragraphs.
    """
    rows, unit = np.unique(tally.unit, return_inverse=True)
    n_coders = int(np.unique(tally.coder).size)
    group = None if clusters_of is None else clusters_of(rows).joined()
    kinds = _Kinds(np.bincount(unit), n_coders, group)
    found = []
    for name, present in zip(names, _present(tally, unit, names[:_MOST_CATEGORIES]), strict=False):
        patterns, counts = kinds.of(*present)
        alpha, percent = alpha_interval(patterns, clusters=counts), percent_agreement(patterns)
        intervals = pattern_intervals({percent.name: percent}, patterns, "nominal", clusters=counts)
        found.append(CategoryPresence(name, percent.with_interval(intervals[percent.name]), alpha, present[0].size))
    return tuple(found)


def _present(tally: Tally, unit: Ints, names: Sequence[str]) -> list[tuple[Ints, Ints]]:
    """For each category, the units in which a coder has it, and how many have."""
    place = {name: i for i, name in enumerate(names)}
    n_units = int(unit.max(initial=-1)) + 1
    held = [np.array([place[name] for name in one if name in place], np.int64) for one in tally.values]  # type: ignore[attr-defined] # sets
    sizes = np.array([one.size for one in held], np.int64)
    begin = np.cumsum(sizes) - sizes
    many = sizes[tally.value]
    members = np.concatenate([np.zeros(0, np.int64), *held])[ranges(begin[tally.value], many)]
    keys, times = np.unique(members * n_units + np.repeat(unit, many), return_counts=True)
    ends = np.searchsorted(keys, np.arange(1, len(names)) * n_units)
    return [(k % max(n_units, 1), n) for k, n in zip(np.split(keys, ends), np.split(times, ends), strict=True)]


class _Kinds:
    """Units by how many of their labels say absent and present."""

    def __init__(self, n_labels: Ints, n_coders: int, group: Clusters | None) -> None:
        """Count the units in which nobody has the category.

        Args:
            n_labels: Labels on each unit, shape (units,).
            n_coders: How many coders there are.
            group: The clusters of the units, numbered from 0.
        """
        self._n_labels, self._n_coders, self._group = n_labels, n_coders, group
        self._cluster = np.zeros(n_labels.size, np.int64) if group is None else group.cluster
        self._base = int(n_labels.max(initial=0)) + 1
        self._n = int(self._cluster.max(initial=-1)) + 1
        self._absent = np.bincount(self._cluster * self._base + n_labels, minlength=self._n * self._base)

    def of(self, units: Ints, n_present: Ints) -> tuple[Patterns, ClusterCounts | None]:
        """The patterns where so many coders have the category in these units, and how often each cluster has each."""
        base, n_labels, cluster = self._base, self._n_labels[units], self._cluster[units]
        rest = self._absent - np.bincount(cluster * base + n_labels, minlength=self._absent.size)
        none = np.flatnonzero(rest)
        # Absent everywhere first, by the number of labels; then by how many say present.
        kind = np.concatenate([none % max(base, 1), n_present * base + n_labels - n_present])
        times = np.concatenate([rest[none], np.ones(units.size, np.int64)])
        kinds, index = np.unique(kind, return_inverse=True)
        total = np.bincount(index, weights=times, minlength=kinds.size).astype(np.int64)
        patterns = Patterns.of_matrix(
            np.stack([kinds % base, kinds // base], axis=1), total, (ABSENT, PRESENT), self._n_coders
        )
        if self._group is None:
            return patterns, None
        owner = np.concatenate([none // max(base, 1), cluster])
        return patterns, ClusterCounts.of(owner, index, kinds.size, self._group.what, times, self._group.n_joined)
