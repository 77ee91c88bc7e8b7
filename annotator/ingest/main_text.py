"""Which of a page's lines are the article: by its elements, and by trafilatura where it is installed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING

from annotator.ingest.article import About
from annotator.model import Role

if TYPE_CHECKING:
    from annotator.ingest.page import Line

_PROSE = re.compile(r".{60,}[.!?…][”\"’')\]]*$", re.DOTALL)
_LONG = 80


@dataclass(frozen=True, slots=True)
class Extracted:
    """What trafilatura takes for the article."""

    text: str
    about: About

    def fill(self, known: About) -> About:
        """What is known, with its gaps filled."""
        extra = {key: value for key, value in self.about.metadata.items() if key not in known.metadata}
        return replace(
            known,
            title=known.title or self.about.title,
            source=known.source or self.about.source,
            date=known.date or self.about.date,
            url=known.url or self.about.url,
            metadata={**known.metadata, **extra},
        )


def main_text(html: str) -> Extracted | None:
    """The article as trafilatura finds it; None without it, or where it finds none. It fetches nothing."""
    try:
        trafilatura = import_module("trafilatura")  # the extra annotator[html]; a second, with lxml
    except ImportError:
        return None
    found = trafilatura.bare_extraction(html, include_comments=False, with_metadata=True)
    if found is None or not found.text:
        return None
    known = About(
        title=found.title,
        source=found.sitename or found.hostname,
        date=found.date,
        url=found.url,
        metadata={"author": found.author} if found.author else {},
    )
    return Extracted(found.text, known)


def refine(texts: Sequence[str], lines: Sequence[Line], extracted: str | None) -> list[Role | None]:
    """A hint for each paragraph of a page.

    What trafilatura found is not furniture. What it left out is, unless an element above says what else it is, or it
    is prose that stands between two paragraphs which it did find: those it loses now and then.

    Args:
        texts: The paragraphs.
        lines: The line of the page on which each begins.
        extracted: What trafilatura found, or None to go by the elements alone.
    """
    hints = [line.hint for line in lines]
    if extracted is None:
        return _not_too_much(texts, hints)
    kept = {_bare(line) for line in extracted.split("\n")}
    whole = _bare(extracted)
    inside = [_bare(text) in kept or (len(text) > 40 and _bare(text) in whole) for text in texts]
    for at in range(1, len(texts)):
        inside[at] = inside[at] or (lines[at].goes_on and inside[at - 1])
    prose = [at for at, text in enumerate(texts) if inside[at] and len(text) > 60]
    first, last = (prose[0], prose[-1]) if prose else (len(texts), -1)
    refined: list[Role | None] = []
    for at, (text, line, hint) in enumerate(zip(texts, lines, hints, strict=True)):
        says = hint is not None and hint != "subhead" and at < last
        between = first < at < last and not line.is_linked and (hint == "subhead" or bool(_PROSE.match(text)))
        if inside[at]:
            refined.append(None if hint == "furniture" else hint)
        else:
            refined.append(hint if says or between else "furniture")
    return refined


def _not_too_much(texts: Sequence[str], hints: list[Role | None]) -> list[Role | None]:
    """Hints that would throw most of the page's prose away are a layout's names, not furniture."""
    prose = [at for at, text in enumerate(texts) if len(text) > _LONG]
    if sum(hints[at] == "furniture" for at in prose) > 0.6 * len(prose):
        return [None if hint == "furniture" else hint for hint in hints]
    return hints


def _bare(text: str) -> str:
    """A text without what extraction changes: blanks, marks of lists and headings."""
    return re.sub(r"[\s|*#\-–•]+", "", text)
