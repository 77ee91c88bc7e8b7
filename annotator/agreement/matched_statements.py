"""What coders say about the statements that both have: the labels of matched statements as reliability data.

Once with the matched statements alone, once with a statement that one coder does not have counted as disagreement.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotator.agreement.coefficients.disagreement import disagreement
from annotator.agreement.coefficients.result import Coefficient
from annotator.agreement.data.distances import Metric
from annotator.agreement.data.reliability import ReliabilityData
from annotator.agreement.intervals.alpha import alpha_interval
from annotator.agreement.statement_matching import Matching


@dataclass(frozen=True)
class MatchedParagraph:
    """The labels of one variable that two coders gave to their statements in one paragraph."""

    paragraph: Hashable
    coders: tuple[Hashable, Hashable]
    matching: Matching
    labels_a: Sequence[Any]
    """The first coder's label of each of their statements, in the order that was matched; None without one."""
    labels_b: Sequence[Any]


def attribute_data(
    paragraphs: Iterable[MatchedParagraph],
    level: str = "nominal",
    categories: Sequence[Hashable] | None = None,
) -> ReliabilityData:
    """One unit a matched statement, with the two coders' labels of one variable.

    With more than two coders, the statements of every pair of them are matched, and each match is a unit of its own.

    Args:
        paragraphs: The matched paragraphs of all pairs of coders.
        level: The level of the variable.
        categories: Its declared categories in their order.

    Raises:
        AgreementError: a label does not fit categories or level.
    """
    rows: list[tuple[Hashable, Hashable, Any]] = []
    for one in paragraphs:
        for i, j in one.matching.pairs:
            unit = (one.paragraph, one.coders, i, j)
            rows += [(unit, one.coders[0], one.labels_a[i]), (unit, one.coders[1], one.labels_b[j])]
    return ReliabilityData.from_labels(rows, level, categories)


def alpha_with_unmatched(
    paragraphs: Sequence[MatchedParagraph],
    level: str = "nominal",
    categories: Sequence[Hashable] | None = None,
    metric: Metric | str | None = None,
) -> Coefficient:
    """α with its interval when a statement that one coder does not have counts as disagreement.

    The coder without it has the label "no statement", which differs from every other label as much as any two labels
    of the variable differ. Without such statements, the result is that of the matched statements alone.

    Args:
        paragraphs: The matched paragraphs of all pairs of coders.
        level: The level of the variable.
        categories: Its declared categories in their order.
        metric: See `krippendorff_alpha`.

    Raises:
        AgreementError: a label does not fit categories or level.
    """
    base = ReliabilityData.from_labels(_all_labels(paragraphs), level, categories)
    place = {category: i for i, category in enumerate(base.categories)}
    matched = attribute_data(paragraphs, level, base.categories)

    none = len(place)
    rows = [
        (matched.units[unit], matched.coders[coder], category)
        for unit, coder, category in zip(
            matched.unit.tolist(), matched.coder.tolist(), matched.category.tolist(), strict=True
        )
    ]
    for unit, coders, category in _unmatched(paragraphs, base):
        rows += [(unit, coders[0], category), (unit, coders[1], none)]
    data = ReliabilityData.from_labels(rows, "nominal", range(none + 1))

    n = np.bincount(base.category, minlength=none).astype(np.float64)
    between = disagreement(level, base.categories, metric).matrix(n)
    delta = np.full((none + 1, none + 1), between.max(initial=0.0) or 1.0)
    delta[:none, :none] = between
    delta[none, none] = 0.0
    return alpha_interval(data, metric=delta)


def _all_labels(paragraphs: Iterable[MatchedParagraph]) -> list[tuple[Hashable, Hashable, Any]]:
    """Every label of a matched or unmatched statement, each on a unit of its own."""
    rows: list[tuple[Hashable, Hashable, Any]] = []
    for number, one in enumerate(paragraphs):
        for coder, labels in zip(one.coders, (one.labels_a, one.labels_b), strict=True):
            rows += [((number, coder, i), coder, label) for i, label in enumerate(labels)]
    return rows


def _unmatched(
    paragraphs: Sequence[MatchedParagraph], base: ReliabilityData
) -> Iterable[tuple[Hashable, tuple[Hashable, Hashable], int]]:
    """Unit, coders (the one with the statement first) and category index of the labelled unmatched statements."""
    index = dict(zip(_named(base), base.category.tolist(), strict=True))
    for number, one in enumerate(paragraphs):
        a, b = one.coders
        for coder, other, alone in ((a, b, one.matching.only_a), (b, a, one.matching.only_b)):
            for i in alone:
                if (number, coder, i) in index:
                    yield (one.paragraph, one.coders, coder, i), (coder, other), index[number, coder, i]


def _named(base: ReliabilityData) -> list[Hashable]:
    return [base.units[unit] for unit in base.unit.tolist()]
