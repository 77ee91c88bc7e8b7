"""Factiva RTF and text: documents that end with a line "Document" and an accession number."""

from __future__ import annotations

import re

from annotator.ingest.batch import Batch, Part, Source, author_of, lines_of
from annotator.ingest.sources.factiva_fields import CODES, find_anchor, read_codes, read_lines_after

_WORDS = ("ocument", "okument", "文", "Документ", "ドキュメント")
"""One of these is in every such line; looking for them costs a fifth of looking at each line."""
_END = re.compile(
    r"(?:Documento?|Dokument|Документ|文件|文檔|文書|ドキュメント)\s+[A-Z][A-Z0-9]{3,9}0\d{2}[A-Za-z0-9]{8,24}"
)
_CODED = re.compile(r"([A-Z]{2,3})[\t ]+(\S.*)|([A-Z]{2,3})\s*")
_LANGUAGE_LINES = 6
_FEW_WORDS = 6


def _recognises(text: str) -> bool:
    if not any(word in text for word in _WORDS):
        return False
    return any(_END.fullmatch(line.strip()) for line in text.splitlines() if 12 < len(line) < 80)


def _split(text: str) -> Batch:
    parts = []
    lines: list[str] = []
    for line in text.splitlines():
        if _END.fullmatch(line.strip()):
            parts.append(_part(lines))
            parts[-1].metadata["document"] = line.strip()
            lines = []
        else:
            lines.append(line)
    if find_anchor([line for line in lines if line.strip()]) is not None:  # not the summary of the search
        parts.append(_part(lines))
        parts[-1].remarks.append("its last line is missing: the file may be cut off")
    return Batch(parts)


def _part(lines: list[str]) -> Part:
    part = Part()
    rows = _coded(lines)
    if "HD" in rows:
        read_codes(part, rows)
        return part
    kept = [line.strip() for line in lines if line.strip()]
    anchor = find_anchor(kept)
    if anchor is None:
        part.title = kept[0] if kept else None
        part.lines = lines_of(kept[1:])
        return part
    _read_before(part, kept[:anchor])
    start = _start_of_text(kept, anchor)
    read_lines_after(part, kept[anchor + 1 : start])
    part.metadata["length"] = kept[anchor]
    part.lines = lines_of(kept[start:])
    return part


def _coded(lines: list[str]) -> dict[str, list[str]]:
    """Lines by their codes, where lines begin with codes; a line without one belongs to the code before it."""
    rows: dict[str, list[str]] = {}
    code = ""
    for line in lines:
        found = _CODED.fullmatch(line.rstrip())
        if found and (found[1] or found[3]) in CODES:
            code = found[1] or found[3]
            rows.setdefault(code, []).extend([found[2].strip()] if found[2] else [])
        elif code and line.strip():
            rows[code].append(line.strip())
    return rows if {"HD", "PD"} <= set(rows) else {}


def _read_before(part: Part, lines: list[str]) -> None:
    """Section, title and author from the lines above the number of words; a title may take two lines."""
    if len(lines) > 1 and (author_of(lines[-1]) != lines[-1] or _is_name(lines[-1])):
        part.author = author_of(lines[-1])
        lines = lines[:-1]
    if len(lines) > 1 and len(lines[0].split()) < min(4, len(lines[1].split())):
        part.section = lines[0]
        lines = lines[1:]
    part.title = " ".join(lines) or None


def _is_name(line: str) -> bool:
    words = line.split()
    return 1 < len(words) <= _FEW_WORDS and all(
        word[0].isupper() or word in ("and", "und", "et", "de", "y") for word in words
    )


def _start_of_text(lines: list[str], anchor: int) -> int:
    """The line after the copyright notice, or after outlet, code and language."""
    for at in range(anchor + 1, min(len(lines), anchor + 12)):
        if lines[at].casefold().startswith(("copyright", "©", "(c)")):
            return at + 1
    at = anchor + 2
    while at < min(len(lines), anchor + _LANGUAGE_LINES) and len(lines[at].split()) <= _FEW_WORDS:
        at += 1
    return at


SOURCE = Source(
    name="Factiva (RTF)",
    files="RTF, DOCX, TXT",
    recognised_by="lines `Document` with an accession number",
    article="the lines up to such a line; the summary of the search is left out",
    recognises=_recognises,
    split=_split,
    note="written after a public reader of such files, not after real ones",
)
