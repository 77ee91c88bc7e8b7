"""Fold again only what new lines of the history touch; the result is that of a replay of the whole history.

A record depends on its own changes alone, with five exceptions: what a coder wrote in two files that did not know of
each other, registry entries (they share names), statements (their labels wait for them), assignments (two may be of one
place) and everything that reads through the codebook. The first and the last need a whole rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from json import loads
from typing import Any, NamedTuple

from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta
from annotator.store.file.timestamps import now
from annotator.store.history.concurrent_versions import joined
from annotator.store.history.fold_mark import FoldMark, newest_change, write_mark
from annotator.store.history.moment import Moment
from annotator.store.history.replay import (
    OF_STATEMENT,
    SHARED,
    UNCHANGED,
    Known,
    Rebuilt,
    Record,
    Replay,
    changed_conflicts,
    person_of,
)
from annotator.store.history.speaker_merges import Person, resolve
from annotator.store.tables.entity_labels import write_entries
from annotator.store.tables.json_values import dumps
from annotator.store.tables.keys import Times
from annotator.store.tables.label_mapping import fixed_codebook, readings
from annotator.store.tables.recode_queue import Unit, forget_doubts, raise_missing
from annotator.store.tables.speakers import read_speaker

_OF_PLACE = frozenset({"review", "paragraph label", "article label"})
"""Records of a coder whose keys do not name the coder."""

_HISTORY_ONLY = frozenset({"aggregate", "draw", "model"})
"""Records that no table holds."""

_OWN = ", ".join(f"'{entity}'" for entity in sorted(OF_STATEMENT | _OF_PLACE))

_CHANGES = (
    "select x.key, x.entity, t.coder, t.at, t.step_id, x.n, t.seen, t.id, x.before, x.after, x.first_at, x.last_at,"
    " x.id from changes x cross join steps t on t.id = x.step where x.key = ? order by x.step, x.n"
)

_PARAGRAPH = (
    "select p.id from paragraphs p join articles a on a.id = p.article where a.article_id = ? and p.position = ?"
)


class NeedsRebuild(Exception):  # noqa: N818 (no error: the caller takes the other way)
    """What came in changes more than the records that it names."""


class Start(NamedTuple):
    """Where the history ended before lines came in: its newest change and step, by their rows."""

    change: int
    step: int

    @classmethod
    def of(cls, c: Connection) -> Start:
        """Where it ends now."""
        row = c.one("select coalesce(max(id), 0) from steps")
        return cls(newest_change(c), int(row[0]) if row else 0)


class Touched(NamedTuple):
    """A record that has new changes; the coder is 0 where its key alone says which one it is."""

    entity: str
    key: str
    coder: int


def refold(c: Connection, start: Start, mark: FoldMark) -> Rebuilt:
    """Fold again what the history after a start touches, and count the steps. Must run inside the write that added it.

    Args:
        c: The project.
        start: Where the history ended before.
        mark: The mark of the last fold.

    Returns:
        The result. Its orphans are those among the touched records.

    Raises:
        NeedsRebuild: The whole history has to be folded; what was written so far, a rebuild replaces.
    """
    return _Refold(c, start, mark).run()


class _Refold(Replay):
    def __init__(self, c: Connection, start: Start, mark: FoldMark) -> None:
        super().__init__(c, None, Known(None))
        self._start = start
        self._mark = mark
        self._branched = set(mark.branched)
        self._known_speakers: set[str] = set()

    def run(self) -> Rebuilt:
        if read_meta(self._c, "codebook") is None:
            raise NeedsRebuild
        self._count_steps()
        touched = self._touched()
        same_names = self._fold_people({one.key for one in touched if one.entity == "speaker"})
        records = [record for one in _by_key(touched) for record in self._of_key(*one)]
        absent = {uuid for uuid in self._statements(touched) if not self._has_statement(uuid)}
        records += self._waiting(absent, touched)
        self._check(records)
        n_waited = self._n_waited(records, absent)
        self._forget_conflicts(touched)
        self._lay(absent)
        self._write_all(records)
        self._mark_unlaid(records, absent)
        n_orphans = self._mark.n_orphans - n_waited + len(self._orphans)
        write_mark(self._c, n_orphans, frozenset(self._branched))
        orphans = [(record.entity, dumps(record.key)) for record in self._orphans]
        return UNCHANGED._replace(orphans=orphans, same_names=same_names, n_conflicts=self._n_conflicts)

    def _count_steps(self) -> None:
        """Count the new steps of each coder, and look whether they follow the earlier ones."""
        new: dict[int, list[tuple[Moment, int]]] = {}
        for coder, at, step_id, seen in self._c.all(
            "select coder, at, step_id, seen from steps where id > ? order by at, step_id", (self._start.step,)
        ):
            new.setdefault(coder, []).append((Moment(at, step_id), seen))
        for coder, steps in new.items():
            is_simple = self._follow(coder, steps)
            self._c.execute("update coders set n_steps = n_steps + ? where id = ?", (len(steps), coder))
            if not is_simple:
                self._branched.add(coder)
            if coder in self._branched and self._has_own(coder):
                raise NeedsRebuild

    def _follow(self, coder: int, steps: list[tuple[Moment, int]]) -> bool:
        """Whether a coder's new steps come after the others and know of them."""
        row = self._c.one("select n_steps from coders where id = ?", (coder,))
        n_before = int(row[0]) if row else 0
        last = self._c.one(
            "select at, step_id from steps indexed by steps_coder_time where coder = ? and id <= ?"
            " order by at desc, step_id desc limit 1",
            (coder, self._start.step),
        )
        return (last is None or Moment(*last) < steps[0][0]) and all(
            seen >= n_before + i for i, (_, seen) in enumerate(steps)
        )

    def _has_own(self, coder: int) -> bool:
        """Whether a coder has records that depend on what the coder knew; registry, plans and gold do not."""
        sql = (
            f"select 1 from steps t join changes x on x.step = t.id where t.coder = ? and x.entity in ({_OWN}) limit 1"
        )
        return self._c.one(sql, (coder,)) is not None

    def _touched(self) -> set[Touched]:
        """The records with new lines, and shared ones whose conflict somebody has resolved in this file."""
        found = set()
        for entity, key, coder, is_known_step in self._c.all(
            "select distinct x.entity, x.key, t.coder, t.id <= ?1 from changes x cross join steps t on t.id = x.step"
            " where x.id > ?2",
            self._start[::-1],
        ):
            if entity == "codebook" or (is_known_step and entity in OF_STATEMENT | _OF_PLACE):
                raise NeedsRebuild
            if entity not in _HISTORY_ONLY:
                found.add(Touched(entity, key, coder if entity in _OF_PLACE else 0))
        for entity, key in changed_conflicts(self._c, self._mark.change):
            if entity not in SHARED:
                raise NeedsRebuild
            found.add(Touched(entity, key, 0))
        return found | {
            Touched("assignment", key, 0)
            for one in found
            if one.entity == "assignment"
            for key in self._keys(loads(one.key)[:3], "assignment")
        }

    def _keys(self, beginning: list[Any], entity: str) -> list[str]:
        """The keys of a kind of record that begin with these parts."""
        first = f"{dumps(beginning)[:-1]},"
        sql = "select distinct key from changes where key >= ? and key < ? and entity = ?"
        return [key for (key,) in self._c.all(sql, (first, f"{first}~", entity))]

    def _of_key(self, key: str, wanted: set[Touched]) -> Iterator[Record]:
        """The wanted records under a key, each folded from all of its changes."""
        for record in self._folded(key, self._changes(key)):
            if record.entity != "speaker" and _touch(record, key) in wanted:
                yield record

    def _changes(self, key: str) -> list[tuple[Any, ...]]:
        return self._c.all(_CHANGES, (key,))

    def _check(self, records: Iterable[Record]) -> None:
        """Refuse records of coders with branches, and entries of the registry without a history."""
        for record in records:
            if record.entity not in SHARED and record.coder in self._branched:
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

    # The registry

    def _fold_people(self, touched: set[str]) -> list[tuple[str, int]]:
        """Fold the touched entries of the registry with all that share a name with them, or are merged with them.

        Returns:
            Names of several entries among them, with their number.
        """
        sql = "select distinct key from changes where id > ? and entity = 'speaker'"
        keys = touched | {key for (key,) in self._c.all(sql, (self._mark.change,))}
        if not keys:
            return []
        resolved = resolve(self._connected({loads(key)[0] for key in keys}))
        new = [(person, value) for person in resolved.people if (value := self._new(person)) is not None]
        write_entries(self._c, [(person.speaker_id, value, Times.of(person.created_at)) for person, value in new])
        return resolved.same_names

    def _connected(self, start: set[str]) -> list[Person]:
        """Entries, with those that have the same name, or that they are merged into, or that are merged into them."""
        found: dict[str, Person] = {}
        ahead = set(start)
        while ahead:
            speaker_id = ahead.pop()
            row = self._c.one("select 1 from speakers where speaker_id = ?", (speaker_id,))
            if row is not None and not self._had_history(speaker_id):
                raise NeedsRebuild  # it is known from the words of a statement alone
            person = self._person(speaker_id)
            if person is None:
                continue
            found[speaker_id] = person
            near = self._c.all(
                "select k.speaker_id from speakers k, speakers me where me.speaker_id = ?1"
                " and coalesce(k.merged_into, k.id) = coalesce(me.merged_into, me.id)"
                " union select speaker_id from speakers where name = ?2",
                (speaker_id, person.fields.get("name")),
            )
            target = person.fields.get("merged_into")
            ahead |= ({one for (one,) in near} | ({target} if target else set())) - found.keys()
        return list(found.values())

    def _person(self, speaker_id: str) -> Person | None:
        """An entry as its own changes make it; None without any."""
        for record in self._folded(key := dumps([speaker_id]), self._changes(key)):
            if record.entity == "speaker":
                self._c.execute("delete from conflicts where entity = 'speaker' and key = ?", (key,))
                self._note_conflicts(record)
                return person_of(record)
        return None

    def _had_history(self, speaker_id: str) -> bool:
        sql = "select 1 from changes where key = ? and entity = 'speaker' and id <= ? limit 1"
        return self._c.one(sql, (dumps([speaker_id]), self._start.change)) is not None

    def _new(self, person: Person) -> Any:
        """What an entry is to be, where its row is not so yet; else None."""
        value = joined("speaker", person.fields)
        row = self._c.one("select created_at from speakers where speaker_id = ?", (person.speaker_id,))
        is_same = row == (person.created_at,) and read_speaker(self._c, 0, [person.speaker_id]) == value
        return None if is_same else value

    # Statements, and what waits for them

    @staticmethod
    def _statements(touched: Iterable[Touched]) -> set[str]:
        return {loads(one.key)[0] for one in touched if one.entity in OF_STATEMENT}

    def _has_statement(self, uuid: str) -> bool:
        return self._c.one("select 1 from statements where statement_id = ?", (uuid,)) is not None

    def _waiting(self, absent: set[str], touched: set[Touched]) -> Iterator[Record]:
        """The records that waited for statements which may be here now."""
        for uuid in sorted(absent) if self._mark.n_orphans else ():
            first = f'["{uuid}"'
            keys = self._c.all("select distinct key from changes where key >= ? and key < ?", (first, f"{first}~"))
            for (key,) in keys:
                for record in self._folded(key, self._changes(key)):
                    if record.entity in OF_STATEMENT and _touch(record, key) not in touched:
                        yield record

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

    def _mark_unlaid(self, records: Iterable[Record], absent: set[str]) -> None:
        """Know the coders of statements whose beginning is not here: their rows are not in the order of their times."""
        for record in records:
            if record.entity == "statement" and record.key[0] in absent and not self._is_begun(record):
                self._branched.add(record.coder)

    def _is_begun(self, record: Record) -> bool:
        changes = [row for row in self._changes(dumps(record.key)) if row[1] == "statement"]
        return any(row[8] is None or row[9] is None for row in changes)

    # Writing

    def _forget_conflicts(self, touched: Iterable[Touched]) -> None:
        known = set(self._c.all("select distinct entity, key from conflicts"))
        for one in touched:
            if (one.entity, one.key) in known and one.entity != "speaker":
                self._c.execute("delete from conflicts where entity = ?1 and key = ?2 and (coder = ?3 or not ?3)", one)

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


def _by_key(touched: Iterable[Touched]) -> list[tuple[str, set[Touched]]]:
    """The touched records by their key, in the order of a replay."""
    found: dict[str, set[Touched]] = {}
    for one in touched:
        found.setdefault(one.key, set()).add(one)
    return sorted(found.items())


__all__ = ["NeedsRebuild", "Start", "refold"]
