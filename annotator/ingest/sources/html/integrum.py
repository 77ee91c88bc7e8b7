"""Integrum HTML: Russian media, each article with fields after carets."""

from __future__ import annotations

import re

from annotator.ingest.batch import Batch, Part, Source, author_of, lines_of
from annotator.ingest.dates import find_date
from annotator.ingest.markup.tree import Node, html_tree, squeezed

_FIELD = re.compile(r"\^([А-ЯЁ]{2}):")
_INDENTED = re.compile(r"[ \t\u00a0]{2,}\S")
_WIDTH = 60


def _recognises(html: str) -> bool:
    return "^ИС:" in html or ("^ДТ:" in html and "^ЗГ:" in html)


def _split(html: str) -> Batch:
    parts: list[Part] = []
    for node in html_tree(html).nodes("td", "pre"):
        if node.tag == "td" and "^" in (text := node.raw_text()) and _FIELD.search(text) and not node.first("td"):
            parts.append(_facts(text))
        elif node.tag == "pre" and parts:
            parts[-1].lines += lines_of(_paragraphs(node))
    return Batch(parts)


def _facts(text: str) -> Part:
    _, *pieces = _FIELD.split(text)
    fields = {name: squeezed(value) for name, value in zip(pieces[::2], pieces[1::2], strict=True)}
    found = find_date(fields.get("ДТ", ""))
    return Part(
        title=fields.get("ЗГ") or None,
        date=found.iso if found else None,
        source=fields.get("ИС") or None,
        author=author_of(fields.get("АВ")),
        section=fields.get("РУ") or fields.get("РБ") or None,
        metadata={name: value for name, value in fields.items() if name not in ("ЗГ", "ДТ", "ИС", "АВ", "РУ", "РБ")},
    )


def _paragraphs(node: Node) -> list[str]:
    """A line that is indented begins a paragraph; a line in capitals is one."""
    paragraphs: list[str] = []
    is_open = False
    for line in node.raw_text().replace("\r\n", "\n").split("\n"):
        text = squeezed(line)
        is_heading = text.isupper() and len(text) < _WIDTH
        if is_open and text and not is_heading and not _INDENTED.match(line):
            paragraphs[-1] += f" {text}"
        elif text:
            paragraphs.append(text)
        is_open = bool(text) and not is_heading
    return paragraphs


SOURCE = Source(
    name="Integrum (HTML)",
    files="HTML",
    recognised_by="the fields `^ИС:`, `^ДТ:`, `^ЗГ:`",
    article="such fields and the `pre` that follows; the list of contents is left out",
    recognises=_recognises,
    split=_split,
)
