"""OpenDocument texts (.odt), with odfdo."""

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

_PARAGRAPHS = frozenset({"text:p", "text:h"})
_LEFT_OUT = frozenset(
    {"text:tracked-changes", "office:annotation", "text:note", "text:table-of-content", "office:forms"}
)
_SIGNS = {"text:tab": "\t", "text:line-break": "\n"}
_ROLES: dict[str, Role] = {"Title": "headline", "Subtitle": "dek"}


def read(source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The article of an OpenDocument text, or the articles of a batch; notes and deleted words are left out."""
    odfdo = need("odfdo", "odfdo", "OpenDocument texts")
    data = all_bytes(source)
    check_archive(data)
    with parsing("OpenDocument text"):
        lines = list(_lines(odfdo.Document(BytesIO(data)).body))
    yield from read_lines(lines, source, options)


def _lines(element: Any) -> Iterator[Line]:
    """The paragraphs and headings within an element, in order."""
    stack = [element]
    while stack:
        one = stack.pop()
        if one.tag in _PARAGRAPHS:
            yield Line(_text(one), _ROLES.get(str(one.get_attribute("text:style-name") or "")))
        elif one.tag not in _LEFT_OUT:
            stack.extend(reversed(one.children))


def _text(element: Any) -> str:
    """The words of a paragraph; spaces, tabs and line breaks are elements of their own."""
    pieces = [element.text or ""]
    for child in element.children:
        if child.tag == "text:s":
            pieces.append(" " * int(child.get_attribute("text:c") or 1))
        elif child.tag in _SIGNS:
            pieces.append(_SIGNS[child.tag])
        elif child.tag not in _LEFT_OUT:
            pieces.append(_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
