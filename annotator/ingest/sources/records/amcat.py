"""AmCAT: tables and JSON of its documents."""

from __future__ import annotations

from annotator.ingest.record_source import Record, RecordSource, rest, word


def _recognises(keys: frozenset[str]) -> bool:
    return {"_id", "date", "title", "text"} <= keys


def _adapt(record: Record) -> Record:
    key = record.get("_id")
    return {
        "id": key if isinstance(key, str | int) else None,
        "text": record.get("text"),
        "title": record.get("title"),
        "date": record.get("date"),
        "source": word(record, "publisher", "medium", "source"),
        "url": record.get("url"),
        **rest(record, "_id", "text", "title", "date", "publisher", "medium", "source", "url"),
    }


SOURCE = RecordSource(
    name="AmCAT",
    files="CSV, JSON",
    recognised_by="the fields `_id`, `date`, `title`, `text`",
    article="a row",
    recognises=_recognises,
    adapt=_adapt,
)
