"""Jackknife-t intervals of the coefficients other than α, each on its own scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients import gwet, kappa
from annotator.agreement.coefficients.gwet import Weights
from annotator.agreement.coefficients.result import Coefficient, Interval
from annotator.agreement.data.clusters import ClusterCounts
from annotator.agreement.data.pair_tables import PairTable, PairTables, cell_keys, shared_labels
from annotator.agreement.data.patterns import Ints, Patterns
from annotator.agreement.data.reliability import ReliabilityData
from annotator.agreement.intervals.deletion import (
    Deletion,
    exact_bound,
    mirror_bound,
    on_scale,
    t_interval,
    without_each,
)
from annotator.agreement.intervals.scales import Logit, Scale

Floats = npt.NDArray[np.float64]

_FISHER = Scale(2.0)
"""log((1 + x) / (1 - x)): Fisher's transformation."""
_PAIR_LIMIT = 1000
"""Pairs of coders up to which the interval of a mean of pairs is computed."""
_TERMS = 200_000
"""Terms up to which a figure with one unit less is added up anew, so that it rounds as the whole figure does."""


def pattern_intervals(
    coefficients: Mapping[str, Coefficient],
    p: Patterns,
    weights: Weights,
    confidence: float = 0.95,
    clusters: ClusterCounts | None = None,
) -> dict[str, Interval]:
    """The intervals of percent agreement, Fleiss' κ, AC1/AC2 and Brennan-Prediger, or of some of them.

    Args:
        coefficients: What was computed, by name: percent_agreement, or a name of `gwet.CHANCE`.
        p: The patterns they were computed from.
        weights: As they were computed.
        confidence: How much the intervals are to cover.
        clusters: How often each cluster has each pattern: clusters are deleted instead of units.
    """
    found = {
        name: Interval(None, f"no interval: the coefficient is {one.undefined}", level=confidence)
        for name, one in coefficients.items()
    }
    defined = [name for name, one in coefficients.items() if one.value is not None]
    if not defined:
        return found
    counts = None if clusters is None else clusters.joined()
    w = p.multiplicity.astype(np.float64)
    agreement, chance = _parts(defined, p, w[None, :], weights)
    compared = _compared(p, counts)
    if agreement[0] == 1.0:
        return found | {name: exact_bound(compared, 1 - float(chance[name][0]), confidence) for name in defined}
    if agreement[0] == 0.0:
        return found | {
            name: mirror_bound(compared, float(coefficients[name]), 1 - float(chance[name][0]), confidence)
            for name in defined
        }
    less, chance_of_less = _without_each(defined, p, w, weights, counts)
    for name in defined:
        by_chance = chance_of_less[name]
        deleted = (less - by_chance) / np.where(by_chance < 1, 1 - by_chance, np.nan)
        found[name] = _of_patterns(coefficients[name], name, p, deleted, confidence, compared)
    return found


def _compared(p: Patterns, counts: ClusterCounts | None) -> Deletion:
    """The deletion of units that can be compared, or of clusters."""
    paired = p.m >= 2
    if counts is None:
        return Deletion.of_units(p.multiplicity[paired])
    sizes = np.bincount(counts.cluster, weights=counts.count * paired[counts.pattern], minlength=counts.n)
    return Deletion.of_clusters(counts, sizes.astype(np.int64))


def _of_patterns(
    coefficient: Coefficient, name: str, p: Patterns, deleted: Floats, confidence: float, compared: Deletion
) -> Interval:
    value, is_percent = float(coefficient), name == "percent_agreement"
    if compared.clusters is not None:
        return _student(value, deleted, compared, confidence, Logit() if is_percent else _FISHER)
    if not is_percent:
        return _student(value, deleted, Deletion.of_units(p.multiplicity), confidence)
    # Only units with two labels or more are compared; the others have no say.
    interval = _student(value, deleted[p.m >= 2], compared, confidence)
    return interval if interval.ci is None else replace(interval, ci=(max(0.0, interval.low), interval.high))


def _without_each(
    names: Sequence[str], p: Patterns, w: Floats, weights: Weights, counts: ClusterCounts | None
) -> tuple[Floats, dict[str, Floats]]:
    """Observed agreement and agreement by chance without one unit of each pattern (p,), or without each cluster."""
    if counts is not None:
        parts = [_parts(names, p, rest, weights) for rest in without_each(p, counts)]
        return (
            np.concatenate([agreement for agreement, _ in parts]),
            {name: np.concatenate([chance[name] for _, chance in parts]) for name in names},
        )
    models = [name for name in names if name != "percent_agreement"]
    if len(p) ** 2 > _TERMS:
        agreement, chance = gwet.parts_without_each(models, p, weights)
        return agreement, chance | {"percent_agreement": np.zeros(len(p))}
    agreement, chance = np.empty(len(p)), {name: np.empty(len(p)) for name in names}
    step = max(1, 2_000_000 // len(p))
    for begin in range(0, len(p), step):
        rows = np.arange(begin, min(begin + step, len(p)))
        less = np.repeat(w[None, :], rows.size, axis=0)
        less[np.arange(rows.size), rows] -= 1.0
        agreement[rows], found = _parts(names, p, less, weights)
        for name in names:
            chance[name][rows] = found[name]
    return agreement, chance


def _parts(names: Sequence[str], p: Patterns, w: Floats, weights: Weights) -> tuple[Floats, dict[str, Floats]]:
    """As `gwet.parts`; percent agreement takes out no chance."""
    models = [name for name in names if name != "percent_agreement"]
    agreement, chance = gwet.parts(models, p, w, weights)
    return agreement, chance | {"percent_agreement": np.zeros(len(w))}


def pairs_interval(
    coefficient: Coefficient,
    name: str,
    data: ReliabilityData,
    pairs: PairTables,
    weights: Weights,
    confidence: float = 0.95,
    cells: Sequence[ClusterCounts] | None = None,
    times: Ints | None = None,
) -> Interval:
    """The interval of Cohen's κ or Scott's π, of one pair or as the mean of pairs.

    Args:
        coefficient: The mean.
        name: cohen_kappa or scott_pi.
        data: The labels.
        pairs: Their tables.
        weights: As the mean was computed.
        confidence: How much the interval is to cover.
        cells: How often each cluster has each cell, for each table (see `cell_clusters`): clusters are deleted one at
            a time instead of units.
        times: How many units each unit of the data stands for, shape (units,); one without it.
    """
    if coefficient.value is None:
        return Interval(None, f"no interval: the coefficient is {coefficient.undefined}", level=confidence)
    if len(pairs.tables) > _PAIR_LIMIT:
        return Interval(None, f"no interval: more than {_PAIR_LIMIT} pairs of coders", level=confidence)
    agreement, chance = kappa.parts_of_tables(name, pairs.tables, weights)
    paired = data.labels_per_unit >= 2
    if cells is None:
        deletion = Deletion.of_units(np.ones(int(paired.sum())) if times is None else times[paired])
    else:
        deletion = Deletion.of_clusters(cells[0], np.asarray(sum(one.sizes for one in cells), np.int64))
    bound = _bound(coefficient.value, agreement, chance, deletion, confidence)
    if bound is not None:
        return bound

    whole = kappa.chance_taken_out(agreement, chance)
    defined = ~np.isnan(whole)
    tables = zip(pairs.tables, whole.tolist(), defined.tolist(), strict=True)
    if cells is not None:
        moved = np.zeros(cells[0].n)
        for (table, value, known), counts in zip(tables, cells, strict=True):
            if known:
                moved += _changes_of_clusters(name, table, value, weights, counts)
        deleted = coefficient.value + moved / defined.sum()
        return _student(coefficient.value, deleted, deletion, confidence)
    found = [
        _changes(name, table, value, weights) if known else np.zeros(table.count.size) for table, value, known in tables
    ]
    changes = np.concatenate([np.zeros(0), *found])
    moved = np.zeros(len(data.units))
    for first, second in shared_labels(data):
        at = np.searchsorted(pairs.keys, cell_keys(data, first, second))
        moved += np.bincount(data.unit[first], weights=changes[at], minlength=moved.size)
    deleted = coefficient.value + moved[paired] / defined.sum()
    return _student(coefficient.value, deleted, deletion, confidence)


def table_interval(
    name: str, table: PairTable, weights: Weights, confidence: float = 0.95, counts: ClusterCounts | None = None
) -> Interval:
    """The interval of κ or π of one pair of coders; `counts` says how often each cluster has each cell."""
    agreement, chance = kappa.parts_of_tables(name, (table,), weights)
    value = float(kappa.chance_taken_out(agreement, chance)[0])
    if math.isnan(value):
        return Interval(None, "no interval: the coefficient is undefined", level=confidence)
    deletion = Deletion.of_units(table.count) if counts is None else Deletion.of_clusters(counts, counts.sizes)
    bound = _bound(value, agreement, chance, deletion, confidence)
    if bound is not None:
        return bound
    if counts is None:
        changes = _changes(name, table, value, weights)
    else:
        changes = _changes_of_clusters(name, table, value, weights, counts)
    return _student(value, value + changes, deletion, confidence)


def _bound(value: float, agreement: Floats, chance: Floats, deletion: Deletion, confidence: float) -> Interval | None:
    """The exact bound where all tables agree on everything, or on nothing."""
    if (agreement == 1.0).all():
        return exact_bound(deletion, 1 - float(np.nanmean(chance)), confidence)
    if (agreement == 0.0).all():
        return mirror_bound(deletion, value, 1 - float(np.nanmean(chance)), confidence)
    return None


def _changes_of_clusters(name: str, table: PairTable, value: float, weights: Weights, counts: ClusterCounts) -> Floats:
    """How κ or π changes when each cluster is deleted, shape (clusters,); 0 where it becomes undefined."""
    q = table.n_categories
    is_plain = isinstance(weights, str) and (gwet.is_nominal(weights) or q < 2)
    take_out = _values_by_sums if is_plain else _values_without
    parts = [take_out(name, table, weights, rows) for rows in counts.blocks(max(q if is_plain else q * q, 1))]
    without = np.concatenate([np.zeros(0), *parts])
    return np.where(np.isnan(without), 0.0, without - value)


def _values_by_sums(name: str, table: PairTable, weights: Weights, rows: Floats) -> Floats:  # noqa: ARG001 - as below
    """Plain κ or π without so many units of each cell, (b, cells) to (b,)."""
    n = table.n_units - rows.sum(axis=1)
    n = np.where(n > 0, n, np.nan)
    first, second = (
        (sums - _by_category(rows, category, table.n_categories)) / n[:, None]
        for sums, category in ((table.rows, table.first), (table.columns, table.second))
    )
    agreement = (table.n_equal - rows[:, table.first == table.second].sum(axis=1)) / n
    return kappa.chance_taken_out(agreement, kappa.plain_chance(name, first, second))


def _values_without(name: str, table: PairTable, weights: Weights, rows: Floats) -> Floats:
    """Weighted κ or π without so many units of each cell, (b, cells) to (b,)."""
    tables = np.repeat(table.dense()[None].astype(np.float64), len(rows), axis=0)
    tables[:, table.first, table.second] -= rows
    return kappa.table_values(name, tables, weights)


def _by_category(rows: Floats, category: Ints, q: int) -> Floats:
    """Sums over the cells of each category, (b, cells) to (b, q)."""
    order = np.argsort(category, kind="stable")
    used, begin = np.unique(category[order], return_index=True)
    found = np.zeros((len(rows), q))
    if used.size:
        found[:, used] = np.add.reduceat(rows[:, order], begin, axis=1)
    return found


def _changes(name: str, table: PairTable, value: float, weights: Weights) -> Floats:
    """How κ or π changes when a unit of each cell is deleted, shape (cells,); 0 where it becomes undefined."""
    # Of one category, all weights are 1.
    if isinstance(weights, str) and (gwet.is_nominal(weights) or table.n_categories < 2):
        is_short = table.count.size * table.n_categories <= _TERMS
        without = (_values_by_terms if is_short else _values_by_margins)(name, table)
    else:
        dense, step = table.dense(), max(1, 1_000_000 // table.n_categories**2)
        parts = [slice(begin, begin + step) for begin in range(0, table.count.size, step)]
        found = [_values_by_tables(name, dense, table.first[part], table.second[part], weights) for part in parts]
        without = np.concatenate([np.zeros(0), *found])
    return np.where(np.isnan(without), 0.0, without - value)


def _values_by_terms(name: str, table: PairTable) -> Floats:
    """Plain κ or π without a unit of each cell, from the sums of rows and columns that are left."""
    n = table.n_units - 1
    if n == 0:
        return np.full(table.count.size, np.nan)
    cell = np.arange(table.count.size)
    rows, columns = (np.repeat(sums[None, :], cell.size, axis=0) for sums in (table.rows, table.columns))
    rows[cell, table.first] -= 1
    columns[cell, table.second] -= 1
    agreement = (table.n_equal - (table.first == table.second)) / n
    return kappa.chance_taken_out(agreement, kappa.plain_chance(name, rows / n, columns / n))


def _values_by_margins(name: str, table: PairTable) -> Floats:
    """The same from what the unit adds to the sum over all categories, which is taken out of it."""
    first, second, rows, columns = table.first, table.second, table.rows, table.columns
    n, is_equal = table.n_units - 1, first == second
    if n == 0:
        return np.full(first.size, np.nan)
    if name == "scott_pi":
        both = rows + columns
        chance = (both @ both - 2 * (both[first] + both[second]) + 2 + 2 * is_equal) / (4.0 * n**2)
    else:
        chance = (rows @ columns - columns[first] - rows[second] + is_equal) / float(n**2)
    return kappa.chance_taken_out((table.n_equal - is_equal) / n, chance)


def _values_by_tables(name: str, dense: Ints, first: Ints, second: Ints, weights: Weights) -> Floats:
    """Weighted κ or π without a unit of each of these cells."""
    tables = np.repeat(dense[None], first.size, axis=0)
    tables[np.arange(first.size), first, second] -= 1
    return kappa.table_values(name, tables, weights)


def _student(
    value: float, deleted: Floats, deletion: Deletion, confidence: float, scale: Scale | None = None
) -> Interval:
    """Student's t around the coefficient: as it is over units, on a scale over clusters, of which there are few."""
    if deletion.n < 2:
        return Interval(None, deletion.too_few, level=confidence, n_drawn=deletion.n)
    if np.isnan(deleted).any():
        why = f"no interval: without one {deletion.what} the coefficient is undefined"
        return Interval(None, why, level=confidence)
    method = f"jackknife-t over {deletion.over}"
    if deletion.clusters is not None:
        chosen = scale or _FISHER
        if chosen.floor < value < chosen.ceiling:
            carried = f"{method}, standard error carried to the scale because one {deletion.what} decides"
            return replace(on_scale(chosen, value, deleted, deletion, confidence, method, carried), q=None)
    error = deletion.error(deleted, value)
    return t_interval(Scale(None), value, error, deletion, confidence, method, is_alpha=False)
