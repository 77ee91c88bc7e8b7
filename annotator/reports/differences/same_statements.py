"""Statements of several coders that are taken to be the same one, and the evidence most typical of them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from uuid import NAMESPACE_URL, uuid5

from annotator.records import ParagraphRecord, StatementRecord
from annotator.reports.compared.collect import match

_NAMESPACE = uuid5(NAMESPACE_URL, "annotator:aggregated statement")

Group = tuple[StatementRecord, ...]
"""Statements of several coders that are taken to be the same, at most one a coder."""


def same_statements(paragraph: ParagraphRecord) -> tuple[Group, ...]:
    """The statements of all coders in a paragraph, in groups that are taken to be the same one, in the text's order."""
    coders = [coder for coder in paragraph.done if paragraph.statements_of(coder)]
    groups: dict[tuple[str, int], list[tuple[str, int]]] = {
        (coder, i): [(coder, i)] for coder in coders for i in range(len(paragraph.statements_of(coder)))
    }
    for _, first, second in sorted(_links(paragraph, coders), key=lambda link: (-link[0], link[1], link[2])):
        one, other = groups[first], groups[second]
        if one is other or {coder for coder, _ in one} & {coder for coder, _ in other}:
            continue
        one += other
        for member in other:
            groups[member] = one
    distinct = {id(group): group for group in groups.values()}.values()
    found = [tuple(paragraph.statements_of(coder)[i] for coder, i in sorted(group)) for group in distinct]
    return tuple(sorted(found, key=lambda group: min(_span(paragraph, statement)[0] for statement in group)))


def _links(paragraph: ParagraphRecord, coders: list[str]) -> Iterator[tuple[int, tuple[str, int], tuple[str, int]]]:
    """Shared characters and the two statements of every match."""
    for a, b in combinations(coders, 2):
        made_a, made_b = paragraph.statements_of(a), paragraph.statements_of(b)
        for i, j in match(paragraph, a, b).pairs:
            yield _shared(_span(paragraph, made_a[i]), _span(paragraph, made_b[j])), (a, i), (b, j)


def _span(paragraph: ParagraphRecord, statement: StatementRecord) -> tuple[int, int]:
    """The evidence of a statement; without any, the whole paragraph."""
    start = paragraph.start if statement.evidence_start is None else statement.evidence_start
    return start, paragraph.end if statement.evidence_end is None else statement.evidence_end


def _shared(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Characters that two stretches have in common; below zero where they are apart."""
    return min(one[1], other[1]) - max(one[0], other[0])


def joint_evidence(group: Group) -> tuple[int, int] | None:
    """The evidence most like that of the other coders; of equals the longest, then the first.

    Likeness is the share of characters in common, twice those shared by the sum of the two lengths (Dice 1945).
    """
    spans = [
        (one.evidence_start, one.evidence_end)
        for one in group
        if one.evidence_start is not None and one.evidence_end is not None
    ]

    def rank(span: tuple[int, int]) -> tuple[Fraction, int, int]:
        length = span[1] - span[0]
        likeness = (Fraction(2 * max(_shared(span, other), 0), length + other[1] - other[0]) for other in spans)
        return sum(likeness, Fraction()), length, -span[0]

    return max(spans, key=rank, default=None)


def joint_id(group: Group) -> str:
    """The id of the statement that several coders' statements are taken to be."""
    return str(uuid5(_NAMESPACE, " ".join(sorted(statement.statement_id for statement in group))))
