"""Wisers text: Chinese newspapers, articles between rules of equals signs."""

from __future__ import annotations

import re

from annotator.ingest.batch import Batch, Part, Source, author_of, between_rules, lines_of
from annotator.ingest.dates import find_date

_RULE = re.compile(r"={10,}")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_DASHES = re.compile(r"[-－—]{10,}")
_ID = re.compile(r"(?:文章编号|文章編號|DOCUMENT ID\.?)\s*[:：]\s*(\S+)", re.IGNORECASE)
_HEAD = re.compile(
    r"(?:(?P<n>\d+)\.\s*)?(?P<source>.+?)\s*[-–—|]\s*[(（](?P<title>.+)[)）]\s*"
    r"(?P<date>\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?)\s*(?P<page>\S*)\s*(?P<author>.*)"
)


def _recognises(text: str) -> bool:
    if not any(mark in text for mark in ("文章编号", "文章編號", "DOCUMENT ID")):
        return False
    return "==========" in text and _CHINESE.search(text) is not None and _ID.search(text) is not None


def _split(text: str) -> Batch:
    pieces = [[line.strip() for line in piece] for piece in between_rules(text, _RULE)]
    return Batch([_part(piece) for piece in pieces if any(map(_ID.match, piece))])


def _part(piece: list[str]) -> Part:
    part = Part()
    rule = next((at for at, line in enumerate(piece) if _DASHES.fullmatch(line)), None)
    head = " ".join(piece[: rule or 0]).strip()
    if found := _HEAD.fullmatch(head):
        dated = find_date(found["date"])
        part.number = int(found["n"]) if found["n"] else None
        part.title, part.source = found["title"], found["source"]
        part.date = dated.iso if dated else None
        part.author = author_of(found["author"])
        part.metadata["page"] = found["page"]
    elif head:
        part.title = head
    end = next(at for at, line in enumerate(piece) if _ID.match(line))
    number = _ID.match(piece[end])
    part.metadata["document"] = number[1] if number else None
    part.lines = lines_of(piece[(-1 if rule is None else rule) + 1 : end])
    return part


SOURCE = Source(
    name="Wisers",
    files="TXT",
    recognised_by="lines `文章编号:`, `文章編號:` or `DOCUMENT ID.`",
    article="between rules of equals signs",
    recognises=_recognises,
    split=_split,
    note="written after a public reader of such files, not after real ones",
)
