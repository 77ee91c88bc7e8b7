"""Factiva XML: the response of its article service."""

from __future__ import annotations

from annotator.ingest.batch import Batch, Part, Source, author_of, lines_of
from annotator.ingest.dates import find_date
from annotator.ingest.markup.tree import Node

_KEPT = ("accessionNo", "baseLanguage", "wordCount", "sourceCode", "copyright", "publisherName")


def _recognises(root: Node) -> bool:
    return root.tag == "PPSResponse" or (root.first("ppsarticle") is not None and root.first("article") is not None)


def _split(root: Node) -> Batch:
    results = root.first("ppsarticleResultSet")
    count = "" if results is None else results.attributes.get("count", "")
    return Batch([_part(node) for node in root.nodes("article")], int(count) if count.isdecimal() else None)


def _part(article: Node) -> Part:
    date = article.first("publicationDate")
    found = find_date(date.text()) if date is not None else None
    part = Part(
        title=article.text_of("headline"),
        date=found.iso if found else None,
        source=article.text_of("sourceName") or article.text_of("publisherName"),
        author=author_of(article.text_of("byline")),
        section=article.text_of("sectionName"),
    )
    for name in ("leadParagraph", "tailParagraphs"):
        for field in article.nodes(name):
            paragraphs = [node.text() for node in field.nodes("paragraph")]
            part.lines += lines_of(paragraphs or field.raw_text().split("\n"))  # some have the bare text
    part.metadata |= {name: value for name in _KEPT if (value := article.text_of(name))}
    return part


SOURCE = Source(
    name="Factiva (XML)",
    files="XML",
    recognised_by="the root `PPSResponse`",
    article="an `article`",
    recognises=_recognises,
    split=_split,
)
