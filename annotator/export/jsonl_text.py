"""Lines of the large JSONL files: one an article, a paragraph and coder, a statement.

They are written as text, since an export spends most of its time here: a JSON encoder that is given dicts takes twice
as long. What many lines share is made once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from json.encoder import encode_basestring as quote
from typing import Any, NamedTuple

from annotator.codebook.model import Variable
from annotator.export.foreign_names import shareable_path
from annotator.records import ArticleRecord, LabelRecord, ParagraphRecord, SpanRecord, StatementRecord

encode: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""JSON on one line, as every file of the export has it."""

_REMEMBERED = 5_000
"""How many sets of labels are remembered."""

_LONG = 2_000
"""Longer text is not remembered: it hardly comes twice."""


def article_line(article: ArticleRecord, spans: Iterable[SpanRecord], variables: Iterable[Variable]) -> str:
    """The line of an article: what is known about it, all its paragraphs as they were read, its labels and its text."""
    keys = _keys(variables)
    facts: dict[str, Any] = {
        "article_id": article.article_id,
        "article": article.name,
        "title": article.title,
        "source": article.source,
        "date": article.date,
        "url": article.url,
        "path": shareable_path(article.path),
        "metadata": article.metadata,
        "added_at": article.added_at,
        "sha256": article.sha256,
    }
    if article.reprint_group is not None:
        facts["reprint_group"] = article.reprint_group or None
    cut = ",".join([f'{{"start":{start},"end":{end},"role":{quote(role)}}}' for start, end, role in spans])
    by_coder = ",".join([f"{quote(coder)}:{{{_values(made, keys)[1:]}}}" for coder, made in article.labels.items()])
    labels = f',"labels":{{{by_coder}}}' if keys else ""
    return f'{encode(facts)[:-1]},"paragraphs":[{cut}]{labels},"raw_text":{quote(article.raw_text)}}}'


class ArticleLines:
    """The lines of what is in one article, each in pieces: texts stand apart from what is around them."""

    def __init__(self, article: ArticleRecord, columns: LineColumns) -> None:
        self._article = article
        self._columns = columns
        self._keys = f'"article_id":{quote(article.article_id)},"article":{quote(article.name)}'

    def paragraphs(self, paragraph: ParagraphRecord) -> list[tuple[str, str, str]]:
        """A line for each coder who saw a paragraph, or one with coder null if nobody did."""
        keys = self._columns.paragraph
        place = (
            f'{{{self._keys},"paragraph":{paragraph.position},"start":{paragraph.start},"end":{paragraph.end},"text":'
        )
        text = quote(self._article.text(paragraph))
        if paragraph.is_unseen:
            rest = (
                f',"role":{quote(paragraph.role)},"coder":null,"state":"unseen"{_values({}, keys)},"flag":false,'
                '"note":null,"seconds":0.0}'
            )
            return [(place, text, rest)]
        return [
            (
                place,
                text,
                f',"role":{quote(review.role or paragraph.role)},"coder":{quote(review.coder)},'
                f'"state":{quote(review.state)}{_values(review.labels, keys)},"flag":{_boolean(review.flag)},'
                f'"note":{_text(review.note)},"seconds":{review.seconds!r}}}',
            )
            for review in paragraph.reviews
        ]

    def statement(self, paragraph: ParagraphRecord, one: StatementRecord) -> tuple[tuple[str, str, str], str]:
        """The line of a statement, and the one that says how its speakers and labels came about."""
        key, _, role, coder, mentions, _, start, end, note, flag, codebook, created_at, updated_at = one
        statement_id, labels = quote(key), self._columns.labels(one)
        names = ",".join([quote(name) for name, *_ in mentions])
        chosen = ",".join(
            [
                f'{{"speaker_id":{quote(speaker_id)},"words":{quote(words)},"rank":{_number(rank)},"origin":"{origin}"}}'
                for _, words, speaker_id, rank, origin in mentions
            ]
        )
        line = (
            f'{{"statement_id":{statement_id},{self._keys},"paragraph":{paragraph.position},'
            f'"paragraph_start":{paragraph.start},"paragraph_end":{paragraph.end},"role":{quote(role)},'
            f'"coder":{quote(coder)},"speakers":[{names}]{labels.values},"evidence":',
            _text(self._article.evidence(one)),
            f',"evidence_start":{_number(start)},"evidence_end":{_number(end)},"note":{_text(note)},'
            f'"flag":{_boolean(flag)},"codebook":{quote(codebook.name)},"codebook_version":{quote(codebook.version)},'
            f'"created_at":{quote(created_at)},"updated_at":{quote(updated_at)}}}',
        )
        return line, f'{{"statement_id":{statement_id},"speakers":[{chosen}],{labels.origins}}}'


class LabelText(NamedTuple):
    """A statement's labels in its line, and what `origins.jsonl` says of them."""

    values: str
    origins: str


class LineColumns:
    """The columns of variables, and what the labels of statements look like under them.

    Attributes:
        paragraph: The name of each variable of paragraphs, with its key.
        uses: The variables of the statements so far, each with a codebook version that a label was made under.
    """

    def __init__(self, statement: Iterable[Variable], paragraph: Iterable[Variable]) -> None:
        self._statement = _keys(statement)
        self.paragraph = _keys(paragraph)
        self.uses: set[tuple[str, str]] = set()
        self._known: dict[int, tuple[StatementRecord, LabelText]] = {}

    def labels(self, one: StatementRecord) -> LabelText:
        """A statement's labels; statements that are labelled alike share one object, by which they are remembered."""
        known = self._known.get(id(one.labels))
        return known[1] if known is not None else self._read(one)

    def _read(self, one: StatementRecord) -> LabelText:
        labels, newest = one.labels.items(), one.codebook.codebook_id
        self.uses.update((name, label.codebook) for name, label in labels)
        origins = {
            "origins": {name: label.origin for name, label in labels if label.origin != "coder"},
            "codebook_id": newest,
            "codebooks": {name: label.codebook for name, label in labels if label.codebook != newest},
            "made": {name: label.made for name, label in labels if label.made is not None},
            "entries": {name: label.entry for name, label in labels if label.entry is not None},
        }
        text = LabelText(_values(one.labels, self._statement), encode(origins)[1:-1])
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        if len(text.values) + len(text.origins) <= _LONG:
            self._known[id(one.labels)] = (one, text)  # the statement keeps its labels, and so their id
        return text


def _keys(variables: Iterable[Variable]) -> list[tuple[str, str]]:
    """For each variable its name and its key as JSON."""
    return [(variable.name, quote(variable.name)) for variable in variables]


def _values(labels: Mapping[str, LabelRecord], keys: list[tuple[str, str]]) -> str:
    """Keys and values, each after a comma."""
    return "".join([f",{key}:{encode(labels[name].value) if name in labels else 'null'}" for name, key in keys])


def _text(value: str | None) -> str:
    return "null" if value is None else quote(value)


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def _boolean(value: bool) -> str:
    return "true" if value else "false"
