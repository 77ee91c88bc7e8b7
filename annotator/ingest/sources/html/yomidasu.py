"""Yomidasu (Yomiuri Shimbun): a table of facts for each article, then a paragraph element with its text."""

from __future__ import annotations

from annotator.ingest.batch import Batch, Part, Source, lines_of
from annotator.ingest.dates import find_date
from annotator.ingest.markup.tree import html_tree


def _recognises(html: str) -> bool:
    return "contentsTable" in html and "heiseiDetailArea" in html


def _split(html: str) -> Batch:
    parts: list[Part] = []
    for node in html_tree(html).nodes("table", "p"):
        if node.tag == "table" and "contentsTable" in node.classes:
            parts.append(_facts([cell.text() for cell in node.nodes("th", "td")]))
        elif node.tag == "p" and "mb10" in node.classes and parts:
            parts[-1].lines += lines_of([text.strip("\u3000 ") for text, _ in node.lines()])
    return Batch(parts)


def _facts(cells: list[str]) -> Part:
    dated = next((at for at, cell in enumerate(cells) if find_date(cell)), 1)
    found = find_date(cells[dated]) if len(cells) > dated else None
    after = [*cells[dated + 1 :], "", "", ""]
    part = Part(
        title=after[0] or None, date=found.iso if found else None, source=after[1] or None, section=after[2] or None
    )
    part.number = int(cells[0]) if cells and cells[0].isdecimal() else None
    if more := "; ".join(cell for cell in after[3:] if cell):
        part.metadata["page"] = more
    return part


SOURCE = Source(
    name="Yomidasu (読売新聞)",
    files="HTML",
    recognised_by="the id `heiseiDetailArea` and the class `contentsTable`",
    article="a `contentsTable` and the paragraphs `mb10` that follow",
    recognises=_recognises,
    split=_split,
)
