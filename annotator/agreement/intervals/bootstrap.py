"""The bootstrap of α: percentile and BCa intervals, by unit or by cluster, exact over patterns.

Drawing n units with replacement is drawing the multiplicities of their patterns from one multinomial distribution, so
that a replicate costs as much as there are patterns. Clusters (articles, batches) are drawn whole.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.difference import Disagreement
from annotator.agreement.coefficients.disagreement import disagreement
from annotator.agreement.coefficients.krippendorff import Data, alpha_from_patterns, level_of
from annotator.agreement.coefficients.result import RELIABLE, TENTATIVE, Interval
from annotator.agreement.data.clusters import ClusterCounts, Clusters
from annotator.agreement.data.distances import Metric
from annotator.agreement.data.patterns import Ints, Patterns
from annotator.agreement.data.reliability import ReliabilityData, as_patterns
from annotator.agreement.intervals.alpha import cluster_deletions, deletions
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]

_BLOCK = 1_000_000
"""Multiplicities held at once."""
_KEPT = 25_000_000
"""Multiplicities of clusters up to which they are kept for the next variable; a byte each."""

METHODS = ("percentile", "bca")
"""Percentile and bias-corrected accelerated intervals (Efron 1987)."""


@dataclass(frozen=True)
class Bootstrap(Interval):
    """A bootstrap interval; unpacks as `low, high`."""

    value: float | None = None
    """α of the data themselves."""
    n_samples: int = 0
    """Replicates drawn."""
    n_undefined: int = 0
    """Replicates in which α was undefined; they are left out."""
    seed: int = 0
    """The seed of the random numbers; the same seed gives the same interval."""
    samples: Floats = field(default_factory=lambda: np.empty(0), repr=False, compare=False)
    """α of the defined replicates, ascending."""


def bootstrap_alpha(
    data: Data,
    level: str | None = None,
    n_samples: int = 10_000,
    seed: int = 0,
    *,
    categories: Sequence[Hashable] | None = None,
    metric: Metric | str | None = None,
    method: str = "percentile",
    clusters: Clusters | ClusterCounts | Sequence[Hashable] | None = None,
    confidence: float = 0.95,
) -> Bootstrap:
    """A bootstrap interval of Krippendorff's α, resampling the units that two coders or more have labelled.

    Args:
        data: An array (coders, units), ReliabilityData, or Patterns.
        level: nominal, ordinal, interval, ratio or set.
        n_samples: How many replicates.
        seed: Of the random numbers.
        categories: The declared categories, for an array.
        metric: See `krippendorff_alpha`.
        method: "percentile" or "bca".
        clusters: The cluster of each unit (the article, the batch), in the order of the array's columns or of
            `ReliabilityData.units`, or how often each has each of the Patterns: whole clusters are drawn.
        confidence: How much the interval is to cover.

    Returns:
        The interval with its replicates; without one, `ci` is None and `method` says why.

    Raises:
        AgreementError: the labels do not fit the level, or the clusters do not fit the units.
    """
    if method not in METHODS:
        raise AgreementError(f"Bootstrap intervals are {' or '.join(METHODS)}; not {method!r}.")
    if n_samples < 1:
        raise AgreementError("A bootstrap needs at least one sample.")
    chosen = level_of(data, level)
    if clusters is not None:
        p, grouped = _per_cluster(data, chosen, categories, clusters)
        what, n_drawn = grouped.words, grouped.n
    else:
        p, grouped = as_patterns(data, chosen, categories).paired, None
        what, n_drawn = f"{p.n_units} units", p.n_units
    alpha = alpha_from_patterns(p, chosen, metric)
    if alpha.value is None:
        why = f"no interval: α is {alpha.undefined}"
        return Bootstrap(None, why, None, confidence, 0, None, n_samples, n_samples, seed)

    measure = disagreement(chosen, p.categories, metric)
    values = _replicates(p, grouped, measure, n_samples, seed)
    samples = np.sort(values[~np.isnan(values)])
    ci = _limits(samples, alpha.value, confidence, method, lambda: _jackknife(p, grouped, measure))
    undefined = n_samples - samples.size
    words = f"{method} bootstrap of {what}, B = {n_samples}, seed {seed}, {undefined} undefined"
    q = (float((samples < TENTATIVE).mean()), float((samples < RELIABLE).mean())) if samples.size else None
    if ci is not None and ci[0] == ci[1]:
        ci, words = None, f"no interval: all replicates are the same ({words})"
    return Bootstrap(ci, words, q, confidence, n_drawn, alpha.value, n_samples, undefined, seed, samples)


def _replicates(
    p: Patterns, clusters: ClusterCounts | None, measure: Disagreement, n_samples: int, seed: int
) -> Floats:
    """α of each replicate, shape (n_samples,); nan where it is undefined."""
    width = len(p) + (0 if clusters is None else clusters.n + clusters.cluster.size)
    step = max(1, _BLOCK // width)
    sizes = [min(step, n_samples - begin) for begin in range(0, n_samples, step)]
    return np.concatenate([measure.alphas(p, weights) for weights in _draws(p, clusters, sizes, seed)])


def _draws(p: Patterns, clusters: ClusterCounts | None, sizes: Sequence[int], seed: int) -> Iterator[Floats]:
    """How often each pattern occurs in each replicate, in blocks of so many: (size, p)."""
    rng = np.random.default_rng(seed)
    if clusters is None:
        for size in sizes:
            yield rng.multinomial(p.n_units, p.multiplicity / p.n_units, size=size).astype(np.float64)
        return
    kept = _drawn(clusters.n, sum(sizes), seed) if clusters.n * sum(sizes) <= _KEPT else None
    begin = 0
    for size in sizes:
        drawn = _multiplicities(clusters.n, size, rng) if kept is None else kept[begin : begin + size]
        yield clusters.patterns(drawn)
        begin += size


@lru_cache(maxsize=2)
def _drawn(n: int, n_samples: int, seed: int) -> npt.NDArray[np.uint8]:
    """How often each of n clusters is drawn in each replicate; variables with the same clusters share it."""
    rng = np.random.default_rng(seed)
    step = max(1, _BLOCK // n)
    # A byte is enough: few clusters are drawn few times, and one of many is drawn once on average.
    found = np.empty((n_samples, n), np.uint8)
    for begin in range(0, n_samples, step):
        block = found[begin : begin + step]
        block[:] = _multiplicities(n, len(block), rng)
    found.flags.writeable = False
    return found


def _multiplicities(n: int, size: int, rng: np.random.Generator) -> Ints:
    """How often each of n clusters is among n that are drawn with replacement, for each replicate (size, n)."""
    return rng.multinomial(n, np.full(n, 1 / n), size=size)


def _per_cluster(
    data: Data,
    level: str,
    categories: Sequence[Hashable] | None,
    clusters: Clusters | ClusterCounts | Sequence[Hashable],
) -> tuple[Patterns, ClusterCounts]:
    """The pairable patterns, and how often each occurs in each cluster."""
    if isinstance(clusters, ClusterCounts):
        patterns = as_patterns(data, level, categories)
        return patterns.paired, clusters.select(patterns.m >= 2)
    if isinstance(data, Patterns):
        raise AgreementError("Patterns do not know their units; clusters need an array or ReliabilityData.")
    found = Clusters.of(clusters)
    if isinstance(data, ReliabilityData):
        reliability = data
    else:
        reliability = ReliabilityData.from_array(data, level, categories)
        columns = np.asarray(reliability.units, dtype=np.int64)
        if columns.size and columns.max() >= len(found):
            raise AgreementError("There is one cluster name for each unit.")
        found = found[columns]
    patterns = reliability.patterns
    return patterns.paired, found.counts(reliability).select(patterns.m >= 2)


def _jackknife(p: Patterns, clusters: ClusterCounts | None, measure: Disagreement) -> tuple[Floats, Floats]:
    """α without each pattern or cluster, and how many units or clusters share the value."""
    if clusters is None:
        return deletions(p, measure), p.multiplicity.astype(np.float64)
    return cluster_deletions(p, measure, clusters), np.ones(clusters.n)


def _limits(
    samples: Floats, alpha: float, confidence: float, method: str, jackknife: Callable[[], tuple[Floats, Floats]]
) -> tuple[float, float] | None:
    if not samples.size:
        return None
    tails = ((1 - confidence) / 2, (1 + confidence) / 2)
    if method == "bca":
        tails = _bca_tails(samples, alpha, tails, *jackknife())
    low, high = np.quantile(samples, tails).tolist()
    return low, high


def _bca_tails(
    samples: Floats, alpha: float, tails: tuple[float, float], deleted: Floats, w: Floats
) -> tuple[float, float]:
    """The quantiles that correct for bias z₀ and acceleration a (Efron 1987, eq. 2.3 and 6.6)."""
    normal = NormalDist()
    # Ties count half: few patterns make many replicates equal to α itself.
    below = ((samples < alpha).sum() + (samples == alpha).sum() / 2) / samples.size
    if not 0 < below < 1:
        return tails
    z0 = normal.inv_cdf(float(below))
    spread = w @ deleted / w.sum() - deleted
    scale = float(w @ spread**2)
    a = float(w @ spread**3) / (6 * scale**1.5) if scale > 0 else 0.0

    def adjusted(tail: float) -> float:
        z = z0 + normal.inv_cdf(tail)
        shrink = 1 - a * z
        return normal.cdf(z0 + z / shrink) if shrink > 0 else float(z > 0)

    return adjusted(tails[0]), adjusted(tails[1])
