"""Prodigy: a task a line with spans, accepted options or one label, and an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.importing.annotation import STATES, Annotation, Lost, Place
from annotator.importing.neighbours.places import known_place

NAME = "Prodigy"


def recognises(record: Mapping[str, Any]) -> bool:
    """Whether a record is a task."""
    is_task = "_input_hash" in record or "_task_hash" in record or "answer" in record
    return is_task and isinstance(record.get("text"), str)


def read(record: Mapping[str, Any], place: Place) -> Iterator[Annotation | Lost]:
    """A statement for each span, and the accepted labels of the whole text."""
    meta = record["meta"] if isinstance(record.get("meta"), dict) else {}
    state = meta.get("state") if meta.get("state") in STATES else None
    answer = record.get("answer", "accept")
    if answer != "accept" and state is None:
        yield Lost(f"tasks with the answer {answer}")
        return
    coder = record.get("_annotator_id") or record.get("_session_id")
    about: dict[str, Any] = {"text": record["text"], "coder": coder and str(coder), **known_place(meta)}
    spans = [span for span in record.get("spans") or [] if isinstance(span, dict)]
    for span in spans:
        start, end = span.get("start"), span.get("end")
        if isinstance(start, int) and isinstance(end, int) and start < end:
            facts = {"statement_id": span["statement_id"]} if isinstance(span.get("statement_id"), str) else {}
            yield Annotation(place, ((None, span.get("label")),), span=(start, end), facts=facts, **about)
        else:
            yield Lost("spans without a start and an end")
    accepted = record.get("accept")
    labels = (
        accepted if isinstance(accepted, list) else [record["label"]] if isinstance(record.get("label"), str) else []
    )
    whole = tuple((None, label) for label in labels)
    if whole or state or not spans:
        yield Annotation(place, whole, facts={"state": state or "no claim"} if state or not whole else {}, **about)
    if record.get("relations"):
        yield Lost("relations", len(record["relations"]))
