"""Label Studio: tasks with annotations, whose results say something of a region or of the whole text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.importing.annotation import STATES, Annotation, Lost, Place
from annotator.importing.neighbours.places import known_place

NAME = "Label Studio"
_SPEAKERS, _NOTE, _STATE = "speakers", "note", "state"
_VALUES = ("choices", "labels", "text", "rating", "number", "taxonomy", "datetime")
"""The keys under which a result has its value."""


def recognises(record: Mapping[str, Any]) -> bool:
    """Whether a record is a task."""
    made = record.get("annotations", record.get("completions", record.get("predictions")))
    return isinstance(record.get("data"), dict) and isinstance(made, list)


def read(record: Mapping[str, Any], place: Place) -> Iterator[Annotation | Lost]:
    """The annotations of a task; predictions are suggestions of a model."""
    data = record["data"]
    text = _text(data)
    if text is None:
        yield Lost("tasks without a text")
        return
    about = {"text": text, **known_place(data)}
    names = data.get("coders") if isinstance(data.get("coders"), dict) else {}
    for made in record.get("annotations") or record.get("completions") or []:
        if made.get("was_cancelled"):
            yield Lost("annotations marked as skipped")
            continue
        times = {key: made[key] for key in ("created_at", "updated_at") if isinstance(made.get(key), str)}
        coder = _coder(made.get("completed_by"), names)
        yield from _of_one(made.get("result") or [], place, {**about, "coder": coder}, times)
    for made in record.get("predictions") or []:
        coder = _word(made.get("model_version")) or "Label Studio model"
        yield from _of_one(made.get("result") or [], place, {**about, "coder": coder, "kind": "pre-annotation"}, {})


def _of_one(
    results: list[Any], place: Place, about: Mapping[str, Any], times: Mapping[str, Any]
) -> Iterator[Annotation | Lost]:
    """The results of one annotation: those with one id are one region."""
    regions: dict[str, list[Mapping[str, Any]]] = {}
    for i, result in enumerate(results):
        if not isinstance(result, dict) or not isinstance(result.get("value"), dict):
            yield Lost("relations between regions" if isinstance(result, dict) else "results")
            continue
        is_whole = _span(result["value"]) is None
        regions.setdefault("" if is_whole else str(result.get("id") or i), []).append(result)
    whole = regions.pop("", [])
    for key, region in regions.items():
        labels, facts = _said(region)
        span = _span(region[0]["value"])
        yield Annotation(place, labels, span=span, facts={**times, **facts, "statement_id": _uuid(key)}, **about)
    labels, facts = _said(whole)
    if labels or facts or not results:
        yield Annotation(place, labels, facts=facts or ({} if labels else {"state": "no claim"}), **about)


def _said(results: list[Mapping[str, Any]]) -> tuple[tuple[tuple[str | None, Any], ...], dict[str, Any]]:
    """The labels and the other facts in the results of a region or of the whole text."""
    labels: list[tuple[str | None, Any]] = []
    facts: dict[str, Any] = {}
    for result in results:
        name, value = _word(result.get("from_name")), result["value"]
        key = next((key for key in _VALUES if key in value and not (key == "text" and _has_region(value))), None)
        found = value.get(key) if key else None
        values = found if isinstance(found, list) else [] if found is None else [found]
        if name == _SPEAKERS:
            facts["speakers"] = [str(each) for each in values]
        elif name == _NOTE:
            facts["note"] = "\n".join(map(str, values))
        elif name == _STATE and values and values[0] in STATES:
            facts["state"] = values[0]
        elif values == ["statement"]:
            continue
        elif values:
            flat = [" / ".join(map(str, one)) if isinstance(one, list) else one for one in values]
            labels.append((name, flat if len(flat) > 1 else flat[0]))
    return tuple(labels), facts


def _has_region(value: Mapping[str, Any]) -> bool:
    """Whether the text of a value is the labelled words, and not what was typed."""
    return "labels" in value or "choices" in value or isinstance(value.get("text"), str)


def _span(value: Mapping[str, Any]) -> tuple[int, int] | None:
    """Where a region stands; in HTML its offsets in the text are the global ones."""
    found = value.get("globalOffsets") if isinstance(value.get("globalOffsets"), dict) else value
    start, end = (found or {}).get("start"), (found or {}).get("end")
    if isinstance(start, int) and isinstance(end, int) and start < end:
        return start, end
    return None


def _text(data: Mapping[str, Any]) -> str | None:
    """The labelled text: the field `text`, else the longest one."""
    if isinstance(data.get("text"), str):
        return str(data["text"])
    return max((value for value in data.values() if isinstance(value, str)), key=len, default=None)


def _coder(by: Any, names: Mapping[str, Any]) -> str | None:
    if isinstance(by, dict):
        return _word(by.get("email")) or _word(by.get("username")) or _coder(by.get("id"), names)
    if by is None:
        return None
    return str(names.get(str(by)) or f"user {by}")


def _uuid(key: str) -> str | None:
    """The id of a statement, if a region has the id that this program gave it."""
    return key if len(key) == 36 and key.count("-") == 4 else None


def _word(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None
