"""Count patterns: units with the same labels, from whichever coders, are one pattern with a multiplicity.

Every coefficient here but Cohen's κ depends on a unit only through how many of its labels fall into each category.
Five coders and five categories make at most 252 patterns, however many units there are: point estimate, jackknife and
bootstrap then cost the same for a thousand units and for a million.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_DENSE = 4_000_000
"""Up to this many cells patterns × categories, one matrix product is faster than sums over the non-zero cells."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """The distinct count vectors of the units, stored by their non-zero cells.

    Pattern `u` owns the cells `start[u]:start[u + 1]`; each says that `count` labels of a unit fall into `category`.
    """

    categories: tuple[Hashable, ...]
    """The declared categories in their order, or those that occur."""
    start: Ints
    """Shape (p + 1,)."""
    category: Ints
    """Index into `categories`, one a cell."""
    count: Ints
    """Labels in the cell, at least 1."""
    multiplicity: Ints
    """How many units show the pattern, shape (p,)."""
    n_coders: int
    """Coders with at least one label; the largest number on one unit where coders are not known."""

    def __len__(self) -> int:
        return self.multiplicity.size

    @classmethod
    def from_counts(
        cls,
        counts: npt.ArrayLike,
        multiplicity: npt.ArrayLike | None = None,
        categories: Sequence[Hashable] | None = None,
        n_coders: int | None = None,
    ) -> Patterns:
        """Patterns from a matrix of counts (units or patterns, categories), each row occurring `multiplicity` times.

        Raises:
            AgreementError: a count is negative or broken, or the shapes do not fit.
        """
        matrix = np.atleast_2d(np.asarray(counts))
        rows, q = matrix.shape
        times = np.ones(rows, np.int64) if multiplicity is None else np.asarray(multiplicity).astype(np.int64)
        if times.shape != (rows,) or (categories is not None and len(categories) != q):
            raise AgreementError("Counts have one row a unit and one column a category.")
        whole = matrix.astype(np.int64)
        if (whole != matrix).any() or (whole < 0).any() or (times < 0).any():
            raise AgreementError("Counts are whole numbers of zero or more.")

        keep = (whole.sum(axis=1) > 0) & (times > 0)
        distinct, inverse = np.unique(whole[keep], axis=0, return_inverse=True)
        total = np.bincount(inverse.ravel(), weights=times[keep], minlength=len(distinct)).astype(np.int64)
        names = tuple(range(q)) if categories is None else tuple(categories)
        return cls.of_matrix(distinct, total, names, n_coders)

    @classmethod
    def of_matrix(
        cls, counts: Ints, multiplicity: Ints, categories: tuple[Hashable, ...], n_coders: int | None
    ) -> Patterns:
        """Patterns from distinct rows (p, q) that are known to be good."""
        row, category = np.nonzero(counts)
        start = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(np.bincount(row, minlength=len(counts)), out=start[1:])
        most = int(counts.sum(axis=1).max(initial=0))
        return cls(
            categories,
            start,
            category.astype(np.int64),
            counts[row, category].astype(np.int64),
            multiplicity,
            most if n_coders is None else n_coders,
        )

    @cached_property
    def row(self) -> Ints:
        """The pattern of each cell."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    @cached_property
    def m(self) -> Floats:
        """Labels on a unit of each pattern, shape (p,)."""
        return self.sum_cells(self.count.astype(np.float64))

    @cached_property
    def squares(self) -> Floats:
        """Σ_c count², shape (p,)."""
        return self.sum_cells(self.count.astype(np.float64) ** 2)

    @cached_property
    def paired(self) -> Patterns:
        """Only the patterns with two labels or more: the pairable labels."""
        return self if (self.m >= 2).all() else self.select(self.m >= 2)

    @cached_property
    def n_units(self) -> int:
        """Units with at least one label."""
        return int(self.multiplicity.sum())

    @cached_property
    def n_units_paired(self) -> int:
        """Units with at least two labels."""
        return int(self.multiplicity[self.m >= 2].sum())

    @cached_property
    def n_labels(self) -> int:
        """All labels, pairable or not."""
        return int(self.m @ self.multiplicity)

    @cached_property
    def n_labels_paired(self) -> int:
        """Labels of units with at least two."""
        return int((self.m * (self.m >= 2)) @ self.multiplicity)

    @cached_property
    def n(self) -> Floats:
        """Labels in each category, over all units, shape (q,)."""
        return self.totals(self.multiplicity.astype(np.float64))

    @cached_property
    def matrix(self) -> Floats:
        """All counts as a matrix (p, q)."""
        return self.rows(0, len(self))

    def rows(self, begin: int, end: int) -> Floats:
        """The counts of patterns `begin` to `end` as a matrix (end - begin, q)."""
        cells = slice(self.start[begin], self.start[end])
        dense = np.zeros((end - begin, len(self.categories)))
        dense[self.row[cells] - begin, self.category[cells]] = self.count[cells]
        return dense

    def select(self, keep: npt.NDArray[np.bool_]) -> Patterns:
        """The patterns where `keep` (p,) is true."""
        cells = keep[self.row]
        start = np.zeros(int(keep.sum()) + 1, np.int64)
        np.cumsum(np.diff(self.start)[keep], out=start[1:])
        return Patterns(
            self.categories,
            start,
            self.category[cells],
            self.count[cells],
            self.multiplicity[keep],
            self.n_coders,
        )

    def dot(self, x: Floats) -> Floats:
        """Σ_c count_uc · x_c for each pattern: (q,) to (p,), (b, q) to (b, p)."""
        if self.is_small:
            product: Floats = x @ self.matrix.T
            return product
        if x.ndim == 1:
            return self.sum_cells(self.count * x[self.category])
        return np.stack([self.dot(row) for row in x])

    def totals(self, weight: Floats) -> Floats:
        """Labels in each category when pattern u occurs `weight[u]` times: (p,) to (q,), (b, p) to (b, q)."""
        if self.is_small:
            product: Floats = weight @ self.matrix
            return product
        if weight.ndim == 1:
            q = len(self.categories)
            cells = weight[self.row] * self.count
            return np.bincount(self.category, weights=cells, minlength=q).astype(np.float64)
        return np.stack([self.totals(row) for row in weight])

    def quadratic(self, delta: Floats) -> Floats:
        """Σ_ck count_uc count_uk δ_ck for each pattern and a symmetric δ (q, q); shape (p,)."""
        sums = self.sum_cells(self.count**2 * np.diagonal(delta)[self.category])
        for first, second in self._pairs_of_cells():
            products = self.count[first] * self.count[second] * delta[self.category[first], self.category[second]]
            sums += 2 * np.bincount(self.row[first], weights=products, minlength=len(self))
        return sums

    def quadratic_of(self, between: Callable[[Ints, Ints], Floats]) -> Floats:
        """The same for a δ that is 0 on the diagonal and is asked for by pairs of categories; shape (p,)."""
        sums = np.zeros(len(self))
        for first, second in self._pairs_of_cells():
            delta = between(self.category[first], self.category[second])
            products = self.count[first] * self.count[second] * delta
            sums += 2 * np.bincount(self.row[first], weights=products, minlength=len(self))
        return sums

    def pair_products(self, weight: Floats) -> tuple[Ints, Ints, Floats]:
        """Σ_u weight_u k_uc k_uk for the pairs of categories c < k that share a unit: c, k and the sum of each."""
        q = len(self.categories)
        cells, products = [np.zeros(0, np.int64)], [np.zeros(0)]
        for first, second in self._pairs_of_cells():
            cells.append(self.category[first] * q + self.category[second])
            products.append(self.count[first] * self.count[second] * weight[self.row[first]])
        found, index = np.unique(np.concatenate(cells), return_inverse=True)
        sums = np.bincount(index, weights=np.concatenate(products), minlength=found.size)
        return found // max(q, 1), found % max(q, 1), sums.astype(np.float64)

    def products(self, weight: Floats) -> Floats:
        """Σ_u weight_u k_u k_uᵀ for the count vectors k and weights (p,), from their cells; shape (q, q)."""
        q = len(self.categories)
        sums: Floats = np.diag(np.bincount(self.category, weights=self.count**2 * weight[self.row], minlength=q))
        for first, second in self._pairs_of_cells():
            cell = self.category[first] * q + self.category[second]
            products = self.count[first] * self.count[second] * weight[self.row[first]]
            found = np.bincount(cell, weights=products, minlength=q * q).reshape(q, q)
            sums += found + found.T
        return sums

    @property
    def is_small(self) -> bool:
        """Whether sums over patterns are made of whole matrices; else they are made of the cells that hold a label."""
        return len(self) * len(self.categories) <= _DENSE

    def _pairs_of_cells(self) -> Iterator[tuple[Ints, Ints]]:
        """All pairs of cells of one pattern, as index arrays; the category of the first precedes that of the second."""
        cells = np.diff(self.start)
        left = np.repeat(self.start[1:], cells) - np.arange(self.row.size) - 1
        for distance in range(1, int(cells.max(initial=0))):
            first = np.nonzero(left >= distance)[0]
            yield first, first + distance

    def sum_cells(self, x: Floats) -> Floats:
        """Sums of a value per cell over the cells of each pattern."""
        return np.bincount(self.row, weights=x, minlength=len(self)).astype(np.float64)


def patterns_of_units(start: Ints, category: Ints, categories: tuple[Hashable, ...]) -> tuple[Ints, Patterns]:
    """Reduce units to patterns: unit i has the labels `category[start[i]:start[i + 1]]`, in any order, at least one.

    Returns:
        The pattern of each unit, shape (units,), and the patterns (their `n_coders` is the most labels on a unit).
    """
    q, sizes = len(categories), np.diff(start)
    most = int(sizes.max(initial=0))
    if most and q * np.log2(most + 1) < 62:
        weight = (most + 1) ** np.arange(q, dtype=np.int64)
        keys = np.add.reduceat(weight[category], start[:-1]) if sizes.size else np.zeros(0, np.int64)
        unique, inverse, times = np.unique(keys, return_inverse=True, return_counts=True)
        return inverse, Patterns.of_matrix(unpack(unique, most + 1, q), times, categories, most)
    return _patterns_by_refinement(start, category, categories)


def unpack(keys: Ints, base: int, q: int) -> Ints:
    """The counts (p, q) that are the digits of `keys` (p,) in the given base."""
    return keys[:, None] // base ** np.arange(q, dtype=np.int64) % base


def _patterns_by_refinement(start: Ints, category: Ints, categories: tuple[Hashable, ...]) -> tuple[Ints, Patterns]:
    """Exact for any number of labels and categories: classes of units are split by one sorted label after another."""
    q, sizes = len(categories), np.diff(start)
    unit = np.repeat(np.arange(sizes.size), sizes)
    ordered = category[np.lexsort((category, unit))]
    kind = np.zeros(sizes.size, np.int64)
    for position in range(int(sizes.max(initial=0))):
        label = np.zeros(sizes.size, np.int64)
        has = sizes > position
        label[has] = ordered[start[:-1][has] + position] + 1
        kind = np.unique(kind * (q + 1) + label, return_inverse=True)[1]
    _, first, times = np.unique(kind, return_index=True, return_counts=True)

    length = sizes[first]
    begin = np.zeros(first.size + 1, np.int64)
    np.cumsum(length, out=begin[1:])
    place = np.arange(begin[-1]) - np.repeat(begin[:-1], length) + np.repeat(start[:-1][first], length)
    row = np.repeat(np.arange(first.size), length)
    cells, count = np.unique(row * q + ordered[place], return_counts=True)
    cell_start = np.searchsorted(cells, np.arange(first.size + 1) * q)
    most = int(sizes.max(initial=0))
    return kind, Patterns(categories, cell_start, cells % q, count, times, most)
