"""brat: standoff annotation beside the text, a folder a coder, with the configuration that fits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from annotator.codebook.model import Variable
from annotator.export.folder import Folder
from annotator.export.foreign_names import plain_name, unix_text
from annotator.records import ArticleRecord, Columns, ParagraphRecord, ReviewRecord, Source, StatementRecord

_WORD = re.compile(r"[^\w-]", re.ASCII)


def write(source: Source, folder: Folder) -> None:
    """Write brat/<coder>/<article>.txt and .ann, and annotation.conf."""
    variables = Columns.of(source.codebook).statement
    names = {v.name: {name: word(name) for name in v.names} for v in variables if v.categories}
    folder.write_text("brat/annotation.conf", configuration(variables))
    for article in source.articles():
        if "\r" in article.raw_text:
            folder.lose("carriage returns, which became blanks or line feeds; the offsets are the same")
        for coder in source.coders:
            base = f"brat/{plain_name(coder.name)}/{plain_name(article.name)}-{article.article_id[:6]}"
            folder.write_text(f"{base}.txt", unix_text(article.raw_text))
            lines = list(_annotations(article, coder.name, variables, names))
            folder.write_text(f"{base}.ann", "".join(f"{line}\n" for line in lines), rows=len(lines))
    folder.lose("names of coders and articles with signs that brat does not take: notes have the coder's name")
    folder.lose("categories as they are written: attributes are single words, and the manifest has the words of each")
    folder.lose("statements without evidence stand on their whole paragraph, which a note says")
    folder.lose("the state of paragraphs in any form but notes; times, flags and label origins (jsonl)")
    folder.write_manifest("brat.manifest.json", "brat", source, words=names)


def word(name: str) -> str:
    """A name as one word of ASCII letters, digits, _ and -."""
    return _WORD.sub("_", name) or "_"


def configuration(variables: tuple[Variable, ...]) -> str:
    """annotation.conf: the two types of spans and the attributes of a statement."""
    lines = ["[entities]", "Statement", "Paragraph", "", "[relations]", "", "[events]", "", "[attributes]"]
    for variable in variables:
        if variable.level == "set":
            lines += [f"{word(variable.name)}-{word(name)}\tArg:Statement" for name in variable.names]
        elif variable.categories:
            values = "|".join(dict.fromkeys(word(name) for name in variable.names))
            lines.append(f"{word(variable.name)}\tArg:Statement, Value:{values}")
    return "\n".join(lines) + "\n"


def _annotations(
    article: ArticleRecord, coder: str, variables: tuple[Variable, ...], names: dict[str, dict[str, str]]
) -> Iterator[str]:
    text = unix_text(article.raw_text)
    n = {"T": 0, "A": 0, "#": 0}

    def number(kind: str) -> str:
        n[kind] += 1
        return f"{kind}{n[kind]}"

    for paragraph in article.paragraphs:
        review = next((each for each in paragraph.reviews if each.coder == coder), None)
        if review is not None:
            span = number("T")
            yield _span(span, "Paragraph", text, paragraph.start, paragraph.end)
            yield f"{number('#')}\tAnnotatorNotes {span}\t{_said_of_paragraph(review)}"
        for one in paragraph.statements:
            if one.coder != coder:
                continue
            span = number("T")
            yield _span(span, "Statement", text, *_place(paragraph, one))
            for attribute in _attributes(one, variables, names):
                yield f"{number('A')}\t{attribute.format(span)}"
            yield f"{number('#')}\tAnnotatorNotes {span}\t{_said_of_statement(one, variables)}"


def _place(paragraph: ParagraphRecord, one: StatementRecord) -> tuple[int, int]:
    if one.evidence_start is None or one.evidence_end is None:
        return paragraph.start, paragraph.end
    return one.evidence_start, one.evidence_end


def _span(name: str, kind: str, text: str, start: int, end: int) -> str:
    """A span; one that goes over a line's end is discontinuous, because its text must stand on one line."""
    pieces = [(start + found.start(), start + found.end()) for found in re.finditer(r"[^\n]+", text[start:end])]
    offsets = ";".join(f"{first} {last}" for first, last in pieces)
    return f"{name}\t{kind} {offsets}\t{' '.join(text[first:last] for first, last in pieces)}"


def _attributes(
    one: StatementRecord, variables: tuple[Variable, ...], names: dict[str, dict[str, str]]
) -> Iterator[str]:
    for variable in variables:
        value = one.value(variable.name)
        if value is None or not variable.categories:
            continue
        words = names[variable.name]
        if isinstance(value, list):
            for category in value:
                yield f"{word(variable.name)}-{words.get(category, word(category))} {{}}"
        else:
            yield f"{word(variable.name)} {{}} {words.get(str(value), word(str(value)))}"


def _said_of_paragraph(review: ReviewRecord) -> str:
    said = {"coder": review.coder, "state": review.state, "flag": review.flag, "note": review.note, "role": review.role}
    labels = {name: label.value for name, label in review.labels.items()}
    return json.dumps({**said, **labels}, ensure_ascii=False)


def _said_of_statement(one: StatementRecord, variables: tuple[Variable, ...]) -> str:
    """What no attribute can hold, as JSON on one line."""
    typed = {v.name: one.value(v.name) for v in variables if not v.categories and one.value(v.name) is not None}
    has_evidence = one.evidence_start is not None
    said = {
        "coder": one.coder,
        "statement_id": one.statement_id,
        "speakers": one.speakers,
        "note": one.note,
        "evidence": has_evidence,
    }
    return json.dumps({**said, **typed}, ensure_ascii=False)
