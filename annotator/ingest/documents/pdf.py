"""PDF, with pypdfium2. A PDF holds lines at places on pages; its paragraphs are guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

from annotator.ingest.article import LeftOut, NoTextError, Options, Read
from annotator.ingest.batch import Line
from annotator.ingest.documents.packages import need, parsing
from annotator.ingest.documents.text_lines import read_lines
from annotator.ingest.input import Input
from annotator.ingest.readers.plain_text import all_bytes

_HYPHEN = "\ufffe"
"""How PDFium marks a hyphen at the end of a line that is not part of the word."""
_DIGITS = re.compile(r"\d+")
_EDGE = 2
"""How many lines at the top and the bottom of a page may be its running head."""
_FEWEST_PAGES = 3
_SHORT = 0.85
"""A line shorter than this share of the width ends a paragraph, if it ends a sentence."""
_INDENT = 4.0
"""How far a first line is indented at least, in points."""
_ENDS = tuple('.!?:…"”’»)')


class _PageLine(NamedTuple):
    """A line on a page."""

    text: str
    left: float
    """How far it is from the left edge of the page, in points."""


def read(source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The article of a PDF, always with the remark "check paragraphs"; running heads are left out."""
    pdfium = need("pypdfium2", "pypdfium2", "PDF")
    data = all_bytes(source)
    with parsing("PDF"):
        document = pdfium.PdfDocument(BytesIO(data))
        try:
            pages = [_page(document[number]) for number in range(len(document))]
        finally:
            document.close()
    if not any(pages):
        raise NoTextError("the PDF holds no text, only pictures of pages: recognise its text (OCR) first")
    lines = [line for page in _without_heads(pages) for line in page]
    yield from read_lines([Line(text) for text in _paragraphs(lines)], source, options, ("check paragraphs",))


def _page(page: Any) -> list[_PageLine]:
    words = page.get_textpage()
    try:
        text = words.get_text_range()
        lines = []
        at = 0
        for piece in text.split("\n"):
            if piece.strip():
                lines.append(_PageLine(piece.strip("\r "), _left(words, at + len(piece) - len(piece.lstrip()))))
            at += len(piece) + 1
        return lines
    finally:
        words.close()
        page.close()


def _left(words: Any, at: int) -> float:
    try:
        return float(words.get_charbox(at)[0])
    except Exception:  # the place only helps to guess
        return 0.0


def _without_heads(pages: list[list[_PageLine]]) -> list[list[_PageLine]]:
    """The pages without the lines at their edges that most pages repeat, but for numbers."""
    edges = [{_DIGITS.sub("#", line.text) for line in (*page[:_EDGE], *page[-_EDGE:])} for page in pages]
    counts = Counter(text for edge in edges for text in edge)
    heads = {text for text, n in counts.items() if n >= _FEWEST_PAGES and n > len(pages) / 2}
    return [
        [
            line
            for at, line in enumerate(page)
            if not (_DIGITS.sub("#", line.text) in heads and (at < _EDGE or at >= len(page) - _EDGE))
        ]
        for page in pages
    ]


def _paragraphs(lines: list[_PageLine]) -> Iterator[str]:
    """Lines joined: a paragraph begins where a line is indented, or after a short line that ends a sentence."""
    lengths = sorted(len(line.text) for line in lines)
    width = lengths[int(0.9 * (len(lengths) - 1))]
    text = ""
    before: _PageLine | None = None
    for line in lines:
        if before is not None and _begins(before, line, width):
            yield text.replace(_HYPHEN, "")
            text = line.text
        elif text.endswith(_HYPHEN):
            text = text[:-1] + line.text
        else:
            text = f"{text} {line.text}".strip()
        before = line
    if text:
        yield text.replace(_HYPHEN, "")


def _begins(before: _PageLine, line: _PageLine, width: int) -> bool:
    if _INDENT <= line.left - before.left < 10 * _INDENT:
        return True
    is_short = len(before.text) < _SHORT * width
    return is_short and (before.text.endswith(_ENDS) or len(before.text) < width / 2)
