"""The default interval of α: a jackknife-t interval on a scale where α is nearly normal, with its fallbacks.

θ = log((1 + (m̄ - 1) α) / (1 - α)), with m̄ the mean number of labels on a pairable unit, is Fisher's transformation of
an intraclass correlation, which α is (Hughes 2022, arXiv:2210.13265). The jackknife deletes one unit at a time, or one
cluster. Units of one pattern give one value, so that it costs as much as there are patterns.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.difference import Disagreement
from annotator.agreement.coefficients.disagreement import disagreement
from annotator.agreement.coefficients.krippendorff import Data, alpha_from_patterns, level_of
from annotator.agreement.coefficients.result import Coefficient, Interval
from annotator.agreement.data.clusters import ClusterCounts, Clusters
from annotator.agreement.data.distances import Metric
from annotator.agreement.data.patterns import Patterns
from annotator.agreement.data.reliability import ReliabilityData, as_patterns
from annotator.agreement.intervals.deletion import (
    Deletion,
    exact_bound,
    mirror_bound,
    on_scale,
    t_interval,
    without_each,
)
from annotator.agreement.intervals.scales import Scale
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]

_METHOD = "jackknife-t"
_ON_THETA = " on θ = log((1+(m̄−1)α)/(1−α))"
_ON_ALPHA = " on α, which lies below the range of θ"


def alpha_interval(
    data: Data,
    level: str | None = None,
    categories: Sequence[Hashable] | None = None,
    metric: Metric | Disagreement | str | None = None,
    confidence: float = 0.95,
    clusters: Clusters | ClusterCounts | Sequence[Hashable] | None = None,
) -> Coefficient:
    """Krippendorff's α with its default interval and q = P(α < .667), P(α < .800).

    The probabilities read the jackknife's t distribution as a confidence distribution of α.

    Args:
        data: An array (coders, units), ReliabilityData, or Patterns.
        level: nominal, ordinal, interval, ratio or set.
        categories: The declared categories, for an array.
        metric: See `krippendorff_alpha`.
        confidence: How much the interval is to cover.
        clusters: The cluster (the article, the batch) of each unit of ReliabilityData, or how often each cluster has
            each pattern: whole clusters are deleted instead of units.

    Raises:
        AgreementError: the labels do not fit the level, or the clusters do not fit the units.
    """
    chosen = level_of(data, level)
    patterns = as_patterns(data, chosen, categories)
    alpha = alpha_from_patterns(patterns, chosen, metric)
    if alpha.value is None:
        return replace(alpha, ci_method=f"no interval: α is {alpha.undefined}")
    counts = cluster_counts(data, clusters)
    return alpha.with_interval(jackknife_interval(patterns, alpha.value, chosen, metric, confidence, counts))


def cluster_counts(data: Data, clusters: Clusters | ClusterCounts | Sequence[Hashable] | None) -> ClusterCounts | None:
    """How often each cluster has each pattern of the data.

    Raises:
        AgreementError: The data do not know their units, or there is not one cluster for each.
    """
    if clusters is None or isinstance(clusters, ClusterCounts):
        return clusters
    if not isinstance(data, ReliabilityData):
        raise AgreementError("Only ReliabilityData know their units, which clusters need.")
    return Clusters.of(clusters).counts(data)


def jackknife_interval(
    patterns: Patterns,
    alpha: float,
    level: str,
    metric: Metric | Disagreement | str | None = None,
    confidence: float = 0.95,
    clusters: ClusterCounts | None = None,
) -> Interval:
    """The interval of an α that was computed from these patterns; `clusters` says how often each cluster has each."""
    p = patterns.paired
    counts = None if clusters is None else clusters.select(patterns.m >= 2).joined()
    deletion = Deletion.of_units(p.multiplicity) if counts is None else Deletion.of_clusters(counts, counts.sizes)
    if deletion.n < 2:
        return Interval(None, deletion.too_few, level=confidence, n_drawn=deletion.n)
    if alpha == 1.0:
        return exact_bound(deletion, _differ(p), confidence)
    if level == "nominal" and metric is None and bool((p.squares == p.m).all()):
        return mirror_bound(deletion, alpha, _differ(p), confidence)
    try:
        measure = disagreement(level, p.categories, metric)
        deleted = deletions(p, measure) if counts is None else cluster_deletions(p, measure, counts)
    except AgreementError as refusal:
        return Interval(None, f"no interval: {refusal}", level=confidence)

    scale = Scale(p.n_labels / p.n_units)
    over = "" if counts is None else f" over {deletion.over}"
    if alpha <= scale.floor:
        error = deletion.error(deleted, alpha)
        return t_interval(Scale(None), alpha, error, deletion, confidence, _METHOD + over + _ON_ALPHA)
    carried = f"{_METHOD}{over}, standard error of α carried to θ because one {deletion.what} carries all disagreement"
    return on_scale(scale, alpha, deleted, deletion, confidence, _METHOD + over + _ON_THETA, carried)


def deletions(p: Patterns, measure: Disagreement) -> Floats:
    """α without one unit of each pattern (p,); 1 where no difference is left, and so no disagreement either."""
    values = measure.deletions(p)
    return np.where(np.isnan(values), 1.0, values)


def cluster_deletions(p: Patterns, measure: Disagreement, counts: ClusterCounts) -> Floats:
    """α without each cluster (n,); 1 where no difference is left."""
    values = np.concatenate([measure.alphas(p, rest) for rest in without_each(p, counts)])
    return np.where(np.isnan(values), 1.0, values)


def _differ(p: Patterns) -> float:
    """How probable it is that two labels drawn at random differ."""
    labels = float(p.n.sum())
    return 1.0 - float((p.n * (p.n - 1)).sum()) / (labels * (labels - 1))
