"""Fold again only what new lines of the history touch; the result is that of a replay of the whole history.

A record depends on its own changes alone, with five exceptions: what a coder wrote in two files that did not know of
each other, registry entries (they share names), statements (their labels wait for them), assignments (two may be of one
place) and everything that reads through the codebook. Where too much depends on what came in, only a rebuild is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from json import loads
from typing import Any, NamedTuple

from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta
from annotator.store.file.timestamps import now
from annotator.store.history.fold_mark import FoldMark, write_mark
from annotator.store.history.new_steps import EarlierSteps, Start, new_steps
from annotator.store.history.refold_registry import RegistryFold, UnknownEntryError
from annotator.store.history.replay import (
    OF_STATEMENT,
    UNCHANGED,
    Rebuilt,
    Record,
    Replay,
    changed_conflicts,
    person_of,
)
from annotator.store.history.speaker_merges import Person
from annotator.store.history.statement_order import move_behind
from annotator.store.tables.json_values import dumps
from annotator.store.tables.label_mapping import fixed_codebook, readings
from annotator.store.tables.recode_queue import Unit, forget_doubts, raise_missing

_OF_PLACE = frozenset({"review", "paragraph label", "article label"})
"""Records of a coder whose keys do not name the coder."""

_HISTORY_ONLY = frozenset({"aggregate", "draw", "model"})
"""Records that no table holds."""

_OWN = ", ".join(f"'{entity}'" for entity in sorted(OF_STATEMENT | _OF_PLACE))

_QUIET = frozenset({"flag", "deleted"})
"""Fields of a statement whose other versions make no copy of it."""

_CHANGES = (
    "select x.key, x.entity, t.coder, t.at, t.step_id, x.n, t.seen, t.id, x.before, x.after, x.first_at, x.last_at,"
    " x.id from changes x cross join steps t on t.id = x.step where x.key = ? order by x.step, x.n"
)

_PARAGRAPH = (
    "select p.id from paragraphs p join articles a on a.id = p.article where a.article_id = ? and p.position = ?"
)


class NeedsRebuild(Exception):  # noqa: N818 (no error: the caller takes the other way)
    """What came in changes more than the records that it names."""


class Touched(NamedTuple):
    """A record that has new changes; the coder is 0 where its key alone says which one it is."""

    entity: str
    key: str
    coder: int


def refold(c: Connection, start: Start, mark: FoldMark, earlier: EarlierSteps) -> Rebuilt:
    """Fold again what the history after a start touches, and count the steps. Must run inside the write that added it.

    Args:
        c: The project.
        start: Where the history ended before.
        mark: The mark of the last fold.
        earlier: Counts of earlier steps, perhaps from the portion before.

    Returns:
        The result. Its orphans are those among the touched records.

    Raises:
        NeedsRebuild: The whole history has to be folded; what was written so far, a rebuild replaces.
    """
    return _Refold(c, start, mark, earlier).run()


class _Refold(Replay):
    def __init__(self, c: Connection, start: Start, mark: FoldMark, earlier: EarlierSteps) -> None:
        super().__init__(c, None, earlier)
        self._start = start
        self._mark = mark
        self._earlier = earlier
        self._branched = set(mark.branched)
        self._unlaid = list(mark.unlaid)
        self._known_speakers: set[str] = set()

    def run(self) -> Rebuilt:
        if read_meta(self._c, "codebook") is None:
            raise NeedsRebuild
        self._count_steps()
        touched = self._touched()
        same_names = self._fold_registry({one.key for one in touched if one.entity == "speaker"})
        absent = {uuid for uuid in _statements(touched) if not self._has_statement(uuid)}
        touched |= self._families(touched, absent)
        self._forget_conflicts(touched)
        records = [record for one in _by_key(touched) for record in self._of_key(*one)]
        self._check(records)
        n_waited = self._n_waited(records, absent)
        self._lay(absent)
        self._write_all(records)
        self._revive()
        self._note_unlaid(records, absent)
        move_behind(self._c, self._unlaid)
        n_orphans = self._mark.n_orphans - n_waited + len(self._orphans)
        write_mark(self._c, n_orphans, frozenset(self._branched), tuple(self._unlaid))
        orphans = [(record.entity, dumps(record.key)) for record in self._orphans]
        return UNCHANGED._replace(orphans=orphans, same_names=same_names, n_conflicts=self._n_conflicts)

    def _count_steps(self) -> None:
        """Count the new steps of each coder. Of a coder with own records they must come last, and open no branch."""
        for coder, steps in new_steps(self._c, self._start).items():
            self._c.execute("update coders set n_steps = n_steps + ? where id = ?", (steps.n, coder))
            if steps.are_late or (steps.are_apart and coder not in self._branched):
                if self._has_own(coder):
                    raise NeedsRebuild
                self._branched.add(coder)

    def _has_own(self, coder: int) -> bool:
        """Whether a coder has records that depend on what the coder knew; registry, plans and gold do not."""
        sql = (
            f"select 1 from steps t join changes x on x.step = t.id where t.coder = ? and x.entity in ({_OWN}) limit 1"
        )
        return self._c.one(sql, (coder,)) is not None

    # What is touched

    def _touched(self) -> set[Touched]:
        """The records with new lines, and those whose conflict somebody has resolved in this file."""
        found = set()
        for entity, key, coder, is_known_step in self._c.all(
            "select distinct x.entity, x.key, t.coder, t.id <= ?1 from changes x cross join steps t on t.id = x.step"
            " where x.id > ?2",
            (self._start.step, self._start.change),
        ):
            if entity == "codebook" or (is_known_step and entity in OF_STATEMENT | _OF_PLACE):
                raise NeedsRebuild
            if entity not in _HISTORY_ONLY:
                found.add(Touched(entity, key, coder if entity in _OF_PLACE else 0))
        for entity, key, coder, field in changed_conflicts(self._c, self._mark.change):
            if entity in OF_STATEMENT and field not in _QUIET:
                raise NeedsRebuild  # a copy of the statement may have to go
            found.add(Touched(entity, key, coder if entity in _OF_PLACE else 0))
        if any(self._has_changed(uuid) for uuid in self._mark.unlaid):
            raise NeedsRebuild
        return found | {
            Touched("assignment", key, 0)
            for one in found
            if one.entity == "assignment"
            for key in self._keys(f"{dumps(loads(one.key)[:3])[:-1]},")
        }

    def _has_changed(self, uuid: str) -> bool:
        """Whether a statement has changes since the last fold."""
        sql = "select 1 from changes where key >= ? and key < ? and id > ? limit 1"
        return self._c.one(sql, (f'["{uuid}"', f'["{uuid}"~', self._mark.change)) is not None

    def _keys(self, beginning: str) -> list[str]:
        """The keys in the history that begin with a text."""
        sql = "select distinct key from changes where key >= ? and key < ?"
        return [key for (key,) in self._c.all(sql, (beginning, f"{beginning}~"))]

    def _families(self, touched: Iterable[Touched], absent: set[str]) -> set[Touched]:
        """All records of the touched statements that may bring more to light than what is new.

        A coder with branches may have deleted a statement in one file and worked on it in another; and records may have
        waited for a statement that comes now.
        """
        found = set()
        for uuid in _statements(touched):
            is_branched = not self._branched.isdisjoint(
                coder for (coder,) in self._c.all("select coder from statements where statement_id = ?", (uuid,))
            )
            if is_branched or (uuid in absent and self._mark.n_orphans):
                found |= {Touched(one, key, 0) for key in self._keys(f'["{uuid}"') for one in OF_STATEMENT}
        return found

    def _forget_conflicts(self, touched: Iterable[Touched]) -> None:
        known = set(self._c.all("select distinct entity, key from conflicts"))
        for one in touched:
            if (one.entity, one.key) in known and one.entity != "speaker":
                self._c.execute("delete from conflicts where entity = ?1 and key = ?2 and (coder = ?3 or not ?3)", one)

    def _of_key(self, key: str, wanted: set[Touched]) -> Iterator[Record]:
        """The wanted records under a key, each folded from all of its changes."""
        for record in self._folded(key, self._changes(key)):
            if record.entity != "speaker" and _touch(record, key) in wanted:
                yield record

    def _changes(self, key: str) -> list[tuple[Any, ...]]:
        rows = self._c.all(_CHANGES, (key,))
        if len(rows) > 1:
            for coder in {row[2] for row in rows}:
                self._earlier.count(coder)
        return rows

    # What forbids it

    def _check(self, records: Iterable[Record]) -> None:
        """Refuse statements that have copies, or get some, and mentions of entries without a history."""
        disputed = {
            loads(key)[0]
            for entity, key, field in self._c.all("select distinct entity, key, field from conflicts")
            if entity in OF_STATEMENT and field not in _QUIET
        }
        for record in records:
            if record.entity in OF_STATEMENT and (record.key[0] in disputed or set(record.folded.others) - _QUIET):
                raise NeedsRebuild
            value = record.value
            if record.entity == "mentions":
                self._know_speakers(speaker_id for _, speaker_id, *_ in value or [])
            elif record.entity.endswith("label") and value is not None and value.get("entry"):
                self._know_speakers([value["entry"]])

    def _know_speakers(self, speaker_ids: Iterable[str]) -> None:
        for speaker_id in speaker_ids:
            if speaker_id in self._known_speakers:
                continue
            row = self._c.one("select 1 from speakers where speaker_id = ?", (speaker_id,))
            if row is None or not self._has_history([speaker_id], "speaker"):
                raise NeedsRebuild
            self._known_speakers.add(speaker_id)

    def _refuse_one_place(self, records: Iterable[Record]) -> None:
        """Refuse assignments with one place in a coder's order: then the order of all rows counts."""
        for record in records:
            if record.entity == "assignment" and record.value is not None:
                row = self._c.one(
                    "select count(*) from assignments a join coders c on c.id = a.coder"
                    " where c.name = ? and a.position = ?",
                    (record.key[0], record.value["position"]),
                )
                if row is not None and row[0] > 1:
                    raise NeedsRebuild

    # The registry

    def _fold_registry(self, touched: set[str]) -> list[tuple[str, int]]:
        """Fold entries with new changes, from here too: what has one name was joined, and may be apart now."""
        sql = "select distinct key from changes not indexed where id > ? and entity = 'speaker'"
        keys = touched | {key for (key,) in self._c.all(sql, (self._mark.change,))}
        if not keys:
            return []
        try:
            return RegistryFold(self._c, self._start.change, self._person).write({loads(key)[0] for key in keys})
        except UnknownEntryError as error:
            raise NeedsRebuild from error

    def _person(self, speaker_id: str) -> Person | None:
        for record in self._folded(key := dumps([speaker_id]), self._changes(key)):
            if record.entity == "speaker":
                self._c.execute("delete from conflicts where entity = 'speaker' and key = ?", (key,))
                self._note_conflicts(record)
                return person_of(record)
        return None

    # Statements, and what waits for them

    def _has_statement(self, uuid: str) -> bool:
        return self._c.one("select 1 from statements where statement_id = ?", (uuid,)) is not None

    def _n_waited(self, records: list[Record], absent: set[str]) -> int:
        """How many of these records waited before."""
        if not self._mark.n_orphans:
            return 0
        n = 0
        for record in records:
            old = [row for row in self._changes(dumps(record.key)) if row[-1] <= self._start.change]
            for before in self._folded(dumps(record.key), old):
                if (before.entity, before.coder) == (record.entity, record.coder):
                    n += self._waited(before, absent)
        return n

    def _waited(self, before: Record, absent: set[str]) -> bool:
        if before.entity in ("mentions", "label"):
            return before.key[0] in absent
        if before.entity in ("statement", "assignment") and before.value is None:
            return False
        return self._is_orphan(before)

    def _lay(self, absent: set[str]) -> None:
        self._c.execute("drop table if exists temp.absent")
        self._c.execute("create temp table absent (key text primary key)")
        self._c.executemany("insert into temp.absent values (?)", [(dumps([uuid]),) for uuid in sorted(absent)])
        self._lay_statements("temp.absent n cross join changes x on x.key = n.key")
        self._c.execute("drop table temp.absent")

    def _note_unlaid(self, records: Iterable[Record], absent: set[str]) -> None:
        """Note a statement whose beginning is not here; only a replay knows the order of several."""
        for record in records:
            if record.entity == "statement" and record.key[0] in absent and not self._is_begun(record):
                if self._unlaid:
                    raise NeedsRebuild
                self._unlaid.append(record.key[0])

    def _is_begun(self, record: Record) -> bool:
        changes = [row for row in self._changes(dumps(record.key)) if row[1] == "statement"]
        return any(row[8] is None or row[9] is None for row in changes)

    # Writing

    def _write_all(self, records: list[Record]) -> None:
        first = [record for record in records if record.entity in ("statement", "phase")]
        rest = sorted((r for r in records if r.entity not in ("statement", "phase")), key=lambda r: dumps(r.key))
        has_doubts = self._c.one("select 1 from doubts limit 1") is not None
        with fixed_codebook(self._c):
            for place in {tuple(record.key[:3]) for record in rest if record.entity == "assignment"}:
                self._withdraw(*place)
            for record in (*first, *rest):
                if has_doubts and record.entity.endswith("label"):
                    self._forget_doubts(record)
                self._write(record)
            self._refuse_one_place(rest)
            raise_missing(self._c, readings(self._c), now(), self._places(records))

    def _forget_doubts(self, record: Record) -> None:
        """Remove the doubts about a label; writing it raises them anew."""
        variable = readings(self._c).current_name(record.key[-1])
        if record.entity == "label":
            sql, key = "select coder, paragraph, id from statements where statement_id = ?", record.key[:1]
        else:
            position = record.key[1] if record.entity == "paragraph label" else 0
            sql, key = f"select ?, id, null from ({_PARAGRAPH})", [record.coder, record.key[0], position]
        for unit in self._c.all(sql, tuple(key)):
            forget_doubts(self._c, Unit(*unit), variable)

    def _withdraw(self, name: str, article_id: str, position: int) -> None:
        """Remove the assignments of a coder that begin in one place; their records write them again, in their order."""
        self._c.execute(
            f"delete from assignments where coder = (select id from coders where name = ?) and first = ({_PARAGRAPH})",
            (name, article_id, position),
        )

    def _places(self, records: Iterable[Record]) -> set[tuple[int, int]]:
        """The coders and paragraphs of statements, reviews and labels."""
        found: set[tuple[int, int]] = set()
        for record in records:
            if record.entity in OF_STATEMENT:
                sql, key = "select coder, paragraph from statements where statement_id = ?", (record.key[0],)
                found |= set(self._c.all(sql, key))
            elif record.entity in ("review", "paragraph label"):
                found |= {(record.coder, row) for (row,) in self._c.all(_PARAGRAPH, tuple(record.key[:2]))}
        return found


def _touch(record: Record, key: str) -> Touched:
    return Touched(record.entity, key, record.coder if record.entity in _OF_PLACE else 0)


def _statements(touched: Iterable[Touched]) -> set[str]:
    return {loads(one.key)[0] for one in touched if one.entity in OF_STATEMENT}


def _by_key(touched: Iterable[Touched]) -> list[tuple[str, set[Touched]]]:
    """The touched records by their key, in the order of a replay."""
    found: dict[str, set[Touched]] = {}
    for one in touched:
        found.setdefault(one.key, set()).add(one)
    return sorted(found.items())
