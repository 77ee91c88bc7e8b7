"""newspaper3k and newspaper4k: one object an article."""

from __future__ import annotations

from annotator.ingest.batch import author_of
from annotator.ingest.record_source import Record, RecordSource, rest, word


def _recognises(keys: frozenset[str]) -> bool:
    return {"text", "title", "publish_date"} <= keys and bool(keys & {"source_url", "top_image", "meta_lang"})


def _adapt(record: Record) -> Record:
    authors = record.get("authors")
    named = [one for one in authors if isinstance(one, str)] if isinstance(authors, list) else word(record, "authors")
    return {
        "text": record.get("text"),
        "title": record.get("title"),
        "date": word(record, "publish_date"),
        "source": word(record, "source_url"),
        "url": record.get("url"),
        "author": author_of(named),
        **rest(record, "text", "title", "publish_date", "source_url", "url", "authors"),
    }


SOURCE = RecordSource(
    name="newspaper",
    files="JSON, JSONL",
    recognised_by="the fields `text`, `publish_date` and `source_url` or `top_image`",
    article="an object",
    recognises=_recognises,
    adapt=_adapt,
)
