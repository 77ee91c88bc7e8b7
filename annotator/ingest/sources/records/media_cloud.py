"""Media Cloud: tables of stories, mostly without texts."""

from __future__ import annotations

from annotator.errors import IngestError
from annotator.ingest.record_source import Record, RecordSource, rest, word


def _recognises(keys: frozenset[str]) -> bool:
    return {"media_name", "url"} <= keys and bool(keys & {"indexed_date", "media_url", "stories_id"})


def _adapt(record: Record) -> Record:
    if not any(key.casefold() in ("text", "story_text") for key in record):
        raise IngestError("Media Cloud lists links without texts: fetch the pages of its links instead")
    return {
        "id": record.get("id") or record.get("stories_id"),
        "text": word(record, "text", "story_text"),
        "title": record.get("title"),
        "date": word(record, "publish_date"),
        "source": word(record, "media_name", "media_url"),
        "url": record.get("url"),
        **rest(record, "id", "stories_id", "text", "story_text", "title", "publish_date", "media_name", "url"),
    }


SOURCE = RecordSource(
    name="Media Cloud",
    files="CSV, JSON",
    recognised_by="the fields `media_name`, `url` and `indexed_date` or `media_url`",
    article="a row with a `text`",
    recognises=_recognises,
    adapt=_adapt,
    note="tables without the column `text` are refused",
)
