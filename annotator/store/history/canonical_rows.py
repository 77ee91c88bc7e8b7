"""Coders' work as rows without file-specific ids, to compare two project files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import chain, groupby, zip_longest
from typing import Any, NamedTuple

from annotator.store.file.connection import Connection
from annotator.store.tables.study.named_facts import KINDS

Rows = Iterable[tuple[Any, ...]]

_PLACE = "join paragraphs p on p.id = {0} join articles a on a.id = p.article"

QUERIES: dict[str, str] = {
    "codebook": "select value from meta where key = 'codebook'",
    "aggregation": "select value from meta where key = 'aggregate'",
    **{kind: f"select value from meta where key = '{kind}'" for kind in KINDS},
    "speakers": "select s.speaker_id, s.name, s.type, s.affiliation, s.country, s.retired, m.speaker_id, s.kind,"
    " s.definition, s.created_at"
    " from speakers s left join speakers m on m.id = s.merged_into",
    "aliases": "select s.speaker_id, l.alias from aliases l join speakers s on s.id = l.speaker",
    "statements": "select s.statement_id, c.name, a.article_id, p.position, s.evidence_start, s.evidence_end, s.note,"
    " s.flag, s.deleted, s.created_at, s.updated_at from statements s join coders c on c.id = s.coder "
    + _PLACE.format("s.paragraph"),
    "speakers of statements": "select s.statement_id, m.position, m.words, k.speaker_id, m.rank, m.origin"
    " from statement_speakers m join statements s on s.id = m.statement join speakers k on k.id = m.speaker",
    "labels": "select s.statement_id, l.variable, l.value, e.speaker_id, b.codebook_id, l.origin, l.updated_at"
    " from labels l join statements s on s.id = l.statement join codebooks b on b.id = l.codebook"
    " left join speakers e on e.id = l.entry",
    "labels of paragraphs": "select a.article_id, p.position, c.name, l.variable, l.value, b.codebook_id, l.origin,"
    " l.updated_at from paragraph_labels l join coders c on c.id = l.coder join codebooks b on b.id = l.codebook "
    + _PLACE.format("l.paragraph"),
    "labels of articles": "select a.article_id, c.name, l.variable, l.value, b.codebook_id, l.origin, l.updated_at"
    " from article_labels l join coders c on c.id = l.coder join codebooks b on b.id = l.codebook"
    " join articles a on a.id = l.article",
    "reviews": "select a.article_id, p.position, c.name, r.state, r.flag, r.note, r.role, r.updated_at from reviews r"
    " join coders c on c.id = r.coder " + _PLACE.format("r.paragraph"),
    "finished paragraphs": "select c.name, d.first, d.last from done_runs d join coders c on c.id = d.coder",
    "assignments": "select c.name, k.name, a.article_id, p.position, s.last - s.first, s.phase, s.batch, s.position,"
    " s.due_at, s.n_left from assignments s join coders c on c.id = s.coder join coders k on k.id = s.recorder "
    + _PLACE.format("s.first"),
    "removed articles": "select a.article_id from removed r join articles a on a.id = r.article",
    "phases": "select phase, closed_at from phases",
    "unblindings": "select c.name, u.at, u.phases, u.command from unblindings u join coders c on c.id = u.coder",
    "verdicts": "select a.article_id, p.position, v.state, v.labels, b.codebook_id, c.name, v.reason, v.decided_at"
    " from verdicts v join coders c on c.id = v.decided_by join codebooks b on b.id = v.codebook "
    + _PLACE.format("v.paragraph"),
    "gold": "select g.gold_id, a.article_id, p.position, g.evidence_start, g.evidence_end, g.speakers, g.labels,"
    " g.statements, c.name, g.reason, g.deleted, g.decided_at from gold g join coders c on c.id = g.decided_by "
    + _PLACE.format("g.paragraph"),
    "conflicts": "select c.name, x.entity, x.key, x.field, x.kept, x.other, x.step_id, x.at from conflicts x"
    " join coders c on c.id = x.coder",
}
"""Every table made from the history, with rows independent of the file."""


class Difference(NamedTuple):
    """A row in only one of two files."""

    table: str
    is_first: bool
    row: tuple[Any, ...]


def rows(c: Connection, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, in an order independent of the file."""
    columns = QUERIES[table].split(" from ", 1)[0].count(",") + 1
    return c.stream(f"{QUERIES[table]} order by {', '.join(str(i + 1) for i in range(columns))}")


def differences(first: Connection, second: Connection) -> Iterator[Difference]:
    """The rows in only one of two files, table by table."""
    for table in QUERIES:
        different = _unequal(first, second, table)
        sides = [_marked(found, is_first) for found, is_first in zip(different, (True, False), strict=True)]
        for _, same in groupby(merge(*sides, key=lambda one: one[0]), key=lambda one: one[0]):
            found = list(same)
            n_first = sum(is_first for _, is_first, _ in found)
            if n_first != len(found) - n_first:
                yield Difference(table, n_first > len(found) - n_first, found[0][2])


def _unequal(first: Connection, second: Connection, table: str) -> tuple[Rows, Rows]:
    """The rows of a table in two files, without those at the beginning that are the same in both."""
    one, other = rows(first, table), rows(second, table)
    for row, counterpart in zip_longest(one, other):
        if row != counterpart:
            return chain([row] if row else [], one), chain([counterpart] if counterpart else [], other)
    return (), ()


def _marked(found: Rows, is_first: bool) -> Iterator[tuple[Any, bool, tuple[Any, ...]]]:
    for row in found:
        yield _sortable(row), is_first, row


_KINDS = {type(None): 0, int: 1, float: 1, str: 2, bytes: 3}


def _sortable(row: tuple[Any, ...]) -> tuple[tuple[int, Any], ...]:
    """A row as SQLite sorts it: nothing, numbers, texts by their UTF-8 bytes, bytes."""
    return tuple(
        (_KINDS[type(v)], 0 if v is None else v.encode("utf-8", "surrogatepass") if isinstance(v, str) else v)
        for v in row
    )
