"""What span tools read: the evidence of one coder's statements in a paragraph, with the values of one variable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from annotator.codebook.model import Variable
from annotator.export.folder import Folder
from annotator.export.foreign_names import file_name
from annotator.records import ArticleRecord, Columns, ParagraphRecord, Source, StatementRecord

_FILES = 200
"""Files that are written at once."""


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
    """The variables whose values can be labels of spans; one that is switched off only if it has labels."""
    used = {variable for variable, _ in source.label_uses()}
    return [v for v in Columns.of(source.codebook).statement if v.categories and (v.enabled or v.name in used)]


def write_passages(
    source: Source,
    folder: Folder,
    name: str,
    row: Callable[[Variable, Passage, int], str | None],
    ending: str = "jsonl",
) -> None:
    """Write a file a coder and variable, whose rows are the paragraphs that the coder saw; all in one pass.

    Args:
        source: What is exported.
        folder: Where to.
        name: The folder of the files.
        row: Makes a row of a variable, a passage and its number in the file, from 1; None leaves it out.
        ending: The ending of the files' names.
    """
    wanted = [(variable, coder.name) for variable in span_variables(source) for coder in source.coders]
    for some in (wanted[begin : begin + _FILES] for begin in range(0, len(wanted), _FILES)):
        coders = {coder: [(i, v) for i, (v, other) in enumerate(some) if other == coder] for _, coder in some}
        names = [f"{name}/{file_name(coder)}/{file_name(variable.name)}.{ending}" for variable, coder in some]
        with folder.open_all(names) as streams:
            for article in source.articles():
                for paragraph in article.paragraphs:
                    for coder, files in coders.items():
                        for i, passage in passages(article, paragraph, coder, files):
                            made = row(some[i][0], passage, streams[i].rows + 1)
                            if made is not None:
                                streams[i].row(made)


def passages(
    article: ArticleRecord, paragraph: ParagraphRecord, coder: str, files: Sequence[tuple[int, Variable]]
) -> Iterator[tuple[int, Passage]]:
    """A paragraph as a coder saw it, once for each variable, with the number of its file; nothing if unseen."""
    review = next((each for each in paragraph.reviews if each.coder == coder), None)
    mine = paragraph.statements_of(coder)
    if review is None and not mine:
        return
    state, note = (review.state, review.note) if review else ("coded", None)
    for i, variable in files:
        spans = [span for one in mine for span in _spans(paragraph, one, variable)]
        spans.sort(key=lambda span: (span.start, span.end, span.label))
        yield i, Passage(article, paragraph, coder, state, note, spans)


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
