"""Coefficients with chance from averaged marginals: Fleiss' κ, Gwet's AC1 and AC2, Brennan-Prediger.

Labels may be missing. All three share Gwet's observed agreement p_a: the mean, over units with two labels or more, of
the weighted share of agreeing pairs. They differ in the agreement p_e that chance would give, from π_k, the mean over
*all* labelled units of the share of labels in category k (Gwet 2014, sections 2.4, 3.5, 5.3).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.krippendorff import Data, describe, level_of, used_categories
from annotator.agreement.coefficients.result import NO_PAIRS, Coefficient, one_category
from annotator.agreement.data.distances import agreement_weights
from annotator.agreement.data.patterns import Patterns
from annotator.agreement.data.reliability import as_patterns

Floats = npt.NDArray[np.float64]
Weights = str | npt.ArrayLike
"""nominal, linear, quadratic, ordinal, or a (q, q) matrix of agreement weights."""

CHANCE = ("fleiss_kappa", "gwet_ac1", "brennan_prediger")
"""The models of chance agreement."""


_MOST_WEIGHED = 4000
"""Categories up to which a matrix of weights is made."""


def is_nominal(weights: Weights) -> bool:
    """Whether any two categories differ equally."""
    return isinstance(weights, str) and weights == "nominal"


def fleiss_kappa(data: Data, weights: Weights = "nominal", categories: Sequence[Hashable] | None = None) -> Coefficient:
    """Fleiss' κ (1971) in Gwet's generalisation to missing labels and weights: p_e = Σ w_kl π_k π_l.

    Args:
        data: An array (coders, units), ReliabilityData, or Patterns.
        weights: See `agreement_weights`.
        categories: The declared categories, for an array.
    """
    return chance_corrected("fleiss_kappa", data, weights, categories)


def gwet_ac1(data: Data, weights: Weights = "nominal", categories: Sequence[Hashable] | None = None) -> Coefficient:
    """Gwet's AC1, or AC2 with weights: p_e = Σ w_kl / (q (q - 1)) · Σ π_k (1 - π_k), q the declared categories.

    Args:
        data: An array (coders, units), ReliabilityData, or Patterns.
        weights: See `agreement_weights`; anything but nominal makes it AC2.
        categories: The declared categories, for an array.
    """
    return chance_corrected("gwet_ac1", data, weights, categories)


def brennan_prediger(
    data: Data, weights: Weights = "nominal", categories: Sequence[Hashable] | None = None
) -> Coefficient:
    """Brennan & Prediger's coefficient (1981), S with two coders: p_e = Σ w_kl / q², q the declared categories.

    Args:
        data: An array (coders, units), ReliabilityData, or Patterns.
        weights: See `agreement_weights`.
        categories: The declared categories, for an array.
    """
    return chance_corrected("brennan_prediger", data, weights, categories)


def chance_corrected(
    name: str, data: Data, weights: Weights, categories: Sequence[Hashable] | None = None
) -> Coefficient:
    """The coefficient of `CHANCE` with this name; AC1 calls itself AC2 when it is weighted."""
    patterns = as_patterns(data, level_of(data, None), categories)
    scheme = weights if isinstance(weights, str) else "own weights"
    title = "gwet_ac2" if name == "gwet_ac1" and scheme != "nominal" else name
    reason = undefined_reason(patterns, weights)
    if reason is not None:
        return describe(title, None, patterns, scheme, reason)
    value = values(name, patterns, patterns.multiplicity[None, :].astype(np.float64), weights)[0]
    if np.isnan(value):
        return describe(title, None, patterns, scheme, one_category(used_categories(patterns)))
    return describe(title, float(value), patterns, scheme)


def values(name: str, p: Patterns, w: Floats, weights: Weights) -> Floats:
    """The coefficient for each row of weights (b, p), shape (b,); nan where chance alone would agree on everything."""
    agreement, by_chance = parts((name,), p, w, weights)
    chance = by_chance[name]
    defined = (1 - chance) > 1e-15
    return np.where(defined, (agreement - chance) / np.where(defined, 1 - chance, 1.0), np.nan)


def parts(names: Sequence[str], p: Patterns, w: Floats, weights: Weights) -> tuple[Floats, dict[str, Floats]]:
    """Observed agreement, and agreement by chance in each of these models, for each row of weights (b, p); all (b,)."""
    scheme = _Scheme(weights, len(p.categories))
    paired = p.m >= 2
    counted = w @ paired
    agreement = np.divide(w @ _share(p, scheme), counted, out=np.full(len(w), np.nan), where=counted > 0)
    chance = {}
    if "brennan_prediger" in names:
        chance["brennan_prediger"] = np.full(len(w), scheme.total / scheme.q**2)
    if len(names) > len(chance):
        units = w.sum(axis=-1, keepdims=True)
        pi = p.totals(w / p.m) / np.where(units > 0, units, 1.0)
        chance["gwet_ac1"] = scheme.total / (scheme.q * (scheme.q - 1)) * (pi * (1 - pi)).sum(axis=-1)
        chance["fleiss_kappa"] = (scheme.weigh(pi) * pi).sum(axis=-1)
    return agreement, chance


def parts_without_each(names: Sequence[str], p: Patterns, weights: Weights) -> tuple[Floats, dict[str, Floats]]:
    """The same without one unit of each pattern, all (p,): what the unit adds is taken out of the sums."""
    scheme, w = _Scheme(weights, len(p.categories)), p.multiplicity.astype(np.float64)
    paired, share = p.m >= 2, _share(p, scheme)
    counted = w @ paired - paired
    agreement = np.divide(w @ share - share, counted, out=np.full(len(p), np.nan), where=counted > 0)
    chance = {}
    if "brennan_prediger" in names:
        chance["brennan_prediger"] = np.full(len(p), scheme.total / scheme.q**2)
    if len(names) > len(chance):
        units = max(w.sum() - 1, 1.0)
        total = p.totals(w / p.m)
        squares = total @ total - 2 * p.dot(total) / p.m + p.squares / p.m**2
        weighed = scheme.weigh_either(total)
        weighted = weighed @ total - 2 * p.dot(weighed) / p.m + scheme.pairs(p) / p.m**2
        chance["gwet_ac1"] = scheme.total / (scheme.q * (scheme.q - 1)) * (1 - squares / units**2)
        chance["fleiss_kappa"] = weighted / units**2
    return agreement, chance


class _Scheme:
    """Agreement weights of q categories; nominal ones need no matrix, so that q may be large."""

    def __init__(self, weights: Weights, q: int) -> None:
        matrix = None if is_nominal(weights) else agreement_weights(weights, q)
        self.q = q
        self.total = float(q) if matrix is None else matrix.sum()
        """Σ_kl w_kl."""
        self._matrix = matrix
        self._symmetric = None if matrix is None else (matrix + matrix.T) / 2

    def weigh(self, x: Floats) -> Floats:
        """Σ_k x_k w_kl, (b, q) to (b, q)."""
        return x if self._matrix is None else x @ self._matrix

    def weigh_either(self, x: Floats) -> Floats:
        """Σ_k x_k (w_kl + w_lk) / 2, shape (q,)."""
        return x if self._symmetric is None else self._symmetric @ x

    def pairs(self, p: Patterns) -> Floats:
        """Σ_kl count_k count_l w_kl for each pattern, shape (p,)."""
        return p.squares if self._symmetric is None else p.quadratic(self._symmetric)


def _share(p: Patterns, scheme: _Scheme) -> Floats:
    """The weighted share of agreeing pairs of labels on a unit of each pattern (p,); 0 where there is no pair."""
    paired = p.m >= 2
    pairs = np.where(paired, p.m * (p.m - 1), 1.0)
    return np.where(paired, (scheme.pairs(p) - p.m) / pairs, 0.0)


def undefined_reason(patterns: Patterns, weights: Weights) -> str | None:
    """Why the coefficient cannot be computed, if that does not depend on the labels' agreement."""
    if not (patterns.m >= 2).any():
        return NO_PAIRS
    if len(patterns.categories) < 2:
        return one_category(used_categories(patterns))
    if not is_nominal(weights) and len(patterns.categories) > _MOST_WEIGHED:
        return "undefined: too many distinct values to weigh"
    return None
