"""Metrics of values that need not be compared one by one: a matrix, many sets, statements that one coder lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotator.agreement.coefficients.difference import Floats, LinearDisagreement
from annotator.agreement.data.patterns import Ints, Patterns

if TYPE_CHECKING:
    from annotator.agreement.data.set_overlaps import SetOverlaps


class Matrix(LinearDisagreement):
    """Any symmetric matrix of differences: of ratios, of sets, or given by the user."""

    def __init__(self, delta: Floats) -> None:
        self.delta = delta

    def products(self, p: Patterns, n: Floats) -> Floats:  # noqa: ARG002 - only ordinals look at the marginals
        """Σ_ck k_uc k_uk δ_ck, whatever the marginals."""
        return p.quadratic(self.delta)

    def expected(self, n: Floats) -> Floats:
        """Σ_ck n_c n_k δ_ck."""
        return np.asarray(((n @ self.delta) * n).sum(axis=-1))

    def between(self, n: Floats, first: Ints, second: Ints) -> Floats:  # noqa: ARG002 - as above
        """δ of pairs of categories."""
        return np.asarray(self.delta[first, second])

    def distances(self, n: Floats) -> Floats:
        """Σ_k δ_ck n_k."""
        return np.asarray(self.delta @ n)


class Sets(LinearDisagreement):
    """Many different sets: the distance is 1 less what they share."""

    def __init__(self, overlaps: SetOverlaps) -> None:
        self._overlaps = overlaps

    def products(self, p: Patterns, n: Floats) -> Floats:
        """Σ_ck k_uc k_uk δ_ck, whatever the marginals."""
        return p.quadratic_of(lambda first, second: self.between(n, first, second))

    def expected(self, n: Floats) -> Floats:
        """Σ_ck n_c n_k δ_ck."""
        if n.ndim > 1:
            return np.array([float(self.expected(row)) for row in n])
        return np.asarray(n.sum() ** 2 - self._overlaps.similar_pairs(n))

    def between(self, n: Floats, first: Ints, second: Ints) -> Floats:  # noqa: ARG002 - as above
        """δ of pairs of sets."""
        return 1.0 - self._overlaps.between(first, second)

    def distances(self, n: Floats) -> Floats:
        """Σ_k δ_ck n_k."""
        return np.asarray(n.sum() - self._overlaps.similar_to(n))

    def farthest(self, n: Floats) -> float:  # noqa: ARG002 - as above
        """The largest δ_ck."""
        return 1.0 - self._overlaps.least_similar()


class WithAbsent(LinearDisagreement):
    """A metric and one more category, the last, as far from all others as the farthest two of them are."""

    def __init__(self, base: LinearDisagreement, q: int) -> None:
        """Extend a metric of q categories."""
        self._base = base
        self._q = q
        self._far = base.farthest(np.ones(q)) or 1.0

    def products(self, p: Patterns, n: Floats) -> Floats:
        """Σ_ck k_uc k_uk δ_ck, whatever the marginals."""
        return p.quadratic_of(lambda first, second: self.between(n, first, second))

    def expected(self, n: Floats) -> Floats:
        """Σ_ck n_c n_k δ_ck."""
        if n.ndim > 1:
            return np.array([float(self.expected(row)) for row in n])
        return np.asarray(self.distances(n) @ n)

    def between(self, n: Floats, first: Ints, second: Ints) -> Floats:
        """δ of pairs of categories."""
        found = np.where(first == second, 0.0, self._far)
        own = np.flatnonzero((first < self._q) & (second < self._q))
        found[own] = self._base.between(n[:-1], first[own], second[own])
        return found

    def distances(self, n: Floats) -> Floats:
        """Σ_k δ_ck n_k."""
        own, absent = n[:-1], n[-1]
        return np.append(self._base.distances(own) + self._far * absent, self._far * own.sum())
