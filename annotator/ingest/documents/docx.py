"""Word documents (.docx), with python-docx."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from annotator.ingest.article import LeftOut, Options, Read
from annotator.ingest.batch import Line
from annotator.ingest.documents.packages import check_archive, need, parsing
from annotator.ingest.documents.text_lines import read_lines
from annotator.ingest.input import Input
from annotator.ingest.readers.plain_text import all_bytes
from annotator.model import Role

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "\u2011",
    f"{_W}softHyphen": "\u00ad",
}
_LEFT_OUT = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", _FALLBACK})
"""Deleted words, field codes, and what stands a second time for older programs."""


def read(source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The article of a Word document, with the text of its tables, or the articles of a batch."""
    docx = need("docx", "python-docx", "Word documents")
    data = all_bytes(source)
    check_archive(data)
    with parsing("Word document"):
        lines = list(_lines(docx.Document(BytesIO(data))))
    yield from read_lines(lines, source, options)


def _lines(container: Any) -> Iterator[Line]:
    """The paragraphs of a document or a cell in order, tables row by row."""
    for block in container.iter_inner_content():
        if hasattr(block, "rows"):
            seen: set[int] = set()
            for row in block.rows:
                for cell in row.cells:
                    if id(cell._tc) not in seen:  # noqa: SLF001 - a merged cell is given once for each of its places
                        seen.add(id(cell._tc))  # noqa: SLF001
                        yield from _lines(cell)
        else:
            yield Line(_text(block._p).strip("\n"), _role(block))  # noqa: SLF001 - its `text` leaves insertions out


def _text(element: Any) -> str:
    pieces: list[str] = []
    stack = [element]
    while stack:
        one = stack.pop()
        if one.tag in _LEFT_OUT:
            continue
        if one.tag == f"{_W}t":
            pieces.append(one.text or "")
        else:
            pieces.append(_SIGNS.get(one.tag, ""))
            stack.extend(reversed(one))
    return "".join(pieces)


def _role(paragraph: Any) -> Role | None:
    name = (paragraph.style.name or "").lower() if paragraph.style is not None else ""
    if name == "title":
        return "headline"
    return "dek" if name == "subtitle" else "caption" if name == "caption" else None
