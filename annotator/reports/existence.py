"""Which statements exist: F1 and α of presence for each pair of coders, and agreement on the characters of evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from annotator.agreement import (
    MATCHING_RULE,
    Coefficient,
    alpha_interval,
    alpha_u,
    presence_patterns,
    statement_f1,
)
from annotator.agreement.coefficients.unitizing import bar_u_alpha
from annotator.agreement.data.continua import Continua
from annotator.agreement.intervals.gamma import gamma_interval
from annotator.reports.statement_pairs import Pair, PairCounts

OF_PAIRS = (
    "With more than two coders, the statements of every pair of them are matched on their own: counts are summed over "
    "the pairs, F1 and α of presence are the mean of the pairs, which stand above. Labels of matched statements are "
    "counted once for each pair, so that a statement that three coders have counts three times; the interval of their "
    "α draws whole paragraphs, because such units are not independent."
)
"""How more than two coders are compared; reports of more than two print it."""

PRESENCE_UNITS = (
    "Presence: one unit a statement that either has (matched: both say yes), and one a paragraph in which neither has "
    "one (both say no)."
)

N_SAMPLES = 2000
N_TEXTS = 30
"""Random texts that γ is measured against."""
_MOST_TEXTS = 20_000
"""Paragraphs times pairs of coders from which γ is computed, because every random text aligns all of them."""
_FEWEST_TEXTS = 500
"""Paragraphs of which γ is computed at least, however many coders there are."""


@dataclass(frozen=True, eq=False)
class PairExistence:
    """Which statements two coders have."""

    coders: Pair
    n_paragraphs: int
    counts: PairCounts
    f1: Coefficient
    presence_alpha: Coefficient

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "coders": list(self.coders),
            "n_paragraphs": self.n_paragraphs,
            "matched": self.counts.matched,
            "only": {self.coders[0]: self.counts.only_a, self.coders[1]: self.counts.only_b},
            "paragraphs_without": self.counts.neither,
            "f1": self.f1.to_dict(),
            "presence_alpha": self.presence_alpha.to_dict(),
        }


@dataclass(frozen=True, eq=False)
class Existence:
    """Which statements exist, over all pairs of coders."""

    pairs: tuple[PairExistence, ...]
    f1: Coefficient
    presence_alpha: Coefficient
    bar_u_alpha: Coefficient
    """|uα: agreement of all coders on which characters are evidence."""
    alpha_u: Coefficient
    """α_U: agreement on where stretches of evidence begin and end."""
    gamma: Coefficient
    """γ: the best alignment of stretches against random ones, mean of the pairs."""

    @property
    def matched(self) -> int:
        """Matches, summed over pairs."""
        return sum(pair.counts.matched for pair in self.pairs)

    @property
    def unmatched(self) -> int:
        """Statements that one coder of a pair has alone, summed over pairs."""
        return sum(pair.counts.only_a + pair.counts.only_b for pair in self.pairs)

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "matching_rule": MATCHING_RULE,
            "presence_units": PRESENCE_UNITS,
            "more_than_two_coders": OF_PAIRS if len(self.pairs) > 1 else None,
            "matched": self.matched,
            "unmatched": self.unmatched,
            "f1": self.f1.to_dict(),
            "presence_alpha": self.presence_alpha.to_dict(),
            "bar_u_alpha": self.bar_u_alpha.to_dict(),
            "alpha_u": self.alpha_u.to_dict(),
            "gamma": self.gamma.to_dict(),
            "pairs": [pair.to_dict() for pair in self.pairs],
        }


def existence(pairs: dict[Pair, PairCounts], continua: Continua, seed: int = 0) -> Existence:
    """Everything about which statements exist."""
    found = tuple(_pair(coders, counts, seed) for coders, counts in pairs.items() if counts.per_paragraph)
    return Existence(
        found,
        _mean([pair.f1 for pair in found], "statement_f1"),
        _mean([pair.presence_alpha for pair in found], "presence_alpha"),
        _without_interval(bar_u_alpha, continua),
        _without_interval(alpha_u, continua),
        _gamma(continua, len(found), seed),
    )


def _pair(coders: Pair, counts: PairCounts, seed: int) -> PairExistence:
    f1 = statement_f1(counts.matched, counts.only_a, counts.only_b)
    presence = alpha_interval(
        presence_patterns(counts.matched, counts.only_a, counts.only_b, counts.neither), "nominal"
    )
    presence = replace(presence, name="presence_alpha")
    return PairExistence(coders, counts.per_paragraph.total(), counts, _f1_interval(f1, counts, seed), presence)


def _f1_interval(f1: Coefficient, counts: PairCounts, seed: int) -> Coefficient:
    """F1 with a percentile bootstrap interval that draws paragraphs: those with equal counts are one pattern."""
    if f1.value is None:
        return replace(f1, ci_method=f"no interval: F1 is {f1.undefined}")
    patterns = np.array(list(counts.per_paragraph), np.int64)
    times = np.array(list(counts.per_paragraph.values()), np.int64)
    n = int(times.sum())
    if n < 2:
        return replace(f1, ci_method="no interval: fewer than two paragraphs")
    drawn = np.random.default_rng(seed).multinomial(n, times / n, size=N_SAMPLES) @ patterns
    total = 2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2]
    values = 2 * drawn[total > 0, 0] / total[total > 0]
    low, high = np.quantile(values, (0.025, 0.975)).tolist()
    undefined = N_SAMPLES - values.size
    words = f"percentile bootstrap of {n} paragraphs, B = {N_SAMPLES}, seed {seed}, {undefined} undefined"
    return replace(f1, ci=(low, high), ci_method=words)


def _mean(values: Sequence[Coefficient], name: str) -> Coefficient:
    """One pair's own figure, or the mean of the pairs that have one."""
    if not values:
        return Coefficient(
            name,
            None,
            "undefined: no two coders are done with the same paragraph",
            ci_method="no interval: there is no value",
        )
    defined = [one.value for one in values if one.value is not None]
    if len(values) == 1:
        return values[0]
    if not defined:
        return replace(values[0], ci=None, q=None, ci_method="no interval: there is no value")
    return Coefficient(
        name,
        sum(defined) / len(defined),
        ci_method=f"no interval: mean of {len(defined)} pairs, each with its own",
        n_units=sum(one.n_units for one in values),
        n_units_paired=sum(one.n_units_paired for one in values),
        n_labels=sum(one.n_labels for one in values),
    )


def _gamma(continua: Continua, n_pairs: int, seed: int) -> Coefficient:
    most = max(_FEWEST_TEXTS, _MOST_TEXTS // max(n_pairs, 1))
    try:
        return gamma_interval(continua.divided(), N_TEXTS, seed, most)
    except ZeroDivisionError:  # a random text without a single span has no disorder to compare with
        return _no_gamma("undefined: there are too few statements to make random texts of")


def _no_gamma(why: str) -> Coefficient:
    return Coefficient("gamma", None, why, ci_method="no interval: there is no value")


def _without_interval(compute: Callable[[Continua], Coefficient], continua: Continua) -> Coefficient:
    return replace(compute(continua), ci_method="no interval: its distribution is not known")
