"""brat: standoff annotations (.ann) of the text file beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from annotator.importing.annotation import STATES, Annotation, Lost, Place

NAME = "brat"
_SPAN = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t?")
_ATTRIBUTE = re.compile(r"[AM]\d+\t(\S+) (\S+)(?: (.*))?")
_NOTE = re.compile(r"#\d*\t\S+ (\S+)\t(.*)")
_OTHERS = {"R": "relations", "E": "events", "N": "links to databases", "*": "equivalences"}


def recognises(start: bytes, path: str) -> bool:
    """Whether a file has annotations."""
    return path.lower().endswith(".ann") and (not start.strip() or re.match(rb"[TREAMN#*]\d*\t", start) is not None)


def read(lines: str, text: str, path: str, file: tuple[str, str]) -> Iterator[Annotation | Lost]:
    """The annotations in a file.

    Args:
        lines: The file.
        text: The text file beside it.
        path: Its path, for messages.
        file: The coder's folder and the file's name.
    """
    spans: dict[str, tuple[Place, str, int, int]] = {}
    attributes: dict[str, list[tuple[str, str | None]]] = {}
    notes: dict[str, str] = {}
    for number, line in enumerate(lines.split("\n"), start=1):
        place = Place(path, f"line {number}")
        if found := _SPAN.match(line):
            edges = [int(at) for at in re.findall(r"\d+", found[3])]
            spans[found[1]] = (place, found[2], edges[0], edges[-1])
        elif found := _ATTRIBUTE.match(line):
            attributes.setdefault(found[2], []).append((found[1], found[3]))
        elif found := _NOTE.match(line):
            notes[found[1]] = found[2]
        elif line.strip():
            yield Lost(_OTHERS.get(line[0], "lines of an unknown kind"))
    coder = file[0] or None
    for key, (place, kind, start, end) in spans.items():
        yield _annotation(place, kind, (start, end), attributes.get(key, []), notes.get(key), text, coder)


def _annotation(
    place: Place,
    kind: str,
    span: tuple[int, int],
    attributes: list[tuple[str, str | None]],
    note: str | None,
    text: str,
    coder: str | None,
) -> Annotation:
    """An annotation with its attributes; a note of this program is a JSON object with all that no attribute holds."""
    said = _object(note)
    labels: list[tuple[str | None, Any]] = [] if kind in ("Statement", "Paragraph") else [(None, kind)]
    # An attribute without a value says yes; of a set its name is variable and category.
    labels += [(name, value) if value is not None else _part(name) for name, value in attributes]
    facts: dict[str, Any] = {}
    if kind == "Paragraph" and said is not None and said.get("state") in STATES:
        facts = {key: said[key] for key in ("state", "flag", "note")}
        labels += [(key, value) for key, value in said.items() if key not in ("coder", "state", "flag", "note", "role")]
    elif kind == "Statement" and said is not None and "statement_id" in said:
        facts = {key: said[key] for key in ("statement_id", "speakers", "note")}
        labels += [(key, value) for key, value in said.items() if key not in (*facts, "coder", "evidence")]
        facts["has_evidence"] = bool(said.get("evidence", True))
    elif note is not None:
        facts = {"note": note}
    named = said.get("coder") if facts and said is not None else None
    return Annotation(place, tuple(labels), text, span=span, coder=named or coder, facts=facts)


def _object(note: str | None) -> dict[str, Any] | None:
    try:
        found = json.loads(note) if note and note.startswith("{") else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _part(name: str) -> tuple[str | None, Any]:
    """A category of a set, as this program writes it: issues-jobs."""
    variable, dash, category = name.partition("-")
    return (variable, [category]) if dash else (None, name)
