"""The Guardian's Open Platform: results of a search."""

from __future__ import annotations

from annotator.errors import IngestError
from annotator.ingest.batch import author_of
from annotator.ingest.record_source import Record, RecordSource, rest, word
from annotator.ingest.sources.blocks import html_text


def _recognises(keys: frozenset[str]) -> bool:
    return {"webtitle", "webpublicationdate"} <= keys


def _adapt(record: Record) -> Record:
    body = word(record, "fields.body")
    text = html_text(body) if body else word(record, "fields.bodyText")
    if text is None and not isinstance(record.get("fields"), dict):
        raise IngestError('holds no texts: ask the Guardian for "show-fields=headline,byline,body"')
    return {
        "id": record.get("id"),
        "text": text,
        "title": word(record, "fields.headline", "webTitle"),
        "date": record.get("webPublicationDate"),
        "source": word(record, "fields.publication") or "The Guardian",
        "url": record.get("webUrl"),
        "author": author_of(word(record, "fields.byline")),
        "section": record.get("sectionName"),
        **rest(record, "id", "fields", "webTitle", "webPublicationDate", "webUrl", "sectionName"),
    }


SOURCE = RecordSource(
    name="The Guardian",
    files="JSON",
    recognised_by="the fields `webTitle` and `webPublicationDate`",
    article="an object of `response.results`",
    recognises=_recognises,
    adapt=_adapt,
    note="`fields.body`, which has paragraphs, not `bodyText`; results without fields are refused",
)
