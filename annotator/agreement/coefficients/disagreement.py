"""Observed and expected disagreement of each level of measurement."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import lru_cache

import numpy as np

from annotator.agreement.coefficients.difference import (
    Disagreement,
    Floats,
    LinearDisagreement,
    TooManyValuesError,
    alpha_of,
    blocks_of_patterns,
)
from annotator.agreement.coefficients.linear_difference import Matrix, Sets
from annotator.agreement.data import distances
from annotator.agreement.data.distances import Metric
from annotator.agreement.data.patterns import Ints, Patterns
from annotator.agreement.data.reliability import check_level, numeric_values
from annotator.errors import AgreementError

_MATRIX_LIMIT = 4000
"""Distinct values up to which a matrix of their differences is made."""
_SETS_LIMIT = 1000
"""The same for sets, of which many more can be compared without one."""


class Nominal(LinearDisagreement):
    """Equal or not."""

    def products(self, p: Patterns, n: Floats) -> Floats:  # noqa: ARG002 - only ordinals look at the marginals
        """Σ_ck k_uc k_uk δ_ck, whatever the marginals."""
        return p.m**2 - p.squares

    def expected(self, n: Floats) -> Floats:
        """Σ_ck n_c n_k δ_ck."""
        return np.asarray(n.sum(axis=-1) ** 2 - (n**2).sum(axis=-1))

    def between(self, n: Floats, first: Ints, second: Ints) -> Floats:  # noqa: ARG002 - as above
        """δ of pairs of categories."""
        return np.asarray((first != second).astype(np.float64))

    def distances(self, n: Floats) -> Floats:
        """Σ_k δ_ck n_k."""
        return np.asarray(n.sum() - n)

    def farthest(self, n: Floats) -> float:
        """The largest δ_ck."""
        return float(n.size > 1)

    def without_each(self, p: Patterns, w: Floats, n: Floats) -> tuple[Floats, Floats]:
        """Σ d and Σ n n δ without one unit of each pattern, both (p,), the latter from whole numbers."""
        d = self.observed(p, n)
        squares = n @ n - 2 * p.dot(n) + p.squares
        return w @ d - d, (n.sum() - p.m) ** 2 - squares


class Numeric(LinearDisagreement):
    """Squared differences of numbers: the interval level.

    Sums of squares are taken around the mean of the labels that enter them, so that neither a large offset nor a value
    that no pairable unit has costs digits; where nothing varies they are exactly zero.
    """

    def __init__(self, values: Floats) -> None:
        self.values = values

    def products(self, p: Patterns, n: Floats) -> Floats:  # noqa: ARG002 - only ordinals look at the marginals
        """Σ_ck k_uc k_uk δ_ck, whatever the marginals."""
        x = self.values[p.category] - self.values[p.category[p.start[:-1]]][p.row]
        x = x - (p.sum_cells(p.count * x) / p.m)[p.row]
        return 2 * p.m * p.sum_cells(p.count * x**2)

    def expected(self, n: Floats) -> Floats:
        """Σ_ck n_c n_k δ_ck."""
        x = self._centred(n)
        return np.asarray(2 * n.sum(axis=-1) * (n * x**2).sum(axis=-1))

    def between(self, n: Floats, first: Ints, second: Ints) -> Floats:  # noqa: ARG002 - as above
        """δ of pairs of categories."""
        return np.asarray((self.values[first] - self.values[second]) ** 2)

    def distances(self, n: Floats) -> Floats:
        """Σ_k δ_ck n_k."""
        x = self._centred(n)
        centre = self.values[np.argmax(n)] + (n @ np.where(n > 0, self.values - self.values[np.argmax(n)], 0.0)) / max(
            n.sum(), 1.0
        )
        return np.asarray(n.sum() * (self.values - centre) ** 2 + n @ x**2)

    def _centred(self, n: Floats) -> Floats:
        """The values less their mean, weighted by n: (..., q); 0 where n is."""
        used = self.values[np.argmax(n, axis=-1)]
        x = np.where(n > 0, self.values - used[..., None], 0.0)
        return np.asarray(x - ((n * x).sum(axis=-1) / np.maximum(n.sum(axis=-1), 1.0))[..., None])

    def farthest(self, n: Floats) -> float:  # noqa: ARG002 - as above
        """The largest δ_ck."""
        return float(np.ptp(self.values) ** 2) if self.values.size else 0.0

    def without_each(self, p: Patterns, w: Floats, n: Floats) -> tuple[Floats, Floats]:
        """Σ d and Σ n n δ without one unit of each pattern, both (p,)."""
        # Where they are few, each has sums of its own, which round as those of all units do.
        return Disagreement.without_each(self, p, w, n) if p.is_small else super().without_each(p, w, n)


class Ordinal(Disagreement):
    """Squared differences of midranks, which the marginals decide."""

    def products(self, p: Patterns, n: Floats) -> Floats:
        """Σ_ck k_uc k_uk δ_ck for these marginals."""
        return _squared_differences(p, distances.midranks(n))

    def expected(self, n: Floats) -> Floats:
        """Σ_ck n_c n_k δ_ck."""
        # 2 (N Σ n g² - (Σ n g)²) with midranks g, whose sums depend on the ties alone.
        total = n.sum(axis=-1)
        return np.asarray(total * (total**3 - (n**3).sum(axis=-1)) / 6)

    def between(self, n: Floats, first: Ints, second: Ints) -> Floats:
        """δ of pairs of categories for these marginals."""
        g = distances.midranks(n)
        return np.asarray((g[first] - g[second]) ** 2)

    def without_each(self, p: Patterns, w: Floats, n: Floats) -> tuple[Floats, Floats]:
        """Σ d and Σ n n δ without one unit of each pattern, both (p,)."""
        q = len(p.categories)
        if q > _MATRIX_LIMIT:
            raise too_many(q)
        g = distances.midranks(n)
        laplacian = np.diag(p.totals(w * p.m / (p.m - 1))) - _products(p, w)
        totals, expected, begin = [], [], 0
        for rows in blocks_of_patterns(p):
            # A unit less moves every midrank by that unit's own; Σ d is a quadratic form in the midranks.
            moved = g - distances.midranks(rows)
            m = p.m[begin : begin + len(rows)]
            own = m * np.einsum("uc,uc->u", rows, moved**2) - np.einsum("uc,uc->u", rows, moved) ** 2
            all_units = np.einsum("uc,uc->u", moved @ laplacian, moved)
            totals.append(2 * (all_units - own / (m - 1)))
            expected.append(self.expected(n - rows))
            begin += len(rows)
        return np.concatenate(totals), np.concatenate(expected)


def disagreement(
    level: str, categories: Sequence[Hashable], metric: Metric | Disagreement | str | None = None
) -> Disagreement:
    """The disagreement of a level of measurement over these categories, or of a metric of one's own.

    Args:
        level: nominal, ordinal, interval, ratio or set.
        categories: The categories in their order.
        metric: "masi" (the default of sets), "jaccard", a function of two categories, a matrix (q, q), or a metric
            that is ready.

    Raises:
        TooManyValuesError: there are too many distinct values for a matrix of their differences.
        AgreementError: the categories do not fit the level.
    """
    if isinstance(metric, Disagreement):
        return metric
    check_level(level)
    if metric is None and level in ("nominal", "ordinal", "interval"):
        if level == "nominal":
            return Nominal()
        return Ordinal() if level == "ordinal" else Numeric(numeric_values(categories, level))
    if isinstance(metric, str) or (metric is None and level == "set"):
        return _of_sets(metric or "masi", tuple(categories))
    if len(categories) > _MATRIX_LIMIT:
        raise too_many(len(categories))
    if metric is not None:
        return Matrix(distances.custom(metric, categories))
    if level == "ratio":
        return Matrix(distances.ratio(numeric_values(categories, level)))
    raise AgreementError(f"The level {level} has no distance.")


def too_many(n: int) -> TooManyValuesError:
    """The refusal of n distinct values."""
    return TooManyValuesError(f"{n} distinct values, and differences are computed for at most {_MATRIX_LIMIT}")


def at_marginals(
    level: str, categories: Sequence[Hashable], n: Floats, metric: Metric | str | None = None
) -> LinearDisagreement:
    """The disagreement of a level, its distances those of the marginals n (q,) for good."""
    found = disagreement(level, categories, metric)
    return found if isinstance(found, LinearDisagreement) else Numeric(distances.midranks(n))


@lru_cache(maxsize=2)
def _of_sets(metric: str, categories: tuple[Hashable, ...]) -> LinearDisagreement:
    """The distances of the sets of a variable, which each of its figures needs."""
    # Sets are rare, and α without them needs none of it.
    from annotator.agreement.data.set_distances import set_distances
    from annotator.agreement.data.set_overlaps import MOST_SUBSETS, SetOverlaps, n_subsets

    is_large = len(categories) > _SETS_LIMIT
    if is_large and n_subsets(categories) <= MOST_SUBSETS:
        return Sets(SetOverlaps(categories, metric))
    if len(categories) > _MATRIX_LIMIT:
        raise too_many(len(categories))
    return Matrix(set_distances(categories, metric))


def _squared_differences(p: Patterns, values: Floats) -> Floats:
    """Σ k k δ of each pattern for squared differences of numbers (q,) or (b, q)."""
    return np.asarray(2 * (p.m * p.dot(values**2) - p.dot(values) ** 2))


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
    for rows in blocks_of_patterns(p):
        part = slice(begin, begin + len(rows))
        sums += rows.T @ (rows * (w[part] / (p.m[part] - 1))[:, None])
        begin += len(rows)
    return sums
