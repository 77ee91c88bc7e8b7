"""Event Registry (newsapi.ai): articles with their bodies."""

from __future__ import annotations

from annotator.ingest.batch import author_of
from annotator.ingest.record_source import Record, RecordSource, rest, word


def _recognises(keys: frozenset[str]) -> bool:
    return "body" in keys and bool(keys & {"datetimepub", "datatype", "isduplicate"})


def _adapt(record: Record) -> Record:
    authors = record.get("authors")
    names = [word(one, "name") or "" for one in authors if isinstance(one, dict)] if isinstance(authors, list) else []
    return {
        "id": record.get("uri"),
        "text": record.get("body"),
        "title": record.get("title"),
        "date": word(record, "dateTimePub", "date", "dateTime"),
        "source": word(record, "source.title", "source.uri"),
        "url": record.get("url"),
        "author": author_of(names),
        **rest(record, "uri", "body", "title", "date", "dateTimePub", "dateTime", "time", "source", "url", "authors"),
    }


SOURCE = RecordSource(
    name="Event Registry",
    files="JSON",
    recognised_by="the fields `body` and `dateTimePub` or `isDuplicate`",
    article="an object of `articles.results`",
    recognises=_recognises,
    adapt=_adapt,
)
