"""Rows of statements and of their speakers."""

from __future__ import annotations

from annotator.errors import StoreError
from annotator.store.file.connection import Connection
from annotator.store.tables.json_values import Value
from annotator.store.tables.keys import (
    Key,
    StatementRow,
    Times,
    paragraph_id,
    paragraph_key,
    speaker_row,
    statement_row,
)


def read_statement(c: Connection, coder: int, key: Key) -> Value:
    """A statement as the history keeps it; None if it does not exist."""
    row = c.one(
        "select p.id, evidence_start, evidence_end, note, flag, deleted from statements s"
        " join paragraphs p on p.id = s.paragraph where statement_id = ? and coder = ?",
        (key[0], coder),
    )
    if row is None:
        return None
    article_id, position = paragraph_key(c, row[0])
    return {
        "article_id": article_id,
        "paragraph": position,
        "evidence": None if row[1] is None else [row[1], row[2]],
        "note": row[3],
        "flag": bool(row[4]),
        "deleted": bool(row[5]),
    }


def write_statement(c: Connection, coder: int, key: Key, value: Value, at: Times) -> None:
    """Write a statement; None marks it as deleted."""
    if value is None:
        # Nothing is deleted in place: a statement that was never made is one that is marked so.
        c.execute(
            "update statements set deleted = 1, updated_at = max(updated_at, ?) where statement_id = ? and coder = ?",
            (at.last, key[0], coder),
        )
        return
    start, end = value["evidence"] or (None, None)
    written = c.execute(
        "insert into statements (statement_id, paragraph, coder, evidence_start, evidence_end, note, flag, deleted,"
        " created_at, updated_at) select ?, p.id, ?, ?, ?, ?, ?, ?, ?, ? from paragraphs p"
        " join articles a on a.id = p.article where a.article_id = ? and p.position = ?"
        " on conflict (statement_id) do update set evidence_start = excluded.evidence_start,"
        " evidence_end = excluded.evidence_end, note = excluded.note, flag = excluded.flag,"
        " deleted = excluded.deleted, updated_at = max(statements.updated_at, excluded.updated_at)"
        " where coder = excluded.coder and paragraph = excluded.paragraph",
        (
            key[0],
            coder,
            start,
            end,
            value["note"],
            int(value["flag"]),
            int(value["deleted"]),
            at.first,
            at.last,
            value["article_id"],
            value["paragraph"],
        ),
    )
    if written.rowcount != 1:
        paragraph_id(c, value["article_id"], value["paragraph"])
        raise StoreError(f"the statement {key[0]} already exists, by another coder or in another paragraph")


def touch(c: Connection, statement: StatementRow, at: Times) -> None:
    """Move a statement's time of last change forward."""
    if statement.updated_at < at.last:
        c.execute("update statements set updated_at = ?1 where id = ?2 and updated_at < ?1", (at.last, statement.id))


def read_mentions(c: Connection, _coder: int, key: Key) -> Value:
    """The speakers of a statement as the history keeps them, in order."""
    rows = c.all(
        "select m.words, k.speaker_id, m.rank, m.origin from statements s"
        " join statement_speakers m on m.statement = s.id join speakers k on k.id = m.speaker"
        " where s.statement_id = ? order by m.position",
        (key[0],),
    )
    return [list(row if row[3] is not None else row[:3]) for row in rows] or None


def write_mentions(c: Connection, _coder: int, key: Key, value: Value, at: Times) -> None:
    """Replace the speakers of a statement."""
    statement = statement_row(c, key[0])
    c.execute("delete from statement_speakers where statement = ?", (statement.id,))
    rows = [
        (statement.id, i, words, speaker_row(c, who), rank, origin[0] if origin else None)
        for i, (words, who, rank, *origin) in enumerate(value or [])
    ]
    c.executemany(
        "insert into statement_speakers (statement, position, words, speaker, rank, origin) values (?, ?, ?, ?, ?, ?)",
        rows,
    )
    touch(c, statement, at)
