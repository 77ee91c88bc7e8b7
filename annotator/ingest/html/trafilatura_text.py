"""The article text of a page as trafilatura extracts it, if it is installed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from annotator.ingest.article import About, filled


@dataclass(frozen=True, slots=True)
class Extracted:
    """The article text as trafilatura extracts it."""

    text: str
    about: About

    def fill(self, known: About) -> About:
        """The known metadata, with gaps filled from trafilatura."""
        return filled(known, self.about)


def main_text(html: str) -> Extracted | None:
    """The article as trafilatura finds it; None without it, or where it finds none. It fetches nothing."""
    try:
        trafilatura = import_module("trafilatura")  # the extra `html`; a second, with lxml
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
