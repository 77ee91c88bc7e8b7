"""Europresse HTML in its older layout: one table an article."""

from __future__ import annotations

import re

from annotator.ingest.batch import Batch, Part, Source, author_of, lines_of
from annotator.ingest.dates import find_date
from annotator.ingest.markup.tree import Node, html_tree

_ISSUE = re.compile(r",\s*(?:no|n°|nº|Nr|vol)\.?\s*[\w-]+.*$", re.IGNORECASE)
_END = re.compile(
    r"(?:©|\(c\)|copyright)\s|(?:Numéro de document|Document number|Número de documento|Dokumentnummer)\s*:"
    r"|(?:news|bio)[·.]\d{8}[·.]",
    re.IGNORECASE,
)
_FEW_WORDS = 10


def _recognises(html: str) -> bool:
    return "TitreArticleVisu" in html and "DocPublicationName" in html and "<article" not in html


def _split(html: str) -> Batch:
    cells: list[Node] = []
    for name in html_tree(html).nodes("span", kind="DocPublicationName"):
        cell = name.ancestor("td", "body") or name.parent
        if cell is not None and not any(cell is one for one in cells):
            cells.append(cell)
    return Batch([_part(cell) for cell in cells])


def _part(cell: Node) -> Part:
    part = Part(title=cell.text_of("span", kind="TitreArticleVisu"))
    if name := cell.text_of("span", kind="DocPublicationName"):
        part.source = _ISSUE.sub("", name).strip(" ,") or None
    heads = [node.text().strip(" ,") for node in cell.nodes("span", kind="DocHeader")]
    found = find_date(", ".join(heads))
    part.date = found.iso if found else None
    if heads and find_date(heads[0]) is None and not heads[0].startswith("p."):
        part.section = heads[0] or None
    texts = _texts_after_title(cell)
    if len(texts) > 1 and len(texts[0].split()) < _FEW_WORDS and texts[0][-1:] not in '.!?:»”"':
        part.author = author_of(texts.pop(0))
    part.lines = [*lines_of(_texts_before_title(cell), "kicker"), *lines_of(texts)]
    return part


def _texts_before_title(cell: Node) -> list[str]:
    """The lines between the head and the title."""
    rest = Node("td")
    for child in cell.children:
        if isinstance(child, Node) and (
            child.tag == "table" or {"DocPublicationName", "DocHeader"} & set(child.classes)
        ):
            rest = Node("td")
        elif isinstance(child, Node) and ("TitreArticleVisu" in child.classes or child.first(kind="TitreArticleVisu")):
            return [text for text, _ in rest.lines()]
        else:
            rest.children.append(child)
    return []


def _texts_after_title(cell: Node) -> list[str]:
    """The lines between the title and the copyright notice or the document's number."""
    title = next(cell.nodes("span", kind="TitreArticleVisu"), None)
    rest = Node("td")
    is_after = title is None
    for child in cell.children:
        if is_after:
            rest.children.append(child)
        elif child is title or (isinstance(child, Node) and any(node is title for node in child.nodes())):
            is_after = True
    texts = []
    for text, _ in rest.lines():
        if _END.match(text):
            break
        texts.append(text)
    return texts


SOURCE = Source(
    name="Europresse (older layout)",
    files="HTML",
    recognised_by="the classes `DocPublicationName` and `TitreArticleVisu` without `article` elements",
    article="the table around `DocPublicationName`; the certificate is left out",
    recognises=_recognises,
    split=_split,
    note="a first line under ten words that does not end as a sentence is the author",
)
