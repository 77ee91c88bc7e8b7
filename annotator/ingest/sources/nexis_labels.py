"""Numbers, labels and copyright lines of documents from Nexis, in the languages of its interface."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from annotator.ingest.batch import Line, Part, author_of
from annotator.ingest.dates import find_line_date
from annotator.text.word_lists import read_lines

_NUMBER = r"(\d[\d.,]{0,9})"
_OF = "(?i:of|von|de|sur|van|di|af|av)"
NUMBERED = re.compile(
    rf"(?:FOCUS\s*[-–]\s*)?(?:{_NUMBER}\s+{_OF}\s+{_NUMBER}\s+(?:DOCUMENT|DOKUMENT)[A-Z]{{0,3}}"
    rf"|(?:DOKUMENT|DOCUMENT|Dokument|Document)[oO]?\s+{_NUMBER}\s+{_OF}\s+{_NUMBER})"
)
"""The line with a document's number and their total: two groups of four."""
TEXT_LABELS = frozenset({"BODY", "TEXT", "FULL TEXT"})
"""Labels of the text itself."""
LABEL = re.compile(r"([^\W\d_]+(?:[-/ '’][^\W\d_]+){0,4}):(?=\s|$)")
_COPYRIGHT = re.compile(
    r"copyright\b|copy \d{4}\b|©|\(c\)\s*(?:copyright\s*)?\d{4}|all rights reserved|alle rechte vorbehalten"
    r"|tous droits r|todos los derechos|todos os direitos|tutti i diritti|alle rechten voorbehouden|alle rettigheder",
    re.IGNORECASE,
)


class Label(NamedTuple):
    """What is known of a label."""

    field: str
    place: str


@lru_cache(maxsize=1)
def _labels() -> dict[str, Label]:
    table = csv.DictReader(read_lines(Path(__file__).with_name("nexis_labels.csv")))
    return {row["label"]: Label(row["field"], row["place"]) for row in table}


def label_of(text: str, place: str = "") -> tuple[str, str] | None:
    """The known label that a paragraph begins with, and its value.

    Args:
        text: The paragraph.
        place: "before" or "after" the article's text, if it matters.
    """
    found = LABEL.match(text)
    if found is None or (known := _labels().get(found[1])) is None:
        return None
    value = text[found.end() :].strip()
    if place and known.place != "either" and not known.place.startswith(place):
        return None
    if known.place.endswith("date") and value and find_line_date(value) is None:
        return None
    return found[1], value


def numbers_of(line: str) -> tuple[int, int] | None:
    """The number n and the total m of a line such as "3 of 12 DOCUMENTS"."""
    found = NUMBERED.fullmatch(line.strip())
    if found is None:
        return None
    n, m = filter(None, found.groups())
    return int(re.sub(r"\D", "", n)), int(re.sub(r"\D", "", m))


def is_copyright(line: str) -> bool:
    """Whether a line is a copyright notice."""
    return _COPYRIGHT.match(line.strip()) is not None


def take_label(part: Part, label: str, value: str) -> None:
    """Put a label's value where it belongs: a field of the article, a line of its text, or metadata."""
    value = " ".join(value.split())
    if not value:
        return
    field = _labels().get(label, Label("", "")).field
    if field == "author":
        part.author = part.author or author_of(value)
    elif field == "section":
        part.section = part.section or value
    elif field == "dek":
        part.lines.insert(0, Line(value, "dek"))
    elif field == "caption":
        part.lines.append(Line(value, "caption"))
    else:
        part.metadata.setdefault(label.casefold(), value)
