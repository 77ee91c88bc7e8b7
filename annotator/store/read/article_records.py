"""Articles with the work on them as records: the rows of several queries, put together one article at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from annotator.records import ArticleRecord, LabelRecord, MentionRecord, ParagraphRecord, ReviewRecord, StatementRecord
from annotator.store.read import queries
from annotator.store.read.aggregate_records import Aggregate
from annotator.store.read.gold_records import Gold
from annotator.store.read.merge_join import Follower, Row
from annotator.store.tables.json_values import loaded

if TYPE_CHECKING:
    from annotator.store.read.snapshot import Records


class Articles:
    """Puts the rows of several queries together, article by article."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._wanted = records.selection.codebook_versions
        self._reviews = Follower(queries.review_rows(records))
        self._statements = Follower(queries.statement_rows(records))
        self._labels = queries.label_rows(records)
        self._mentions = queries.mention_rows(records)
        self._paragraph_labels = queries.paragraph_label_rows(records)
        self._article_labels = queries.article_label_rows(records)
        self._gold = Gold(records) if records.selection.layer == "gold" else None
        self._aggregate = Aggregate(records) if records.selection.layer == "aggregate" else None

    def article(self, row: Row) -> ArticleRecord:
        """The article of a row of ARTICLE; articles must be asked for in order."""
        rank = row[0]
        if self._gold is not None:
            self._gold.open(rank)
        if self._aggregate is not None:
            self._aggregate.open(row[1])
        labels = groupby(self._article_labels.take(rank), key=lambda each: str(each[1]))
        return ArticleRecord(
            article_id=row[1],
            name=row[2],
            title=row[3],
            source=row[4],
            date=row[5],
            url=row[6],
            path=row[7],
            metadata=json.loads(row[8]),
            added_at=row[9],
            raw_text=row[11],
            paragraphs=tuple(self._paragraphs(rank)),
            labels={coder: self._read(group, at=2) for coder, group in labels},
        )

    def _paragraphs(self, rank: int) -> Iterator[ParagraphRecord]:
        """The paragraphs that have a review or a statement in question, or that nobody saw."""
        reviews = {key: list(group) for key, group in groupby(self._reviews.take(rank), key=_place)}
        made = {key: list(group) for key, group in groupby(self._statements.take(rank), key=_place)}
        for place in sorted(reviews.keys() | made.keys(), key=lambda place: place[1]):
            yield self._paragraph(place, reviews.get(place, []), made.get(place, []))

    def _paragraph(self, place: Row, reviewed: list[Row], made: list[Row]) -> ParagraphRecord:
        paragraph, position, start, end, role = place
        labels = {
            coder: self._read(group, at=2)
            for coder, group in groupby(self._paragraph_labels.take(paragraph), key=lambda each: str(each[1]))
        }
        reviews = tuple(
            ReviewRecord(row[7], row[8], bool(row[9]), row[10], row[11], row[12], labels.get(row[7], {}))
            for row in reviewed
            if row[6] is not None
        )
        statements = tuple(self._statement(row) for row in made)
        if self._gold is not None:
            reviews, statements = self._gold.take(paragraph, position, role)
        if self._aggregate is not None:
            reviews, statements = self._aggregate.take(position, role)
        if self._gold is not None or self._aggregate is not None:
            labels = {review.coder: dict(review.labels) for review in reviews}
        kept = tuple(s for s in statements if not self._wanted or s.codebook.version in self._wanted)
        return ParagraphRecord(position, start, end, role, reviews, kept, labels)

    def _statement(self, row: Row) -> StatementRecord:
        labels = self._labels.take(row[6])
        return StatementRecord(
            statement_id=row[9],
            paragraph=row[2],
            role=row[7],
            coder=row[8],
            mentions=tuple(MentionRecord(*mention[1:]) for mention in self._mentions.take(row[6])),
            labels=self._read(labels, at=1),
            evidence_start=row[10],
            evidence_end=row[11],
            note=row[12],
            flag=bool(row[13]),
            codebook=self._records.version(label[4] for label in labels),
            created_at=row[14],
            updated_at=row[15],
        )

    def _read(self, rows: Iterable[Row], at: int) -> dict[str, LabelRecord]:
        """Labels by variable; `at` is the column of the variable, after which value, origin and codebook follow."""
        versions = self._records.versions
        return {
            row[at]: LabelRecord(loaded(row[at + 1]), row[at + 2], versions[row[at + 3]].codebook_id) for row in rows
        }


def _place(row: Row) -> Row:
    """The paragraph of a row: its own row, its position, where it begins and ends, and the role guessed."""
    return row[1:6]
