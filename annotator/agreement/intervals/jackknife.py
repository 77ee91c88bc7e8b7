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
from annotator.agreement.data.pair_tables import PairTable, PairTables, cell_keys, shared_labels
from annotator.agreement.data.patterns import Ints, Patterns
from annotator.agreement.data.reliability import ReliabilityData
from annotator.agreement.intervals.alpha import EXACT, TOO_FEW, jackknife_error
from annotator.agreement.intervals.student_t import t_quantile

Floats = npt.NDArray[np.float64]

METHOD = "jackknife-t over units"
_PAIR_LIMIT = 1000
"""Pairs of coders up to which the interval of a mean of pairs is computed."""
_TERMS = 200_000
"""Terms up to which a figure with one unit less is added up anew, so that it rounds as the whole figure does."""


def pattern_intervals(
    coefficients: Mapping[str, Coefficient], p: Patterns, weights: Weights, confidence: float = 0.95
) -> dict[str, Interval]:
    """The intervals of percent agreement, Fleiss' κ, AC1/AC2 and Brennan-Prediger, or of some of them.

    Args:
        coefficients: What was computed, by name: percent_agreement, or a name of `gwet.CHANCE`.
        p: The patterns they were computed from.
        weights: As they were computed.
        confidence: How much the intervals are to cover.
    """
    found = {
        name: Interval(None, f"no interval: the coefficient is {one.undefined}", level=confidence)
        for name, one in coefficients.items()
    }
    defined = [name for name, one in coefficients.items() if one.value is not None]
    if not defined:
        return found
    w = p.multiplicity.astype(np.float64)
    agreement, chance = _parts(defined, p, w[None, :], weights)
    if agreement[0] == 1.0:
        return found | {name: _exact(p.n_units_paired, float(chance[name][0]), confidence) for name in defined}
    less, chance_of_less = _without_each(defined, p, w, weights)
    for name in defined:
        by_chance = chance_of_less[name]
        deleted = (less - by_chance) / np.where(by_chance < 1, 1 - by_chance, np.nan)
        found[name] = _of_patterns(name, coefficients[name], p, deleted, confidence)
    return found


def _of_patterns(name: str, coefficient: Coefficient, p: Patterns, deleted: Floats, confidence: float) -> Interval:
    value, w = float(coefficient), p.multiplicity.astype(np.float64)
    if name != "percent_agreement":
        return _student(value, deleted, w, confidence)
    # Only units with two labels or more are compared; the others have no say.
    interval = _student(value, deleted[p.m >= 2], w[p.m >= 2], confidence)
    return interval if interval.ci is None else replace(interval, ci=(max(0.0, interval.low), interval.high))


def _without_each(names: Sequence[str], p: Patterns, w: Floats, weights: Weights) -> tuple[Floats, dict[str, Floats]]:
    """Observed agreement and agreement by chance without one unit of each pattern, all (p,)."""
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
) -> Interval:
    """The interval of Cohen's κ or Scott's π, of one pair or as the mean of pairs, deleting one unit at a time."""
    if coefficient.value is None:
        return Interval(None, f"no interval: the coefficient is {coefficient.undefined}", level=confidence)
    if len(pairs.tables) > _PAIR_LIMIT:
        return Interval(None, f"no interval: more than {_PAIR_LIMIT} pairs of coders", level=confidence)
    agreement, chance = kappa.parts_of_tables(name, pairs.tables, weights)
    paired = data.labels_per_unit >= 2
    if (agreement == 1.0).all():
        return _exact(int(paired.sum()), float(np.nanmean(chance)), confidence)

    whole = kappa.chance_taken_out(agreement, chance)
    defined = ~np.isnan(whole)
    found = [
        _changes(name, table, value, weights) if known else np.zeros(table.count.size)
        for table, value, known in zip(pairs.tables, whole.tolist(), defined.tolist(), strict=True)
    ]
    changes = np.concatenate([np.zeros(0), *found])
    moved = np.zeros(len(data.units))
    for first, second in shared_labels(data):
        at = np.searchsorted(pairs.keys, cell_keys(data, first, second))
        moved += np.bincount(data.unit[first], weights=changes[at], minlength=moved.size)
    deleted = coefficient.value + moved[paired] / defined.sum()
    return _student(coefficient.value, deleted, np.ones(deleted.size), confidence)


def table_interval(name: str, table: PairTable, weights: Weights, confidence: float = 0.95) -> Interval:
    """The interval of κ or π of one pair of coders."""
    agreement, chance = kappa.parts_of_tables(name, (table,), weights)
    value = float(kappa.chance_taken_out(agreement, chance)[0])
    if math.isnan(value):
        return Interval(None, "no interval: the coefficient is undefined", level=confidence)
    if agreement[0] == 1.0:
        return _exact(table.n_units, float(chance[0]), confidence)
    deleted = value + _changes(name, table, value, weights)
    return _student(value, deleted, table.count.astype(np.float64), confidence)


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


def _student(value: float, deleted: Floats, w: Floats, confidence: float) -> Interval:
    units = float(w.sum())
    known = ~np.isnan(deleted)
    if units < 2 or not known.all():
        why = TOO_FEW if units < 2 else "no interval: without one unit the coefficient is undefined"
        return Interval(None, why, level=confidence)
    half = t_quantile((1 + confidence) / 2, units - 1) * jackknife_error(deleted, w)
    return Interval((max(-1.0, value - half), min(1.0, value + half)), METHOD, level=confidence)


def _exact(units: int, chance: float, confidence: float) -> Interval:
    """No unit disagrees: the share that does is below 1 - (1 - confidence)^(1/n); see `intervals`."""
    if units < 2:
        return Interval(None, TOO_FEW, level=confidence)
    share = -math.expm1(math.log(1 - confidence) / units)
    return Interval((max(-1.0, 1 - share / (1 - chance)), 1.0), EXACT, level=confidence)
