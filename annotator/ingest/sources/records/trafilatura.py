"""trafilatura JSON: one object an article."""

from __future__ import annotations

from annotator.ingest.batch import author_of
from annotator.ingest.record_source import Record, RecordSource, rest, word


def _recognises(keys: frozenset[str]) -> bool:
    return {"text", "fingerprint"} <= keys and bool(keys & {"source-hostname", "sitename", "hostname"})


def _adapt(record: Record) -> Record:
    return {
        "text": record.get("text"),
        "title": word(record, "title"),
        "date": word(record, "date"),
        "source": word(record, "source-hostname", "sitename", "hostname"),
        "url": word(record, "source", "url"),
        "author": author_of(word(record, "author")),
        **rest(
            record,
            *(
                "text",
                "raw_text",
                "title",
                "date",
                "source",
                "source-hostname",
                "sitename",
                "url",
                "author",
                "comments",
            ),
        ),
    }


SOURCE = RecordSource(
    name="trafilatura (JSON)",
    files="JSON, JSONL, CSV",
    recognised_by="the fields `text` and `fingerprint`",
    article="an object",
    recognises=_recognises,
    adapt=_adapt,
    note="`text`, which has paragraphs, not `raw_text`",
)
