"""Wilson's interval of a share with Student's t, from its standard error; exact bounds of 0 and 1."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.result import Coefficient
from annotator.agreement.data.clusters import Clusters, plural_of
from annotator.agreement.intervals.student_t import t_quantile

Floats = npt.NDArray[np.float64]

_NOTHING = 1e-12
"""A standard error below this is rounding."""


def share_interval(
    value: float, se: float, n: int, df: float, what: str, confidence: float = 0.95
) -> tuple[tuple[float, float] | None, str]:
    """The interval of a share and how it was made, or None and why there is none.

    Wilson (1927) for the effective number of units value (1 - value) / se² (Franco, Little, Louis & Slud 2019), with
    Student's t instead of the normal distribution. Of 0 and 1 without a standard error, the bound of Clopper & Pearson
    (1934), which counts each cluster once. A value outside 0 to 1 has Student's t around it, cut off at 0 and 1.

    Args:
        value: The share.
        se: Its standard error.
        n: The units or clusters it rests on.
        df: Degrees of freedom.
        what: What one of them is, in the singular.
        confidence: How much the interval is to cover.
    """
    over = f"{n} {plural_of(what, n)}"
    if n < 2:
        return None, f"no interval: all labels behind it stand in one {what}"
    if value in (0.0, 1.0) and se < _NOTHING:
        bound = -math.expm1(math.log(1 - confidence) / n)
        return ((0.0, bound) if value == 0 else (1 - bound, 1.0)), f"exact bound over {over}"
    if se < _NOTHING:
        return None, "no interval: nothing varies"
    t = t_quantile((1 + confidence) / 2, max(df, 1.0))
    if not 0 < value < 1:
        return (min(1.0, max(0.0, value - t * se)), max(0.0, min(1.0, value + t * se))), f"t over {over}"
    effective = value * (1 - value) / se**2
    shrink = 1 + t * t / effective
    centre = (value + t * t / (2 * effective)) / shrink
    half = t * math.sqrt(value * (1 - value) / effective + t * t / (4 * effective**2)) / shrink
    return (centre - half, centre + half), f"Wilson-t over {over}"


def ratio(name: str, part: Floats, whole: Floats, clusters: Clusters, undefined: str) -> Coefficient:
    """Σ part / Σ whole over units, with its linearised interval by clusters.

    Args:
        name: What the ratio is, e.g. precision.
        part: Numerator of each unit, shape (units,).
        whole: Denominator of each unit, at least as large.
        clusters: The cluster of each unit.
        undefined: The reason that is given where all denominators are 0.
    """
    total = float(whole.sum())
    if total == 0:
        return Coefficient(name, None, f"undefined: {undefined}", ci_method="no interval: the value is undefined")
    value = float(part.sum()) / total
    dense = np.unique(clusters.cluster, return_inverse=True)[1]
    sizes = np.bincount(dense, weights=whole)
    n = int((sizes > 0).sum())
    sums = np.bincount(dense, weights=part - value * whole)
    se = math.sqrt(n / max(n - 1, 1) * float(sums @ sums)) / total
    df = float(sizes.sum() ** 2 / (sizes @ sizes)) - 1.0
    ci, how = share_interval(value, se, n, df, clusters.what)
    return Coefficient(name, value, ci=ci, ci_method=how, n_units=int((whole > 0).sum()), n_drawn=n)
