"""TEI: the text in `body`, as trafilatura and text archives write it."""

from __future__ import annotations

from annotator.ingest.batch import Batch, Part, Source, author_of
from annotator.ingest.dates import find_date
from annotator.ingest.markup.tree import Node
from annotator.ingest.sources.xml.trafilatura import text_lines


def _recognises(root: Node) -> bool:
    return root.tag in ("TEI", "teiCorpus", "TEI.2") and root.first("body") is not None


def _split(root: Node) -> Batch:
    found = [root] if root.tag != "teiCorpus" else list(root.nodes("TEI"))
    return Batch([_part(node) for node in found])


def _part(tei: Node) -> Part:
    header = tei.first("teiHeader") or Node("teiHeader")
    publication = next(
        (node for node in header.nodes("publicationStmt") if node.first("date", "publisher") is not None), None
    )
    described = header.first("biblFull") or header.first("biblStruct") or publication or Node("none")
    outlet = _outlet(described, header)
    found = find_date(_date(described) or (publication and _date(publication)) or "")
    pointer = next((node for node in header.nodes("ptr") if node.attributes.get("type") == "URL"), None)
    part = Part(
        title=header.text_of("title"),
        date=found.iso if found else None,
        source=outlet,
        author=author_of(header.text_of("author")),
        url=pointer.attributes.get("target") if pointer is not None else None,
    )
    body = tei.first("body")
    for comments in [node for node in tei.nodes("div") if node.attributes.get("type") == "comments"]:
        comments.children.clear()
    if body is not None:
        part.lines = text_lines(body, part.title)
    return part


def _date(node: Node) -> str | None:
    date = node.first("date")
    return None if date is None else date.attributes.get("when") or date.text()


def _outlet(described: Node, header: Node) -> str | None:
    """The outlet: what the short citation says before the date, or the publisher."""
    short = next((node for node in header.nodes("bibl") if node.attributes.get("type") == "sigle"), None)
    if short is not None and (name := short.text().rpartition(",")[0].strip()):
        return name
    return described.text_of("publisher") or header.text_of("publisher")


SOURCE = Source(
    name="TEI",
    files="XML",
    recognised_by="the root `TEI` with an element `body`",
    article="a `TEI` element; comments are left out",
    recognises=_recognises,
    split=_split,
)
