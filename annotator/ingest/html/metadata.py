"""Metadata of a page from its head and JSON-LD: title, author, date, outlet, address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import JsonValue

from annotator.ingest.article import About

if TYPE_CHECKING:
    from annotator.ingest.html.elements import Page

_TYPES = frozenset({"Article", "NewsArticle", "ReportageNewsArticle", "OpinionNewsArticle", "AnalysisNewsArticle"})
_TYPES_MORE = frozenset({"BlogPosting", "LiveBlogPosting", "WebPage"})


def about(page: Page) -> About:
    """The metadata of a page, each field from its most reliable source."""
    linked = _json_ld(page)
    metas = page.metas

    def first(*found: object) -> str | None:
        return next((" ".join(value.split()) for value in found if isinstance(value, str) and value.strip()), None)

    h1 = next((line.text for line in page.lines if line.tag == "h1"), None)
    author = first(
        _names(linked.get("author")), metas.get("author"), metas.get("article:author"), metas.get("dc.creator")
    )
    more: dict[str, JsonValue] = {"author": author, "language": first(page.language)}
    return About(
        title=first(metas.get("og:title"), linked.get("headline"), metas.get("twitter:title"), h1, page.title),
        source=first(metas.get("og:site_name"), _names(linked.get("publisher")), metas.get("application-name")),
        date=first(
            metas.get("article:published_time"),
            linked.get("datePublished"),
            *(
                metas.get(key)
                for key in ("date", "pubdate", "publishdate", "dc.date", "datepublished", "parsely-pub-date")
            ),
            page.first_time,
        ),
        url=first(page.links.get("canonical"), metas.get("og:url"), linked.get("url")),
        metadata={key: value for key, value in more.items() if value is not None},
    )


def _json_ld(page: Page) -> dict[str, JsonValue]:
    """The first description of an article in the page's JSON-LD."""
    rest: dict[str, JsonValue] = {}
    for text in page.json_ld:
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(document):
            given = node.get("@type")
            kinds = set(map(str, given if isinstance(given, list) else [given]))
            if kinds & _TYPES:
                return node
            if kinds & _TYPES_MORE:
                rest = rest or node
    return rest


def _nodes(document: JsonValue) -> Iterator[dict[str, JsonValue]]:
    """A JSON-LD document's top nodes, and those of its graph."""
    for node in document if isinstance(document, list) else [document]:
        if isinstance(node, dict):
            yield node
            graph = node.get("@graph")
            yield from (inner for inner in (graph if isinstance(graph, list) else []) if isinstance(inner, dict))


def _names(found: JsonValue) -> str | None:
    """The names of persons or organisations, however they are given."""
    names = [
        entry if isinstance(entry, str) else entry.get("name") if isinstance(entry, dict) else None
        for entry in (found if isinstance(found, list) else [found])
    ]
    return ", ".join(name for name in names if isinstance(name, str)) or None
