"""Articles with their texts as records, each with its paragraphs one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from annotator.records import ArticleRecord, LabelRecord, ParagraphRecord
from annotator.store.read.chosen import Chosen
from annotator.store.read.merge_join import Follower, Row
from annotator.store.read.paragraph_records import Paragraphs
from annotator.store.read.queries import article_label_rows
from annotator.store.read.selection import ARTICLES
from annotator.store.tables.json_values import loaded

_ARTICLE = (
    "a.id, a.article_id, a.name, a.title, a.source, a.date, a.url, a.path, a.metadata, a.added_at, a.sha256, a.raw_text"
)


def walk(chosen: Chosen) -> Iterator[tuple[ArticleRecord, Iterator[ParagraphRecord]]]:
    """Each chosen article without its paragraphs, and these one by one; they must be taken before the next article."""
    labels = Follower(article_label_rows(chosen))
    groups = groupby(Paragraphs(chosen).all(), attrgetter("article"))
    article, paragraphs = next(groups, _NO_GROUP)
    for row in chosen.rows(_ARTICLE, ARTICLES, "o.rank"):
        record = _record(chosen, row, labels.take(row[0]))
        if record.id != article:
            yield record, iter(())
            continue
        yield record, paragraphs
        article, paragraphs = next(groups, _NO_GROUP)


_NO_GROUP: tuple[int, Iterator[ParagraphRecord]] = (0, iter(()))


def _record(chosen: Chosen, row: Row, labels: list[Row]) -> ArticleRecord:
    by_coder: dict[str, dict[str, LabelRecord]] = {}
    for _, _, coder, variable, value, origin, codebook, made in labels:
        label = LabelRecord(loaded(value), origin, chosen.versions[codebook].codebook_id, loaded(made))
        by_coder.setdefault(coder, {})[variable] = label
    group = chosen.reprints.get(row[1], "") if chosen.reprints else None
    return ArticleRecord._make((*row[:8], json.loads(row[8]), *row[9:], by_coder, (), group))
