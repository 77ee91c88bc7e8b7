"""Record types of the history: how each is read and written as one JSON value.

Keys and values name things as every project knows them (article ids, positions, UUIDs), never by row numbers, so
that a history can be understood in another file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from annotator.errors import StoreError
from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta, write_meta
from annotator.store.tables.adjudicated import read_verdict, write_verdict
from annotator.store.tables.aggregated import read_run, read_units, write_run
from annotator.store.tables.article_removal import ARTICLE, read_removal, write_removal
from annotator.store.tables.codebooks import Codebooks, make_view
from annotator.store.tables.entity_labels import write_entry
from annotator.store.tables.json_values import Value
from annotator.store.tables.keys import Key, Times, codebook_row
from annotator.store.tables.label_mapping import readings
from annotator.store.tables.labels import (
    read_article_label,
    read_label,
    read_paragraph_label,
    write_article_label,
    write_label,
    write_paragraph_label,
)
from annotator.store.tables.remap_labels import renew
from annotator.store.tables.reviews import read_review, write_review
from annotator.store.tables.speakers import read_speaker
from annotator.store.tables.statements import read_mentions, read_statement, write_mentions, write_statement
from annotator.store.tables.study.assignments import read_assignment, read_phase, write_assignment, write_phase
from annotator.store.tables.study.draws import DRAW, read_draw
from annotator.store.tables.study.model_runs import MODEL, read_model
from annotator.store.tables.study.named_facts import KINDS, read_facts, write_fact
from annotator.store.tables.study.unblindings import read_unblinding, write_unblinding


class Entity(NamedTuple):
    """How a kind of record is read and written, for one coder."""

    read: Callable[[Connection, int, Key], Value]
    write: Callable[[Connection, int, Key, Value, Times], None]
    """Its last argument is where every time in the record comes from."""


def canonical(c: Connection, entity: str, key: Key) -> Key:
    """A record's key as the history keeps it: a variable goes by its first name, whatever it was called later."""
    if entity not in ("label", "paragraph label", "article label"):
        return key
    return [*key[:-1], readings(c).first_name(key[-1])]


def _read_codebook(c: Connection, _coder: int, _key: Key) -> Value:
    return read_meta(c, "codebook")


def _write_codebook(c: Connection, _coder: int, _key: Key, value: Value, _at: Times) -> None:
    if value is None:
        raise StoreError("this is the project's first codebook; there is no earlier one")
    codebook_row(c, value)
    before = _read_codebook(c, 0, [])
    write_meta(c, "codebook", value)
    books = Codebooks(c)
    make_view(c, books.version(value))
    if before is not None and before != value:
        renew(c, books.version(before))


def _fact(kind: str) -> Entity:
    return Entity(
        lambda c, _coder, key: read_facts(c, kind).get(key[0]),
        lambda c, _coder, key, value, _at: write_fact(c, kind, key[0], value),
    )


ENTITIES: dict[str, Entity] = {
    "speaker": Entity(read_speaker, write_entry),
    "statement": Entity(read_statement, write_statement),
    "mentions": Entity(read_mentions, write_mentions),
    "label": Entity(read_label, write_label),
    "paragraph label": Entity(read_paragraph_label, write_paragraph_label),
    "article label": Entity(read_article_label, write_article_label),
    "review": Entity(read_review, write_review),
    "codebook": Entity(_read_codebook, _write_codebook),
    "assignment": Entity(
        read_assignment, lambda c, coder, key, value, at: write_assignment(c, coder, key, value, at.first)
    ),
    "verdict": Entity(read_verdict, lambda c, coder, key, value, at: write_verdict(c, coder, key, value, at.last)),
    "aggregation": Entity(read_run, lambda c, _coder, _key, value, _at: write_run(c, value)),
    # These three stand in the history alone.
    "aggregate": Entity(read_units, lambda _c, _coder, _key, _value, _at: None),
    DRAW: Entity(read_draw, lambda _c, _coder, _key, _value, _at: None),
    MODEL: Entity(read_model, lambda _c, _coder, _key, _value, _at: None),
    "unblinding": Entity(read_unblinding, lambda c, _coder, key, value, _at: write_unblinding(c, key, value)),
    "phase": Entity(read_phase, lambda c, coder, key, value, _at: write_phase(c, coder, key, value)),
    ARTICLE: Entity(read_removal, lambda c, _coder, key, value, _at: write_removal(c, key, value)),
    **{kind: _fact(kind) for kind in KINDS},
}
"""Every kind of record in the history, in the order in which they can be written."""
