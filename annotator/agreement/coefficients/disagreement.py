"""Observed and expected disagreement of each level of measurement, for one set of weights or many at once.

With k_uc labels of category c on unit u, m_u = Σ_c k_uc, n_c = Σ_u k_uc over the pairable units and N = Σ_c n_c,

    α = 1 - (N - 1) · Σ_u d_u / Σ_ck n_c n_k δ_ck,   d_u = Σ_ck k_uc k_uk δ_ck / (m_u - 1)

(Krippendorff 2018, section 12.3). Weights count how often each pattern occurs: a bootstrap replicate is
a row of weights, a deleted unit a weight less by one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from annotator.agreement.data import distances
from annotator.agreement.data.distances import Metric
from annotator.agreement.data.patterns import Patterns
from annotator.agreement.data.reliability import check_level, numeric_values
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]

_MATRIX_LIMIT = 4000
"""Distinct values up to which a matrix of their differences is made."""
_BLOCK = 2_000_000
"""Numbers held at once while rows of weights are worked through."""


class TooManyValuesError(AgreementError):
    """A measure would need the differences of more pairs of values than can be held."""


class Disagreement(ABC):
    """A metric, ready to be applied to patterns of pairable labels."""

    @abstractmethod
    def observed(self, p: Patterns, n: Floats) -> Floats:
        """d_u of each pattern, given the marginals n: (q,) to (p,), (b, q) to (b, p) or what broadcasts to it."""

    @abstractmethod
    def expected(self, n: Floats) -> Floats:
        """Σ_ck n_c n_k δ_ck for marginals n: (q,) to (), (b, q) to (b,)."""

    @abstractmethod
    def matrix(self, n: Floats) -> Floats:
        """δ_ck for marginals n (q,), shape (q, q)."""

    def alphas(self, p: Patterns, weights: Floats) -> Floats:
        """α for each row of weights (b, p), shape (b,); nan where it is undefined."""
        out = np.empty(len(weights))
        for rows in _blocks(len(weights), len(p) + len(p.categories)):
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
        total, expected = self._without(p, w, n)
        return alpha_of(total, expected, n.sum() - p.m)

    def _without(self, p: Patterns, w: Floats, n: Floats) -> tuple[Floats, Floats]:
        """Σ d and Σ n n δ without one unit of each pattern, both (p,)."""
        d = self.observed(p, n)
        expected = np.concatenate([self.expected(n - rows) for rows in _rows(p)])
        return w @ d - d, expected


class Nominal(Disagreement):
    """Equal or not."""

    def observed(self, p: Patterns, n: Floats) -> Floats:  # noqa: ARG002 - only ordinals look at the marginals
        """d_u, whatever the marginals."""
        return (p.m**2 - p.squares) / (p.m - 1)

    def expected(self, n: Floats) -> Floats:
        """Σ_ck n_c n_k δ_ck."""
        return np.asarray(n.sum(axis=-1) ** 2 - (n**2).sum(axis=-1))

    def matrix(self, n: Floats) -> Floats:
        """δ_ck of all pairs of categories."""
        return 1.0 - np.eye(n.size)


class Numeric(Disagreement):
    """Squared differences of numbers: the interval level.

    Sums of squares are taken around the mean of the labels that enter them, so that neither a large offset nor a value
    that no pairable unit has costs digits; where nothing varies they are exactly zero.
    """

    def __init__(self, values: Floats) -> None:
        self.values = values

    def observed(self, p: Patterns, n: Floats) -> Floats:  # noqa: ARG002 - only ordinals look at the marginals
        """d_u, whatever the marginals."""
        x = self.values[p.category] - self.values[p.category[p.start[:-1]]][p.row]
        x = x - (p.sum_cells(p.count * x) / p.m)[p.row]
        return 2 * p.m * p.sum_cells(p.count * x**2) / (p.m - 1)

    def expected(self, n: Floats) -> Floats:
        """Σ_ck n_c n_k δ_ck."""
        used = self.values[np.argmax(n, axis=-1)]
        x = np.where(n > 0, self.values - used[..., None], 0.0)
        total = n.sum(axis=-1)
        x = x - ((n * x).sum(axis=-1) / np.maximum(total, 1.0))[..., None]
        return np.asarray(2 * total * (n * x**2).sum(axis=-1))

    def matrix(self, n: Floats) -> Floats:  # noqa: ARG002 - only ordinals look at the marginals
        """δ_ck of all pairs of categories."""
        return distances.interval(self.values)


class Ordinal(Disagreement):
    """Squared differences of midranks, which the marginals decide."""

    def observed(self, p: Patterns, n: Floats) -> Floats:
        """d_u for these marginals."""
        return _squared_differences(p, distances.midranks(n))

    def expected(self, n: Floats) -> Floats:
        """Σ_ck n_c n_k δ_ck."""
        # 2 (N Σ n g² - (Σ n g)²) with midranks g, whose sums depend on the ties alone.
        total = n.sum(axis=-1)
        return np.asarray(total * (total**3 - (n**3).sum(axis=-1)) / 6)

    def _without(self, p: Patterns, w: Floats, n: Floats) -> tuple[Floats, Floats]:
        q = len(p.categories)
        if q > _MATRIX_LIMIT:
            raise TooManyValuesError(f"{q} distinct values, and differences are computed for at most {_MATRIX_LIMIT}")
        g = distances.midranks(n)
        laplacian = np.diag(p.totals(w * p.m / (p.m - 1))) - _products(p, w)
        totals, expected, begin = [], [], 0
        for rows in _rows(p):
            # A unit less moves every midrank by that unit's own; Σ d is a quadratic form in the midranks.
            moved = g - distances.midranks(rows)
            m = p.m[begin : begin + len(rows)]
            own = m * np.einsum("uc,uc->u", rows, moved**2) - np.einsum("uc,uc->u", rows, moved) ** 2
            all_units = np.einsum("uc,uc->u", moved @ laplacian, moved)
            totals.append(2 * (all_units - own / (m - 1)))
            expected.append(self.expected(n - rows))
            begin += len(rows)
        return np.concatenate(totals), np.concatenate(expected)

    def matrix(self, n: Floats) -> Floats:
        """δ_ck of all pairs of categories."""
        return distances.ordinal(n)


class Matrix(Disagreement):
    """Any symmetric matrix of differences: ratio, sets, a metric of one's own."""

    def __init__(self, delta: Floats) -> None:
        self.delta = delta

    def matrix(self, n: Floats) -> Floats:  # noqa: ARG002 - only ordinals look at the marginals
        """δ_ck of all pairs of categories."""
        return self.delta

    def observed(self, p: Patterns, n: Floats) -> Floats:  # noqa: ARG002 - only ordinals look at the marginals
        """d_u, whatever the marginals."""
        return p.quadratic(self.delta) / (p.m - 1)

    def expected(self, n: Floats) -> Floats:
        """Σ_ck n_c n_k δ_ck."""
        return np.asarray(((n @ self.delta) * n).sum(axis=-1))

    def _without(self, p: Patterns, w: Floats, n: Floats) -> tuple[Floats, Floats]:
        d = self.observed(p, n)
        # Both roundings of a difference that is really zero are kept from looking like one.
        expected = self.expected(n) - 2 * p.dot(self.delta @ n) + d * (p.m - 1)
        expected[expected < 1e-12 * self.expected(n)] = 0.0
        return w @ d - d, expected


def disagreement(level: str, categories: Sequence[Hashable], metric: Metric | str | None = None) -> Disagreement:
    """The disagreement of a level of measurement over these categories, or of a metric of one's own.

    Args:
        level: nominal, ordinal, interval, ratio or set.
        categories: The categories in their order.
        metric: "masi" (the default of sets), "jaccard", a function of two categories, or a matrix (q, q).

    Raises:
        TooManyValuesError: there are too many distinct values for a matrix of their differences.
        AgreementError: the categories do not fit the level.
    """
    check_level(level)
    if metric is None and level in ("nominal", "ordinal", "interval"):
        if level == "nominal":
            return Nominal()
        return Ordinal() if level == "ordinal" else Numeric(numeric_values(categories, level))
    if len(categories) > _MATRIX_LIMIT:
        raise TooManyValuesError(
            f"{len(categories)} distinct values, and differences are computed for at most {_MATRIX_LIMIT}"
        )
    if isinstance(metric, str) or (metric is None and level == "set"):
        return Matrix(_set_distances(metric or "masi", tuple(categories)))
    if metric is not None:
        return Matrix(distances.custom(metric, categories))
    if level == "ratio":
        return Matrix(distances.ratio(numeric_values(categories, level)))
    raise AgreementError(f"The level {level} has no distance.")


@lru_cache(maxsize=1)
def _set_distances(metric: str, categories: tuple[Hashable, ...]) -> Floats:
    """The distances of the sets of a variable, which each of its figures needs."""
    from annotator.agreement.data.set_distances import (
        set_distances,  # sets are rare, and α without them needs none of it
    )

    found = set_distances(categories, metric)
    found.flags.writeable = False
    return found


def alpha_of(total: Floats, expected: Floats, n_labels: Floats) -> Floats:
    """1 - (N - 1) Σ d / Σ n n δ, nan where nothing is expected to differ."""
    defined = expected > 0
    share = np.where(defined, (n_labels - 1) * total, np.nan) / np.where(defined, expected, 1.0)
    # Σ d is a difference of sums where a unit was taken out; what is left of zero is rounding.
    return np.asarray(1.0 - np.where(np.abs(share) < 1e-13, 0.0, share))


def _squared_differences(p: Patterns, values: Floats) -> Floats:
    """d_u for squared differences of numbers (q,) or (b, q)."""
    return np.asarray(2 * (p.m * p.dot(values**2) - p.dot(values) ** 2) / (p.m - 1))


def coincidences(p: Patterns) -> Floats:
    """Krippendorff's coincidence matrix o_ck of pairable labels, shape (q, q); its rows sum to n_c."""
    w = p.multiplicity.astype(np.float64)
    return _products(p, w) - np.diag(p.totals(w / (p.m - 1)))


def alpha_of_coincidences(o: Floats, delta: Floats) -> float:
    """α from a coincidence matrix and the differences, both (q, q); nan where it is undefined."""
    n = o.sum(axis=1)
    return float(alpha_of((o * delta).sum(), n @ delta @ n, n.sum()))


def _products(p: Patterns, w: Floats) -> Floats:
    """Σ_u w_u k_u k_uᵀ / (m_u - 1), shape (q, q)."""
    if not p.is_small:
        return p.products(w / (p.m - 1))
    q = len(p.categories)
    sums = np.zeros((q, q))
    begin = 0
    for rows in _rows(p):
        part = slice(begin, begin + len(rows))
        sums += rows.T @ (rows * (w[part] / (p.m[part] - 1))[:, None])
        begin += len(rows)
    return sums


def _rows(p: Patterns) -> Iterator[Floats]:
    """The counts of the patterns as matrices of some rows each."""
    for part in _blocks(len(p), len(p.categories)):
        yield p.rows(part.start, part.stop)


def _blocks(rows: int, width: int) -> Iterator[slice]:
    step = max(1, _BLOCK // max(width, 1))
    for begin in range(0, rows, step):
        yield slice(begin, min(begin + step, rows))
