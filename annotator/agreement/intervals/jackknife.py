"""Jackknife-t intervals of the coefficients other than α, each on its own scale."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients import gwet, kappa
from annotator.agreement.coefficients.gwet import Weights
from annotator.agreement.coefficients.kappa import PairTables
from annotator.agreement.coefficients.result import Coefficient, Interval
from annotator.agreement.data.patterns import Patterns
from annotator.agreement.data.reliability import ReliabilityData
from annotator.agreement.intervals.alpha import EXACT, TOO_FEW, jackknife_error
from annotator.agreement.intervals.student_t import t_quantile

Floats = npt.NDArray[np.float64]

METHOD = "jackknife-t over units"
_PAIR_LIMIT = 1000
"""Pairs of coders up to which the interval of a mean of pairs is computed."""


def pattern_interval(
    coefficient: Coefficient, name: str, p: Patterns, weights: Weights, confidence: float = 0.95
) -> Interval:
    """The interval of percent agreement, Fleiss' κ, AC1/AC2 or Brennan-Prediger.

    Args:
        coefficient: What was computed.
        name: percent_agreement, or a name of `gwet.CHANCE`.
        p: The patterns it was computed from.
        weights: As it was computed.
        confidence: How much the interval is to cover.
    """
    if coefficient.value is None:
        return Interval(None, f"no interval: the coefficient is {coefficient.undefined}", level=confidence)
    model = "brennan_prediger" if name == "percent_agreement" else name
    w = p.multiplicity.astype(np.float64)
    agreement, chance = (float(x[0]) for x in gwet.parts(model, p, w[None, :], weights))
    if name == "percent_agreement":
        chance = 0.0
    if agreement == 1.0:
        return _exact(p.n_units_paired, chance, confidence)

    deleted = np.empty(len(p))
    step = max(1, 2_000_000 // len(p))
    for begin in range(0, len(p), step):
        rows = np.arange(begin, min(begin + step, len(p)))
        less = np.repeat(w[None, :], rows.size, axis=0)
        less[np.arange(rows.size), rows] -= 1.0
        found, by_chance = gwet.parts(model, p, less, weights)
        by_chance = np.zeros_like(found) if name == "percent_agreement" else by_chance
        left = np.where(by_chance < 1, 1 - by_chance, np.nan)
        deleted[rows] = (found - by_chance) / left
    # Only units with two labels or more are compared; for percent agreement the others have no say.
    if name == "percent_agreement":
        deleted, w = deleted[p.m >= 2], w[p.m >= 2]
    interval = _student(coefficient.value, deleted, w, confidence)
    if name == "percent_agreement" and interval.ci is not None:
        return replace(interval, ci=(max(0.0, interval.low), interval.high))
    return interval


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
    q, coders = len(data.categories), len(data.coders)
    place = {coder: i for i, coder in enumerate(data.coders)}
    change = np.zeros((coders, coders, q, q))
    for (a, b), table, value, counts in zip(pairs.coders, pairs.tables, whole, defined.tolist(), strict=True):
        if counts:
            change[place[a], place[b]] = _changes(name, table, float(value), weights)
    moved = np.zeros(len(data.units))
    for first, second in kappa.shared_labels(data):
        cells = (data.coder[first], data.coder[second], data.category[first], data.category[second])
        moved += np.bincount(data.unit[first], weights=change[cells], minlength=moved.size)
    deleted = coefficient.value + moved[paired] / defined.sum()
    return _student(coefficient.value, deleted, np.ones(deleted.size), confidence)


def table_interval(name: str, table: npt.NDArray[np.int64], weights: Weights, confidence: float = 0.95) -> Interval:
    """The interval of κ or π of one pair of coders from its table (q, q)."""
    value = float(kappa.table_values(name, table[None], weights)[0])
    if math.isnan(value):
        return Interval(None, "no interval: the coefficient is undefined", level=confidence)
    agreement, chance = kappa.table_parts(name, table[None], weights)
    if agreement[0] == 1.0:
        return _exact(int(table.sum()), float(chance[0]), confidence)
    cells = np.nonzero(table)
    deleted = value + _changes(name, table, value, weights)[cells]
    return _student(value, deleted, table[cells].astype(np.float64), confidence)


def _changes(name: str, table: npt.NDArray[np.int64], value: float, weights: Weights) -> Floats:
    """How κ or π changes when a unit of each cell is deleted, (q, q); 0 where it becomes undefined."""
    q = table.shape[0]
    changes = np.zeros((q, q))
    for c, k in np.argwhere(table).tolist():
        without = float(kappa.table_values(name, (table - _unit(q, c, k))[None], weights)[0])
        changes[c, k] = 0.0 if math.isnan(without) else without - value
    return changes


def _unit(q: int, c: int, k: int) -> npt.NDArray[np.int64]:
    matrix = np.zeros((q, q), np.int64)
    matrix[c, k] = 1
    return matrix


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
