"""Krippendorff's α: any number of coders, missing labels, any level of measurement."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from annotator.agreement.coefficients.difference import Disagreement, TooManyValuesError, alpha_of
from annotator.agreement.coefficients.disagreement import disagreement
from annotator.agreement.coefficients.result import ALL_EQUAL, NO_PAIRS, Coefficient, one_category
from annotator.agreement.data.distances import Metric
from annotator.agreement.data.patterns import Patterns
from annotator.agreement.data.reliability import ReliabilityData, as_patterns
from annotator.agreement.data.values import Labels

Data = Labels | ReliabilityData | Patterns
"""What every coefficient accepts: an array (coders, units), ReliabilityData, or Patterns."""


def krippendorff_alpha(
    data: Data,
    level: str | None = None,
    categories: Sequence[Hashable] | None = None,
    metric: Metric | str | None = None,
) -> Coefficient:
    """Krippendorff's α (Krippendorff 2018, section 12.3), with missing labels.

    Args:
        data: An array (coders, units) with nan or None where a coder gave no value, ReliabilityData, or Patterns.
        level: nominal, ordinal, interval, ratio or set; that of ReliabilityData, or else nominal.
        categories: The declared categories in their order, for an array. Names need them to be ordinal.
        metric: Instead of the level's own: "jaccard" or "masi" for sets, a function of two categories, or a matrix in
            their order; it takes the place of the squared difference.

    Returns:
        α, which is a number where it is defined.

    Raises:
        AgreementError: the labels do not fit the level.
    """
    chosen = level_of(data, level)
    return alpha_from_patterns(as_patterns(data, chosen, categories), chosen, metric)


def alpha_from_patterns(
    patterns: Patterns, level: str, metric: Metric | Disagreement | str | None = None
) -> Coefficient:
    """α of patterns; the other way in is `krippendorff_alpha`."""
    p = patterns.paired
    if not len(p):
        return describe("krippendorff_alpha", None, patterns, level, NO_PAIRS)
    try:
        measure = disagreement(level, p.categories, metric)
    except TooManyValuesError as refusal:
        return describe("krippendorff_alpha", None, patterns, level, f"undefined: {refusal}")
    total = p.multiplicity @ measure.observed(p, p.n)
    alpha = float(alpha_of(total, measure.expected(p.n), p.n.sum()))
    if np.isnan(alpha):
        return describe("krippendorff_alpha", None, patterns, level, why_undefined(patterns))
    return describe("krippendorff_alpha", alpha, patterns, level)


def alpha_per_category(data: Data, categories: Sequence[Hashable] | None = None) -> dict[Hashable, Coefficient]:
    """Nominal α of each category against all the others; undefined where a category or its rest does not occur."""
    patterns = as_patterns(data, level_of(data, None), categories)
    p = patterns.paired
    used = p.n if len(p) else np.zeros(len(patterns.categories))
    labels = used.sum()
    split = np.bincount(
        p.category,
        weights=(p.multiplicity / (p.m - 1))[p.row] * p.count * (p.m[p.row] - p.count),
        minlength=used.size,
    )
    alphas = alpha_of(2 * split.astype(np.float64), 2 * used * (labels - used), labels)

    results: dict[Hashable, Coefficient] = {}
    for category, alpha, n in zip(patterns.categories, alphas.tolist(), used.tolist(), strict=True):
        reason = None
        if not len(p):
            reason = NO_PAIRS
        elif n == 0:
            reason = "undefined: the category was not used on a unit that two coders labelled"
        elif n == labels:
            reason = one_category([category])
        results[category] = describe("krippendorff_alpha", None if reason else alpha, patterns, "nominal", reason)
    return results


def level_of(data: Data, level: str | None) -> str:
    """The level asked for, or that of the data, or nominal."""
    if level is None:
        return data.level if isinstance(data, ReliabilityData) else "nominal"
    return level


def why_undefined(patterns: Patterns) -> str:
    """Why nothing is expected to differ."""
    return one_category(used_categories(patterns)) if np.count_nonzero(patterns.n) < 2 else ALL_EQUAL


def used_categories(patterns: Patterns) -> list[Hashable]:
    """The categories that occur, on units with a single label too."""
    return [patterns.categories[i] for i in np.flatnonzero(patterns.n).tolist()]


def describe(
    name: str, value: float | None, patterns: Patterns, level: str, undefined: str | None = None
) -> Coefficient:
    """A coefficient with the numbers of units, coders and labels it rests on."""
    return Coefficient(
        name,
        value,
        undefined,
        level,
        n_units=patterns.n_units,
        n_units_paired=patterns.n_units_paired,
        n_coders=patterns.n_coders,
        n_labels=patterns.n_labels,
        n_labels_paired=patterns.n_labels_paired,
    )
