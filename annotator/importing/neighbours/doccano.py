"""doccano: a text a line with spans under `label` or `entities`, or with the labels of the whole text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.importing.annotation import STATES, Annotation, Lost, Place
from annotator.importing.neighbours.places import known_place

NAME = "doccano"


def recognises(record: Mapping[str, Any]) -> bool:
    """Whether a record is a text with doccano's labels."""
    has_text = isinstance(record.get("text"), str)
    labels = record.get("label", record.get("labels"))
    return has_text and (isinstance(labels, list) or isinstance(record.get("entities"), list))


def read(record: Mapping[str, Any], place: Place) -> Iterator[Annotation | Lost]:
    """A statement for each span, and the labels of the whole text; the name of the file tells the coder."""
    about = {"text": record["text"], **known_place(record)}
    labels = record.get("label", record.get("labels")) or []
    spans = [one for one in labels if isinstance(one, list) and len(one) == 3]
    spans += [
        [one.get("start_offset"), one.get("end_offset"), one.get("label")]
        for one in record.get("entities") or []
        if isinstance(one, dict)
    ]
    for start, end, label in spans:
        if isinstance(start, int) and isinstance(end, int) and start < end:
            yield Annotation(place, ((None, label),), span=(start, end), **about)
        else:
            yield Lost("spans without a start and an end")
    whole = tuple((None, label) for label in labels if isinstance(label, str))
    state = record.get("state")
    if whole or (state in STATES and state != "unseen"):
        facts = {"state": state} if state in STATES else {}
        yield Annotation(place, whole, facts=facts, **about)
    for key, what in (("relations", "relations"), ("Comments", "comments"), ("comments", "comments")):
        if isinstance(record.get(key), list) and record[key]:
            yield Lost(what, len(record[key]))
