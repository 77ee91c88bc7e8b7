"""W3C Web Annotations: an annotation a statement, as JSON-LD with a context of its own for the variables."""

from __future__ import annotations

import json
from typing import Any

from annotator.codebook.model import Variable
from annotator.export.folder import Folder
from annotator.export.foreign_names import guid
from annotator.records import ArticleRecord, Columns, ParagraphRecord, Source, StatementRecord

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
TERMS = "urn:annotator:terms:"
_AROUND = 40
"""Characters before and after the evidence, by which it is found again in a changed page."""


def write(source: Source, folder: Folder) -> None:
    """Write annotations.jsonld: one page of an annotation collection."""
    variables = Columns.of(source.codebook).statement
    context = json.dumps([CONTEXT, _terms()], ensure_ascii=False)
    with folder.open("annotations.jsonld") as stream:
        stream.write(f'{{"@context":{context},"id":"urn:uuid:{guid("page", source.codebook.sha256)}",')
        stream.write('"type":"AnnotationPage","startIndex":0,"items":[')
        n = 0
        for article in source.articles():
            for paragraph, one in article.statements():
                text = json.dumps(_annotation(article, paragraph, one, variables), ensure_ascii=False)
                stream.write(("\n" if n == 0 else ",\n") + text)
                n += 1
        stream.write("\n]}\n")
        stream.rows = n
    folder.lose("paragraphs without a statement and what was said of them (jsonl)")
    folder.lose("the words chosen for a speaker, flags, label origins and versions (jsonl)")
    folder.write_manifest(
        "webannotation.manifest.json",
        "webannotation",
        source,
        media_type='application/ld+json;profile="http://www.w3.org/ns/anno.jsonld"',
    )


def _terms() -> dict[str, Any]:
    """Our own keys as terms, without which JSON-LD drops them."""
    return {
        "variable": f"{TERMS}variable",
        "statement": f"{TERMS}statement",
        "paragraph": f"{TERMS}paragraph",
        "role": f"{TERMS}role",
        "articleId": f"{TERMS}articleId",
    }


def _annotation(
    article: ArticleRecord, paragraph: ParagraphRecord, one: StatementRecord, variables: tuple[Variable, ...]
) -> dict[str, Any]:
    bodies: list[dict[str, Any]] = [
        {"type": "TextualBody", "purpose": "identifying", "variable": "speaker", "value": name} for name in one.speakers
    ]
    for variable in variables:
        value = one.value(variable.name)
        for each in [] if value is None else value if isinstance(value, list) else [value]:
            purpose = "classifying" if variable.categories else "describing"
            bodies.append({"type": "TextualBody", "purpose": purpose, "variable": variable.name, "value": str(each)})
    if one.note is not None:
        bodies.append({"type": "TextualBody", "purpose": "commenting", "value": one.note})
    return {
        "id": f"urn:uuid:{guid('annotation', one.statement_id)}",
        "type": "Annotation",
        "motivation": "classifying",
        "statement": one.statement_id,
        "created": one.created_at,
        "modified": one.updated_at,
        "creator": {"id": f"urn:uuid:{guid('coder', one.coder)}", "type": "Person", "name": one.coder},
        "body": bodies,
        "target": _target(article, paragraph, one),
    }


def _target(article: ArticleRecord, paragraph: ParagraphRecord, one: StatementRecord) -> dict[str, Any]:
    start = paragraph.start if one.evidence_start is None else one.evidence_start
    end = paragraph.end if one.evidence_end is None else one.evidence_end
    text = article.raw_text
    return {
        "source": article.url if _is_iri(article.url) else f"urn:annotator:article:{article.article_id}",
        "articleId": article.article_id,
        "paragraph": paragraph.position,
        "role": one.role,
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": text[start:end],
                "prefix": text[max(0, start - _AROUND) : start],
                "suffix": text[end : end + _AROUND],
            },
            {"type": "TextPositionSelector", "start": start, "end": end},
        ],
    }


def _is_iri(url: str | None) -> bool:
    return url is not None and url.startswith(("http://", "https://")) and not set(url) & set(' <>"{}|\\^`\n\r\t')
