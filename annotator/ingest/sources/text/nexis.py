"""Nexis text: the older layout of LexisNexis and Nexis, many documents in one text file with wrapped lines."""

from __future__ import annotations

import re
from itertools import pairwise

from annotator.ingest.batch import Batch, Line, Part, Source
from annotator.ingest.dates import find_line_date
from annotator.ingest.sources.nexis_labels import LABEL, TEXT_LABELS, is_copyright, label_of, numbers_of, take_label

_SELECTED = re.compile(r"^\s*Download Request: .*?(\d+)-(\d+)\s*$", re.MULTILINE)
_WORDS = ("OCUMENT", "OKUMENT", "okument", "ocument")
_FEW = 60
_COVER = 12


def _recognises(text: str) -> bool:
    return any(word in text for word in _WORDS) and bool(_marks(text.splitlines()))


def _split(text: str) -> Batch:
    lines = text.splitlines()
    marks = _marks(lines)
    parts = [
        _part(lines[start + 1 : end], number)
        for (start, number, _), (end, _, _) in pairwise([*marks, (len(lines), 0, 0)])
    ]
    *others, last = parts
    if any(map(_has_end, others)) and not _has_end(last):
        last.remarks.append("its end is missing: the file may be cut off")
    selected = _SELECTED.search("\n".join(lines[: marks[0][0]]))
    totals = {total for _, _, total in marks}
    announced = None
    if selected:
        announced = int(selected[2]) - int(selected[1]) + 1
    elif marks[0][1] == 1:
        announced = max(totals)
    return Batch(parts, announced)


def _marks(lines: list[str]) -> list[tuple[int, int, int]]:
    """Where documents begin: the place of the line, the number of the document, and how many there are.

    A body may quote such a line. It begins a document only if a date or a label follows within a few lines.
    """
    found = []
    for at, line in enumerate(lines):
        if len(line) < 120 and (numbers := numbers_of(line)):
            found.append((at, *numbers))
    return [mark for mark in found if _has_head(lines[mark[0] + 1 : mark[0] + 40])]


def _has_head(lines: list[str]) -> bool:
    """Whether these lines begin a document: a date or a label comes before any paragraph of text."""
    for block in _blocks(lines)[:_COVER]:
        if numbers_of(block[0]):
            return False
        if any(find_line_date(line) for line in block) or label_of(block[0].strip(), "before"):
            return True
        if len(" ".join(block)) > 2 * _FEW and not is_copyright(block[0]):
            return False
    return False


def _blocks(lines: list[str]) -> list[list[str]]:
    """Lines in blocks that blank lines part."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _joined(block: list[str]) -> str:
    return " ".join(line.strip() for line in block)


def _part(lines: list[str], number: int) -> Part:
    part = Part(number=number)
    blocks = _blocks(lines)
    start = _head(part, blocks)
    end = _end_of_text(blocks, start)
    labels, summary, start = _labels_before(blocks, start, end)
    part.lines = [Line(text) for block in blocks[start:end] if (text := _joined(block))]
    part.lines[:0] = [Line(text, "dek") for text in summary]
    for found in labels:
        take_label(part, *found)
    for block in blocks[end:]:
        _take_after(part, block)
    return part


def _has_end(part: Part) -> bool:
    """Whether a label or the copyright notice follows the text."""
    return any(label_of(f"{name.upper()}: ", "after") or name == "copyright" for name in part.metadata)


def _labels_before(blocks: list[list[str]], start: int, end: int) -> tuple[list[tuple[str, str]], list[str], int]:
    """The labels between title and text, short lines without a label among them, and where the text begins."""
    found: dict[int, tuple[str, str]] = {}
    for at in range(start, min(end, start + _COVER)):
        text = _joined(blocks[at])
        label = label_of(text, "before")
        if label and label[0] in TEXT_LABELS:
            blocks[at] = [label[1]]
            return list(found.values()), [_joined(blocks[one]) for one in range(start, at) if one not in found], at
        if label:
            found[at] = label
        elif len(text.split()) > _FEW:
            break
    begin = max(found, default=start - 1) + 1
    return list(found.values()), [_joined(blocks[at]) for at in range(start, begin) if at not in found], begin


def _head(part: Part, blocks: list[list[str]]) -> int:
    """Read outlet, date and title; the place of the first block after them."""
    shown = [at for at, block in enumerate(blocks) if not is_copyright(block[0])][:6]
    dated = next((at for at in shown[:5] if any(find_line_date(line) for line in blocks[at])), None)
    if dated is not None:
        part.date = next(filter(None, map(find_line_date, blocks[dated])), None)
    if shown and shown[0] != dated and not LABEL.match(blocks[shown[0]][0].strip()):
        part.source = _joined(blocks[shown[0]])
    before = [at for at in shown[1:] if dated is not None and at < dated]
    after = list(range((shown[0] if dated is None and shown else dated or 0) + 1, len(blocks)))[:4]
    after = _until_label(blocks, after)
    title = next((at for at in after if not blocks[at][0][:1].isspace()), None)  # outlet and edition are centred
    if title is None and after:
        title = after[0]
    if title is None and before:
        title = before[-1]
    if title is not None:
        part.title = _joined(blocks[title])
    places = [at for at in (title, dated, shown[0] if part.source and shown else None) if at is not None]
    return max(places, default=-1) + 1


def _until_label(blocks: list[list[str]], places: list[int]) -> list[int]:
    kept = []
    for at in places:
        if label_of(blocks[at][0].strip()):
            break
        if not is_copyright(blocks[at][0]):
            kept.append(at)
    return kept


def _end_of_text(blocks: list[list[str]], start: int) -> int:
    """Where the labels after the text begin. A caption under GRAPHIC may take some blocks."""
    end = len(blocks)
    at = end - 1
    while at >= start:
        if is_copyright(blocks[at][0]) or label_of(_joined(blocks[at]), "after"):
            end = at
        elif not any(_is_caption(block) for block in blocks[max(start, at - 3) : at]):
            break
        at -= 1
    return end


def _is_caption(block: list[str]) -> bool:
    found = label_of(block[0].strip(), "after")
    return found is not None and found[0] in ("GRAPHIC", "GRAFIK", "GRAPHIQUE", "CORRECTION", "SUBJECT", "NOTES")


def _take_after(part: Part, block: list[str]) -> None:
    text = _joined(block)
    if found := label_of(text, "after"):
        take_label(part, *found)
    elif is_copyright(text):
        part.metadata.setdefault("copyright", text)
    else:
        part.lines.append(Line(text, "caption"))


SOURCE = Source(
    name="Nexis (text)",
    files="TXT",
    recognised_by="lines `n of m DOCUMENTS`, `FOCUS - n of m DOCUMENTS`, `Dokument n von m`",
    article="from such a line to the next; the cover page is left out",
    recognises=_recognises,
    split=_split,
    note="wrapped lines are joined, a blank line ends a paragraph; labels by a closed list in nine languages",
)
