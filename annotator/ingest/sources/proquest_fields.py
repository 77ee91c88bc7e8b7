"""The fields of a ProQuest document, from its lines."""

from __future__ import annotations

import re

from annotator.ingest.batch import Line, Part, author_of, given_name_first, lines_of
from annotator.ingest.dates import find_date
from annotator.text.word_lists import read_words

_LABELS = read_words(__file__, "proquest_labels")
_LABEL = re.compile(r"([A-Z][A-Za-z /()-]{2,40}?):(?:[ \t\u00a0]|$)")
_INSIDE = re.compile(r"(CREDIT|CAPTION|PHOTO|ILLUSTRATION|GRAPHIC|Credit|Caption):\s*(.*)")
_NONE = frozenset({"none available.", "not available.", "none"})
_FIELDS = ("Title", "Author", "Publication title", "Publication date", "Section", "Document URL")
_SOURCE_INFO = re.compile(r"(.+?)\s*(?:;|,)\s")
_BUTTON = "Enlarge this image."


def names_in(piece: list[str]) -> set[str]:
    """The labels of fields at the beginnings of lines."""
    return {found[1] for line in piece if (found := _LABEL.match(line)) and found[1] in _LABELS}


def proquest_part(piece: list[str]) -> Part:
    """The article of a document. A blank line stands before each label that follows the text."""
    fields = _fields(piece)
    part = Part(section=_one(fields, "Section"), url=_one(fields, "Document URL"))
    part.title = _one(fields, "Title") or next((line.strip() for line in piece if line.strip()), None)
    part.source = _outlet(fields)
    part.date = _date(fields)
    credit = _read_text(part, fields.get("Full text") or fields.get("Full Text") or [])
    names = [given_name_first(name) for name in (_one(fields, "Author") or "").split(";") if name.strip()]
    if credit and all(name in credit for name in names):
        names.sort(key=credit.index)  # as the byline has them
    part.author = author_of(names)
    part.metadata |= {
        name.casefold(): value
        for name in fields
        if name not in _FIELDS and not name.casefold().startswith("full text") and (value := _one(fields, name))
    }
    abstract = _one(fields, "Abstract") or _one(fields, "Abstract (summary)")
    if not part.lines and abstract:
        part.lines = lines_of([abstract])
        part.remarks.append("abstract only")
    return part


def _fields(piece: list[str]) -> dict[str, list[str]]:
    """The lines of each label. Any line may begin with a word and a colon: only known labels count."""
    fields: dict[str, list[str]] = {}
    name = ""
    is_blank_before = True
    for line in piece:
        found = _LABEL.match(line)
        if found and found[1] in _LABELS and (is_blank_before or name.casefold() != "full text"):
            name = found[1]
            fields.setdefault(name, []).append(line[found.end() :])
        elif name:
            fields[name].append(line)
        is_blank_before = not line.strip()
    return fields


def _one(fields: dict[str, list[str]], name: str) -> str | None:
    value = " ".join(" ".join(fields.get(name, ())).split())
    return None if value.casefold() in _NONE else value or None


def _outlet(fields: dict[str, list[str]]) -> str | None:
    """The paper without its place: "The Gazette; Port Ellery"."""
    named = _one(fields, "Publication title")
    if named is None and (info := _SOURCE_INFO.match(_one(fields, "Publication info") or "")):
        named = info[1]
    return named.split(";")[0].strip() or None if named else None


def _date(fields: dict[str, list[str]]) -> str | None:
    for name in ("Publication date", "Publication info"):
        found = find_date(_one(fields, name) or "")
        if found:
            return found.iso
    return None


def _read_text(part: Part, lines: list[str]) -> str | None:
    """The paragraphs, one a line; captions and the credit within them apart. The credit."""
    credit = None
    for line in lines:
        found = _INSIDE.fullmatch(line.strip())
        if found and found[1].upper() == "CREDIT":
            credit = found[2]
            part.metadata["credit"] = credit
        elif found:
            part.lines += lines_of([line], "caption")
        elif line.strip() and line.strip() != _BUTTON:
            part.lines.append(Line(line.strip()))
    return credit
