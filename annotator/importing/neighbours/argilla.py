"""Argilla: records with the responses of each user to each question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.importing.annotation import Annotation, Lost, Place
from annotator.importing.neighbours.places import known_place

NAME = "Argilla"


def recognises(record: Mapping[str, Any]) -> bool:
    """Whether a record has fields and responses."""
    return isinstance(record.get("fields"), dict) and isinstance(record.get("responses"), dict | list)


def read(record: Mapping[str, Any], place: Place) -> Iterator[Annotation | Lost]:
    """What each user answered; suggestions are a model's."""
    fields, meta = record["fields"], record.get("metadata") or {}
    text = fields.get("text")
    if not isinstance(text, str):
        text = max((value for value in fields.values() if isinstance(value, str)), key=len, default=None)
    if text is None:
        yield Lost("records without a text")
        return
    about: dict[str, Any] = {"text": text, **known_place(meta)}
    by_user, discarded = _answers(record["responses"])
    if discarded:
        yield Lost("responses discarded or not submitted", discarded)
    is_own = "evidence_start" in meta and "coder" in meta
    facts: dict[str, Any] = {"statement_id": str(record["id"])} if is_own else {}
    if is_own and isinstance(meta.get("speakers"), list):
        facts["speakers"] = meta["speakers"]
    if is_own and isinstance(meta["evidence_start"], int):
        about |= _evidence(text, fields.get("evidence"), (meta["evidence_start"], meta["evidence_end"]))
    for user, answers in by_user.items():
        coder = str(meta["coder"]) if is_own else f"user {user}"
        yield from _of_user(answers, place, {**about, "coder": coder}, facts)
    suggested = record.get("suggestions")
    if isinstance(suggested, dict) and suggested:
        answers = {q: one.get("value") if isinstance(one, dict) else one for q, one in suggested.items()}
        agents = {str(one["agent"]) for one in suggested.values() if isinstance(one, dict) and one.get("agent")}
        model = {"coder": min(agents, default="Argilla model"), "kind": "pre-annotation"}
        yield from _of_user(answers, place, {**about, **model}, facts)


def _evidence(text: str, words: Any, in_article: tuple[int, int]) -> dict[str, Any]:
    """Where a record of this program has its evidence: in the text if it stands there once, else in the article."""
    if isinstance(words, str) and words and text.count(words) == 1:
        start = text.index(words)
        return {"span": (start, start + len(words))}
    return {"span": in_article, "text": None}


def _answers(responses: Any) -> tuple[dict[str, dict[str, Any]], int]:
    """The answers by user and question, and how many responses were not submitted; both layouts of Argilla."""
    found: dict[str, dict[str, Any]] = {}
    n = 0
    if isinstance(responses, list):
        for one in responses:
            if one.get("status") in ("discarded", "draft", "pending"):
                n += 1
                continue
            values = one.get("values") or {}
            answers = {q: v.get("value") if isinstance(v, dict) else v for q, v in values.items()}
            found.setdefault(str(one.get("user_id")), {}).update(answers)
        return found, n
    for question, given in responses.items():
        for one in given if isinstance(given, list) else [given]:
            if not isinstance(one, dict):
                continue
            if one.get("status") in ("discarded", "draft", "pending"):
                n += 1
            else:
                found.setdefault(str(one.get("user_id")), {})[question] = one.get("value")
    return found, n


def _of_user(
    answers: Mapping[str, Any], place: Place, about: Mapping[str, Any], facts: Mapping[str, Any]
) -> Iterator[Annotation | Lost]:
    more = dict(facts)
    labels: list[tuple[str | None, Any]] = []
    for question, value in answers.items():
        if question == "speakers" and isinstance(value, str):
            if value != "; ".join(more.get("speakers", [])):  # somebody answered something else
                more["speakers"] = [name for name in value.split("; ") if name]
        elif question == "note" and isinstance(value, str):
            more["note"] = value
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            for one in value:
                yield from _part(question, one, place, about)
        else:
            labels.append((question, value))
    if labels or more:
        yield Annotation(place, tuple(labels), facts=more, **about)


def _part(question: str, one: Mapping[str, Any], place: Place, about: Mapping[str, Any]) -> Iterator[Annotation | Lost]:
    """A span of the text, or a place of a ranking."""
    start, end = one.get("start"), one.get("end")
    if isinstance(start, int) and isinstance(end, int) and about["text"] is not None:
        yield Annotation(place, ((question, one.get("label")),), **{**about, "span": (start, end)})
    else:
        yield Lost("answers to questions of ranking")
