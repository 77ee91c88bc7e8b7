"""Articles with the work on them as records: the rows of several queries, put together one article at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from annotator.records import ArticleRecord, LabelRecord, MentionRecord, ParagraphRecord, ReviewRecord, StatementRecord
from annotator.store import queries
from annotator.store.entities import loaded
from annotator.store.followers import Follower, Row
from annotator.store.gold_records import Gold

if TYPE_CHECKING:
    from annotator.store.records import Records


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

    def article(self, row: Row) -> ArticleRecord:
        """The article of a row of ARTICLE; articles must be asked for in order."""
        rank = row[0]
        statements = Follower(self._statement(each) for each in self._statements.take(rank))
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
            paragraphs=tuple(
                self._paragraph(list(group), statements)
                for _, group in groupby(self._reviews.take(rank), key=lambda each: int(each[1]))
            ),
            labels={coder: self._read(group, at=2) for coder, group in labels},
        )

    def _paragraph(self, rows: list[Row], statements: Follower) -> ParagraphRecord:
        _, paragraph, position, start, end, role = rows[0][:6]
        labels = {
            coder: self._read(group, at=2)
            for coder, group in groupby(self._paragraph_labels.take(paragraph), key=lambda each: str(each[1]))
        }
        reviews: Iterable[ReviewRecord] = (
            ReviewRecord(row[7], row[8], bool(row[9]), row[10], row[11], row[12], labels.get(row[7], {}))
            for row in rows
            if row[6] is not None
        )
        made: Iterable[StatementRecord] = (statement for _, statement in statements.take(paragraph))
        if self._gold is not None:
            reviews, made = self._gold.take(paragraph, position, role)
        kept = tuple(s for s in made if not self._wanted or s.codebook.version in self._wanted)
        return ParagraphRecord(position, start, end, role, tuple(reviews), kept)

    def _statement(self, row: Row) -> tuple[int, StatementRecord]:
        labels = self._labels.take(row[1])
        return row[2], StatementRecord(
            statement_id=row[8],
            paragraph=row[3],
            role=row[6],
            coder=row[7],
            mentions=tuple(MentionRecord(*mention[1:]) for mention in self._mentions.take(row[1])),
            labels=self._read(labels, at=1),
            evidence_start=row[9],
            evidence_end=row[10],
            note=row[11],
            flag=bool(row[12]),
            codebook=self._records.version(label[4] for label in labels),
            created_at=row[13],
            updated_at=row[14],
        )

    def _read(self, rows: Iterable[Row], at: int) -> dict[str, LabelRecord]:
        """Labels by variable; `at` is the column of the variable, after which value, origin and codebook follow."""
        versions = self._records.versions
        return {
            row[at]: LabelRecord(loaded(row[at + 1]), row[at + 2], versions[row[at + 3]].codebook_id) for row in rows
        }
