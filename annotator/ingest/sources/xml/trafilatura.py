"""trafilatura XML: a `doc` with attributes, its text in `main`."""

from __future__ import annotations

from annotator.ingest.batch import Batch, Line, Part, Source, author_of
from annotator.ingest.dates import find_date
from annotator.ingest.markup.tree import Node, squeezed
from annotator.model import Role

_LINES = frozenset({"p", "head", "item", "quote", "ab", "cell", "code"})


def _recognises(root: Node) -> bool:
    return root.tag in ("doc", "corpus", "collection") and root.first("main") is not None


def _split(root: Node) -> Batch:
    docs = [root] if root.tag == "doc" else list(root.nodes("doc"))
    return Batch([_part(doc) for doc in docs])


def _part(doc: Node) -> Part:
    given = doc.attributes
    found = find_date(given.get("date", ""))
    part = Part(
        title=given.get("title") or None,
        date=found.iso if found else None,
        source=given.get("sitename") or given.get("hostname") or None,
        author=author_of(given.get("author")),
        url=given.get("url") or given.get("source") or None,
    )
    part.metadata |= {
        key: given[key] for key in ("hostname", "fingerprint", "categories", "tags", "excerpt") if given.get(key)
    }
    main = doc.first("main")
    if main is not None:
        part.lines = text_lines(main, part.title)
    return part


def text_lines(main: Node, title: str | None) -> list[Line]:
    """The lines of the text; its first heading is the headline where it is the title."""
    lines: list[Line] = []
    for node in main.nodes(*_LINES):
        text = squeezed(node.raw_text())
        if not text or (node.tag in ("quote", "item", "cell") and node.first("p")):
            continue
        role: Role | None = "subhead" if node.tag in ("head", "ab") else None
        lines.append(Line(text, "headline" if not lines and text == title else role))
    return lines or [Line(text) for text, _ in main.lines()]


SOURCE = Source(
    name="trafilatura (XML)",
    files="XML",
    recognised_by="the root `doc` with an element `main`",
    article="a `doc`; comments are left out",
    recognises=_recognises,
    split=_split,
)
