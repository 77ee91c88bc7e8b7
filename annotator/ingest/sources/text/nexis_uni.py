"""Nexis Uni: documents in Word or RTF, each from its title to "End of Document"."""

from __future__ import annotations

import re

from annotator.ingest.batch import Batch, Line, Part, Source, lines_of
from annotator.ingest.dates import find_line_date
from annotator.ingest.sources.nexis_labels import is_copyright, take_label

_END, _BODY = "End of Document", "Body"
_COUNT = re.compile(r"^Documents? \((\d+)\)\s*$", re.MULTILINE)
_LISTED = re.compile(r"^\d+\.\s+(.+)$")
_LABEL = re.compile(r"(?P<label>[A-Z][A-Za-z-]*(?: [A-Za-z-]+){0,2}):\s*(?P<value>.*)", re.DOTALL)
_APART = frozenset({"Classification", "Graphic", "Notes", "Correction"})
_ABSTRACT, _FULL = "ABSTRACT", frozenset({"FULL TEXT", "FULL TEXT:"})
_CAPITALS = {"byline": "BYLINE", "section": "SECTION", "highlight": "HIGHLIGHT"}


def _recognises(text: str) -> bool:
    if _END not in text:
        return False
    lines = {line.strip() for line in text.splitlines()}
    return _END in lines and _BODY in lines


def _split(text: str) -> Batch:
    lines = [line.strip() for line in text.splitlines()]
    listed = _COUNT.search(text)
    parts = []
    rest = _after_cover([line for line in lines if line])
    while rest:
        end = _end(rest)
        if end is None and _BODY not in rest:
            break
        part = _part(rest[:end])
        if end is None:
            part.remarks.append('"End of Document" is missing: the file may be cut off')
        parts.append(part)
        rest = [] if end is None else rest[end + 1 :]
    return Batch(parts, int(listed[1]) if listed else None)


def _end(lines: list[str]) -> int | None:
    """The line that ends the first document: the last one, or one that another document's head follows."""
    ends = [at for at, line in enumerate(lines) if line == _END]
    for at in ends:
        body = next((place for place in range(at + 1, len(lines)) if lines[place] == _BODY), None)
        head = lines[at + 1 : body]
        if body is None:
            return ends[-1]
        if any(is_copyright(line) or ("\xa0" in line and _LABEL.fullmatch(line)) for line in head):
            return at
    return None


def _after_cover(lines: list[str]) -> list[str]:
    """The lines from the first document's title on: the cover lists the titles with their numbers."""
    body = lines.index(_BODY) if _BODY in lines else len(lines)
    title = next((found[1] for line in lines[:body] if (found := _LISTED.match(line))), None)
    for at in range(body - 1, -1, -1):
        if title is not None and lines[at] == title:
            return lines[at:]
    if title is None:
        return lines
    owned = next((at for at in range(body - 1, -1, -1) if is_copyright(lines[at])), None)
    return lines if owned is None else lines[max(0, owned - 3) :]


def _part(lines: list[str]) -> Part:
    part = Part()
    body = lines.index(_BODY) if _BODY in lines else len(lines)
    labels = _head(part, lines[:body])
    end = _end_of_body(lines, body)
    part.lines = _body_lines(lines[body + 1 : end])
    labels += _tail(part, lines[end:])
    for label, value in labels:
        take_label(part, _CAPITALS.get(label.casefold(), label), value)
    loaded = next((value for label, value in labels if label == "Load-Date"), "")
    if part.date is None and (loaded_on := find_line_date(loaded)):
        part.date = loaded_on
        part.remarks.append("the date is the day on which the database loaded it")
    return part


def _head(part: Part, lines: list[str]) -> list[tuple[str, str]]:
    """Title, outlet and date are the first lines; what follows has labels. The labels with their values."""
    labels = []
    plain: list[str] = []
    for line in lines:
        found = _LABEL.fullmatch(line)
        if found and len(plain) > 1 and (len(plain) > 2 or "\xa0" in line):
            labels.append((found["label"], found["value"]))
        elif not is_copyright(line):
            plain.append(line)
    dated = next((at for at, line in enumerate(plain[1:6], 1) if find_line_date(line)), None)
    if plain:
        part.title = plain[0]
    if len(plain) > 1 and dated != 1:
        part.source = plain[1]
    if dated is not None:
        part.date = find_line_date(plain[dated])
    if more := [line for at, line in enumerate(plain) if at > 1 and at != dated]:
        part.metadata["header"] = "; ".join(more)
    return labels


def _end_of_body(lines: list[str], body: int) -> int:
    """The first heading after the text that only labels and captions follow, or the load date."""
    for at in range(body + 1, len(lines)):
        if lines[at] == "Classification" or lines[at].startswith("Load-Date:"):
            break
    else:
        return len(lines)
    while (earlier := _apart_before(lines, body, at)) is not None:
        at = earlier
    return at


def _apart_before(lines: list[str], body: int, end: int) -> int | None:
    """A heading such as "Graphic" with at most a few lines before the end."""
    return next((at for at in range(end - 1, max(body, end - 12), -1) if lines[at] in _APART), None)


def _body_lines(lines: list[str]) -> list[Line]:
    """The text; an abstract before the full text is its dek."""
    full = next((at for at, line in enumerate(lines[:20]) if line in _FULL), None)
    if full is None or not lines[0].startswith(_ABSTRACT):
        return lines_of(lines)
    abstract = [lines[0].removeprefix(_ABSTRACT).strip(" :"), *lines[1:full]]
    return [*lines_of(abstract, "dek"), *lines_of(lines[full + 1 :])]


def _tail(part: Part, lines: list[str]) -> list[tuple[str, str]]:
    """What stands after the text: captions become lines, labels are given back."""
    labels = []
    heading = ""
    for line in lines:
        found = _LABEL.fullmatch(line)
        if line in _APART:
            heading = line
        elif heading == "Graphic":
            part.lines.append(Line(line, "caption"))
        elif found:
            labels.append((found["label"], found["value"]))
        elif heading and not is_copyright(line):
            before = part.metadata.get(heading.casefold())
            part.metadata[heading.casefold()] = f"{before}\n{line}" if before else line
    return labels


SOURCE = Source(
    name="Nexis Uni",
    files="DOCX, RTF",
    recognised_by="the lines `Body` and `End of Document`",
    article="from its title to `End of Document`; the cover is left out",
    recognises=_recognises,
    split=_split,
    note="where a document has no date, the load date is taken, with a remark",
)
