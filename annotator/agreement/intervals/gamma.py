"""The interval of γ: a jackknife over texts, of which many are drawn where there are too many for all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.gamma import Disorders, disorders, gamma_of
from annotator.agreement.coefficients.result import Coefficient
from annotator.agreement.data.continua import Continua
from annotator.agreement.intervals.student_t import t_quantile

Floats = npt.NDArray[np.float64]

_NO_ERROR = 1e-12
"""A standard error below this is rounding."""


def gamma_interval(
    continua: Continua, n_samples: int = 30, seed: int = 0, most: int | None = None, confidence: float = 0.95
) -> Coefficient:
    """γ with a jackknife-t interval over the texts that two coders divided; `ci_method` says how many, and whose draw.

    The interval tells how far γ would be from here with other texts. How exact the disorder of chance is, which is
    estimated from random texts, stands beside it.

    Args:
        continua: The texts.
        n_samples: Random texts for each pair of coders.
        seed: Of the random numbers.
        most: Texts from which γ is computed: of more, so many are drawn at random, each at most once.
        confidence: How much the interval is to cover.

    Raises:
        ZeroDivisionError: A random text has no span.
    """
    drawn = _drawn(continua, most, seed)
    pairs = disorders(drawn, n_samples, seed)
    found = replace(gamma_of(drawn, pairs, n_samples, seed), n_units=len(continua))
    if found.value is None:
        return replace(found, ci_method="no interval: the value is undefined")
    n = found.n_units_paired
    what = f"{n} texts" if len(drawn) == len(continua) else f"{n} texts, drawn from {len(continua)} with seed {seed}"
    if n < 2:
        return replace(found, ci_method=f"no interval: fewer than two texts; {found.ci_method}")
    deleted = _without_each(pairs, len(drawn))
    error = float(np.sqrt((n - 1) / n * ((deleted - deleted.mean()) ** 2).sum()))
    if error < _NO_ERROR:
        return replace(found, ci_method=f"no interval: without any of {what} γ is the same; {found.ci_method}")
    half = t_quantile((1 + confidence) / 2, n - 1) * error
    ci = (found.value - half, min(1.0, found.value + half))
    return replace(found, ci=ci, ci_method=f"jackknife-t over {what}; {found.ci_method}")


def _drawn(continua: Continua, most: int | None, seed: int) -> Continua:
    if most is None or len(continua) <= most:
        return continua
    chosen = np.zeros(len(continua), dtype=bool)
    chosen[np.random.default_rng(seed).choice(len(continua), most, replace=False)] = True
    return continua.select(chosen)


def _without_each(pairs: list[Disorders], n_texts: int) -> Floats:
    """γ without each text that two coders divided."""
    total, n_defined = np.zeros(n_texts), 0
    is_used = np.zeros(n_texts, dtype=bool)
    for pair in pairs:
        observed, by_chance = pair.value
        if by_chance.mean() <= 0:
            continue
        n_defined += 1
        is_used[pair.text] = True
        value = 1 - observed / by_chance.mean()
        left = _ratio(pair.observed, pair.spans)
        chance = _ratio(pair.by_chance, pair.spans_by_chance).mean(axis=0)
        without = 1 - np.divide(left, chance, out=np.full(left.size, np.nan), where=chance > 0)
        total += value
        total[pair.text] += np.where(np.isnan(without), 0.0, without - value)
    return total[is_used] / max(n_defined, 1)


def _ratio(costs: Floats, spans: npt.NDArray[np.int64]) -> Floats:
    """The disorder without each text, (..., texts)."""
    left = spans.sum(axis=-1, keepdims=True) - spans
    costs_left = costs.sum(axis=-1, keepdims=True) - costs
    return np.asarray(np.divide(2 * costs_left, left, out=np.full(costs.shape, np.nan), where=left > 0))
