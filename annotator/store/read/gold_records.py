"""The settled layer as exports read it: what stands of each paragraph, and the statements in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from annotator.records import GOLD, LabelRecord, MentionRecord, ReviewRecord, StatementRecord
from annotator.store.read.merge_join import Follower, Row
from annotator.store.read.selection import text
from annotator.store.tables.adjudicated import labels_now, names_now

if TYPE_CHECKING:
    from annotator.store.read.snapshot import Records

_PLACE = "temp.chosen_articles o cross join paragraphs p on p.article = o.article join articles a on a.id = o.article"
_VERDICTS = f"{_PLACE} cross join verdicts v on v.paragraph = p.id join coders n on n.id = v.decided_by"
_GOLD = f"{_PLACE} cross join gold g on g.paragraph = p.id join coders n on n.id = g.decided_by"
_GOLD_COLUMNS = (
    "p.id, a.article_id, p.position, g.gold_id, g.evidence_start, g.evidence_end, g.speakers, g.labels, g.statements,"
    " n.name, g.reason, g.decided_at"
)


class Gold:
    """What was settled, one article in memory at a time."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._names = names_now(records.connection)
        self._verdicts: dict[int, Row] = {}
        self._statements: dict[int, list[Row]] = {}

    def open(self, rank: int) -> None:
        """Read what was settled in the article of that rank."""
        here = f"o.rank = {rank}"
        self._verdicts = {row[0]: row for row in _verdicts(self._records, here)}
        rows = _statements(self._records, here)
        self._statements = {paragraph: list(group) for paragraph, group in groupby(rows, key=lambda row: int(row[0]))}

    def take(
        self, paragraph: int, position: int, role: str
    ) -> tuple[tuple[ReviewRecord, ...], tuple[StatementRecord, ...]]:
        """The state of a paragraph and the statements that stand in it, as if a coder called gold had coded it."""
        codebook = None
        reviews = []
        if paragraph in self._verdicts:
            _, _, _, state, labels, codebook, _, reason, _ = self._verdicts[paragraph]
            values = self._labels(codebook, json.loads(labels))
            reviews.append(ReviewRecord(GOLD, state, False, reason, None, 0.0, values))
        statements = self._made(self._statements.get(paragraph, []), codebook, position, role)
        return tuple(reviews), tuple(statements)

    def _made(self, rows: list[Row], codebook: int | None, position: int, role: str) -> Iterator[StatementRecord]:
        version = self._records.in_force if codebook is None else self._records.versions[codebook]
        for _, _, _, gold_id, start, end, speakers, labels, _, _, reason, decided_at in rows:
            names = dict.fromkeys(self._names.get(name, name) for name in json.loads(speakers))
            yield StatementRecord(
                statement_id=gold_id,
                paragraph=position,
                role=role,
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
            codebook_id = self._records.in_force.codebook_id
        else:
            codebook_id = self._records.versions[codebook].codebook_id
            labels = labels_now(self._records.connection, codebook, labels)
        return {name: LabelRecord(value, "coder", codebook_id) for name, value in labels.items()}


def gold_rows(records: Records) -> Iterator[dict[str, Any]]:
    """What was settled, as rows of `gold.jsonl`: a row for each paragraph, then one for each statement in it.

    Statements that came from an older version have no row of their paragraph. Where single coders' work is asked for,
    what was made of everybody's is no part of it.
    """
    if not _is_asked(records):
        return
    statements = Follower(_statements(records, "p.id in (select paragraph from verdicts)"))
    for paragraph, article_id, position, state, labels, codebook, decided_by, reason, decided_at in _verdicts(records):
        common = {"article_id": article_id, "paragraph": position}
        codebook_id = records.versions[codebook].codebook_id
        why = {"decided_by": decided_by, "reason": reason, "decided_at": decided_at, "codebook_id": codebook_id}
        nothing: dict[str, Any] = {"evidence_start": None, "evidence_end": None, "speakers": [], "statements": []}
        yield {"gold_id": None, **common, "state": state, "labels": json.loads(labels), **nothing, **why}
        for row in statements.take(paragraph):
            yield _row(row, codebook_id)
    for row in _statements(records, "p.id not in (select paragraph from verdicts)"):
        yield _row(row, None)


def gold_codebooks(records: Records) -> set[int]:
    """The rows of the codebook versions that something was settled under."""
    if not _is_asked(records):
        return set()
    return {row for (row,) in records.rows("distinct v.codebook", _VERDICTS, "1")}


def _is_asked(records: Records) -> bool:
    chosen = records.selection
    return not chosen.coders or GOLD in chosen.coders or chosen.layer == "gold"


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


def _verdicts(records: Records, where: str = "1") -> Iterator[Row]:
    """Paragraph row, article, position, state, labels, codebook row, who decided, reason and time."""
    return records.rows(
        "p.id, a.article_id, p.position, v.state, v.labels, v.codebook, n.name, v.reason, v.decided_at",
        _VERDICTS,
        "o.rank, p.position",
        where=f"{where}{_chosen(records)}",
    )


def _statements(records: Records, where: str = "1") -> Iterator[Row]:
    return records.rows(
        _GOLD_COLUMNS, _GOLD, "o.rank, p.position, g.id", where=f"g.deleted = 0 and {where}{_chosen(records)}"
    )


def _chosen(records: Records) -> str:
    """The condition that a settled paragraph is meant: by the role it was read with, and by whoever had to code it."""
    chosen = records.selection
    parts = []
    if chosen.roles:
        parts.append(f"p.role in ({_texts(chosen.roles)})")
    if chosen.phases:
        parts.append(
            "exists (select 1 from assignments x where p.id between x.first and x.last"
            f" and x.phase in ({_texts(chosen.phases)}))"
        )
    if chosen.codebook_versions:
        parts.append(
            "p.id in (select w.paragraph from verdicts w join codebooks b on b.id = w.codebook"
            f" where b.version in ({_texts(chosen.codebook_versions)}))"
        )
    return "".join(f" and {part}" for part in parts)


def _texts(names: tuple[str, ...]) -> str:
    return ", ".join(map(text, names))
