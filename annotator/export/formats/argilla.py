"""Argilla 2: a record a statement, each variable a question, the coder's values as the response."""

from __future__ import annotations

import json
from typing import Any

from annotator.codebook.model import Variable
from annotator.export.folder import Folder
from annotator.export.foreign_names import guid
from annotator.records import ArticleRecord, Columns, ParagraphRecord, Source, StatementRecord


def write(source: Source, folder: Folder) -> None:
    """Write argilla.jsonl (records) and argilla-settings.json (fields and questions)."""
    variables = Columns.of(source.codebook).statement
    kinds = {coder.name: coder.kind for coder in source.coders}
    with folder.open("argilla.jsonl") as stream:
        for article in source.articles():
            for paragraph, one in article.statements():
                record = _record(
                    article, paragraph, one, variables, is_suggestion=kinds.get(one.coder) == "pre-annotation"
                )
                stream.row(json.dumps(record, ensure_ascii=False))
    settings = _settings(variables)
    folder.write_text("argilla-settings.json", json.dumps(settings, ensure_ascii=False, indent=2) + "\n")
    users = {coder.name: guid("coder", coder.name) for coder in source.coders}
    folder.lose("paragraphs without a statement and what was said of them: a record is a statement (jsonl)")
    folder.lose("coders by name: a response has a user's id, which the manifest resolves")
    folder.lose("the words chosen for a speaker, flags, times and label origins (jsonl)")
    folder.write_manifest("argilla.manifest.json", "argilla", source, users=users)


def _record(
    article: ArticleRecord,
    paragraph: ParagraphRecord,
    one: StatementRecord,
    variables: tuple[Variable, ...],
    *,
    is_suggestion: bool,
) -> dict[str, Any]:
    values = {v.name: _value(v, one.value(v.name)) for v in variables}
    answers = {"speakers": "; ".join(one.speakers) or None, **values, "note": one.note}
    given = {question: value for question, value in answers.items() if value is not None}
    user = guid("coder", one.coder)
    return {
        "id": one.statement_id,
        "fields": {"text": article.text(paragraph), "evidence": article.evidence(one) or article.text(paragraph)},
        "metadata": {
            "article_id": article.article_id,
            "article": article.name,
            "paragraph": paragraph.position,
            "role": one.role,
            "coder": one.coder,
            "speakers": one.speakers,
            "evidence_start": one.evidence_start,
            "evidence_end": one.evidence_end,
        },
        "suggestions": {
            question: {"value": value, "score": None, "agent": one.coder} for question, value in given.items()
        }
        if is_suggestion
        else {},
        "responses": {} if is_suggestion else {q: [{"value": value, "user_id": user}] for q, value in given.items()},
        "vectors": {},
        "status": "pending" if is_suggestion else "completed",
        "_server_id": None,
    }


def _value(variable: Variable, value: Any) -> Any:
    """A category, the categories of a set, or text: the three kinds of question."""
    if value is None:
        return None
    if variable.level == "set":
        return value
    return "; ".join(value) if isinstance(value, list) else str(value)


def _settings(variables: tuple[Variable, ...]) -> dict[str, Any]:
    def question(variable: Variable) -> dict[str, Any]:
        kind = "text" if not variable.categories else "multi_label" if variable.level == "set" else "label"
        labels = {"labels": list(variable.names)} if variable.categories else {}
        return {"name": variable.name, "title": variable.title, "type": kind, "required": False, **labels}

    return {
        "fields": [{"name": "text", "type": "text"}, {"name": "evidence", "type": "text"}],
        "questions": [
            {"name": "speakers", "title": "speakers", "type": "text", "required": False},
            *(question(variable) for variable in variables),
            {"name": "note", "title": "note", "type": "text", "required": False},
        ],
    }
