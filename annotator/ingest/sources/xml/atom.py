"""Atom feeds: one entry an article."""

from __future__ import annotations

from annotator.errors import IngestError
from annotator.ingest.batch import Batch, Line, Part, Source, author_of
from annotator.ingest.dates import find_date
from annotator.ingest.markup.tree import Node, html_tree
from annotator.ingest.sources.blocks import block_lines


def _recognises(root: Node) -> bool:
    return root.tag == "feed" and root.first("entry") is not None


def _split(root: Node) -> Batch:
    entries = list(root.nodes("entry"))
    if not any(entry.first("content") for entry in entries):
        raise IngestError("is a feed of teasers without full texts: fetch the pages of its links instead")
    return Batch([_part(entry, root.child_text("title")) for entry in entries])


def _part(entry: Node, outlet: str | None) -> Part:
    found = find_date(entry.child_text("published") or entry.child_text("issued") or "")
    link = entry.first("link")
    origin = entry.first("source")
    part = Part(
        title=entry.child_text("title"),
        date=found.iso if found else None,
        source=(origin.child_text("title") if origin is not None else None) or outlet,
        author=author_of([node.text_of("name") or "" for node in entry.nodes("author")]),
        url=link.attributes.get("href") if link is not None else None,
    )
    content = entry.first("content")
    if content is not None:
        part.lines = _lines(content)
    if summary := entry.child_text("summary"):
        part.metadata["description"] = html_tree(summary).text()
    return part


def _lines(content: Node) -> list[Line]:
    kind = content.attributes.get("type", "text")
    if kind == "xhtml":
        return block_lines(content)
    if "html" in kind:
        return block_lines(html_tree(content.raw_text()))
    return [Line(" ".join(text.split())) for text in content.raw_text().split("\n") if text.strip()]


SOURCE = Source(
    name="Atom",
    files="XML, ATOM",
    recognised_by="the root `feed` with entries",
    article="an `entry` with `content`",
    recognises=_recognises,
    split=_split,
    note="`published`, not `updated`; a feed with summaries alone is refused",
)
