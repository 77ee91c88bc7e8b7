"""news-please: one object an article."""

from __future__ import annotations

from annotator.ingest.batch import author_of
from annotator.ingest.record_source import Record, RecordSource, rest, word


def _recognises(keys: frozenset[str]) -> bool:
    return "maintext" in keys and bool(keys & {"date_publish", "source_domain"})


def _adapt(record: Record) -> Record:
    authors = record.get("authors")
    named = [one for one in authors if isinstance(one, str)] if isinstance(authors, list) else word(record, "authors")
    return {
        "text": word(record, "maintext"),
        "title": word(record, "title", "title_page", "title_rss"),
        "date": word(record, "date_publish"),
        "source": word(record, "source_domain"),
        "url": word(record, "url"),
        "author": author_of(named),
        **rest(record, "maintext", "text", "title", "date_publish", "source_domain", "url", "authors"),
    }


SOURCE = RecordSource(
    name="news-please",
    files="JSON, JSONL, CSV",
    recognised_by="the fields `maintext` and `date_publish` or `source_domain`",
    article="an object",
    recognises=_recognises,
    adapt=_adapt,
    note='"None" counts as nothing',
)
