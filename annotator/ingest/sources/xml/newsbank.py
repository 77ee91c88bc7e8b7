"""NewsBank XML: documents with `sourceInfo` and `maintext`."""

from __future__ import annotations

from annotator.ingest.batch import Batch, Part, Source, author_of
from annotator.ingest.dates import find_date
from annotator.ingest.markup.tree import Node
from annotator.ingest.sources.blocks import block_lines


def _recognises(root: Node) -> bool:
    return root.first("sourceInfo") is not None and root.first("maintext") is not None


def _split(root: Node) -> Batch:
    found = [node for node in root.nodes("doc") if node.first("maintext")] or [root]
    return Batch([_part(node) for node in found])


def _part(doc: Node) -> Part:
    info = doc.first("sourceInfo") or doc
    found = find_date(doc.text_of("date", "pubdate", "publicationDate") or "")
    part = Part(
        title=doc.text_of("headline", "title", "hedline"),
        date=found.iso if found else None,
        source=info.text_of("sourceName", "name", "title", "source") or info.text() or None,
        author=author_of(doc.text_of("byline", "author")),
        section=doc.text_of("section"),
    )
    main = doc.first("maintext")
    if main is not None:
        part.lines = block_lines(main)
    return part


SOURCE = Source(
    name="NewsBank",
    files="XML",
    recognised_by="elements `sourceInfo` and `maintext`",
    article="a `doc`",
    recognises=_recognises,
    split=_split,
    note="written after a public reader of such files, not after real ones",
)
