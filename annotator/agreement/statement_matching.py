"""Which statements of two coders in a paragraph are the same one: matched one to one by the words they rest on."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotator.agreement.coefficients.krippendorff import alpha_from_patterns
from annotator.agreement.coefficients.result import Coefficient
from annotator.agreement.data.linear_assignment import assign
from annotator.agreement.data.patterns import Patterns

Span = tuple[int | None, int | None, frozenset[Hashable]]
"""Start and end of the evidence, half-open, and the speakers; None for evidence that is not known."""

Place = tuple[int, int, list[str]]
"""Where a statement stands in the order of the text: start, end, speakers' names."""

MATCHING_RULE = (
    "Statements of two coders in one paragraph are matched one to one so that the number of shared characters of "
    "evidence, summed over all pairs, is the largest possible; statements that share no character are not matched. "
    "Among matchings that share equally many, the one with more equal, then more overlapping speakers is taken, then "
    "the one that keeps the order of the text. A statement without evidence counts as resting on the whole paragraph."
)
"""The rule in words; every report prints it."""


@dataclass(frozen=True)
class Matching:
    """Two coders' statements in one paragraph, as indexes into what was given."""

    pairs: tuple[tuple[int, int], ...]
    """Matched statements, (index in A, index in B), in the order of A's text."""
    only_a: tuple[int, ...]
    """Statements that A alone has."""
    only_b: tuple[int, ...]
    """Statements that B alone has."""


def match_statements(a: Sequence[Span], b: Sequence[Span]) -> Matching:
    """Match the statements of coder A with those of coder B in one paragraph, by `MATCHING_RULE`.

    The result does not depend on the order in which statements are given, nor on who is A.
    """
    whole = _extent([*a, *b])
    first, second = _in_text_order(a, whole), _in_text_order(b, whole)
    if [place for place, _ in second] < [place for place, _ in first]:
        # Where several matchings are equally good, the one that is taken must not depend on who is A.
        swapped = match_statements(b, a)
        rank = {i: position for position, (_, i) in enumerate(first)}
        pairs = sorted(((i, j) for j, i in swapped.pairs), key=lambda pair: rank[pair[0]])
        return Matching(tuple(pairs), swapped.only_b, swapped.only_a)
    return _match(a, b, [i for _, i in first], [j for _, j in second], whole)


def _match(
    a: Sequence[Span], b: Sequence[Span], first: list[int], second: list[int], whole: tuple[int, int]
) -> Matching:
    """The best matching of statements taken in the order `first` and `second`."""
    weights = _weights([_filled(a[i], whole) for i in first], [_filled(b[j], whole) for j in second])
    columns = _columns(weights) if first and second else []
    pairs = [(first[i], second[j]) for i, j in enumerate(columns) if j >= 0 and weights[i][j] > 0]
    in_a, in_b = {i for i, _ in pairs}, {j for _, j in pairs}
    return Matching(
        tuple(pairs),
        tuple(i for i in range(len(a)) if i not in in_a),
        tuple(j for j in range(len(b)) if j not in in_b),
    )


def _columns(weights: list[list[int]]) -> list[int]:
    """The column of each row in the assignment of most weight, -1 for none; few statements need no search."""
    n, m = len(weights), len(weights[0])
    if n == 1:
        return [weights[0].index(max(weights[0]))]
    if m == 1:
        column = [row[0] for row in weights]
        best = column.index(max(column))
        return [0 if i == best else -1 for i in range(n)]
    if n == m == 2:
        straight, crossed = weights[0][0] + weights[1][1], weights[0][1] + weights[1][0]
        if straight != crossed:
            return [0, 1] if straight > crossed else [1, 0]
    found: list[int] = assign(-np.array(weights, np.float64)).tolist()
    return found


def statement_f1(matched: int, only_a: int, only_b: int) -> Coefficient:
    """F1 of two coders on which statements exist: 2 · matched / (all of A + all of B)."""
    total = 2 * matched + only_a + only_b
    reason = None if total else "undefined: neither coder recorded a statement"
    return Coefficient(
        "statement_f1",
        2 * matched / total if total else None,
        reason,
        n_units=matched + only_a + only_b,
        n_units_paired=matched + only_a + only_b,
        n_coders=2,
        n_labels=total,
        n_labels_paired=total,
    )


def presence_patterns(matched: int, only_a: int, only_b: int, neither: int = 0) -> Patterns:
    """Two coders' decisions "there is a statement", one unit a statement of either, one a paragraph with none.

    Args:
        matched: Statements both have.
        only_a: Statements A alone has.
        only_b: Statements B alone has.
        neither: Paragraphs that both have seen and in which neither has a statement.
    """
    counts = [[0, 2], [1, 1], [2, 0]]
    return Patterns.from_counts(counts, [matched, only_a + only_b, neither], ("absent", "present"), 2)


def presence_alpha(matched: int, only_a: int, only_b: int, neither: int = 0) -> Coefficient:
    """Nominal α of two coders' decisions "there is a statement"; see `presence_patterns`."""
    return alpha_from_patterns(presence_patterns(matched, only_a, only_b, neither), "nominal")


def _extent(spans: Sequence[Span]) -> tuple[int, int]:
    """The stretch that all known evidence covers, at least one character."""
    starts = [start for start, _, _ in spans if start is not None]
    ends = [end for _, end, _ in spans if end is not None]
    start = min(starts, default=0)
    return start, max([*ends, start + 1])


def _filled(span: Span, whole: tuple[int, int]) -> tuple[int, int, frozenset[Hashable]]:
    start, end, speakers = span
    return (*whole, speakers) if start is None or end is None else (start, end, speakers)


def _place(span: Span, whole: tuple[int, int]) -> Place:
    start, end, speakers = _filled(span, whole)
    return start, end, sorted(map(str, speakers))


def _in_text_order(spans: Sequence[Span], whole: tuple[int, int]) -> list[tuple[Place, int]]:
    """Start, end and speakers' names of each statement, with its index; sorted."""
    return sorted((_place(span, whole), i) for i, span in enumerate(spans))


def _weights(
    a: Sequence[tuple[int, int, frozenset[Hashable]]], b: Sequence[tuple[int, int, frozenset[Hashable]]]
) -> list[list[int]]:
    """The weight of each pair of statements, a row a statement of `a`; 0 without overlap."""
    weights = [[0] * len(b) for _ in a]
    fewer, more = sorted((len(a), len(b)))
    for i, (start, end, speakers) in enumerate(a):
        for j, (other_start, other_end, others) in enumerate(b):
            shared = min(end, other_end) - max(start, other_start)
            if shared > 0:
                alike = 2 if speakers == others else int(bool(speakers & others))
                weights[i][j] = weight_of(shared, alike, abs(i - j), fewer, more)
    return weights


def weight_of(shared: Any, alike: Any, apart: Any, fewer: Any, more: Any) -> Any:
    """A whole number, or an array of them, whose sums compare overlap first, speakers second, order last.

    Args:
        shared: Shared characters, 1 or more.
        alike: 2 for equal speakers, 1 for overlapping ones, else 0.
        apart: How far the places of the two statements in their lists are apart.
        fewer: Statements of the shorter list.
        more: Statements of the longer one.
    """
    per_speaker = fewer * more + 1
    per_character = per_speaker * (2 * fewer + 1)
    return shared * per_character + alike * per_speaker + more - apart
