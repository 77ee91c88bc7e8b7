"""The rows that exports put together, each query in the order of the articles, paragraphs and coders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from annotator.store.read.merge_join import Follower, Row
from annotator.store.read.selection import ARTICLES, PARAGRAPHS, REVIEWS, STATEMENT_ORDER, STATEMENTS, text

if TYPE_CHECKING:
    from annotator.store.read.snapshot import Records


_PARAGRAPH_LABELS = (
    f"{PARAGRAPHS} cross join paragraph_labels l on l.paragraph = p.id"
    " and l.coder in (select coder from temp.chosen_coders)"
    " cross join temp.chosen_coders n on n.coder = l.coder"
    " left join reviews r on r.coder = l.coder and r.paragraph = l.paragraph"
)


def statement_rows(records: Records) -> Iterator[Row]:
    """Article rank, paragraph row and the paragraph's fields, with the statement's."""
    return records.rows(
        "o.rank, p.id, p.position, p.start, p.end, p.role, s.id, coalesce(r.role, p.role), n.name, s.statement_id,"
        " s.evidence_start, s.evidence_end, s.note, s.flag, s.created_at, s.updated_at",
        STATEMENTS,
        STATEMENT_ORDER,
        where=f"s.deleted = 0{records.condition}",
    )


def label_rows(records: Records) -> Follower:
    """Statement row, variable, value, origin and codebook row, in the order of the statements."""
    return Follower(
        records.rows(
            "s.id, l.variable, l.value, l.origin, l.codebook",
            f"{STATEMENTS} cross join labels l on l.statement = s.id",
            f"{STATEMENT_ORDER}, l.variable",
            where=f"s.deleted = 0{records.condition}",
        )
    )


def mention_rows(records: Records) -> Follower:
    """Statement row, canonical name, words, id of the entry chosen and rank, in the order of the statements."""
    return Follower(
        records.rows(
            "s.id, coalesce(m.name, k.name), t.words, k.speaker_id, t.rank",
            f"{STATEMENTS} cross join statement_speakers t on t.statement = s.id"
            " cross join speakers k on k.id = t.speaker left join speakers m on m.id = k.merged_into",
            f"{STATEMENT_ORDER}, t.position",
            where=f"s.deleted = 0{records.condition}",
        )
    )


def review_rows(records: Records) -> Iterator[Row]:
    """Article rank, paragraph row and the paragraph's fields, with one coder's review or nulls."""
    return records.rows(
        "o.rank, p.id, p.position, p.start, p.end, p.role, n.coder, n.name, r.state, r.flag, r.note, r.role, r.seconds",
        REVIEWS,
        "o.rank, p.position, n.name",
        where=f"1{records.condition}",
    )


def paragraph_label_rows(records: Records) -> Follower:
    """Paragraph row, coder's name, variable, value, origin and codebook row, by paragraph and coder."""
    return Follower(
        records.rows(
            "p.id, n.name, l.variable, l.value, l.origin, l.codebook, l.updated_at",
            _PARAGRAPH_LABELS,
            "o.rank, p.position, n.name, l.variable",
            where=f"1{records.condition}",
        )
    )


def article_label_rows(records: Records) -> Follower:
    """Article rank, coder's name, variable, value, origin and codebook row, by article and coder."""
    return Follower(
        records.rows(
            "o.rank, n.name, l.variable, l.value, l.origin, l.codebook, l.updated_at",
            "temp.chosen_articles o join article_labels l on l.article = o.article"
            " join temp.chosen_coders n on n.coder = l.coder",
            "o.rank, n.name, l.variable",
        )
    )


def other_label_rows(records: Records) -> Iterator[Row]:
    """Labels without a row or a column elsewhere, in the order of the fields of `labels.jsonl`."""
    fields = "l.variable, l.value, l.made, l.origin, l.codebook, l.updated_at"
    yield from records.rows(
        f"null, a.article_id, p.position, n.name, {fields}",
        f"{_PARAGRAPH_LABELS} join articles a on a.id = o.article",
        "o.rank, p.position, n.name, l.variable",
        where=f"1{records.condition}",
    )
    yield from records.rows(
        f"null, a.article_id, null, n.name, {fields}",
        f"{ARTICLES} join article_labels l on l.article = o.article join temp.chosen_coders n on n.coder = l.coder",
        "o.rank, n.name, l.variable",
    )
    kept = {variable.name for variable in records.columns.statement}
    gone = sorted({variable for variable, _ in records.used if variable and variable not in kept})
    if gone:
        yield from records.rows(
            f"s.statement_id, a.article_id, p.position, n.name, {fields}",
            f"{STATEMENTS} cross join labels l on l.statement = s.id join articles a on a.id = o.article",
            f"{STATEMENT_ORDER}, l.variable",
            where=f"s.deleted = 0{records.condition} and l.variable in ({','.join(map(text, gone))})",
        )
