"""Which statements exist: F1 and α of presence for each pair of coders, and agreement on the characters of evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.agreement import MATCHING_RULE, Coefficient, alpha_u
from annotator.agreement.coefficients.unitizing import bar_u_alpha
from annotator.agreement.data.clusters import Clusters
from annotator.agreement.data.continua import Continua
from annotator.agreement.intervals.gamma import gamma_interval
from annotator.reports.compared.statement_pairs import Pair, PairCounts
from annotator.reports.statements.missed_statements import MissedStatements, missed_of
from annotator.reports.statements.statement_intervals import statement_intervals

Ints = npt.NDArray[np.int64]

OF_PAIRS = (
    "With more than two coders, the statements of every pair of them are matched on their own: counts are summed over "
    "the pairs, F1 and α of presence are the mean of the pairs, which stand above. Labels of matched statements are "
    "counted once for each pair: a statement that three coders have makes three pairs. Their intervals delete whole "
    "articles (or paragraphs), because such pairs are not independent."
)
"""How more than two coders are compared; reports of more than two print it."""

PRESENCE_UNITS = (
    "Presence: one unit a statement that either has (matched: both say yes), and one a paragraph in which neither has "
    "one (both say no)."
)

_FEWEST_WITHOUT = 0.05
"""Share of the units of presence without a statement below which its α says little."""
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
    n_without_evidence: int = 0
    """Statements for which no evidence was coded; the figures on characters leave out those paragraphs."""
    missed: MissedStatements = field(default_factory=lambda: missed_of({}))
    """How many statements both coders of a pair missed."""

    @property
    def evidence_remark(self) -> str | None:
        """What the figures on characters leave out, in a sentence."""
        n = self.n_without_evidence
        if not n:
            return None
        them = "1 statement has" if n == 1 else f"{n} statements have"
        return f"{them} no evidence: what their coders marked in those paragraphs is not compared by characters."

    @property
    def presence_remark(self) -> str | None:
        """Why α of presence says little, where hardly any paragraph lacks a statement; or where hardly any has one."""
        neither = sum(pair.counts.neither for pair in self.pairs)
        units = self.matched + self.unmatched + neither
        if not units or self.presence_alpha.value is None:
            return None
        if neither < _FEWEST_WITHOUT * units:
            return (
                f"α of presence says little here: only {neither} of its {units} units are paragraphs without a "
                "statement, so that there is hardly a “no” to agree on. F1 does not need them."
            )
        return None

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
            "presence_remark": self.presence_remark,
            "n_without_evidence": self.n_without_evidence,
            "more_than_two_coders": OF_PAIRS if len(self.pairs) > 1 else None,
            "matched": self.matched,
            "unmatched": self.unmatched,
            "f1": self.f1.to_dict(),
            "presence_alpha": self.presence_alpha.to_dict(),
            "bar_u_alpha": self.bar_u_alpha.to_dict(),
            "alpha_u": self.alpha_u.to_dict(),
            "gamma": self.gamma.to_dict(),
            "pairs": [pair.to_dict() for pair in self.pairs],
            "missed": self.missed.to_dict(),
        }


def existence(
    pairs: dict[Pair, PairCounts],
    continua: Continua,
    clusters_of: Callable[[Ints], Clusters],
    seed: int = 0,
    n_without_evidence: int = 0,
) -> Existence:
    """Everything about which statements exist.

    Args:
        pairs: Which statements every two coders have.
        continua: The evidence.
        clusters_of: Tells the clusters of paragraphs, given by row, which the intervals delete.
        seed: Of the random texts that γ is measured against.
        n_without_evidence: Statements without evidence, which the figures on characters leave out.
    """
    there = {coders: counts for coders, counts in pairs.items() if counts.paragraph.size}
    f1, presence = statement_intervals(list(there.values()), clusters_of)
    found = tuple(
        PairExistence(coders, counts.paragraph.size, counts, of_f1, of_presence)
        for (coders, counts), of_f1, of_presence in zip(there.items(), f1[1:], presence[1:], strict=True)
    )
    return Existence(
        found,
        f1[0],
        presence[0],
        _without_interval(bar_u_alpha, continua),
        _without_interval(alpha_u, continua),
        _gamma(continua, len(found), seed),
        n_without_evidence,
        missed_of(there),
    )


def _gamma(continua: Continua, n_pairs: int, seed: int) -> Coefficient:
    most = max(_FEWEST_TEXTS, _MOST_TEXTS // max(n_pairs, 1))
    try:
        return gamma_interval(continua.divided(), N_TEXTS, seed, most)
    except ZeroDivisionError:  # a random text without a single span has no disorder to compare with
        return _no_gamma("undefined: there are too few statements to make random texts of")


def _no_gamma(why: str) -> Coefficient:
    return Coefficient("gamma", None, why, ci_method="no interval: the value is undefined")


def _without_interval(compute: Callable[[Continua], Coefficient], continua: Continua) -> Coefficient:
    return replace(compute(continua), ci_method="no interval: its distribution is not known")
