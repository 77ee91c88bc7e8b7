"""How different two values are: Krippendorff's metrics, set distances, and the agreement weights of κ and AC2.

Metrics return a matrix δ of shape (q, q) over the categories in their declared order: 0 on the diagonal, larger is
costlier. It is the squared difference of Krippendorff (2018, section 12.3.5) and enters α as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]
Metric = Callable[[Any, Any], float] | npt.ArrayLike
"""A function of two categories, or a (q, q) matrix in the order of the categories."""

LEVELS = ("nominal", "ordinal", "interval", "ratio", "set")
"""The levels of measurement that α knows by name."""
WEIGHTS = ("nominal", "linear", "quadratic", "ordinal")
"""The schemes of agreement weights that κ, π and AC2 know by name."""


def midranks(n: Floats) -> Floats:
    """The midrank of each category when `n` labels fall into them; shape (..., q) in and out.

    Krippendorff's ordinal metric, the squared sum of n between two categories less half of each (2018, p. 299), is
    the squared difference of these.
    """
    ranks: Floats = np.cumsum(n, axis=-1) - n / 2
    return ranks


def ordinal(n: Floats) -> Floats:
    """Krippendorff's ordinal δ² for the marginal counts `n` (q,) of the pairable labels."""
    return interval(midranks(n))


def interval(values: npt.ArrayLike) -> Floats:
    """δ² = (c - k)² for numeric `values` (q,)."""
    v = np.asarray(values, dtype=np.float64)
    squared: Floats = (v[:, None] - v[None, :]) ** 2
    return squared


def ratio(values: npt.ArrayLike) -> Floats:
    """δ² = ((c - k) / (c + k))² for `values` (q,) that are not negative; 0 and 0 do not differ.

    Raises:
        AgreementError: a value is negative, so that some c + k would be zero or less.
    """
    v = np.asarray(values, dtype=np.float64)
    if v.size and v.min() < 0:
        raise AgreementError(f"A ratio scale starts at zero, but {v.min():g} is negative.")
    sums = v[:, None] + v[None, :]
    sums[sums == 0] = 1.0
    squared: Floats = ((v[:, None] - v[None, :]) / sums) ** 2
    return squared


def masi(a: frozenset[Any], b: frozenset[Any]) -> float:
    """1 - Jaccard × monotonicity, the latter 1, 2/3, 1/3 or 0 (Passonneau 2006); two empty sets do not differ."""
    if a == b:
        return 0.0
    common = len(a & b)
    if not common:
        return 1.0
    monotonicity = Fraction(2, 3) if common in (len(a), len(b)) else Fraction(1, 3)
    return float(1 - Fraction(common, len(a | b)) * monotonicity)


def custom(metric: Metric, categories: Sequence[Hashable]) -> Floats:
    """The matrix of a metric of one's own, checked: square, symmetric, not negative, zero on the diagonal."""
    q = len(categories)
    if callable(metric):
        delta = np.array([[metric(c, k) for k in categories] for c in categories], dtype=np.float64)
        delta = delta.reshape(q, q)
    else:
        delta = np.array(metric, dtype=np.float64)
    if delta.shape != (q, q):
        raise AgreementError(f"The metric has shape {delta.shape}, but there are {q} categories.")
    if not np.isfinite(delta).all() or (delta < 0).any():
        raise AgreementError("A metric gives finite differences of zero or more.")
    if np.diagonal(delta).any() or not np.allclose(delta, delta.T, rtol=1e-12, atol=0):
        raise AgreementError("A metric is symmetric, and a category does not differ from itself.")
    return delta


def agreement_weights(scheme: str | npt.ArrayLike, q: int) -> Floats:
    """Agreement weights w (q, q) over the declared categories: 1 on the diagonal, 0 for the worst disagreement.

    `linear` is 1 - |i - j| / (q - 1), `quadratic` 1 - (i - j)² / (q - 1)², `ordinal` Gwet's
    1 - C(|i - j| + 1, 2) / C(q, 2) (Gwet 2014, table 3.1); a matrix is taken as it is.
    """
    if not isinstance(scheme, str):
        return _own_weights(scheme, q)
    if scheme not in WEIGHTS:
        raise AgreementError(f"Weights are one of {', '.join(WEIGHTS)}, or a matrix; not {scheme!r}.")
    if q < 2 or scheme == "nominal":
        return np.eye(q)
    steps = np.abs(np.subtract.outer(np.arange(q), np.arange(q))).astype(np.float64)
    if scheme == "linear":
        return 1.0 - steps / (q - 1)
    if scheme == "quadratic":
        return 1.0 - (steps / (q - 1)) ** 2
    return 1.0 - steps * (steps + 1) / (q * (q - 1))


def _own_weights(matrix: npt.ArrayLike, q: int) -> Floats:
    """A researcher's weights, checked."""
    w = np.array(matrix, dtype=np.float64)
    if w.shape != (q, q):
        raise AgreementError(f"The weights have shape {w.shape}, but there are {q} categories.")
    if not np.isfinite(w).all() or (np.diagonal(w) != 1).any() or w.max(initial=0) > 1:
        raise AgreementError("Agreement weights are 1 on the diagonal and at most 1 elsewhere.")
    return w
