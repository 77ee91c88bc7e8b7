"""What a metric offers to α: observed and expected disagreement, for one set of weights or many at once.

With k_uc labels of category c on unit u, m_u = Σ_c k_uc, n_c = Σ_u k_uc over the pairable units and N = Σ_c n_c,

    α = 1 - (N - 1) · Σ_u d_u / Σ_ck n_c n_k δ_ck,   d_u = Σ_ck k_uc k_uk δ_ck / (m_u - 1)

(Krippendorff 2018, section 12.3). Weights count how often each pattern occurs: a bootstrap replicate is
a row of weights, a deleted unit a weight less by one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.patterns import Ints, Patterns
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]

_BLOCK = 2_000_000
"""Numbers held at once while rows of weights are worked through."""


class TooManyValuesError(AgreementError):
    """A measure would need the differences of more pairs of values than can be held."""


class Disagreement(ABC):
    """A metric, ready to be applied to patterns of pairable labels."""

    @abstractmethod
    def products(self, p: Patterns, n: Floats) -> Floats:
        """Σ_ck k_uc k_uk δ_ck of each pattern, given the marginals n: (q,) to (p,), (b, q) to (b, p) or what fits."""

    @abstractmethod
    def expected(self, n: Floats) -> Floats:
        """Σ_ck n_c n_k δ_ck for marginals n: (q,) to (), (b, q) to (b,)."""

    @abstractmethod
    def between(self, n: Floats, first: Ints, second: Ints) -> Floats:
        """δ of the categories `first[i]` and `second[i]`, for every i, given the marginals n (q,)."""

    def observed(self, p: Patterns, n: Floats) -> Floats:
        """d_u of each pattern, given the marginals n: (q,) to (p,), (b, q) to (b, p) or what fits."""
        return self.products(p, n) / (p.m - 1)

    def matrix(self, n: Floats) -> Floats:
        """δ_ck for marginals n (q,), shape (q, q)."""
        first, second = np.divmod(np.arange(n.size**2), max(n.size, 1))
        return self.between(n, first, second).reshape(n.size, n.size)

    def farthest(self, n: Floats) -> float:
        """The largest δ_ck for marginals n (q,)."""
        return float(self.matrix(n).max(initial=0.0))

    def alphas(self, p: Patterns, weights: Floats) -> Floats:
        """α for each row of weights (b, p), shape (b,); nan where it is undefined."""
        out = np.empty(len(weights))
        for rows in blocks(len(weights), len(p) + len(p.categories)):
            w = weights[rows]
            n = p.totals(w)
            d = np.asarray(self.observed(p, n))
            total = w @ d if d.ndim == 1 else np.einsum("bp,bp->b", w, d)
            out[rows] = alpha_of(total, self.expected(n), n.sum(axis=-1))
        return out

    def deletions(self, p: Patterns) -> Floats:
        """α without one unit of each pattern, shape (p,); nan where it is undefined."""
        w = p.multiplicity.astype(np.float64)
        n = p.n
        total, expected = self.without_each(p, w, n)
        return alpha_of(total, expected, n.sum() - p.m)

    def without_each(self, p: Patterns, w: Floats, n: Floats) -> tuple[Floats, Floats]:
        """Σ d and Σ n n δ without one unit of each pattern, both (p,)."""
        d = self.observed(p, n)
        expected = np.concatenate([self.expected(n - rows) for rows in blocks_of_patterns(p)])
        return w @ d - d, expected


class LinearDisagreement(Disagreement):
    """A metric that does not depend on the marginals, so that distances are a linear function of these.

    Σ n n δ without a unit is Σ n n δ - 2 Σ_c k_c (δ n)_c + Σ_ck k_c k_k δ: no unit needs sums of its own.
    """

    @abstractmethod
    def distances(self, n: Floats) -> Floats:
        """Σ_k δ_ck n_k for marginals n (q,), shape (q,)."""

    def without_each(self, p: Patterns, w: Floats, n: Floats) -> tuple[Floats, Floats]:
        """Σ d and Σ n n δ without one unit of each pattern, both (p,)."""
        d, whole = self.observed(p, n), self.expected(n)
        # Both roundings of a difference that is really zero are kept from looking like one.
        expected = whole - 2 * p.dot(self.distances(n)) + d * (p.m - 1)
        expected[expected < 1e-12 * whole] = 0.0
        return w @ d - d, expected


def alpha_of(total: Floats, expected: Floats, n_labels: Floats) -> Floats:
    """1 - (N - 1) Σ d / Σ n n δ, nan where nothing is expected to differ."""
    defined = expected > 0
    share = np.where(defined, (n_labels - 1) * total, np.nan) / np.where(defined, expected, 1.0)
    # Σ d is a difference of sums where a unit was taken out; what is left of zero is rounding.
    return np.asarray(1.0 - np.where(np.abs(share) < 1e-13, 0.0, share))


def blocks_of_patterns(p: Patterns) -> Iterator[Floats]:
    """The counts of the patterns as matrices of some rows each."""
    for part in blocks(len(p), len(p.categories)):
        yield p.rows(part.start, part.stop)


def blocks(rows: int, width: int) -> Iterator[slice]:
    """Slices of rows of so many numbers that fit in memory."""
    step = max(1, _BLOCK // max(width, 1))
    for begin in range(0, rows, step):
        yield slice(begin, min(begin + step, rows))
