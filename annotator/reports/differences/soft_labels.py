"""Soft labels: for each unit and variable the distribution over categories, and each coder's value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from annotator.codebook.model import Variable
from annotator.records import ArticleRecord, ParagraphRecord, StatementRecord
from annotator.reports.compared.measures import ABSENT, PRESENT, STATES, Measure
from annotator.reports.differences.disagreements import STATE
from annotator.reports.differences.same_statements import joint_evidence, joint_id
from annotator.reports.differences.unit_codings import CodedUnit, UnitCodings, plain_value
from annotator.store.read.snapshot import Snapshot

PRESENCE = "presence"

_DECIMALS = 9


class SoftVariable(NamedTuple):
    """What is asked of a unit."""

    name: str
    level: str
    categories: tuple[str, ...]
    """The declared ones, which stand in every distribution; others appear where they are used."""


class SoftLabel(NamedTuple):
    """A unit and a variable."""

    variable: SoftVariable
    labels: Mapping[str, Any]
    """Each coder's value, as JSON holds it."""

    @property
    def distribution(self) -> dict[str, float]:
        """The share of coders who chose each category; with several values a label, shares need not sum to 1."""
        chosen: Counter[str] = Counter(dict.fromkeys(self.variable.categories, 0))
        for value in self.labels.values():
            chosen.update(value if isinstance(value, list) else [_text(value)])
        return {name: round(n / len(self.labels), _DECIMALS) for name, n in chosen.items()}


def soft_labels(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """The rows of `soft.jsonl`: a row a unit and variable that a coder labelled, in the order of the text.

    Labels count as they do in agreement: defaults do not, and a coder must be done with the paragraph. Statements of
    several coders are one unit where the matching takes them to be the same.
    """
    codings = UnitCodings(snapshot)
    variables = {part: [_variable(v, m) for v, m in codings.of(part)] for part in ("statement", "paragraph", "article")}
    of_articles = codings.articles()
    for article, paragraphs in snapshot.walk():
        itself = of_articles.get(article.article_id)
        if itself is not None:
            yield from _rows(_of_article(article), itself, variables["article"])
        for paragraph in paragraphs:
            if paragraph.done:
                for unit in codings.paragraph(paragraph):
                    yield from _rows(_place(article, paragraph, unit), unit, variables[unit.kind])


def _variable(variable: Variable, measure: Measure) -> SoftVariable:
    level = "set" if measure.level == "set" else variable.level
    return SoftVariable(variable.name, level, variable.names)


def _rows(place: dict[str, Any], unit: CodedUnit, variables: list[SoftVariable]) -> Iterator[dict[str, Any]]:
    for label in _labels(unit, variables):
        yield {
            **place,
            "variable": label.variable.name,
            "level": label.variable.level,
            "distribution": label.distribution,
            "labels": dict(label.labels),
            "n_coders": len(label.labels),
        }


def _labels(unit: CodedUnit, variables: list[SoftVariable]) -> Iterator[SoftLabel]:
    """What is built in first, then the codebook's variables that somebody labelled."""
    if unit.kind == "statement":
        there = {one.coder: ABSENT if one.values is None else PRESENT for one in unit.codings}
        yield SoftLabel(SoftVariable(PRESENCE, "nominal", (PRESENT, ABSENT)), there)
    built_in = [SoftVariable(STATE, "nominal", STATES)] if unit.kind == "paragraph" else []
    for variable in (*built_in, *variables):
        said = {
            one.coder: plain_value(one.values[variable.name])
            for one in unit.codings
            if one.values is not None and variable.name in one.values
        }
        if said:
            yield SoftLabel(variable, said)


def _of_article(article: ArticleRecord) -> dict[str, Any]:
    return {
        "unit_id": article.article_id,
        "unit": "article",
        "article_id": article.article_id,
        "article": article.name,
        "paragraph": None,
        "start": 0,
        "end": len(article.raw_text),
        "role": None,
        "text": None,
        "evidence": None,
        "evidence_start": None,
        "evidence_end": None,
        "statements": {},
    }


def _place(article: ArticleRecord, paragraph: ParagraphRecord, unit: CodedUnit) -> dict[str, Any]:
    made: dict[str, StatementRecord] = {one.coder: one.statement for one in unit.codings if one.statement is not None}
    group = tuple(made.values())
    span = joint_evidence(group) if group else None
    return {
        "unit_id": joint_id(group) if group else f"{article.article_id}:{paragraph.position}",
        "unit": unit.kind,
        "article_id": article.article_id,
        "article": article.name,
        "paragraph": paragraph.position,
        "start": paragraph.start,
        "end": paragraph.end,
        "role": paragraph.corrected_role,
        "text": article.text(paragraph),
        "evidence": None if span is None else article.raw_text[slice(*span)],
        "evidence_start": None if span is None else span[0],
        "evidence_end": None if span is None else span[1],
        "statements": {coder: one.statement_id for coder, one in made.items()},
    }


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
