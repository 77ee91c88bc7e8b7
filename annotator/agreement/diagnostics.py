"""Why agreement is what it is: prevalence, confusions, coders, mergers, drift, missing units, warnings in words."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.difference import TooManyValuesError
from annotator.agreement.coefficients.disagreement import alpha_of_coincidences, coincidences, disagreement
from annotator.agreement.coefficients.krippendorff import krippendorff_alpha
from annotator.agreement.coefficients.percent import percent_agreement
from annotator.agreement.coefficients.result import RELIABLE, TENTATIVE, Coefficient
from annotator.agreement.data.clusters import Clusters, plural_of
from annotator.agreement.data.distances import Metric
from annotator.agreement.data.pattern_data import Counted
from annotator.agreement.data.patterns import Patterns
from annotator.agreement.data.reliability import ReliabilityData
from annotator.agreement.intervals.alpha import alpha_interval
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEW_UNITS = 20
"""Fewer units than this that two coders labelled say little."""
FEW_CLUSTERS = 10
"""Fewer clusters than this make an interval rough."""
RARE_UNITS = 5
"""Fewer units than this with a category say little about the category."""
SKEWED = 0.8
"""A category with this share of all labels makes high percent agreement cheap."""

_MERGE_LIMIT = 60


@dataclass(frozen=True)
class Prevalence:
    """How often a category was used."""

    category: Hashable
    n_labels: int
    """Labels in it."""
    share: float
    """Of all labels; 0 without labels."""
    n_units: int
    """Units on which at least one coder used it."""
    by_coder: tuple[float, ...]
    """Its share among each coder's labels, in the order of `ReliabilityData.coders`."""


@dataclass(frozen=True)
class Confusion:
    """Two categories that were given to the same units."""

    categories: tuple[Hashable, Hashable]
    coincidences: float
    """Krippendorff's coincidences of the two, o_ck; as many labels as take part in it on either side."""
    expected: float
    """Coincidences by chance, n_c n_k / (N - 1)."""
    cost: float
    """The share of all observed disagreement that this pair makes."""


@dataclass(frozen=True)
class CoderInfluence:
    """α without one coder."""

    coder: Hashable
    without: Coefficient
    change: float | None
    """α without minus α with; positive where the others agree more among themselves."""
    n_labels: int


@dataclass(frozen=True)
class Merger:
    """α if two categories were one."""

    categories: tuple[Hashable, Hashable]
    alpha: float | None
    gain: float | None
    """α merged minus α."""


@dataclass(frozen=True)
class GroupAlpha:
    """α of one week, batch or article."""

    group: Hashable
    alpha: Coefficient


def prevalence(data: Counted) -> tuple[Prevalence, ...]:
    """How often each declared category was used, by all and by each coder, in the order of the codebook."""
    q, table = len(data.categories), data.by_coder
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    p = data.patterns
    units = np.bincount(p.category, weights=p.multiplicity[p.row], minlength=q)
    total = max(int(table.sum()), 1)
    return tuple(
        Prevalence(
            category,
            int(table[:, c].sum()),
            float(table[:, c].sum() / total),
            int(units[c]),
            tuple(shares[:, c].tolist()),
        )
        for c, category in enumerate(data.categories)
    )


def coincidence_matrix(data: Counted | Patterns) -> Floats:
    """Krippendorff's coincidences o_ck of the pairable labels, shape (q, q), symmetric; its rows sum to n_c."""
    patterns = data if isinstance(data, Patterns) else data.patterns
    return coincidences(patterns.paired)


def confusions(data: Counted, metric: Metric | str | None = None) -> tuple[Confusion, ...]:
    """The pairs of categories that were confused, the costliest first; cost is by the level's own metric.

    Nothing where there are too many distinct values to tell what a confusion costs.
    """
    p = data.patterns.paired
    first, second, o = p.pair_products(p.multiplicity / (p.m - 1))
    try:
        cost = o * disagreement(data.level, data.categories, metric).between(p.n, first, second)
    except TooManyValuesError:
        return ()
    total = float(cost.sum())
    expected = p.n[first] * p.n[second] / max(p.n.sum() - 1, 1)
    columns = (x.tolist() for x in (first, second, 2 * o, 2 * expected, cost / total if total else 0 * cost))
    found = [
        Confusion((data.categories[c], data.categories[k]), times, by_chance, share)
        for c, k, times, by_chance, share in zip(*columns, strict=True)
    ]
    return tuple(sorted(found, key=lambda pair: (-pair.cost, -pair.coincidences)))


def coder_influence(data: Counted, metric: Metric | str | None = None) -> tuple[CoderInfluence, ...]:
    """α without each coder, the coder whose leaving helps most first; nothing for fewer than three coders."""
    if len(data.coders) < 3:
        return ()
    whole = krippendorff_alpha(data.patterns, data.level, metric=metric).value
    labels = data.by_coder.sum(axis=1).tolist()
    found = []
    for index, (coder, n_labels) in enumerate(zip(data.coders, labels, strict=True)):
        without = krippendorff_alpha(data.patterns_without(index), data.level, metric=metric)
        change = None if whole is None or without.value is None else without.value - whole
        found.append(CoderInfluence(coder, without, change, n_labels))
    return tuple(sorted(found, key=lambda one: -math.inf if one.change is None else -one.change))


def mergers(data: Counted) -> tuple[Merger, ...]:
    """α for every pair of categories that occur, if the second were counted as the first; the largest gain first.

    On a scale only neighbours are merged, and the merged category keeps the place of the first. Sets have no mergers.
    """
    if data.level == "set":
        return ()
    used = np.nonzero(data.patterns.paired.n)[0].tolist()
    if not 2 <= len(used) <= _MERGE_LIMIT:
        return ()
    o = coincidence_matrix(data)
    measure = disagreement(data.level, data.categories)
    whole = alpha_of_coincidences(o, measure.matrix(o.sum(axis=1)))
    found = []
    for i, c in enumerate(used):
        for k in used[i + 1 :] if data.level == "nominal" else used[i + 1 : i + 2]:
            merged = o.copy()
            merged[c] += merged[k]
            merged[:, c] += merged[:, k]
            merged[k] = merged[:, k] = 0.0
            alpha = alpha_of_coincidences(merged, measure.matrix(merged.sum(axis=1)))
            pair = (data.categories[c], data.categories[k])
            defined = not math.isnan(alpha)
            found.append(Merger(pair, alpha if defined else None, alpha - whole if defined else None))
    return tuple(sorted(found, key=lambda one: math.inf if one.gain is None else -one.gain))


def alpha_by_group(
    data: ReliabilityData,
    groups: Sequence[Hashable],
    metric: Metric | str | None = None,
    clusters: Clusters | Sequence[Hashable] | None = None,
) -> tuple[GroupAlpha, ...]:
    """α of each group of units (weeks, batches, articles) with its interval, in ascending order of the groups' names.

    Args:
        data: The labels.
        groups: The group of each unit, in the order of `data.units`.
        metric: See `krippendorff_alpha`.
        clusters: See `alpha_interval`.

    Raises:
        AgreementError: there is not one group a unit.
    """
    if len(groups) != len(data.units):
        raise AgreementError(f"There are {len(data.units)} units, but {len(groups)} groups.")
    place: dict[Hashable, int] = {}
    group = np.array([place.setdefault(name, len(place)) for name in groups], np.int64)
    of_unit = None if clusters is None else Clusters.of(clusters)
    found = []
    for name, i in place.items():
        own = group == i
        alpha = alpha_interval(
            data.take(own[data.unit]), metric=metric, clusters=None if of_unit is None else of_unit[own]
        )
        found.append(GroupAlpha(name, alpha))
    return tuple(sorted(found, key=lambda one: str(one.group)))


def units_still_needed(alpha: Coefficient, half_width: float = 0.05) -> int | None:
    """How many more units two coders would have to label until the interval is ± `half_width` wide.

    The new units are taken to be like the old. The width of an interval shrinks with the square root of the number of
    units or clusters. The exact bound, which holds where α is 1, has a formula of its own.

    Returns:
        The number of units; None while no interval can be computed.
    """
    if alpha.ci is None or alpha.n_units_paired < 2:
        return None
    if alpha.value == 1.0 and alpha.q is not None and alpha.n_drawn:
        # P(α < .800) of the exact bound is (1 - .2 · P(two labels differ))^n.
        differ = (1 - alpha.q[1] ** (1 / alpha.n_drawn)) / (1 - RELIABLE)
        needed = math.log(0.05) / math.log1p(-min(2 * half_width * differ, 0.999))
        growth = needed / alpha.n_drawn
    else:
        growth = ((alpha.ci[1] - alpha.ci[0]) / 2 / half_width) ** 2
    return max(0, math.ceil(alpha.n_units_paired * (growth - 1)))


def few_clusters(alpha: Coefficient, clusters: Clusters | None) -> tuple[str, ...]:
    """The warning that an interval rests on few clusters, and what to do about it."""
    if clusters is None or alpha.value is None or not alpha.n_drawn or alpha.n_drawn >= FEW_CLUSTERS:
        return ()
    n, what, several = alpha.n_drawn, clusters.what, plural_of(clusters.what, 2)
    if n == 1:
        return (
            f"All units that can be compared stand in one {what}, and an interval needs several: have two coders code "
            f"units of {FEW_CLUSTERS} {several} or more.",
        )
    return (
        f"The intervals rest on {n} {several} only, and are wide and rough: have two coders code units of "
        f"{FEW_CLUSTERS} {several} or more. More units of the same {several} help little.",
    )


def warnings(data: Counted, alpha: Coefficient) -> tuple[str, ...]:
    """What a reader of the figures should know, in sentences.

    Args:
        data: The labels.
        alpha: Their α.
    """
    found = []
    if 0 < alpha.n_units_paired < FEW_UNITS:
        found.append(
            f"Only {_were(alpha.n_units_paired)} labelled by two coders or more: every figure here is rough "
            f"(fewer than {FEW_UNITS})."
        )
    alone = alpha.n_units - alpha.n_units_paired
    if alone:
        found.append(
            "1 unit has one label only and does not enter α."
            if alone == 1
            else f"{alone} units have one label only and do not enter α."
        )
    used = prevalence(data)
    unused = [str(one.category) for one in used if not one.n_labels]
    if unused:
        found.append(f"Declared and never used: {', '.join(unused)}.")
    rare = [f"{one.category} ({one.n_units})" for one in used if 0 < one.n_units < RARE_UNITS]
    if rare and data.level in ("nominal", "ordinal"):
        found.append(
            f"Used on fewer than {RARE_UNITS} units, so that one unit more or less moves its agreement far: "
            f"{', '.join(rare)}."
        )
    found += _skew(data, alpha, used)
    return tuple(found)


def _skew(data: Counted, alpha: Coefficient, used: tuple[Prevalence, ...]) -> list[str]:
    """The warning that high percent agreement rests on one frequent category."""
    top = max(used, key=lambda one: one.share, default=None)
    if top is None or top.share < SKEWED or top.share == 1.0:
        return []
    percent = percent_agreement(data.patterns).value
    if percent is None or alpha.value is None or alpha.value >= TENTATIVE:
        return []
    return [
        f"Coders agree on {percent:.0%}, and yet α is {alpha.value:.2f}: {top.share:.0%} of all labels are "
        f"{top.category}, so that guessing would agree often. α says how well the other categories are found; "
        "more units with them would tell."
    ]


def _were(n: int) -> str:
    return f"{n} unit was" if n == 1 else f"{n} units were"
