"""Replay: rebuild every table of coders' work from the steps and changes of the history.

The state depends on the steps alone, not on the order in which files came together; that is what makes a merge
commutative, associative and idempotent. Steps count in the order of their times, whatever their rows, and a file never
gives a step an earlier time than the one before, so that what was made later always stands later.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from json import JSONDecoder
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from annotator.errors import StoreError
from annotator.model import JOURNALIST
from annotator.store.file.connection import Connection
from annotator.store.history.concurrent_versions import ALIAS, Folded, Made, Version, fold, joined
from annotator.store.history.fold_mark import branched_coders, read_mark, write_mark
from annotator.store.history.join_codebooks import Joined, date_joined, drop_unused, join, newest
from annotator.store.history.moment import Moment
from annotator.store.history.new_steps import EarlierSteps
from annotator.store.history.record_types import ENTITIES
from annotator.store.history.speaker_merges import Person, resolve
from annotator.store.history.statement_order import unlaid_statements
from annotator.store.tables import done_runs as progress
from annotator.store.tables.aggregated import write_run
from annotator.store.tables.article_removal import ARTICLE
from annotator.store.tables.json_values import dumps
from annotator.store.tables.keys import Key, Times
from annotator.store.tables.label_mapping import fixed_codebook
from annotator.store.tables.remap_labels import renew
from annotator.store.tables.study.assignments import count_left
from annotator.store.tables.study.named_facts import KINDS, wipe_facts

SHARED = frozenset(
    {"speaker", "codebook", "assignment", "phase", "verdict", "unblinding", "aggregation", ARTICLE, *KINDS}
)
"""Records that belong to the project and not to a coder."""

OF_STATEMENT = frozenset({"statement", "mentions", "label"})
"""Records of a statement, whose keys begin with its id."""

_loads = JSONDecoder().decode
_value = lru_cache(4096)(_loads)
"""The value of a change; nobody alters it, since changes with the same text share one."""
_COPIES = UUID("5f1d0a52-6a5e-4c0e-9a52-0b9f0a7f7a11")
_WIPED = (
    "doubts statement_speakers labels paragraph_labels article_labels aliases conflicts assignments phases done_runs"
    " statements speakers verdicts unblindings removed"
).split()

Tick = Callable[[int, int], None]
"""Callback, called with the number of replayed changes and the total."""


class Rebuilt(NamedTuple):
    """Result of a replay.

    Attributes:
        n_changes: Number of replayed changes.
        codebooks: The newest versions of the codebook; several, if they contradict each other.
        joined: What was joined to the codebook in force, or could not be.
        orphans: Records about an article or statement outside this file, as (entity, key).
        same_names: Registry entries merged because of an equal name, as (name, number).
        n_conflicts: Number of fields with several versions.
    """

    n_changes: int
    codebooks: list[Version]
    joined: Joined | None
    orphans: list[tuple[str, str]]
    same_names: list[tuple[str, int]]
    n_conflicts: int


UNCHANGED = Rebuilt(0, [], None, [], [], 0)
"""The result where nothing had to be replayed."""


class Record(NamedTuple):
    """One record with what its history makes of it."""

    entity: str
    coder: int
    key: Key
    folded: Folded

    @property
    def value(self) -> Any:
        """The record, or None where there is none."""
        return joined(self.entity, self.folded.values)


def rebuild(c: Connection, tick: Tick | None = None) -> Rebuilt:
    """Rebuild every record from the history. Must run inside a write.

    Seconds and seen paragraphs stay; the history does not hold them.
    """
    return Replay(c, tick).run()


def has_resolved_conflicts(c: Connection) -> bool:
    """Whether somebody has resolved a conflict since the last replay."""
    if not changed_conflicts(c, 0 if (mark := read_mark(c)) is None else mark.change):
        return False
    columns = "coder, entity, key, field, kept, other, step_id, at"
    known = set(c.all(f"select {columns} from conflicts"))
    return bool(known) and known != Replay(c, None).conflicts_now()


def changed_conflicts(c: Connection, since: int) -> list[tuple[str, str, int, str | None]]:
    """The fields with conflicts (kind, key, coder, field) of records that have a change after one known by its row."""
    return c.all(
        "select distinct k.entity, k.key, k.coder, k.field from conflicts k where exists"
        " (select 1 from changes x where x.key = k.key and x.entity = k.entity and x.id > ?)",
        (since,),
    )


def wipe(c: Connection) -> None:
    """Delete every record made from the history; seconds and seen paragraphs stay."""
    c.execute("pragma defer_foreign_keys = on")
    # Statements that came without a history, from a version that kept none of them, stay.
    c.execute("delete from gold where paragraph in (select paragraph from verdicts)")
    for table in _WIPED:
        c.execute(f"delete from {table}")
    write_run(c, None)
    wipe_facts(c)
    c.execute("update reviews set state = 'open', flag = 0, note = null, role = null")


class Replay:
    """A fold of the whole history, or of a part of it, into the tables."""

    def __init__(self, c: Connection, tick: Tick | None, known: Known | EarlierSteps | None = None) -> None:
        self._c = c
        self._tick = tick
        self._known = Known(c) if known is None else known
        self._orphans: list[Record] = []
        self._disputed: dict[str, list[Record]] = {}
        self._codebooks: list[str] = []
        self._heads: list[Version] = []
        self._joined: Joined | None = None
        self._deleted: dict[str, Moment] = {}
        self._revived: set[str] = set()
        self._n_conflicts = 0
        self._n_changes = 0
        self._n_read = 0

    def run(self) -> Rebuilt:
        """Make every record anew."""
        row = self._c.one("select count(*) from changes")
        self._n_changes = int(row[0]) if row else 0
        wipe(self._c)
        people = list(self._records("entity = 'speaker'"))
        resolved = resolve([person_of(record) for record in people])
        self._write_people(resolved.people)
        for record in people:
            self._note_conflicts(record)
        self._lay_statements()
        with self._c.in_bulk():
            self._write_records()
        for (coder,) in self._c.all("select id from coders order by id"):
            progress.rebuild(self._c, coder)
            count_left(self._c, coder)
        date_joined(self._c)
        if self._codebooks:
            renew(self._c)
        drop_unused(self._c, self._codebooks[-1] if self._codebooks else None)
        write_mark(self._c, len(self._orphans), branched_coders(self._c), unlaid_statements(self._c))
        return Rebuilt(
            self._n_changes,
            self._heads,
            self._joined,
            [(record.entity, dumps(record.key)) for record in self._orphans],
            resolved.same_names,
            self._n_conflicts,
        )

    def _write_records(self) -> None:
        for record in self._records("entity in ('codebook', 'statement', 'phase')"):
            self._write(record)
        with fixed_codebook(self._c):
            written = "'speaker', 'codebook', 'statement', 'phase', 'aggregate', 'draw', 'model'"
            for record in self._records(f"entity not in ({written})"):
                self._write(record)
        self._revive()
        self._copy_disputed()
        waiting, self._orphans = self._orphans, []
        for record in waiting:
            self._write(record)

    def conflicts_now(self) -> set[tuple[Any, ...]]:
        """The conflicts of the records that have one in the table, as their histories say now."""
        records = self._records("x.key in (select key from conflicts)")
        return {row for record in records for row in _conflict_rows(record)}

    def _records(self, where: str) -> Iterator[Record]:
        rows = self._c.stream(
            "select x.key, x.entity, t.coder, t.at, t.step_id, x.n, t.seen, t.id, x.before, x.after, x.first_at,"
            " x.last_at, x.id from changes x indexed by changes_key join steps t on t.id = x.step"
            f" where {where} order by x.key, x.step, x.n"
        )
        for key_text, same_key in groupby(rows, key=itemgetter(0)):
            yield from self._folded(key_text, list(same_key))

    def _folded(self, key_text: str, changes: list[tuple[Any, ...]]) -> Iterator[Record]:
        """The records under one key, from their changes in any order."""
        for changes_of_one in _by_record(changes):
            self._say(len(changes_of_one))
            _, entity, owner, *_ = changes_of_one[0]
            made = [self._made(row, owner, entity) for row in changes_of_one]
            yield Record(entity, owner, _loads(key_text), fold(entity, made))

    def _made(self, row: tuple[Any, ...], owner: int, entity: str) -> Made:
        is_informed = entity not in SHARED and row[2] == owner and row[6] >= self._known.earlier(row[7])
        before = None if row[8] is None else _value(row[8])
        after = None if row[9] is None else _value(row[9])
        times = Times(row[10] or row[3], row[11] or row[3])
        return Made(Moment(row[3], row[4]), is_informed, before, after, times)

    def _say(self, n: int) -> None:
        before, self._n_read = self._n_read, self._n_read + n
        if self._tick is not None and before // 1000 != self._n_read // 1000:
            self._tick(self._n_read, self._n_changes)

    def _write_people(self, people: list[Person]) -> None:
        # Those that stand for themselves first: the others refer to them.
        for with_merges in (False, True):
            for person in people:
                value = joined("speaker", person.fields)
                if with_merges == (value["merged_into"] is not None):
                    ENTITIES["speaker"].write(self._c, 0, [person.speaker_id], value, Times.of(person.created_at))

    def _lay_statements(self, source: str = "changes x") -> None:
        """Give statements their rows in the order in which they were made; the fold fills them later."""
        self._c.execute(
            "insert into statements (statement_id, paragraph, coder, created_at, updated_at)"
            " select json_extract(x.key, '$[0]'), p.id, t.coder, coalesce(x.first_at, t.at), coalesce(x.last_at, t.at)"
            f" from {source} join steps t on t.id = x.step"
            " join articles a on a.article_id = json_extract(coalesce(x.before, x.after), '$.article_id')"
            " join paragraphs p on p.article = a.id"
            " and p.position = json_extract(coalesce(x.before, x.after), '$.paragraph')"
            " where x.entity = 'statement' and (x.before is null or x.after is null) order by t.at, t.step_id, x.n"
            " on conflict do nothing"
        )

    def _has_paragraph(self, article_id: str, position: int) -> bool:
        return (
            self._c.one(
                "select 1 from articles a join paragraphs p on p.article = a.id where article_id = ? and position = ?",
                (article_id, position),
            )
            is not None
        )

    def _write(self, record: Record) -> None:
        entity, value = record.entity, record.value
        if entity == "codebook":
            self._codebooks = self._in_force()
            value = self._codebooks[-1]
        if entity == "mentions":
            self._meet(value or [], record.folded.times)
        elif value is not None and entity.endswith("label") and value.get("entry"):
            self._meet([[str(value["value"]), value["entry"], None]], record.folded.times)
        try:
            ENTITIES[entity].write(self._c, record.coder, record.key, value, record.folded.times)
        except StoreError:
            if not self._is_orphan(record):
                raise
            self._orphans.append(record)
            return
        self._note_conflicts(record)
        if entity in OF_STATEMENT:
            self._watch_deletion(record)

    def _in_force(self) -> list[str]:
        """The version in force, last; several if files went different ways that contradict each other."""
        heads = newest(self._c)
        if len(heads) > 1:
            self._joined = join(self._c, heads)
            if self._joined.codebook_id is not None:
                return [self._joined.codebook_id]
        self._heads = heads
        return [str(head.value) for head in heads]

    def _is_orphan(self, record: Record) -> bool:
        """Whether what a record belongs to is not in this file."""
        entity, key = record.entity, record.key
        if entity == "statement":
            value = record.value
            return value is None or not self._has_paragraph(value["article_id"], value["paragraph"])
        if entity in OF_STATEMENT:
            return self._c.one("select 1 from statements where statement_id = ?", (key[0],)) is None
        if entity in ("article label", ARTICLE):
            return self._c.one("select 1 from articles where article_id = ?", (key[0],)) is None
        if entity == "assignment":
            return not (self._has_paragraph(key[1], key[2]) and self._has_paragraph(key[1], key[3]))
        return entity in ("review", "paragraph label", "verdict") and not self._has_paragraph(key[0], key[1])

    def _meet(self, mentions: list[list[Any]], at: Times) -> None:
        """Keep the entries that are not in this file: the words that named them are all that is known of them."""
        for words, speaker_id, *_ in mentions:
            if self._c.one("select 1 from speakers where speaker_id = ?", (speaker_id,)):
                continue
            holder = self._c.one("select speaker_id from speakers where name = ? and merged_into is null", (words,))
            ENTITIES["speaker"].write(
                self._c,
                0,
                [speaker_id],
                {
                    "name": words,
                    "type": "journalist" if words == JOURNALIST else None,
                    "affiliation": None,
                    "country": None,
                    "retired": False,
                    "merged_into": holder[0] if holder else None,
                    "aliases": [],
                },
                at,
            )

    def _note_conflicts(self, record: Record) -> None:
        if not record.folded.others:
            return
        rows = list(_conflict_rows(record))
        self._n_conflicts += len(rows)
        self._c.executemany(
            "insert into conflicts (coder, entity, key, field, kept, other, step_id, at)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        if record.entity in OF_STATEMENT and set(record.folded.others) - {"flag", "deleted"}:
            self._disputed.setdefault(record.key[0], []).append(record)

    def _watch_deletion(self, record: Record) -> None:
        """A statement that was deleted here and worked on later there was not to be deleted."""
        if not self._known.is_branched(record.coder):
            return
        if record.entity == "statement":
            if record.value["deleted"]:
                self._deleted[record.key[0]] = record.folded.made["deleted"]
                edits = [record.folded.made[name] for name in ("evidence", "note")]
            else:
                return
        else:
            edits = [record.folded.made[""]] if record.value is not None else []
        if any(step > self._deleted.get(record.key[0], step) for step in edits):
            self._revived.add(record.key[0])

    def _revive(self) -> None:
        self._c.executemany(
            "update statements set deleted = 0 where statement_id = ?", [(uuid,) for uuid in sorted(self._revived)]
        )

    def _copy_disputed(self) -> None:
        """Lay the other versions of a statement beside it, flagged, as statements that the coder can keep or delete."""
        for uuid in sorted(self._disputed):
            row = self._c.one("select coder, deleted from statements where statement_id = ?", (uuid,))
            if row is None or row[1]:
                continue
            disputed = self._disputed[uuid]
            fields = {
                (r.entity, tuple(r.key), f): list(reversed(o)) for r in disputed for f, o in r.folded.others.items()
            }
            for n in range(max(map(len, fields.values()))):
                chosen = {name: others[min(n, len(others) - 1)] for name, others in fields.items()}
                self._copy(uuid, int(row[0]), chosen)

    def _copy(self, uuid: str, coder: int, chosen: dict[tuple[str, tuple[Any, ...], str], Version]) -> None:
        versions = sorted({version.step_id for version in chosen.values()})
        copy_id = str(uuid5(_COPIES, " ".join([uuid, *versions])))
        at = Times.of(max(version.at for version in chosen.values()))
        c = self._c
        value = {**ENTITIES["statement"].read(c, coder, [uuid]), "flag": True}
        value |= {field: v.value for (entity, _, field), v in chosen.items() if entity == "statement"}
        if c.one("select 1 from statements where statement_id = ?", (copy_id,)) is None:
            ENTITIES["statement"].write(c, coder, [copy_id], value, at)
        else:
            # The coder has worked on this copy since it was first laid here.
            c.execute("update statements set created_at = ? where statement_id = ?", (at.first, copy_id))
        variables = [
            v
            for (v,) in c.all(
                "select variable from labels l join statements s on s.id = l.statement where s.statement_id = ?",
                (uuid,),
            )
        ]
        parts: list[tuple[str, list[Any]]] = [("mentions", []), *(("label", [v]) for v in variables)]
        parts += [(e, list(key[1:])) for e, key, _ in chosen if e == "label" and key[1] not in variables]
        for entity, rest in parts:
            disputed = chosen.get((entity, (uuid, *rest), ""))
            own = disputed.value if disputed else ENTITIES[entity].read(c, coder, [uuid, *rest])
            if own is not None and not self._has_history([copy_id, *rest], entity):
                ENTITIES[entity].write(c, coder, [copy_id, *rest], own, at)

    def _has_history(self, key: Key, entity: str) -> bool:
        return self._c.one("select 1 from changes where key = ? and entity = ?", (dumps(key), entity)) is not None


class Known:
    """Number of the same coder's steps before each step; only coders with branches need it."""

    def __init__(self, c: Connection) -> None:
        """Count the steps of every coder."""
        row = c.one("select coalesce(max(id), 0) from steps")
        self._earlier = array("q", bytes(8 * ((int(row[0]) if row else 0) + 1)))
        self._branched: set[int] = set()
        n: dict[int, int] = {}
        for step, coder, seen in c.stream("select id, coder, seen from steps order by at, step_id"):
            self._earlier[step] = n.get(coder, 0)
            if seen < self._earlier[step]:
                self._branched.add(coder)
            n[coder] = n.get(coder, 0) + 1

    def earlier(self, step: int) -> int:
        """Number of its coder's steps before a step."""
        return self._earlier[step]

    def is_branched(self, coder: int) -> bool:
        """Whether a coder's steps were made in two files that did not know of each other."""
        return coder in self._branched


_order = itemgetter(3, 4, 5)
"""The place of a change in the history: the time and id of its step, and its place in the step."""


def _by_record(changes: list[tuple[Any, ...]]) -> Iterable[list[tuple[Any, ...]]]:
    """The changes under one key, apart by kind and, where each coder has a record of their own, by coder."""
    if len(changes) == 1:
        return (changes,)
    changes.sort(key=_order)
    found: dict[tuple[str, int], list[tuple[Any, ...]]] = {}
    for row in changes:
        is_own = row[1] not in SHARED and row[1] not in OF_STATEMENT
        found.setdefault((row[1], row[2] if is_own else 0), []).append(row)
    return found.values()


def _conflict_rows(record: Record) -> Iterator[tuple[Any, ...]]:
    """The rows of the table of conflicts that a record makes; versions of the codebook are joined instead."""
    if record.entity == "codebook":
        return
    for field, others in record.folded.others.items():
        kept = record.folded.values[field]
        about = (record.coder, record.entity, dumps(record.key), field or None, dumps(kept))
        for other in others:
            yield (*about, dumps(other.value), other.step_id, other.at)


def person_of(record: Record) -> Person:
    """An entry of the registry, as its own changes make it."""
    return Person(record.key[0], record.folded.times.first, record.folded.values)


__all__ = ["ALIAS", "Rebuilt", "Record", "Tick", "rebuild", "wipe"]
