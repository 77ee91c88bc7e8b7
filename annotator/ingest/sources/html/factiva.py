"""Factiva HTML: articles in the full-text view, in the interface of any language."""

from __future__ import annotations

import re

from annotator.ingest.batch import Batch, Part, Source, author_of, lines_of
from annotator.ingest.dates import find_line_date
from annotator.ingest.markup.tree import Node, html_tree
from annotator.ingest.sources.factiva_fields import find_anchor, read_codes, read_lines_after

_MARK = re.compile(r"class=[\"']?(?:[\w-]+ )*article [a-z]{2,8}Article\b|<title>\s*Factiva\s*</title>", re.IGNORECASE)
_ARTICLE = re.compile(r"[a-z]{2,8}Article")
_HEADLINE = re.compile(r"[a-z]{2,8}Headline")
_CODE = re.compile(r"[A-Z]{2,3}")


def _recognises(html: str) -> bool:
    return _MARK.search(html) is not None


def _split(html: str) -> Batch:
    found = [
        node
        for node in html_tree(html).nodes("div")
        if "article" in node.classes and any(_ARTICLE.fullmatch(one) for one in node.classes)
    ]
    return Batch([_part(node) for node in found])


def _part(article: Node) -> Part:
    part = Part()
    rows = _rows(article)
    if "HD" in rows:
        read_codes(part, rows)
        return part
    headline = next((node for node in article.nodes() if any(map(_HEADLINE.fullmatch, node.classes))), None)
    if headline is not None:
        part.title = headline.text() or None
    part.author = author_of(article.text_of("div", kind="author"))
    blocks = [node for node in article.nodes("div") if not node.first("div") and not node.first("p") and node.text()]
    lines = [node.text() for node in blocks if not node.attributes]
    anchor = find_anchor(lines)
    if anchor is not None:
        read_lines_after(part, lines[anchor + 1 :])
        part.metadata["length"] = lines[anchor]
    else:
        dated = next((at for at, line in enumerate(lines) if find_line_date(line)), len(lines))
        read_lines_after(part, lines[dated:])
    head = next((at for at, node in enumerate(blocks) if node.attributes), len(blocks))
    if head > 0 and (anchor is None or anchor > 0):
        part.section = blocks[0].text()
    for node in article.nodes("p", "pre"):
        if any(one.lower().endswith("articleparagraph") for one in node.classes):
            part.lines += lines_of([text for text, _ in node.lines()])
    return part


def _rows(article: Node) -> dict[str, list[str]]:
    """The rows of the layout with codes: a cell with a code in bold, then a cell with its lines."""
    rows: dict[str, list[str]] = {}
    for row in article.nodes("tr"):
        cells = [cell for cell in row.children if isinstance(cell, Node) and cell.tag == "td"]
        if len(cells) >= 2 and _CODE.fullmatch(code := cells[0].text()):
            rows.setdefault(code, []).extend(text for text, _ in cells[1].lines())
    return rows


SOURCE = Source(
    name="Factiva (HTML)",
    files="HTML",
    recognised_by="the title `Factiva`, or the classes `article xxArticle` (`xx` is a language)",
    article="the inner `div` with these two classes",
    recognises=_recognises,
    split=_split,
    note="both layouts, with lines and with two-letter codes",
)
