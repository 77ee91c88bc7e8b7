"""The adjudicated layer as records of paragraphs and statements, and as the rows of `gold.jsonl`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from annotator.records import GOLD, LabelRecord, MentionRecord, ReviewRecord, StatementRecord
from annotator.store.read.chosen import Chosen, Place
from annotator.store.read.merge_join import Follower, Row
from annotator.store.read.selection import text
from annotator.store.tables.adjudicated import labels_now, names_now

_PLACE = "temp.chosen_articles o cross join paragraphs p on p.article = o.article join articles a on a.id = o.article"
_VERDICTS = f"{_PLACE} cross join verdicts v on v.paragraph = p.id join coders n on n.id = v.decided_by"
_GOLD = f"{_PLACE} cross join gold g on g.paragraph = p.id join coders n on n.id = g.decided_by"


class Gold:
    """Gold paragraphs and statements; a range of paragraphs is in memory at a time."""

    def __init__(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self._names = names_now(chosen.connection)
        self._verdicts: dict[int, Row] = {}
        self._statements: dict[int, list[Row]] = {}

    def open(self, places: Iterable[Place]) -> None:
        """Read the gold of some paragraphs, whose rows do not lie far apart."""
        rows = [place.id for place in places]
        span = (min(rows, default=0), max(rows, default=0))
        c, condition = self._chosen.connection, _condition(self._chosen)
        verdicts = c.all(
            "select p.id, v.state, v.labels, v.codebook, v.reason, v.decided_at"
            " from verdicts v cross join paragraphs p on p.id = v.paragraph"
            f" where v.paragraph between ? and ?{condition}",
            span,
        )
        statements = c.all(
            "select p.id, g.gold_id, g.evidence_start, g.evidence_end, g.speakers, g.labels, g.reason, g.decided_at"
            " from gold g cross join paragraphs p on p.id = g.paragraph"
            f" where g.paragraph between ? and ? and g.deleted = 0{condition} order by p.id, g.id",
            span,
        )
        self._verdicts = {row[0]: row[1:] for row in verdicts}
        self._statements = {row: [each[1:] for each in group] for row, group in groupby(statements, _paragraph_row)}

    def take(self, place: Place) -> tuple[list[ReviewRecord], dict[str, list[StatementRecord]]]:
        """The state of a paragraph and the statements that stand in it, as if a coder called gold had coded it."""
        codebook = None
        reviews = []
        if place.id in self._verdicts:
            state, labels, codebook, reason, decided_at = self._verdicts[place.id]
            values = self._labels(codebook, json.loads(labels))
            reviews.append(ReviewRecord(GOLD, state, False, reason, None, 0.0, values, decided_at))
        statements = list(self._made(self._statements.get(place.id, []), codebook, place))
        return reviews, {GOLD: statements} if statements else {}

    def _made(self, rows: list[Row], codebook: int | None, place: Place) -> Iterator[StatementRecord]:
        version = self._chosen.in_force if codebook is None else self._chosen.versions[codebook]
        for gold_id, start, end, speakers, labels, reason, decided_at in rows:
            names = dict.fromkeys(self._names.get(name, name) for name in json.loads(speakers))
            yield StatementRecord(
                statement_id=gold_id,
                paragraph=place.position,
                role=place.role,
                coder=GOLD,
                mentions=tuple(MentionRecord(str(name), str(name), "", None) for name in names),
                labels=self._labels(codebook, json.loads(labels)),
                evidence_start=start,
                evidence_end=end,
                note=reason,
                flag=False,
                codebook=version,
                created_at=decided_at,
                updated_at=decided_at,
            )

    def _labels(self, codebook: int | None, labels: dict[str, Any]) -> dict[str, LabelRecord]:
        """Labels as the codebook in force reads them, with the version they were decided under."""
        if codebook is None:
            codebook_id = self._chosen.in_force.codebook_id
        else:
            codebook_id = self._chosen.versions[codebook].codebook_id
            labels = labels_now(self._chosen.connection, codebook, labels)
        return {name: LabelRecord(value, "coder", codebook_id) for name, value in labels.items()}


def gold_rows(chosen: Chosen) -> Iterator[dict[str, Any]]:
    """Adjudicated paragraphs as rows of `gold.jsonl`: a row for each paragraph, then one for each statement in it.

    Statements that came from an older version have no row of their paragraph. Where single coders' work is asked for,
    gold that was made from the work of all coders is left out.
    """
    if not _is_asked(chosen):
        return
    statements = Follower(_statements(chosen, "p.id in (select paragraph from verdicts)"))
    for paragraph, article_id, position, state, labels, codebook, decided_by, reason, decided_at in _verdicts(chosen):
        common = {"article_id": article_id, "paragraph": position}
        codebook_id = chosen.versions[codebook].codebook_id
        why = {"decided_by": decided_by, "reason": reason, "decided_at": decided_at, "codebook_id": codebook_id}
        nothing: dict[str, Any] = {"evidence_start": None, "evidence_end": None, "speakers": [], "statements": []}
        yield {"gold_id": None, **common, "state": state, "labels": json.loads(labels), **nothing, **why}
        for row in statements.take(paragraph):
            yield _row(row, codebook_id)
    for row in _statements(chosen, "p.id not in (select paragraph from verdicts)"):
        yield _row(row, None)


def gold_codebooks(chosen: Chosen) -> set[int]:
    """The rows of the codebook versions under which paragraphs were adjudicated."""
    if not _is_asked(chosen):
        return set()
    return {row for (row,) in chosen.rows("distinct v.codebook", _VERDICTS, "1")}


def _is_asked(chosen: Chosen) -> bool:
    selection = chosen.selection
    return not selection.coders or GOLD in selection.coders or selection.layer == "gold"


def _row(row: Row, codebook_id: str | None) -> dict[str, Any]:
    return {
        "gold_id": row[3],
        "article_id": row[1],
        "paragraph": row[2],
        "state": "coded",
        "labels": json.loads(row[7]),
        "evidence_start": row[4],
        "evidence_end": row[5],
        "speakers": json.loads(row[6]),
        "statements": json.loads(row[8]),
        "decided_by": row[9],
        "reason": row[10],
        "decided_at": row[11],
        "codebook_id": codebook_id,
    }


def _verdicts(chosen: Chosen) -> Iterator[Row]:
    """Paragraph row, article, position, state, labels, codebook row, who decided, reason and time."""
    return chosen.rows(
        "p.id, a.article_id, p.position, v.state, v.labels, v.codebook, n.name, v.reason, v.decided_at",
        _VERDICTS,
        "o.rank, p.position",
        where=f"1{_condition(chosen)}",
    )


def _statements(chosen: Chosen, where: str) -> Iterator[Row]:
    """Paragraph row, article, position, and the columns of a gold statement with the name of its adjudicator."""
    return chosen.rows(
        "p.id, a.article_id, p.position, g.gold_id, g.evidence_start, g.evidence_end, g.speakers, g.labels,"
        " g.statements, n.name, g.reason, g.decided_at",
        _GOLD,
        "o.rank, p.position, g.id",
        where=f"g.deleted = 0 and {where}{_condition(chosen)}",
    )


def _condition(chosen: Chosen) -> str:
    """The condition that selects adjudicated paragraphs: by role, and by the coders to whom they were assigned."""
    selection = chosen.selection
    parts = []
    if selection.roles:
        parts.append(f"p.role in ({_texts(selection.roles)})")
    if selection.phases:
        parts.append(
            "exists (select 1 from assignments x where p.id between x.first and x.last"
            f" and x.phase in ({_texts(selection.phases)}))"
        )
    if selection.codebook_versions:
        parts.append(
            "p.id in (select w.paragraph from verdicts w join codebooks b on b.id = w.codebook"
            f" where b.version in ({_texts(selection.codebook_versions)}))"
        )
    return "".join(f" and {part}" for part in parts)


def _texts(names: tuple[str, ...]) -> str:
    return ", ".join(map(text, names))


def _paragraph_row(row: Row) -> int:
    return int(row[0])
