"""What coders say about the statements that both have: the labels of matched statements as reliability data.

Once with the matched statements alone, once with a statement that one coder does not have counted as disagreement.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from annotator.agreement.coefficients.difference import TooManyValuesError
from annotator.agreement.coefficients.disagreement import at_marginals
from annotator.agreement.coefficients.krippendorff import describe
from annotator.agreement.coefficients.linear_difference import WithAbsent
from annotator.agreement.coefficients.result import Coefficient
from annotator.agreement.data.clusters import Clusters
from annotator.agreement.data.distances import Metric
from annotator.agreement.data.patterns import Ints
from annotator.agreement.data.reliability import ReliabilityData, code_values
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


@dataclass(frozen=True, eq=False)
class MatchedLabels:
    """The labels of one variable that all pairs of coders gave to their statements, as arrays."""

    coders: Sequence[Hashable]
    """The coders' names."""
    values: Sequence[Any]
    """The labels."""
    units: Sequence[Hashable]
    """The names of the matches."""
    coder: Ints
    """Index into `coders`, two for each match, shape (matches, 2)."""
    label: Ints
    """Index into `values`, -1 without a label, shape (matches, 2)."""
    alone_coder: Ints
    """Who has an unmatched statement, and who has not, shape (unmatched, 2)."""
    alone_label: Ints
    """Index into `values`, -1 without a label, shape (unmatched,)."""
    alone_paragraph: Sequence[Hashable] | Ints
    """The paragraph of each unmatched statement, shape (unmatched,)."""

    @classmethod
    def of(cls, paragraphs: MatchedLabels | Iterable[MatchedParagraph]) -> MatchedLabels:
        """The labels of some paragraphs as arrays."""
        if isinstance(paragraphs, MatchedLabels):
            return paragraphs
        coders: dict[Hashable, int] = {}
        values: list[Any] = []
        units: list[Hashable] = []
        coder, label, alone_coder, alone_label, alone_paragraph = [], [], [], [], []

        def index(value: Any) -> int:
            values.append(value)
            return -1 if value is None else len(values) - 1

        for one in paragraphs:
            a, b = (coders.setdefault(name, len(coders)) for name in one.coders)
            for i, j in one.matching.pairs:
                units.append((one.paragraph, one.coders, i, j))
                coder.append((a, b))
                label.append((index(one.labels_a[i]), index(one.labels_b[j])))
            alone_coder += [(a, b)] * len(one.matching.only_a) + [(b, a)] * len(one.matching.only_b)
            alone_label += [index(one.labels_a[i]) for i in one.matching.only_a]
            alone_label += [index(one.labels_b[i]) for i in one.matching.only_b]
            alone_paragraph += [one.paragraph] * (len(one.matching.only_a) + len(one.matching.only_b))
        return cls(
            tuple(coders),
            values,
            units,
            _pairs(coder),
            _pairs(label),
            _pairs(alone_coder),
            np.array(alone_label, np.int64),
            alone_paragraph,
        )

    def without(self, values: Iterable[Any]) -> MatchedLabels:
        """The same statements, with these labels taken away."""
        outside = frozenset(values)
        index = np.array([-1 if value in outside else i for i, value in enumerate(self.values)] + [-1], np.int64)
        return replace(self, label=index[self.label], alone_label=index[self.alone_label])


def _pairs(rows: Sequence[tuple[int, int]]) -> Ints:
    return np.array(rows, np.int64).reshape(-1, 2)


def attribute_data(
    paragraphs: MatchedLabels | Iterable[MatchedParagraph],
    level: str = "nominal",
    categories: Sequence[Hashable] | None = None,
) -> ReliabilityData:
    """One unit a matched statement, with the two coders' labels of one variable.

    With more than two coders, the statements of every pair of them are matched, and each match is a unit of its own.

    Args:
        paragraphs: The matched statements of all pairs of coders.
        level: The level of the variable.
        categories: Its declared categories in their order.

    Raises:
        AgreementError: a label does not fit categories or level.
    """
    labels = MatchedLabels.of(paragraphs)
    return ReliabilityData.from_values(
        np.repeat(np.arange(len(labels.coder)), 2),
        labels.coder.ravel(),
        labels.label.ravel(),
        values=labels.values,
        level=level,
        categories=categories,
        units=labels.units,
        coders=labels.coders,
    )


def alpha_with_unmatched(
    paragraphs: MatchedLabels | Iterable[MatchedParagraph],
    level: str = "nominal",
    categories: Sequence[Hashable] | None = None,
    metric: Metric | str | None = None,
    clusters: Clusters | Sequence[Hashable] | None = None,
) -> Coefficient:
    """α with its interval when a statement that one coder does not have counts as disagreement.

    The coder without it has the label "no statement", which differs from every other label as much as any two labels
    of the variable differ. Without such statements, the result is that of the matched statements alone.

    Args:
        paragraphs: The matched statements of all pairs of coders.
        level: The level of the variable.
        categories: Its declared categories in their order.
        metric: See `krippendorff_alpha`.
        clusters: The cluster of each matched statement, then of each unmatched one; see `alpha_interval`.

    Raises:
        AgreementError: a label does not fit categories or level.
    """
    labels = MatchedLabels.of(paragraphs)
    all_labels = np.concatenate([labels.label.ravel(), labels.alone_label])
    coding, index = code_values(all_labels, labels.values, level, categories)
    none = len(coding.categories)

    alone = labels.alone_label >= 0
    with_none = np.stack([index[labels.alone_label[alone]], np.full(alone.sum(), none)], axis=1)
    category = np.concatenate([index[labels.label], with_none])
    coder = np.concatenate([labels.coder, labels.alone_coder[alone]])
    data = ReliabilityData.from_codes(
        np.repeat(np.arange(len(category)), 2), coder.ravel(), category.ravel(), categories=range(none + 1)
    )

    n = np.bincount(index[all_labels[all_labels >= 0]], minlength=none).astype(np.float64)
    try:
        base = at_marginals(level, coding.categories, n, metric)
    except TooManyValuesError as refusal:
        return describe("krippendorff_alpha", None, data.patterns, level, f"undefined: {refusal}")
    if clusters is not None:
        is_there = np.concatenate([np.ones(len(labels.coder), dtype=bool), alone])
        clusters = Clusters.of(clusters)[is_there][np.asarray(data.units, np.int64)]
    return alpha_interval(data, metric=WithAbsent(base, none), clusters=clusters)
