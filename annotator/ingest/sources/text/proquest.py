"""ProQuest text: documents between rules of underscores."""

from __future__ import annotations

import re

from annotator.ingest.batch import Batch, Source, between_rules
from annotator.ingest.sources.proquest_fields import names_in, proquest_part

_RULE = re.compile(r"_{40,}")
_BEGINS = frozenset({"Full text", "Full Text", "Publication info"})
_KNOWN = frozenset({"Full text", "Title", "Publication title", "ProQuest document ID", "Publication info"})
_LAST = frozenset({"ProQuest document ID", "Database", "Last updated", "Copyright", "Publication title"})


def _recognises(text: str) -> bool:
    if "____________________" not in text and not text.startswith("ProQuest"):
        return False
    return "ProQuest document ID:" in text or (
        "Full text:" in text and ("Publication title:" in text or "Publication info:" in text)
    )


def _split(text: str) -> Batch:
    merged: list[list[str]] = []
    names: list[set[str]] = []
    for piece in between_rules(text, _RULE):
        found = names_in(piece)
        if merged and not _is_complete(names[-1]) and not found & _BEGINS:
            merged[-1] += ["", *piece]  # a rule within the text
            names[-1] |= found
        else:
            merged.append(piece)
            names.append(found)
    return Batch([proquest_part(piece) for piece, found in zip(merged, names, strict=True) if _is_document(found)])


def _is_document(names: set[str]) -> bool:
    """Whether lines with these labels are a document, and not a cover, contact data or a piece of its text."""
    return len(names & _KNOWN) > 1


def _is_complete(names: set[str]) -> bool:
    return not _is_document(names) or bool(names & _LAST)


SOURCE = Source(
    name="ProQuest (text)",
    files="TXT, EML, DOCX, RTF",
    recognised_by="rules of 60 underscores with `ProQuest document ID:` or `Full text:`",
    article="from a rule to the next; the contact data at the end are left out",
    recognises=_recognises,
    split=_split,
    note="a line is a paragraph; CREDIT is metadata, CAPTION a caption; the abstract alone is said",
)
