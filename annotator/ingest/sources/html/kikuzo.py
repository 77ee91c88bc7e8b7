"""Kikuzo (Asahi Shimbun): a table of facts and a table with the text for each article."""

from __future__ import annotations

from annotator.ingest.batch import Batch, Part, Source, lines_of
from annotator.ingest.dates import find_date
from annotator.ingest.markup.tree import Node, html_tree


def _recognises(html: str) -> bool:
    return 'class="topic-detail"' in html and 'class="topic-list"' in html


def _split(html: str) -> Batch:
    parts: list[Part] = []
    for table in html_tree(html).nodes("table"):
        if "topic-list" in table.classes and (cells := _cells(table)):
            parts.append(_facts(cells, _names(table)))
        elif "topic-detail" in table.classes and parts and parts[-1].title is None:
            parts[-1].title = table.text_of("span", kind="font002")
            parts[-1].lines = [line for node in table.nodes(kind="detail001") for line in lines_of(_texts(node))]
    return Batch(parts, remarks=["the source is the edition, because the file does not name the paper"])


def _cells(table: Node) -> list[str]:
    return [node.text() for node in table.nodes("td")]


def _names(table: Node) -> list[str]:
    return [node.text() for node in table.nodes("th")]


def _facts(cells: list[str], names: list[str]) -> Part:
    dated = next((at for at, cell in enumerate(cells) if find_date(cell)), None)
    found = None if dated is None else find_date(cells[dated])
    part = Part(date=found.iso if found else None)
    part.number = int(cells[0]) if cells[0].isdecimal() else None
    if dated is not None and len(cells) > dated + 1:
        part.source = cells[dated + 1] or None
    if dated is not None and len(cells) > dated + 2:
        part.section = cells[dated + 2] or None
    part.metadata |= dict(zip(names[4:], cells[4:], strict=False))
    return part


def _texts(node: Node) -> list[str]:
    return [text.strip("\u3000 ") for text, _ in node.lines()]


SOURCE = Source(
    name="Kikuzo (朝日新聞)",
    files="HTML",
    recognised_by="the classes `topic-list` and `topic-detail`",
    article="a table of each class",
    recognises=_recognises,
    split=_split,
    note="the source is the edition; articles without text are left out, each named",
)
