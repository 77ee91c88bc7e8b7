"""Rows of gold: the state, labels and statements of adjudicated paragraphs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from annotator.errors import StoreError
from annotator.model import Value
from annotator.store.file.connection import Connection
from annotator.store.tables.coders import coder_row
from annotator.store.tables.json_values import loaded, stored
from annotator.store.tables.label_mapping import readings


def names_now(c: Connection) -> dict[str, str]:
    """Every name and alias of a speaker, with the canonical name."""
    rows = c.all(
        "select k.name, coalesce(m.name, k.name) from speakers k left join speakers m on m.id = k.merged_into"
        " union all select l.alias, coalesce(m.name, k.name) from aliases l join speakers k on k.id = l.speaker"
        " left join speakers m on m.id = k.merged_into"
    )
    found: dict[str, set[str]] = {}
    for name, now in rows:
        found.setdefault(name, set()).add(now)
    canonical = {now for _, now in rows}
    return {name: next(iter(now)) for name, now in found.items() if len(now) == 1 and name not in canonical}


def labels_now(c: Connection, codebook: int, labels: Mapping[str, Value]) -> dict[str, Value]:
    """Map labels of a codebook version (its row) to the codebook in force."""
    held = readings(c)
    if codebook == held.in_force:
        return dict(labels)
    read = [held.read(codebook, name, stored(value)) for name, value in labels.items()]
    return {one.variable: loaded(one.value) for one in read}


def read_verdict(c: Connection, _coder: int, key: list[Any]) -> Any:
    """The gold of a paragraph, by article and position; None without gold."""
    row = c.one(
        "select v.paragraph, v.state, v.labels, v.reason, n.name, b.codebook_id from verdicts v"
        " join coders n on n.id = v.decided_by join codebooks b on b.id = v.codebook"
        " join paragraphs p on p.id = v.paragraph join articles a on a.id = p.article"
        " where a.article_id = ? and p.position = ?",
        (key[0], key[1]),
    )
    if row is None:
        return None
    statements = [
        {
            "gold_id": gold_id,
            "evidence": None if start is None else [start, end],
            "speakers": json.loads(speakers),
            "labels": json.loads(labels),
            "of": json.loads(of),
        }
        for gold_id, start, end, speakers, labels, of in c.all(
            "select gold_id, evidence_start, evidence_end, speakers, labels, statements from gold"
            " where paragraph = ? and deleted = 0 order by id",
            (row[0],),
        )
    ]
    return {
        "state": row[1],
        "labels": json.loads(row[2]),
        "reason": row[3],
        "decided_by": row[4],
        "codebook": row[5],
        "statements": statements,
    }


def write_verdict(c: Connection, _coder: int, key: list[Any], value: Any, at: str) -> None:
    """Write a paragraph's gold, or delete it.

    Raises:
        StoreError: The project does not have the paragraph or the codebook version.
    """
    row = c.one(
        "select p.id from paragraphs p join articles a on a.id = p.article where a.article_id = ? and p.position = ?",
        (key[0], key[1]),
    )
    if row is None:
        raise StoreError(f"article {key[0]} has no paragraph {key[1]} in this project")
    paragraph = row[0]
    c.execute("delete from gold where paragraph = ?", (paragraph,))
    c.execute("delete from verdicts where paragraph = ?", (paragraph,))
    if value is None:
        return
    codebook = c.one("select id from codebooks where codebook_id = ?", (value["codebook"],))
    if codebook is None:
        raise StoreError(f"this project never had the codebook version {value['codebook']}")
    adjudicator = coder_row(c, value["decided_by"], at=at)  # not always who writes: it may come from another file
    c.execute(
        "insert into verdicts (paragraph, state, labels, codebook, decided_by, reason, decided_at)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (paragraph, value["state"], _dumps(value["labels"]), codebook[0], adjudicator, value["reason"], at),
    )
    c.executemany(
        "insert into gold (gold_id, paragraph, evidence_start, evidence_end, speakers, labels, statements,"
        " decided_by, reason, decided_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                one["gold_id"],
                paragraph,
                *(one["evidence"] or (None, None)),
                *(_dumps(one[name]) for name in ("speakers", "labels", "of")),
                adjudicator,
                value["reason"],
                at,
            )
            for one in value["statements"]
        ],
    )


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
