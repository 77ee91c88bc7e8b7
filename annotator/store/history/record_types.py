"""What the history records: how each kind of record is read and written as one JSON value.

Keys and values name things as every project knows them (article ids, positions, UUIDs), never by row numbers, so
that a history can be understood in another file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from annotator.errors import StoreError
from annotator.model import DONE
from annotator.store.coder.blindness import read_unblinding, write_unblinding
from annotator.store.file.connection import Connection
from annotator.store.tables import done_runs as progress
from annotator.store.tables.adjudicated import read_verdict, write_verdict
from annotator.store.tables.assignments import read_assignment, read_phase, write_assignment, write_phase

Key = list[Any]
Value = Any
"""A JSON value, or None where there is no such record."""


class Times(NamedTuple):
    """When a record was made first and last: the time of the step, or, for what came in from elsewhere, that there."""

    first: str
    last: str

    @classmethod
    def of(cls, at: str) -> Times:
        """Made and changed at one moment."""
        return cls(at, at)


class Entity(NamedTuple):
    """How a kind of record is read and written, for one coder."""

    read: Callable[[Connection, int, Key], Value]
    write: Callable[[Connection, int, Key, Value, Times], None]
    """Its last argument is where every time in the record comes from."""


def dumps(value: Any) -> str:
    """JSON that is the same text for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def paragraph_id(c: Connection, article_id: str, position: int) -> int:
    """The row of a paragraph known by its article and position."""
    row = c.one(
        "select p.id from paragraphs p join articles a on a.id = p.article where a.article_id = ? and p.position = ?",
        (article_id, position),
    )
    if row is None:
        raise StoreError(f"article {article_id} has no paragraph {position} in this project")
    return int(row[0])


def paragraph_key(c: Connection, paragraph: int) -> Key:
    """An article's id and the position in it: a paragraph as every project knows it."""
    row = c.one(
        "select a.article_id, p.position from paragraphs p join articles a on a.id = p.article where p.id = ?",
        (paragraph,),
    )
    if row is None:
        raise StoreError(f"there is no paragraph {paragraph} in this project")
    return [row[0], row[1]]


def statement_row(c: Connection, statement_id: str) -> int:
    """The row of a statement known by its UUID."""
    row = c.one("select id from statements where statement_id = ?", (statement_id,))
    if row is None:
        raise StoreError(f"there is no statement {statement_id} in this project")
    return int(row[0])


def speaker_row(c: Connection, speaker_id: str) -> int:
    """The row of a registry entry known by its UUID."""
    row = c.one("select id from speakers where speaker_id = ?", (speaker_id,))
    if row is None:
        raise StoreError(f"there is no speaker {speaker_id} in this project's registry")
    return int(row[0])


def codebook_row(c: Connection, codebook_id: str) -> int:
    """The row of a codebook version known by its id."""
    row = c.one("select id from codebooks where codebook_id = ?", (codebook_id,))
    if row is None:
        raise StoreError(f"this project never had the codebook version {codebook_id}")
    return int(row[0])


def _article_row(c: Connection, article_id: str) -> int:
    row = c.one("select id from articles where article_id = ?", (article_id,))
    if row is None:
        raise StoreError(f"there is no article {article_id} in this project")
    return int(row[0])


def stored(value: Any) -> Any:
    """A label's value as its column holds it: a set as a JSON list, everything else as it is.

    A text that would be taken for one of these when it is read back is stored as a JSON string.
    """
    if isinstance(value, list):
        return dumps(value)
    return dumps(value) if isinstance(value, str) and loaded(value) != value else value


def loaded(value: Any) -> Any:
    """A label's value as the program knows it; the opposite of `stored`."""
    if not isinstance(value, str) or value[:1] + value[-1:] not in ("[]", '""'):
        return value
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return value
    if isinstance(parsed, list):
        return parsed
    return parsed if isinstance(parsed, str) and loaded(parsed) != parsed else value


def _read_statement(c: Connection, coder: int, key: Key) -> Value:
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


def _write_statement(c: Connection, coder: int, key: Key, value: Value, at: Times) -> None:
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
        " created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict (statement_id) do update set evidence_start = excluded.evidence_start,"
        " evidence_end = excluded.evidence_end, note = excluded.note, flag = excluded.flag,"
        " deleted = excluded.deleted, updated_at = max(statements.updated_at, excluded.updated_at)"
        " where coder = excluded.coder and paragraph = excluded.paragraph",
        (
            key[0],
            paragraph_id(c, value["article_id"], value["paragraph"]),
            coder,
            start,
            end,
            value["note"],
            int(value["flag"]),
            int(value["deleted"]),
            at.first,
            at.last,
        ),
    )
    if written.rowcount != 1:
        raise StoreError(f"the statement {key[0]} is there already, made by another coder or in another paragraph")


def _touch(c: Connection, statement: int, at: Times) -> None:
    c.execute("update statements set updated_at = max(updated_at, ?) where id = ?", (at.last, statement))


def _read_mentions(c: Connection, _coder: int, key: Key) -> Value:
    rows = c.all(
        "select m.words, k.speaker_id, m.rank from statements s join statement_speakers m on m.statement = s.id"
        " join speakers k on k.id = m.speaker where s.statement_id = ? order by m.position",
        (key[0],),
    )
    return [list(row) for row in rows] or None


def _write_mentions(c: Connection, _coder: int, key: Key, value: Value, at: Times) -> None:
    statement = statement_row(c, key[0])
    c.execute("delete from statement_speakers where statement = ?", (statement,))
    rows = [(statement, i, words, speaker_row(c, who), rank) for i, (words, who, rank) in enumerate(value or [])]
    c.executemany(
        "insert into statement_speakers (statement, position, words, speaker, rank) values (?, ?, ?, ?, ?)", rows
    )
    _touch(c, statement, at)


def _read_label(c: Connection, _coder: int, key: Key) -> Value:
    row = c.one(
        "select coalesce(l.made, l.value), l.origin, b.codebook_id from statements s"
        " join labels l on l.statement = s.id join codebooks b on b.id = l.codebook"
        " where s.statement_id = ? and l.variable = ?",
        (key[0], _named_now(c, key[1])),
    )
    return None if row is None else {"value": loaded(row[0]), "origin": row[1], "codebook": row[2]}


def _write_label(c: Connection, _coder: int, key: Key, value: Value, at: Times) -> None:
    from annotator.store.tables.recode_queue import Unit  # it reads labels as this module stores them

    row = c.one("select id, coder, paragraph from statements where statement_id = ?", (key[0],))
    if row is None:
        raise StoreError(f"there is no statement {key[0]} in this project")
    _write_any_label(c, "labels", "statement", (row[0],), key[1], value, at, Unit(row[1], row[2], row[0]))
    _touch(c, row[0], at)


def _read_paragraph_label(c: Connection, coder: int, key: Key) -> Value:
    row = c.one(
        "select coalesce(l.made, l.value), l.origin, b.codebook_id from paragraph_labels l"
        " join codebooks b on b.id = l.codebook where l.paragraph = ? and l.coder = ? and l.variable = ?",
        (paragraph_id(c, key[0], key[1]), coder, _named_now(c, key[2])),
    )
    return None if row is None else {"value": loaded(row[0]), "origin": row[1], "codebook": row[2]}


def _write_paragraph_label(c: Connection, coder: int, key: Key, value: Value, at: Times) -> None:
    from annotator.store.tables.recode_queue import Unit  # it reads labels as this module stores them

    row = paragraph_id(c, key[0], key[1])
    unit = Unit(coder, row, None)
    _write_any_label(c, "paragraph_labels", "paragraph, coder", (row, coder), key[2], value, at, unit)


def _read_article_label(c: Connection, coder: int, key: Key) -> Value:
    row = c.one(
        "select coalesce(l.made, l.value), l.origin, b.codebook_id from article_labels l"
        " join codebooks b on b.id = l.codebook where l.article = ? and l.coder = ? and l.variable = ?",
        (_article_row(c, key[0]), coder, _named_now(c, key[1])),
    )
    return None if row is None else {"value": loaded(row[0]), "origin": row[1], "codebook": row[2]}


def _write_article_label(c: Connection, coder: int, key: Key, value: Value, at: Times) -> None:
    from annotator.store.tables.recode_queue import Unit  # it reads labels as this module stores them

    row = _article_row(c, key[0])
    unit = Unit(coder, paragraph_id(c, key[0], 0), None)
    _write_any_label(c, "article_labels", "article, coder", (row, coder), key[1], value, at, unit)


def _write_any_label(
    c: Connection, table: str, owner: str, owners: tuple[int, ...], variable: str, value: Value, at: Times, unit: Any
) -> None:
    """Write a label with its reading under the codebook in force; `owner` names the columns it is known by."""
    from annotator.store.tables.label_mapping import readings
    from annotator.store.tables.recode_queue import decided

    held = readings(c)
    name = held.current_name(variable)
    if value is None:
        where = " and ".join(f"{column} = ?" for column in owner.split(", "))
        c.execute(f"delete from {table} where {where} and variable = ?", (*owners, name))
        decided(c, unit, name, None, at.last)
        return
    codebook, made = codebook_row(c, value["codebook"]), stored(value["value"])
    said = made if codebook == held.in_force else stored(held.read(codebook, variable, made).value)
    is_same = said == made and type(said) is type(made)
    c.execute(
        f"insert into {table} ({owner}, variable, value, codebook, origin, updated_at, made)"
        f" values ({'?, ' * len(owners)}?, ?, ?, ?, ?, ?) on conflict do update set value = excluded.value,"
        " codebook = excluded.codebook, origin = excluded.origin, updated_at = excluded.updated_at,"
        " made = excluded.made",
        (*owners, name, said, codebook, value["origin"], at.last, None if is_same else made),
    )
    decided(c, unit, name, (codebook, made), at.last)


def _named_now(c: Connection, variable: str) -> str:
    """What a variable is called now; the history knows it by its first name."""
    from annotator.store.tables.label_mapping import readings  # it reads labels as this module stores them

    return readings(c).current_name(variable)


def canonical(c: Connection, entity: str, key: Key) -> Key:
    """A record's key as the history keeps it: a variable goes by its first name, whatever it was called later."""
    if entity not in ("label", "paragraph label", "article label"):
        return key
    from annotator.store.tables.label_mapping import readings  # it reads labels as this module stores them

    return [*key[:-1], readings(c).first_name(key[-1])]


def _read_review(c: Connection, coder: int, key: Key) -> Value:
    row = c.one(
        "select state, flag, note, role from reviews where coder = ? and paragraph = ?",
        (coder, paragraph_id(c, key[0], key[1])),
    )
    # A paragraph that was only looked at is as good as one without a record: looking is not part of the history.
    if row is None or row == ("open", 0, None, None) or row == ("unseen", 0, None, None):
        return None
    return {"state": row[0], "flag": bool(row[1]), "note": row[2], "role": row[3]}


def _write_review(c: Connection, coder: int, key: Key, value: Value, at: Times) -> None:
    paragraph = paragraph_id(c, key[0], key[1])
    review = value or {"state": "open", "flag": False, "note": None, "role": None}
    c.execute(
        "insert into reviews (paragraph, coder, state, flag, note, role, updated_at) values (?, ?, ?, ?, ?, ?, ?)"
        " on conflict do update set state = excluded.state, flag = excluded.flag, note = excluded.note,"
        " role = excluded.role, updated_at = excluded.updated_at",
        (paragraph, coder, review["state"], int(review["flag"]), review["note"], review["role"], at.last),
    )
    (progress.mark_done if review["state"] in DONE else progress.mark_left)(c, coder, paragraph)


def _read_speaker(c: Connection, _coder: int, key: Key) -> Value:
    row = c.one(
        "select s.id, s.name, s.type, s.affiliation, s.country, s.retired, m.speaker_id from speakers s"
        " left join speakers m on m.id = s.merged_into where s.speaker_id = ?",
        (key[0],),
    )
    if row is None:
        return None
    aliases = [alias for (alias,) in c.all("select alias from aliases where speaker = ? order by alias", (row[0],))]
    return {
        "name": row[1],
        "type": row[2],
        "affiliation": row[3],
        "country": row[4],
        "retired": bool(row[5]),
        "merged_into": row[6],
        "aliases": aliases,
    }


def _write_speaker(c: Connection, _coder: int, key: Key, value: Value, at: Times) -> None:
    c.execute("insert into meta (key, value) values ('registry', '1') on conflict do update set value = value + 1")
    if value is None:
        # Labels may stand on it already, in another coder's work: it is retired, not removed.
        c.execute("update speakers set retired = 1 where speaker_id = ?", (key[0],))
        return
    merged = None if value["merged_into"] is None else speaker_row(c, value["merged_into"])
    c.execute(
        "insert into speakers (speaker_id, name, type, affiliation, country, retired, merged_into, created_at)"
        " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (speaker_id) do update set name = excluded.name,"
        " type = excluded.type, affiliation = excluded.affiliation, country = excluded.country,"
        " retired = excluded.retired, merged_into = excluded.merged_into",
        (
            key[0],
            value["name"],
            value["type"],
            value["affiliation"],
            value["country"],
            int(value["retired"]),
            merged,
            at.first,
        ),
    )
    row = speaker_row(c, key[0])
    c.execute("delete from aliases where speaker = ?", (row,))
    c.executemany("insert into aliases (speaker, alias) values (?, ?)", [(row, a) for a in sorted(value["aliases"])])


def _read_codebook(c: Connection, _coder: int, _key: Key) -> Value:
    row = c.one("select value from meta where key = 'codebook'")
    return None if row is None else row[0]


def _write_codebook(c: Connection, _coder: int, _key: Key, value: Value, _at: Times) -> None:
    # They read labels as this module stores them, so they cannot be imported above.
    from annotator.store.tables.codebooks import Codebooks, make_view
    from annotator.store.tables.remap_labels import renew

    if value is None:
        raise StoreError("this is the codebook that the project began with; there is none before it")
    codebook_row(c, value)
    before = _read_codebook(c, 0, [])
    c.execute(
        "insert into meta (key, value) values ('codebook', ?) on conflict do update set value = excluded.value",
        (value,),
    )
    books = Codebooks(c)
    make_view(c, books.version(value))
    if before is not None and before != value:
        renew(c, books.version(before))


ENTITIES: dict[str, Entity] = {
    "speaker": Entity(_read_speaker, _write_speaker),
    "statement": Entity(_read_statement, _write_statement),
    "mentions": Entity(_read_mentions, _write_mentions),
    "label": Entity(_read_label, _write_label),
    "paragraph label": Entity(_read_paragraph_label, _write_paragraph_label),
    "article label": Entity(_read_article_label, _write_article_label),
    "review": Entity(_read_review, _write_review),
    "codebook": Entity(_read_codebook, _write_codebook),
    "assignment": Entity(
        read_assignment, lambda c, coder, key, value, at: write_assignment(c, coder, key, value, at.first)
    ),
    "verdict": Entity(read_verdict, lambda c, coder, key, value, at: write_verdict(c, coder, key, value, at.last)),
    "unblinding": Entity(read_unblinding, lambda c, _coder, key, value, _at: write_unblinding(c, key, value)),
    "phase": Entity(read_phase, lambda c, coder, key, value, _at: write_phase(c, coder, key, value)),
}
"""Every kind of record in the history, in the order in which they can be written."""
