"""ProQuest HTML: documents after anchors, as ProQuest sends them by mail."""

from __future__ import annotations

import re

from annotator.ingest.batch import Batch, Source
from annotator.ingest.markup.tree import html_tree
from annotator.ingest.sources.proquest_fields import proquest_part

_ANCHOR = re.compile(r"<a name=[\"']?DocID_[^>]*>", re.IGNORECASE)


def _recognises(html: str) -> bool:
    return "DocID_" in html and _ANCHOR.search(html) is not None


def _split(html: str) -> Batch:
    starts = [found.end() for found in _ANCHOR.finditer(html)]
    parts = []
    for start, end in zip(starts, [*starts[1:], len(html)], strict=True):
        lines = [text for text, _ in html_tree(html[start:end]).lines()]
        parts.append(proquest_part("\n\n".join(lines).split("\n")))
    return Batch(parts)


SOURCE = Source(
    name="ProQuest (HTML)",
    files="EML, HTML",
    recognised_by="anchors `DocID_`",
    article="from such an anchor to the next",
    recognises=_recognises,
    split=_split,
)
