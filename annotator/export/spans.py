"""What span tools read: the evidence of one coder's statements in a paragraph, with the values of one variable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from annotator.codebook.model import Variable
from annotator.export.folder import Folder
from annotator.records import ArticleRecord, Columns, ParagraphRecord, Source, StatementRecord


class Span(NamedTuple):
    """A stretch of a paragraph, half-open, in code points from its start, and the statement that rests on it."""

    start: int
    end: int
    label: str
    statement: StatementRecord


class Passage(NamedTuple):
    """A paragraph as one coder saw it."""

    article: ArticleRecord
    paragraph: ParagraphRecord
    coder: str
    state: str
    note: str | None
    spans: list[Span]


def span_variables(source: Source) -> list[Variable]:
    """The variables whose values can be labels of spans."""
    return [v for v in Columns.of(source.codebook).statement if v.categories]


def passages(source: Source, variable: Variable, coder: str) -> Iterator[Passage]:
    """Every paragraph that a coder saw, with the spans of a variable's values."""
    for article in source.articles():
        for paragraph in article.paragraphs:
            review = next((each for each in paragraph.reviews if each.coder == coder), None)
            mine = [one for one in paragraph.statements if one.coder == coder]
            if review is None and not mine:
                continue
            spans = [span for one in mine for span in _spans(paragraph, one, variable)]
            state, note = (review.state, review.note) if review else ("coded", None)
            yield Passage(
                article, paragraph, coder, state, note, sorted(spans, key=lambda s: (s.start, s.end, s.label))
            )


def _spans(paragraph: ParagraphRecord, one: StatementRecord, variable: Variable) -> Iterator[Span]:
    value = one.value(variable.name)
    length = paragraph.end - paragraph.start
    start = 0 if one.evidence_start is None else max(0, one.evidence_start - paragraph.start)
    end = length if one.evidence_end is None else min(length, one.evidence_end - paragraph.start)
    for label in [] if value is None else value if isinstance(value, list) else [value]:
        yield Span(start, end, str(label), one)


def say_losses(folder: Folder) -> None:
    """What any span tool loses of a statement."""
    folder.lose("that several labels are one statement: a span has one label, so each variable has its own file")
    folder.lose("speakers, typed numbers and texts, and labels of whole paragraphs and articles (jsonl)")
    folder.lose("evidence beyond its paragraph; a statement without evidence stands on its whole paragraph")
