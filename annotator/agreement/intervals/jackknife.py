"""Jackknife-t intervals of the coefficients other than α, each on its own scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients import gwet, kappa
from annotator.agreement.coefficients.gwet import Weights
from annotator.agreement.coefficients.kappa import PairTables
from annotator.agreement.coefficients.result import Coefficient, Interval
from annotator.agreement.data.patterns import Ints, Patterns
from annotator.agreement.data.reliability import ReliabilityData
from annotator.agreement.intervals.alpha import EXACT, TOO_FEW, jackknife_error
from annotator.agreement.intervals.student_t import t_quantile

Floats = npt.NDArray[np.float64]

METHOD = "jackknife-t over units"
_PAIR_LIMIT = 1000
"""Pairs of coders up to which the interval of a mean of pairs is computed."""
_TERMS = 4_000_000
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
    agreement, chance = kappa.table_parts(name, pairs.tables, weights)
    paired = data.labels_per_unit >= 2
    if (agreement == 1.0).all():
        return _exact(int(paired.sum()), float(np.nanmean(chance)), confidence)

    whole = kappa.table_values(name, pairs.tables, weights)
    defined = ~np.isnan(whole)
    cells, changes = _all_changes(name, pairs, np.where(defined, whole, 0.0), weights)
    changes[~defined[cells // len(data.categories) ** 2]] = 0.0
    moved = np.zeros(len(data.units))
    for first, second in kappa.shared_labels(data):
        at = np.searchsorted(cells, _cell_of(data, pairs, first, second))
        moved += np.bincount(data.unit[first], weights=changes[at], minlength=moved.size)
    deleted = coefficient.value + moved[paired] / defined.sum()
    return _student(coefficient.value, deleted, np.ones(deleted.size), confidence)


def _all_changes(name: str, pairs: PairTables, values: Floats, weights: Weights) -> tuple[Ints, Floats]:
    """The cells of all tables that hold a unit, numbered through, and what deleting a unit of each changes."""
    found = [_changes(name, table, float(value), weights) for table, value in zip(pairs.tables, values, strict=True)]
    return np.flatnonzero(pairs.tables), np.concatenate([np.zeros(0), *found])


def _cell_of(data: ReliabilityData, pairs: PairTables, first: Ints, second: Ints) -> Ints:
    """The cell of each pair of labels, numbered through all tables."""
    q, coders = len(data.categories), len(data.coders)
    place = {coder: i for i, coder in enumerate(data.coders)}
    table = np.zeros((coders, coders), np.int64)
    for number, (a, b) in enumerate(pairs.coders):
        table[place[a], place[b]] = number
    number_of = table[data.coder[first], data.coder[second]]
    return (number_of * q + data.category[first]) * q + data.category[second]


def table_interval(name: str, table: Ints, weights: Weights, confidence: float = 0.95) -> Interval:
    """The interval of κ or π of one pair of coders from its table (q, q)."""
    value = float(kappa.table_values(name, table[None], weights)[0])
    if math.isnan(value):
        return Interval(None, "no interval: the coefficient is undefined", level=confidence)
    agreement, chance = kappa.table_parts(name, table[None], weights)
    if agreement[0] == 1.0:
        return _exact(int(table.sum()), float(chance[0]), confidence)
    deleted = value + _changes(name, table, value, weights)
    return _student(value, deleted, table[np.nonzero(table)].astype(np.float64), confidence)


def _changes(name: str, table: Ints, value: float, weights: Weights) -> Floats:
    """How κ or π changes when a unit of each cell that has one is deleted; 0 where it becomes undefined."""
    first, second = np.nonzero(table)
    # Of one category, all weights are 1.
    if isinstance(weights, str) and (weights == "nominal" or len(table) < 2):
        of = _values_by_margins if first.size * len(table) > _TERMS else _values_by_terms
        without = of(name, table, first, second)
    else:
        step = max(1, 1_000_000 // table.size)
        parts = [slice(begin, begin + step) for begin in range(0, first.size, step)]
        found = [_values_by_tables(name, table, first[part], second[part], weights) for part in parts]
        without = np.concatenate([np.zeros(0), *found])
    return np.where(np.isnan(without), 0.0, without - value)


def _values_by_terms(name: str, table: Ints, first: Ints, second: Ints) -> Floats:
    """Plain κ or π without a unit of each of these cells, from the sums of rows and columns that are left."""
    n = int(table.sum()) - 1
    if n == 0:
        return np.full(first.size, np.nan)
    cell = np.arange(first.size)
    rows, columns = (np.repeat(table.sum(axis=axis)[None, :], first.size, axis=0) for axis in (1, 0))
    rows[cell, first] -= 1
    columns[cell, second] -= 1
    agreement = (np.trace(table) - (first == second)) / n
    return kappa.chance_taken_out(agreement, kappa.plain_chance(name, rows / n, columns / n))


def _values_by_margins(name: str, table: Ints, first: Ints, second: Ints) -> Floats:
    """The same from what the unit adds to the sum over all categories, which is taken out of it."""
    n = int(table.sum()) - 1
    rows, columns, is_equal = table.sum(axis=1), table.sum(axis=0), first == second
    if name == "scott_pi":
        both = rows + columns
        chance = (both @ both - 2 * (both[first] + both[second]) + 2 + 2 * is_equal) / (4.0 * n**2)
    else:
        chance = (rows @ columns - columns[first] - rows[second] + is_equal) / float(n**2)
    return kappa.chance_taken_out((np.trace(table) - is_equal) / n, chance)


def _values_by_tables(name: str, table: Ints, first: Ints, second: Ints, weights: Weights) -> Floats:
    """Weighted κ or π without a unit of each of these cells."""
    tables = np.repeat(table[None], first.size, axis=0)
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
