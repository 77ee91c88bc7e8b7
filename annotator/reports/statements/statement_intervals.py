"""F1 and α of presence of every pair of coders and as the mean of pairs, with jackknife-t intervals over clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from annotator.agreement import Coefficient, Patterns, alpha_interval, presence_patterns, statement_f1
from annotator.agreement.coefficients.disagreement import disagreement
from annotator.agreement.coefficients.result import Interval
from annotator.agreement.data.clusters import ClusterCounts, Clusters
from annotator.agreement.intervals.alpha import cluster_deletions
from annotator.agreement.intervals.deletion import Deletion, exact_bound, mirror_bound, on_scale
from annotator.agreement.intervals.scales import Logit, Scale
from annotator.reports.compared.statement_pairs import PairCounts

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Coefficients = tuple[Coefficient, ...]

_CONFIDENCE = 0.95
_MATCHED, _ALONE, _NEITHER = 0, 1, 2
"""Columns of the counts: statements of both, statements of one, paragraphs without any."""


@dataclass(frozen=True, eq=False)
class _PairOfCoders:
    """What two coders have, over all paragraphs and by cluster."""

    counts: PairCounts
    clusters: ClusterCounts
    """How often each cluster has each of the three events; all pairs share the clusters."""

    @property
    def events(self) -> Ints:
        """Matched, alone and neither by cluster, shape (clusters, 3)."""
        return self.clusters.rows(0, self.clusters.n).astype(np.int64)


def statement_intervals(
    pairs: Sequence[PairCounts], clusters_of: Callable[[Ints], Clusters]
) -> tuple[Coefficients, Coefficients]:
    """F1 and α of presence: first the mean of the pairs, then each pair.

    Args:
        pairs: Which statements every two coders have.
        clusters_of: Tells the clusters of paragraphs, given by row, which are deleted one at a time.
    """
    paragraphs = np.concatenate([np.zeros(0, np.int64), *(one.paragraph for one in pairs)])
    joined = clusters_of(paragraphs).joined()
    n = int(joined.cluster.max(initial=-1)) + 1
    found, begin = [], 0
    for one in pairs:
        cluster = joined.cluster[begin : begin + one.paragraph.size]
        begin += one.paragraph.size
        events = np.stack([np.bincount(cluster, weights=column, minlength=n) for column in one.events.T], axis=1)
        owner, event = np.nonzero(events)
        order = np.lexsort((owner, event))
        cells = owner[order], event[order]
        counts = ClusterCounts(n, 3, *cells, events[cells].astype(np.int64), joined.what, joined.n_joined)
        found.append(_PairOfCoders(one, counts))
    return _f1(found), _presence(found)


def _f1(pairs: Sequence[_PairOfCoders]) -> Coefficients:
    """F1 on its logit."""
    values = [statement_f1(*one.counts.sums) for one in pairs]
    deleted = [_f1_without_each(one) for one in pairs]
    sizes = [one.events[:, _MATCHED] + one.events[:, _ALONE] for one in pairs]
    of_pairs = [
        _with_interval(value, Logit(), without, _deletion([one], [size]), 1.0)
        for one, value, without, size in zip(pairs, values, deleted, sizes, strict=True)
    ]
    return (_mean("statement_f1", of_pairs, pairs, deleted, sizes, Logit()), *of_pairs)


def _f1_without_each(one: _PairOfCoders) -> Floats:
    """F1 without each cluster; nan where no statement is left."""
    left = one.events.sum(axis=0) - one.events
    total = 2 * left[:, _MATCHED] + left[:, _ALONE]
    return np.asarray(np.divide(2 * left[:, _MATCHED], total, out=np.full(len(total), np.nan), where=total > 0))


def _presence(pairs: Sequence[_PairOfCoders]) -> Coefficients:
    """α of presence, nominal."""
    of_pairs, deleted = [], []
    for one in pairs:
        patterns, counts = _presence_patterns(one)
        of_pairs.append(replace(alpha_interval(patterns, "nominal", clusters=counts), name="presence_alpha"))
        deleted.append(cluster_deletions(patterns, disagreement("nominal", patterns.categories), counts))
    sizes = [one.events.sum(axis=1) for one in pairs]
    return (_mean("presence_alpha", of_pairs, pairs, deleted, sizes, Scale(2.0)), *of_pairs)


def _presence_patterns(one: _PairOfCoders) -> tuple[Patterns, ClusterCounts]:
    """The patterns of `presence_patterns`, and how often each cluster has each."""
    patterns = presence_patterns(*one.counts.sums, one.counts.neither)
    # The patterns ascend by the number that say absent: matched, alone, neither, without those that do not occur.
    place = np.cumsum(one.events.sum(axis=0) > 0) - 1
    return patterns, replace(one.clusters, n_patterns=len(patterns), pattern=place[one.clusters.pattern])


def _deletion(pairs: Sequence[_PairOfCoders], sizes: Sequence[Ints]) -> Deletion:
    return Deletion.of_clusters(pairs[0].clusters, np.asarray(sum(sizes), np.int64))


def _mean(
    name: str,
    values: Sequence[Coefficient],
    pairs: Sequence[_PairOfCoders],
    deleted: Sequence[Floats],
    sizes: Sequence[Ints],
    scale: Scale,
) -> Coefficient:
    """One pair's own figure, or the mean of the pairs that have one, with the interval of the mean."""
    if not values:
        why = "undefined: no two coders are done with the same paragraph"
        return Coefficient(name, None, why, ci_method="no interval: the value is undefined")
    if len(values) == 1:
        return values[0]
    defined = [i for i, one in enumerate(values) if one.value is not None]
    if not defined:
        return replace(values[0], ci=None, q=None, ci_method="no interval: the value is undefined")
    mean = Coefficient(
        name,
        sum(float(values[i]) for i in defined) / len(defined),
        n_units=sum(one.n_units for one in values),
        n_units_paired=sum(one.n_units_paired for one in values),
        n_labels=sum(one.n_labels for one in values),
        n_labels_paired=sum(one.n_labels_paired for one in values),
    )
    without = [np.where(np.isnan(deleted[i]), float(values[i]), deleted[i]) for i in defined]
    used = [pairs[i] for i in defined]
    deletion = _deletion(used, [sizes[i] for i in defined])
    return _with_interval(mean, scale, np.asarray(sum(without)) / len(defined), deletion, _differ(name, used))


def _differ(name: str, pairs: Sequence[_PairOfCoders]) -> float:
    """How much a statement that only one has costs: all of F1; of α by how often two answers drawn at random differ."""
    if name == "statement_f1":
        return 1.0
    matched, alone, neither = np.asarray(sum(one.events.sum(axis=0) for one in pairs)).tolist()
    yes, no = 2 * matched + alone, 2 * neither + alone
    return float(2 * yes * no / max((yes + no) * (yes + no - 1), 1))


def _with_interval(value: Coefficient, scale: Scale, deleted: Floats, deletion: Deletion, differ: float) -> Coefficient:
    """A figure with its interval: exact bounds where nothing or everything is matched."""
    if value.value is None:
        return replace(value, ci_method=f"no interval: the coefficient is {value.undefined}")
    return value.with_interval(_interval(value.value, scale, deleted, deletion, differ))


def _interval(value: float, scale: Scale, deleted: Floats, deletion: Deletion, differ: float) -> Interval:
    if deletion.n < 2:
        return Interval(None, deletion.too_few, n_drawn=deletion.n)
    if value == 1.0:
        return exact_bound(deletion, differ, _CONFIDENCE)
    if value <= scale.floor or (value == 0.0 and isinstance(scale, Logit)):
        return mirror_bound(deletion, value, differ, _CONFIDENCE)
    if np.isnan(deleted).any():
        return Interval(None, f"no interval: without one {deletion.what} the coefficient is undefined")
    over = f"jackknife-t over {deletion.over}"
    carried = f"{over}, standard error carried to the scale because one {deletion.what} decides"
    return on_scale(scale, value, deleted, deletion, _CONFIDENCE, over, carried)
