"""Map shared ids (article ids, positions, UUIDs) to row numbers, and back."""

from __future__ import annotations

from typing import Any, NamedTuple

from annotator.errors import StoreError
from annotator.store.file.connection import Connection

Key = list[Any]


class Times(NamedTuple):
    """Times of a record's creation and last change; imported records keep their original times."""

    first: str
    last: str

    @classmethod
    def of(cls, at: str) -> Times:
        """Created and changed at one time."""
        return cls(at, at)


def paragraph_id(c: Connection, article_id: str, position: int) -> int:
    """The row of a paragraph known by its article and position."""
    row = c.look_up(
        "select p.id from paragraphs p join articles a on a.id = p.article where a.article_id = ? and p.position = ?",
        (article_id, position),
    )
    if row is None:
        raise StoreError(f"article {article_id} has no paragraph {position} in this project")
    return int(row[0])


def paragraph_key(c: Connection, paragraph: int) -> Key:
    """An article's id and the position in it: a paragraph as every project knows it."""
    row = c.look_up(
        "select a.article_id, p.position from paragraphs p join articles a on a.id = p.article where p.id = ?",
        (paragraph,),
    )
    if row is None:
        raise StoreError(f"there is no paragraph {paragraph} in this project")
    return [row[0], row[1]]


class StatementRow(NamedTuple):
    """A statement's row, and what nothing changes in it; in bulk, its time may have moved on."""

    id: int
    coder: int
    paragraph: int
    updated_at: str


def statement_row(c: Connection, statement_id: str) -> StatementRow:
    """The row of a statement known by its UUID."""
    row = c.look_up("select id, coder, paragraph, updated_at from statements where statement_id = ?", (statement_id,))
    if row is None:
        raise StoreError(f"there is no statement {statement_id} in this project")
    return StatementRow(*row)


def speaker_row(c: Connection, speaker_id: str) -> int:
    """The row of a registry entry known by its UUID."""
    row = c.look_up("select id from speakers where speaker_id = ?", (speaker_id,))
    if row is None:
        raise StoreError(f"there is no speaker {speaker_id} in this project's registry")
    return int(row[0])


def codebook_row(c: Connection, codebook_id: str) -> int:
    """The row of a codebook version known by its id."""
    row = c.look_up("select id from codebooks where codebook_id = ?", (codebook_id,))
    if row is None:
        raise StoreError(f"this project never had the codebook version {codebook_id}")
    return int(row[0])


def article_row(c: Connection, article_id: str) -> int:
    """The row of an article known by its id."""
    row = c.look_up("select id from articles where article_id = ?", (article_id,))
    if row is None:
        raise StoreError(f"there is no article {article_id} in this project")
    return int(row[0])
