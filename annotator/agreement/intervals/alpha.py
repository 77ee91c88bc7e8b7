"""The default interval of α: a jackknife-t interval on a scale where α is nearly normal, with its fallbacks.

θ = log((1 + (m̄ - 1) α) / (1 - α)), with m̄ the mean number of labels on a pairable unit, is Fisher's transformation of
an intraclass correlation, which α is (Hughes 2022, arXiv:2210.13265). The jackknife deletes one unit at a time; units
of one pattern give one value, so that it costs as much as there are patterns.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.difference import Disagreement
from annotator.agreement.coefficients.disagreement import disagreement
from annotator.agreement.coefficients.krippendorff import Data, alpha_from_patterns, level_of
from annotator.agreement.coefficients.result import RELIABLE, TENTATIVE, Coefficient, Interval
from annotator.agreement.data.distances import Metric
from annotator.agreement.data.patterns import Patterns
from annotator.agreement.data.reliability import as_patterns
from annotator.agreement.intervals.student_t import t_cdf, t_quantile
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]

JACKKNIFE = "jackknife-t on θ = log((1+(m̄−1)α)/(1−α))"
CARRIED = "jackknife-t, standard error of α carried to θ because one unit carries all disagreement"
UNTRANSFORMED = "jackknife-t on α, which lies below the range of θ"
EXACT = "exact bound for no observed disagreement"
TOO_FEW = "no interval: fewer than two units can be compared"


def alpha_interval(
    data: Data,
    level: str | None = None,
    categories: Sequence[Hashable] | None = None,
    metric: Metric | Disagreement | str | None = None,
    confidence: float = 0.95,
) -> Coefficient:
    """Krippendorff's α with its default interval and q = P(α < .667), P(α < .800).

    The probabilities read the jackknife's t distribution as a confidence distribution of α.

    Args:
        data: An array (coders, units), ReliabilityData, or Patterns.
        level: nominal, ordinal, interval, ratio or set.
        categories: The declared categories, for an array.
        metric: See `krippendorff_alpha`.
        confidence: How much the interval is to cover.

    Raises:
        AgreementError: the labels do not fit the level.
    """
    chosen = level_of(data, level)
    patterns = as_patterns(data, chosen, categories)
    alpha = alpha_from_patterns(patterns, chosen, metric)
    if alpha.value is None:
        return replace(alpha, ci_method=f"no interval: α is {alpha.undefined}")
    return alpha.with_interval(jackknife_interval(patterns, alpha.value, chosen, metric, confidence))


def jackknife_interval(
    patterns: Patterns,
    alpha: float,
    level: str,
    metric: Metric | Disagreement | str | None = None,
    confidence: float = 0.95,
) -> Interval:
    """The interval of an α that was computed from these patterns."""
    p = patterns.paired
    units = p.n_units
    if units < 2:
        return Interval(None, TOO_FEW, level=confidence)
    if alpha == 1.0:
        return _exact_bound(p, confidence)
    try:
        deleted = deletions(p, disagreement(level, p.categories, metric))
    except AgreementError as refusal:
        return Interval(None, f"no interval: {refusal}", level=confidence)

    scale = Scale(p.n_labels / units)
    w = p.multiplicity.astype(np.float64)
    if alpha <= scale.floor:
        return _student(Scale(None), alpha, jackknife_error(deleted, w), units, confidence, UNTRANSFORMED)
    if (deleted >= 1.0).any() or (deleted <= scale.floor).any():
        error = jackknife_error(deleted, w) * scale.slope(alpha)
        return _student(scale, alpha, error, units, confidence, CARRIED)
    error = jackknife_error(scale.theta(deleted), w)
    return _student(scale, alpha, error, units, confidence, JACKKNIFE)


def deletions(p: Patterns, measure: Disagreement) -> Floats:
    """α without one unit of each pattern (p,); 1 where no difference is left, and so no disagreement either."""
    values = measure.deletions(p)
    return np.where(np.isnan(values), 1.0, values)


def jackknife_error(values: Floats, w: Floats) -> float:
    """The delete-one standard error from one value a pattern (p,) that `w` units share."""
    units = w.sum()
    mean = w @ values / units
    return math.sqrt((units - 1) / units * float(w @ (values - mean) ** 2))


class Scale:
    """The transformation θ for a mean of `m` labels on a unit; None leaves α as it is."""

    def __init__(self, m: float | None) -> None:
        self.m = m
        self.floor = -math.inf if m is None else -1.0 / (m - 1)

    def theta(self, alpha: Floats) -> Floats:
        """θ of α; infinite at 1 and at the floor."""
        if self.m is None:
            return alpha
        return np.asarray(np.log1p((self.m - 1) * alpha) - np.log1p(-alpha))

    def at(self, alpha: float) -> float:
        """θ of one α, infinite outside its range."""
        if self.m is not None and not self.floor < alpha < 1.0:
            return math.inf if alpha >= 1.0 else -math.inf
        return float(self.theta(np.float64(alpha)))  # type: ignore[arg-type]  # a number is an array of no dimension

    def slope(self, alpha: float) -> float:
        """dθ/dα."""
        if self.m is None:
            return 1.0
        return self.m / ((1 + (self.m - 1) * alpha) * (1 - alpha))

    def alpha(self, theta: float) -> float:
        """α of θ."""
        if self.m is None:
            return theta
        if theta > 700:
            return 1.0
        grown = math.exp(theta)
        return (grown - 1) / (grown + self.m - 1)


def _student(scale: Scale, alpha: float, error: float, units: int, confidence: float, method: str) -> Interval:
    centre = scale.at(alpha)
    half = t_quantile((1 + confidence) / 2, units - 1) * error
    low, high = (min(1.0, max(-1.0, scale.alpha(centre + sign * half))) for sign in (-1, 1))

    def below(limit: float) -> float:
        if error == 0.0:
            return float(alpha < limit)
        return t_cdf((scale.at(limit) - centre) / error, units - 1)

    return Interval((low, high), method, (below(TENTATIVE), below(RELIABLE)), confidence)


def _exact_bound(p: Patterns, confidence: float) -> Interval:
    """No unit of n disagrees: the share π that does is below 1 - (1 - confidence)^(1/n) (Clopper & Pearson 1934).

    A unit that disagrees is taken to be as wrong as two different labels drawn at random; then α = 1 - π / P(differ).
    """
    labels = p.n.sum()
    differ = 1.0 - float((p.n * (p.n - 1)).sum()) / (labels * (labels - 1))
    share = -math.expm1(math.log(1 - confidence) / p.n_units)

    def below(limit: float) -> float:
        return float((1.0 - min(1.0, (1 - limit) * differ)) ** p.n_units)

    low = max(-1.0, 1.0 - share / differ)
    return Interval((low, 1.0), EXACT, (below(TENTATIVE), below(RELIABLE)), confidence)
