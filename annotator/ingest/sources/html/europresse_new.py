"""Europresse HTML in its newer layout: one `article` element an article."""

from __future__ import annotations

from annotator.ingest.batch import Batch, Line, Part, Source, author_of, lines_of
from annotator.ingest.dates import find_date
from annotator.ingest.markup.tree import Node, html_tree
from annotator.ingest.sources.blocks import block_lines

_CONTAINERS = ("docOcurrContainer", "DocText")
_TITLES = ("titreArticleVisu", "TitreArticleVisu", "titreArticle")


def _recognises(html: str) -> bool:
    return "DocPublicationName" in html and "<article" in html


def _split(html: str) -> Batch:
    return Batch([_part(node) for node in html_tree(html).nodes("article") if node.first(kind="DocPublicationName")])


def _part(article: Node) -> Part:
    part = Part(source=article.text_of(kind="DocPublicationName"), author=_author(article))
    if part.source:
        part.source = part.source.split(", no. ")[0].strip(" ,")
    part.title = next(filter(None, (article.text_of(kind=kind) for kind in _TITLES)), None)
    heads = [node.text() for node in article.nodes(kind="DocHeader")]
    found = find_date(", ".join(heads))
    part.date = found.iso if found else None
    first = heads[0].split(",")[0].strip() if heads else ""
    if first and find_date(first) is None:
        part.section = first
    part.lines = next(filter(None, (_body(article, kind) for kind in _CONTAINERS)), [])
    if not part.lines and (section := article.first("section")) is not None:
        part.lines = block_lines(section)
    part.lines[:0] = lines_of(_kickers(article, part.title), "kicker")
    return part


def _author(article: Node) -> str | None:
    """The author: an element of its own class, or the first one without a class after the title."""
    if named := article.text_of(kind="docAuthors"):
        return author_of(named)
    is_after_title = False
    for node in (article.first("header") or Node("header")).nodes("div"):
        if any(kind in node.classes for kind in _TITLES):
            is_after_title = True
        elif is_after_title and not node.attributes and (name := node.text()):
            return author_of(name)
    return None


def _kickers(article: Node, title: str | None) -> list[str]:
    """The lines above the title in its box."""
    box = article.first(kind="titreArticle")
    if box is None:
        return []
    texts = [text for text, _ in box.lines()]
    return texts[: texts.index(title)] if title in texts else []


def _body(article: Node, kind: str) -> list[Line]:
    return [line for node in article.nodes(kind=kind) for line in block_lines(node)]


SOURCE = Source(
    name="Europresse (newer layout)",
    files="HTML",
    recognised_by="`article` elements with the class `DocPublicationName`",
    article="an `article` element; its `aside` and `footer` are left out",
    recognises=_recognises,
    split=_split,
)
