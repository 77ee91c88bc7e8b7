"""Label Studio: a task a paragraph with an annotation a coder, and the labelling config that fits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from annotator.codebook.model import Variable
from annotator.export.folder import Folder
from annotator.export.foreign_names import guid, xml_attribute
from annotator.records import ArticleRecord, Columns, ParagraphRecord, ReviewRecord, Source, StatementRecord

REGION, TEXT, STATE, NOTE, SPEAKERS = "statement", "text", "state", "note", "speakers"
_STATES = ("open", "coded", "no claim", "furniture", "duplicate")


def write(source: Source, folder: Folder) -> None:
    """Write labelstudio.json (tasks) and labelstudio.xml (the config)."""
    columns, kinds = Columns.of(source.codebook), {coder.name: coder.kind for coder in source.coders}
    numbers = {coder.name: i for i, coder in enumerate(source.coders, start=1)}
    folder.write_text("labelstudio.xml", config(columns))
    with folder.open("labelstudio.json") as stream:
        stream.write("[")
        n = 0
        for article in source.articles():
            for paragraph in article.paragraphs:
                task = {"id": n + 1, **_task(article, paragraph, columns, kinds, numbers)}
                stream.write(("\n" if n == 0 else ",\n") + json.dumps(task, ensure_ascii=False))
                n += 1
        stream.write("\n]\n")
        stream.rows = n
    folder.lose("coders by name in Label Studio itself, which wants ids of its users: data.coders has the names")
    folder.lose("the words chosen for a speaker, times of single labels and codebook versions (jsonl)")
    folder.lose("evidence beyond its paragraph, and labels of whole articles (jsonl)")
    folder.write_manifest("labelstudio.manifest.json", "labelstudio", source, coders_by_id=numbers)


def config(columns: Columns) -> str:
    """The labelling config: one label for a statement, and what is said of it region by region."""
    lines = [
        "<View>",
        f'  <Labels name="{REGION}" toName="{TEXT}"><Label value="statement"/></Labels>',
        f'  <Text name="{TEXT}" value="$text"/>',
        f'  <TextArea name="{SPEAKERS}" toName="{TEXT}" perRegion="true"/>',
        *(line for v in columns.statement for line in _control(v, per_region=True)),
        f'  <TextArea name="{NOTE}" toName="{TEXT}" perRegion="true"/>',
        f'  <Choices name="{STATE}" toName="{TEXT}" choice="single">',
        *(f"    <Choice value={xml_attribute(state)}/>" for state in _STATES),
        "  </Choices>",
        *(line for v in columns.paragraph for line in _control(v, per_region=False)),
        "</View>",
    ]
    return "\n".join(lines) + "\n"


def _name(variable: Variable) -> str:
    """A variable's control; the others' names are not for variables."""
    return f"{variable.name}_" if variable.name in (REGION, TEXT, STATE, NOTE, SPEAKERS) else variable.name


def _control(variable: Variable, *, per_region: bool) -> list[str]:
    name = xml_attribute(_name(variable))
    where = f'toName="{TEXT}"' + (' perRegion="true"' if per_region else "")
    if not variable.categories:
        return [f"  <TextArea name={name} {where}/>"]
    choice = "multiple" if variable.level == "set" else "single"
    return [
        f'  <Choices name={name} {where} choice="{choice}">',
        *(f"    <Choice value={xml_attribute(category)}/>" for category in variable.names),
        "  </Choices>",
    ]


def _task(
    article: ArticleRecord,
    paragraph: ParagraphRecord,
    columns: Columns,
    kinds: dict[str, str],
    numbers: dict[str, int],
) -> dict[str, Any]:
    reviews = {review.coder: review for review in paragraph.reviews}
    made: dict[str, list[StatementRecord]] = {coder: [] for coder in reviews}
    for one in paragraph.statements:
        made.setdefault(one.coder, []).append(one)
    annotations, predictions = [], []
    for coder, statements in made.items():
        review = reviews.get(coder)
        result = [*_state(paragraph, review, columns), *_regions(article, paragraph, statements, columns)]
        if kinds.get(coder) == "pre-annotation":
            predictions.append({"model_version": coder, "result": result})
            continue
        annotations.append(
            {
                "id": int(guid(article.article_id, paragraph.position, coder)[:7], 16),
                "completed_by": numbers.get(coder, 0),
                "was_cancelled": False,
                "ground_truth": False,
                "lead_time": review.seconds if review else 0.0,
                "result": result,
            }
        )
    return {
        "data": {
            "text": article.text(paragraph),
            "article_id": article.article_id,
            "article": article.name,
            "paragraph": paragraph.position,
            "start": paragraph.start,
            "role": paragraph.role,
            "coders": {str(numbers[coder]): coder for coder in made if coder in numbers},
        },
        "annotations": annotations,
        "predictions": predictions,
    }


def _state(paragraph: ParagraphRecord, review: ReviewRecord | None, columns: Columns) -> Iterator[dict[str, Any]]:
    """What is said of the whole paragraph."""
    if review is None:
        return
    key = guid(paragraph.start, review.coder)[:10]
    if review.state in _STATES:
        yield _result(key, STATE, "choices", {"choices": [review.state]})
    for variable in columns.paragraph:
        if variable.name in review.labels:
            yield _result(key, _name(variable), *_value(variable, review.labels[variable.name].value))


def _regions(
    article: ArticleRecord, paragraph: ParagraphRecord, statements: list[StatementRecord], columns: Columns
) -> Iterator[dict[str, Any]]:
    """The regions of statements; all that is said of one has its id and its offsets."""
    length = paragraph.end - paragraph.start
    for one in statements:
        start = 0 if one.evidence_start is None else max(0, one.evidence_start - paragraph.start)
        end = length if one.evidence_end is None else min(length, one.evidence_end - paragraph.start)
        where = {"start": start, "end": end}
        words = article.text(paragraph)[start:end]
        yield _result(one.statement_id, REGION, "labels", {**where, "text": words, "labels": ["statement"]})
        if one.mentions:
            yield _result(one.statement_id, SPEAKERS, "textarea", {**where, "text": one.speakers})
        for variable in columns.statement:
            value = one.value(variable.name)
            if value is not None:
                kind, held = _value(variable, value)
                yield _result(one.statement_id, _name(variable), kind, {**where, **held})
        if one.note is not None:
            yield _result(one.statement_id, NOTE, "textarea", {**where, "text": [one.note]})


def _value(variable: Variable, value: Any) -> tuple[str, dict[str, Any]]:
    values = [str(each) for each in (value if isinstance(value, list) else [value])]
    return ("choices", {"choices": values}) if variable.categories else ("textarea", {"text": values})


def _result(key: str, name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"id": key, "from_name": name, "to_name": TEXT, "type": kind, "origin": "manual", "value": value}
