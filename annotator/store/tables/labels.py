"""Rows of labels: of statements, paragraphs and articles."""

from __future__ import annotations

from functools import cache
from typing import Any

from annotator.store.file.connection import Connection
from annotator.store.tables.entity_labels import name_now
from annotator.store.tables.json_values import Value, loaded, stored
from annotator.store.tables.keys import Key, Times, article_row, codebook_row, paragraph_id, speaker_row, statement_row
from annotator.store.tables.label_mapping import readings
from annotator.store.tables.recode_queue import Unit, decided
from annotator.store.tables.statements import touch

_FIELDS = "coalesce(l.made, l.value), l.origin, b.codebook_id, e.speaker_id"
_JOINED = "join codebooks b on b.id = l.codebook left join speakers e on e.id = l.entry"


def _value(row: tuple[Any, ...] | None) -> Value:
    """A label as the history keeps it: with the entry that it stands for, where it names one."""
    if row is None:
        return None
    value = {"value": loaded(row[0]), "origin": row[1], "codebook": row[2]}
    return value if row[3] is None else {**value, "entry": row[3]}


def read_label(c: Connection, _coder: int, key: Key) -> Value:
    """A statement's label as the history keeps it; None if there is none."""
    row = c.one(
        f"select {_FIELDS} from statements s"
        f" join labels l on l.statement = s.id {_JOINED}"
        " where s.statement_id = ? and l.variable = ?",
        (key[0], _named_now(c, key[1])),
    )
    return _value(row)


def write_label(c: Connection, _coder: int, key: Key, value: Value, at: Times) -> None:
    """Write or delete a statement's label."""
    row = statement_row(c, key[0])
    _write_any_label(c, "labels", "statement", (row.id,), key[1], value, at, Unit(row.coder, row.paragraph, row.id))
    touch(c, row, at)


def read_paragraph_label(c: Connection, coder: int, key: Key) -> Value:
    """A coder's label of a paragraph as the history keeps it; None if there is none."""
    row = c.one(
        f"select {_FIELDS} from paragraph_labels l {_JOINED} where l.paragraph = ? and l.coder = ? and l.variable = ?",
        (paragraph_id(c, key[0], key[1]), coder, _named_now(c, key[2])),
    )
    return _value(row)


def write_paragraph_label(c: Connection, coder: int, key: Key, value: Value, at: Times) -> None:
    """Write or delete a coder's label of a paragraph."""
    row = paragraph_id(c, key[0], key[1])
    unit = Unit(coder, row, None)
    _write_any_label(c, "paragraph_labels", "paragraph, coder", (row, coder), key[2], value, at, unit)


def read_article_label(c: Connection, coder: int, key: Key) -> Value:
    """A coder's label of an article as the history keeps it; None if there is none."""
    row = c.one(
        f"select {_FIELDS} from article_labels l {_JOINED} where l.article = ? and l.coder = ? and l.variable = ?",
        (article_row(c, key[0]), coder, _named_now(c, key[1])),
    )
    return _value(row)


def write_article_label(c: Connection, coder: int, key: Key, value: Value, at: Times) -> None:
    """Write or delete a coder's label of an article."""
    row = article_row(c, key[0])
    unit = Unit(coder, paragraph_id(c, key[0], 0), None)
    _write_any_label(c, "article_labels", "article, coder", (row, coder), key[1], value, at, unit)


def _write_any_label(
    c: Connection, table: str, owner: str, owners: tuple[int, ...], variable: str, value: Value, at: Times, unit: Any
) -> None:
    """Write a label with its reading under the codebook in force; `owner` names the columns it is known by."""
    held = readings(c)
    name = held.current_name(variable)
    if value is None:
        where = " and ".join(f"{column} = ?" for column in owner.split(", "))
        c.execute(f"delete from {table} where {where} and variable = ?", (*owners, name))
        decided(c, unit, name, None, at.last)
        return
    is_current = value["codebook"] == held.codebook_id
    codebook = held.in_force if is_current else codebook_row(c, value["codebook"])
    made = stored(value["value"])
    said = made if is_current else stored(held.read(codebook, variable, made).value)
    entry = speaker_row(c, value["entry"]) if value.get("entry") else None
    if name in held.entities:
        said = stored(name_now(c, entry, loaded(said)))
    is_same = said == made and type(said) is type(made)
    c.execute(
        _upsert(table, owner),
        (*owners, name, said, codebook, value["origin"], at.last, None if is_same else made, entry),
    )
    decided(c, unit, name, (codebook, made), at.last)


@cache
def _upsert(table: str, owner: str) -> str:
    marks = "?, " * len(owner.split(", "))
    return (
        f"insert into {table} ({owner}, variable, value, codebook, origin, updated_at, made, entry)"
        f" values ({marks}?, ?, ?, ?, ?, ?, ?) on conflict do update set value = excluded.value,"
        " codebook = excluded.codebook, origin = excluded.origin, updated_at = excluded.updated_at,"
        " made = excluded.made, entry = excluded.entry"
    )


def _named_now(c: Connection, variable: str) -> str:
    """What a variable is called now; the history knows it by its first name."""
    return readings(c).current_name(variable)
