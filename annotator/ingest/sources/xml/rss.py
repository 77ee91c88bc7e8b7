"""RSS feeds: one item an article."""

from __future__ import annotations

from annotator.errors import IngestError
from annotator.ingest.batch import Batch, Part, Source, author_of
from annotator.ingest.dates import find_date
from annotator.ingest.markup.tree import Node, html_tree
from annotator.ingest.sources.blocks import block_lines


def _recognises(root: Node) -> bool:
    return root.tag in ("rss", "RDF") and root.first("item") is not None


def _split(root: Node) -> Batch:
    channel = root.first("channel")
    outlet = None if channel is None else channel.child_text("title")
    items = list(root.nodes("item"))
    if not any(item.first("encoded") for item in items):
        raise IngestError("is a feed of teasers without full texts: fetch the pages of its links instead")
    return Batch([_part(item, outlet) for item in items])


def _part(item: Node, outlet: str | None) -> Part:
    found = find_date(item.child_text("pubDate") or item.child_text("date") or "")
    part = Part(
        title=item.child_text("title"),
        date=found.iso if found else None,
        source=item.child_text("source") or outlet,
        author=author_of(item.child_text("creator") or item.child_text("author")),
        section=item.child_text("category"),
        url=item.child_text("link"),
    )
    content = item.first("encoded")
    if content is not None:
        part.lines = block_lines(html_tree(content.raw_text()))
    teaser = item.first("description")
    if teaser is not None and (text := html_tree(teaser.raw_text()).text()):
        part.metadata["description"] = text
    return part


SOURCE = Source(
    name="RSS",
    files="XML, RSS",
    recognised_by="the root `rss` or `RDF` with items",
    article="an `item` with `content:encoded`",
    recognises=_recognises,
    split=_split,
    note="a feed with descriptions alone is refused, because these are teasers",
)
