"""GDELT DOC: refused, because it is a list of links without texts."""

from __future__ import annotations

from annotator.errors import IngestError
from annotator.ingest.record_source import Record, RecordSource


def _recognises(keys: frozenset[str]) -> bool:
    return {"url", "seendate"} <= keys and not keys & {"text", "body", "content"}


def _adapt(record: Record) -> Record:  # noqa: ARG001 - the type of every `adapt`
    raise IngestError("GDELT lists links without texts: fetch the pages of its links instead")


SOURCE = RecordSource(
    name="GDELT DOC",
    files="JSON, CSV",
    recognised_by="the fields `seendate` and `url` without a text",
    article="refused: links without texts",
    recognises=_recognises,
    adapt=_adapt,
)
