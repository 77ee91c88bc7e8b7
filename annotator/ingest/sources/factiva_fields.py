"""The head of a Factiva document: lines in a fixed order of which any may be absent, or rows with two-letter codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from annotator.ingest.batch import Part, author_of, lines_of
from annotator.ingest.dates import find_line_date
from annotator.text.word_lists import read_words

_COUNT = re.compile(r"[\d.,'\s\u202f]*\d\s*[^\W\d_]+", re.UNICODE)
_TIME = re.compile(r"\d{1,2}[:.]\d\d(?::\d\d)?(?:\s*(?:[ap]\.?m\.?|uhr|h))?(?:\s+[A-Z]{2,5})?", re.IGNORECASE)
CODES = read_words(__file__, "factiva_codes")
"""The codes of fields that come before and after the text."""


def find_anchor(lines: Sequence[str]) -> int | None:
    """The place of the line "412 words" (in any language), which a line with a date follows."""
    for at, line in enumerate(lines[:-1]):
        if _COUNT.fullmatch(line.strip()) and find_line_date(line) is None and find_line_date(lines[at + 1]):
            return at
    return None


def read_lines_after(part: Part, lines: Sequence[str]) -> None:
    """Date, time and outlet from the lines that follow the number of words."""
    rest = list(lines)
    if rest and (found := find_line_date(rest[0])):
        part.date = found
        rest.pop(0)
    if rest and _TIME.fullmatch(rest[0].strip()):
        part.metadata["time"] = rest.pop(0).strip()
    if rest:
        part.source = rest.pop(0).strip()
    if rest := [line for line in rest if not line.strip().casefold().startswith(("copyright", "©", "(c)"))]:
        part.metadata["factiva"] = "; ".join(line.strip() for line in rest if line.strip())


def read_codes(part: Part, rows: Mapping[str, Sequence[str]]) -> None:
    """Fields from rows with two-letter codes; the text is LP and TD."""

    def joined(code: str) -> str | None:
        return " ".join(rows.get(code, ())).strip() or None

    part.title = joined("HD")
    part.author = author_of(joined("BY"))
    part.section = joined("SE")
    part.source = joined("SN")
    part.date = find_line_date(joined("PD") or "")
    part.lines = [*lines_of(rows.get("LP", ())), *lines_of(rows.get("TD", ()))]
    part.metadata |= {
        code.lower(): value
        for code in rows
        if code not in ("HD", "BY", "SE", "SN", "PD", "LP", "TD", "CY") and (value := joined(code))
    }
    if caption := rows.get("ART"):
        part.metadata.pop("art", None)
        part.lines += lines_of(caption, "caption")
