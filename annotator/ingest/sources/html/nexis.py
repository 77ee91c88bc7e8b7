"""Nexis HTML: the older layout of LexisNexis and Nexis, many documents in one page."""

from __future__ import annotations

import re

from annotator.ingest.batch import Batch, Line, Part, Source, lines_of
from annotator.ingest.dates import find_line_date
from annotator.ingest.markup.tree import Node, html_tree, squeezed
from annotator.ingest.sources.nexis_labels import LABEL, TEXT_LABELS, is_copyright, label_of, numbers_of, take_label

_DOCUMENT = re.compile(r"<DOC NUMBER=\"?\d+\"?>\s*<DOCFULL>\s*-->", re.IGNORECASE)
_END = re.compile(r"<!--[^<>]{0,200}</DOCFULL>", re.IGNORECASE)
_LONG = 400
_ANCHOR = re.compile(r"<a name=\"?DOC_ID_\d+_\d+\"?>", re.IGNORECASE)
_COUNT = re.compile(r"<META TOPIC=[^>]{0,200}DOCUMENTS=\"?(\d+)", re.IGNORECASE)
_MARK = re.compile(
    r"<!-- LXNComment|<META TOPIC=[^>]{0,200}DOCUMENTS=|<DOCFULL>|<a name=\"?DOC_ID_\d+_\d", re.IGNORECASE
)


def _recognises(html: str) -> bool:
    return _MARK.search(html) is not None


def _split(html: str) -> Batch:
    marks = list(_DOCUMENT.finditer(html)) or list(_ANCHOR.finditer(html))
    if not marks:
        return Batch([])
    is_marked = marks[0].re is _DOCUMENT
    parts = []
    for mark, following in zip(marks, [*(mark.start() for mark in marks[1:]), len(html)], strict=True):
        end = _END.search(html, mark.end(), following)
        part = _part(html[mark.end() : end.start() if end else following])
        if is_marked and end is None:
            part.remarks.append("its end is missing: the file may be cut off")
        parts.append(part)
    announced = _COUNT.search(html)
    return Batch(parts, int(announced[1]) if announced else None)


def _part(html: str) -> Part:
    """One document: blocks with its number, outlet, date and title; labels; the text."""
    part = Part()
    runs: list[list[Node]] = [[]]
    labels = []
    for block in html_tree(html).nodes("div", "table"):
        text = block.text()
        if not text or block.first("div") or (block.tag == "table" and block.ancestor("div", "table")):
            continue
        if part.number is None and (numbers := numbers_of(text)):
            part.number = numbers[0]
        elif label := _label(block, text):
            is_text = label[0] in TEXT_LABELS
            runs.append([_unlabelled(block)] if is_text and label[1] else [])
            labels += [] if is_text else [label]
        elif is_copyright(text):
            runs.append([])
        else:
            runs[-1].append(block)
    runs = [run for run in runs if run]
    if runs:
        _fill(part, runs)
    for name, value in labels:
        take_label(part, name, value)
    return part


def _label(block: Node, text: str) -> tuple[str, str] | None:
    """A label and its value. The label stands alone in the block's first run of text, in capitals."""
    first = next(
        (squeezed(one) for begins, one in block.parts() if begins and isinstance(one, str) and one.strip()), ""
    )
    if not LABEL.fullmatch(first) or not first.isupper():
        return None
    if label_of(first) is None and (len(text) > _LONG or len(list(block.nodes("p"))) > 1):
        return None  # a text that begins like a label
    return first.removesuffix(":"), text.removeprefix(first).strip()


def _unlabelled(block: Node) -> Node:
    """A block without the label that is its first run of text."""
    runs = (node for node in (block, *block.nodes()) if any(isinstance(c, str) and c.strip() for c in node.children))
    if (node := next(runs, None)) is not None:
        at = next(at for at, child in enumerate(node.children) if isinstance(child, str) and child.strip())
        node.children[at] = str(node.children[at]).partition(":")[2]
    return block


def _fill(part: Part, runs: list[list[Node]]) -> None:
    """The fields and the text from runs of blocks that no label parts. The first run begins with outlet and date."""
    head, *others = runs
    dated = next((at for at, block in enumerate(head[:5]) if find_line_date(block.text())), None)
    if dated is not None:
        part.date = find_line_date(head[dated].text())
    if dated != 0 and (dated is not None or len(head) > 2 or (len(head) > 1 and others)):
        part.source = head[0].text()
    title = _title(head, dated) if part.source or dated == 0 else 0
    if title is not None:
        part.title = head[title].text()
    after = head[max(title or 0, dated or 0) + 1 :]
    body = max([after, *others], key=lambda run: sum(len(block.text()) for block in run))
    for block in body:
        part.lines += lines_of(_texts(block))
    if body is not after:
        part.lines[:0] = [Line(block.text(), "dek") for block in after]
    if more := [block.text() for run in others if run is not body for block in run]:
        part.metadata["more text"] = "\n".join(more)


def _texts(block: Node) -> list[str]:
    """The paragraphs of a block; a row of a table is one."""
    if block.tag != "table":
        return [text for text, _ in block.lines()]
    return [" | ".join(filter(None, (cell.text() for cell in row.nodes("td", "th")))) for row in block.nodes("tr")]


def _title(head: list[Node], dated: int | None) -> int | None:
    """The place of the title: after the date, or between outlet and date. Editions look like the outlet."""
    start = 0 if dated is None else dated
    after = list(range(start + 1, len(head)))
    centred = [head[0].classes, head[start].classes]
    unlike = [at for at in after if head[at].classes not in centred and head[at].tag != "table"]
    if unlike or (after and head[after[0]].tag != "table"):
        return (unlike or after)[0]
    return dated - 1 if dated is not None and dated >= 2 else None


SOURCE = Source(
    name="Nexis (HTML)",
    files="HTML",
    recognised_by="the comment `LXNComment`, `META TOPIC … DOCUMENTS=`, or an anchor `DOC_ID_`",
    article="from `DOC NUMBER=n` to the end of `DOCFULL`",
    recognises=_recognises,
    split=_split,
    note="HIGHLIGHT becomes the dek and GRAPHIC a caption; other labels are metadata",
)
