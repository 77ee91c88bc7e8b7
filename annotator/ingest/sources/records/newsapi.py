"""News API: refused, because it cuts every text after about 200 characters."""

from __future__ import annotations

import re

from annotator.errors import IngestError
from annotator.ingest.batch import author_of
from annotator.ingest.record_source import Record, RecordSource, rest, word

_CUT = re.compile(r"\[\+?\d+ char(?:acter)?s\]\s*$")


def _recognises(keys: frozenset[str]) -> bool:
    return {"publishedat", "content", "source"} <= keys


def _adapt(record: Record) -> Record:
    text = word(record, "content")
    if text is not None and _CUT.search(text):
        raise IngestError("News API cuts its texts after 200 characters: fetch the pages of its links instead")
    return {
        "text": text,
        "title": record.get("title"),
        "date": record.get("publishedAt"),
        "source": word(record, "source.name", "source.id", "source"),
        "url": record.get("url"),
        "author": author_of(word(record, "author")),
        **rest(record, "content", "title", "publishedAt", "source", "url", "author"),
    }


SOURCE = RecordSource(
    name="News API",
    files="JSON",
    recognised_by="the fields `publishedAt`, `content`, `source`",
    article="an object of `articles`",
    recognises=_recognises,
    adapt=_adapt,
    note="refused where texts are cut (`[+1412 chars]`)",
)
