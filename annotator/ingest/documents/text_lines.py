"""The paragraphs of a document as an article, or as the articles of a database's batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from annotator.ingest import batch
from annotator.ingest.article import About, LeftOut, Options, Read, make
from annotator.ingest.batch import Line
from annotator.ingest.input import Input, readable
from annotator.ingest.paragraphs import spans
from annotator.ingest.sources import text_source
from annotator.model import Role


def read_lines(
    lines: Sequence[Line], source: Input, options: Options, remarks: Sequence[str] = (), about: About | None = None
) -> Iterator[Read | LeftOut]:
    """The articles of a document.

    Args:
        lines: Its paragraphs, with the roles that their styles give; a paragraph may hold line breaks. A plain text
            is one of them.
        source: The file.
        options: How files are read.
        remarks: Remarks about the file.
        about: What is known besides.
    """
    text = "\n\n".join(line.text for line in lines)
    if (known := text_source(text)) is not None:
        found = known.split(text)
        found.remarks += remarks
        yield from batch.reads(found, known.name, source, options)
        return
    raw_text = "\n\n".join(line.text for line in lines if line.text.strip())
    hints = _hints(raw_text, [line for line in lines if line.text.strip()], options)
    article = make(raw_text, source.name, readable(source.path), options.by, about, hints)
    yield Read(article, source.shown, tuple(remarks))


def _hints(raw_text: str, lines: Sequence[Line], options: Options) -> list[Role | None]:
    """The role of each paragraph of the text by the paragraph of the document that it begins in."""
    starts = []
    at = 0
    for line in lines:
        starts.append((at, at + len(line.text), line.role))
        at += len(line.text) + 2
    hints: list[Role | None] = []
    place = 0
    for start, _ in spans(raw_text, options.by):
        while place < len(starts) - 1 and start >= starts[place][1]:
            place += 1
        hints.append(starts[place][2])
    return hints
