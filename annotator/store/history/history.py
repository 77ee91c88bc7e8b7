"""Steps and changes: every write in one append-only history, and undo and redo that read it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from annotator.errors import StoreError
from annotator.store.file.checksum import of_change
from annotator.store.file.connection import Connection
from annotator.store.file.timestamps import later
from annotator.store.history.last_step import TO_REDO, TO_UNDO, LastStep
from annotator.store.history.record_types import ENTITIES, canonical
from annotator.store.tables.codebooks import Codebooks
from annotator.store.tables.json_values import Value, dumps
from annotator.store.tables.keys import Key, Times
from annotator.store.tables.label_mapping import fixed_codebook
from annotator.store.tables.study.fixed_answers import refuse_change_of


class Change(NamedTuple):
    """One line of the history: what one step did to one record."""

    step: int
    coder: str
    at: datetime
    what: str
    kind: str
    entity: str
    key: Key
    before: Value
    after: Value


class Undone(NamedTuple):
    """Result of an undo or redo.

    `n_kept` records stay, because later changes depend on them. `statement` is the id of the statement that the step
    changed, if it changed one.
    """

    what: str
    paragraph: int | None
    n_kept: int = 0
    statement: str | None = None


_OF_STATEMENTS = frozenset({"statement", "mentions", "label"})
"""Record types whose key begins with the id of a statement."""


class Begun(NamedTuple):
    """A line of the history: its row, and the step's id, time, words and kind."""

    row: int
    step_id: str
    at: str
    what: str
    kind: str


class Step:
    """One key press, or one command: changes that are committed together.

    Its first change adds its line to the history.
    """

    def __init__(self, c: Connection, coder: int, begin: Callable[[], Begun]) -> None:
        self._c = c
        self._coder = coder
        self._begin = begin
        self._begun: Begun | None = None
        self._n = 0

    def get(self, entity: str, key: Key) -> Value:
        """The current record, or None."""
        return ENTITIES[entity].read(self._c, self._coder, key)

    def put(self, entity: str, key: Key, after: Value, times: Times | None = None) -> None:
        """Write a record (None removes it) and record its previous value.

        Args:
            entity: The kind of record.
            key: Its key, the same in every file.
            after: The new value.
            times: Times of creation and change, for records from elsewhere; now by default.

        Raises:
            StoreError: The record is the codebook, and it is locked in this file.
        """
        with nullcontext() if entity == "codebook" else fixed_codebook(self._c):
            before = self.get(entity, key)
            if before != after:
                if entity == "codebook":
                    Codebooks(self._c).refuse_locked()
                self._put(entity, key, before, after, times)

    def _put(self, entity: str, key: Key, before: Value, after: Value, times: Times | None) -> None:
        key = canonical(self._c, entity, key)
        begun = self.begin()
        ENTITIES[entity].write(self._c, self._coder, key, after, times or Times.of(begun.at))
        change = (
            self._n,
            entity,
            dumps(key),
            None if before is None else dumps(before),
            None if after is None else dumps(after),
            *(times or (None, None)),
        )
        self._c.execute(
            "insert into changes (step, n, entity, key, before, after, first_at, last_at, checksum)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (begun.row, *change, of_change(begun[1:], change)),
        )
        self._n += 1

    @property
    def has_begun(self) -> bool:
        """Whether it has a line in the history."""
        return self._begun is not None

    def begin(self) -> Begun:
        """Give it its line in the history, unless it has one."""
        if self._begun is None:
            self._begun = self._begin()
        return self._begun


class History:
    """The history of one project."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection
        self._to_undo = LastStep(connection, TO_UNDO)
        self._to_redo = LastStep(connection, TO_REDO)

    @contextmanager
    def step(self, coder: int, what: str, paragraph: int | None = None) -> Iterator[Step]:
        """One transaction and one line of the history; a step that changes nothing leaves no line.

        The block's end commits it. An exception rolls it back.
        """
        with self._c.write():
            yield self._open(coder, what, paragraph)

    def undo(self, coder: int, *selves: int, by: str | None = None) -> Undone | None:
        """Undo the last step of a coder or of their rechecks; None without a step.

        `by` names the person who undoes it; the history keeps this name if it is another one.

        Records that later changes depend on stay: a registry entry that another coder has since used or changed, or a
        record whose other version won in a merge.

        Raises:
            UsageError: The step is an answer that stays, because gold was shown beside it.
        """
        with self._c.write():
            found = [(step, one) for one in (coder, *selves) if (step := self._to_undo.find(one)) is not None]
            if not found:
                return None
            step, one = max(found)
            refuse_change_of(self._c, one, step.row)
            return self._again(one, step[1:4], "undo", by)

    def undo_only(
        self, coder: int, entities: frozenset[str], by: str | None = None, of: str | None = None
    ) -> Undone | None:
        """Undo the coder's last step, if it changed only records of these kinds, and one of kind `of`, if given.

        Raises:
            StoreError: It changed others. The message does not name them, since the caller may be blind.
        """
        with self._c.write():
            step = self._to_undo.find(coder)
            if step is None:
                return None
            changed = {entity for (entity,) in self._c.all("select entity from changes where step = ?", (step.row,))}
            if not changed <= entities or (of is not None and of not in changed):
                raise StoreError("the last step changed something else; nothing was undone")
            return self._again(coder, step[1:4], "undo", by)

    def undo_last_of(self, coder: int, entity: str) -> Undone | None:
        """Undo the changes to one kind of record in the coder's last step; later steps stay."""
        with self._c.write():
            row = self._c.one(
                f"select id, what, paragraph from steps s where coder = ? and {TO_UNDO}"
                " and exists (select 1 from changes x where x.step = s.id and x.entity = ?)"
                " order by at desc, step_id desc limit 1",
                (coder, entity),
            )
            return None if row is None else self._again(coder, row, "undo", only=entity)

    def redo(self, coder: int, *selves: int) -> Undone | None:
        """Redo the last undone step, unless a new step follows; None without one.

        Raises:
            UsageError: The step changes an answer that stays, because gold was shown beside it.
        """
        with self._c.write():
            found = [(step, one) for one in (coder, *selves) if (step := self._to_redo.find(one)) is not None]
            if not found:
                return None
            last, one = max(found)
            if last.kind == "do":
                return None
            refuse_change_of(self._c, one, last.of or 0)
            row = self._c.one("select id, what, paragraph from steps where id = ?", (last.of,))
            return None if row is None else self._again(one, row, "redo")

    def of_statement(self, statement_id: str) -> list[Change]:
        """All changes of a statement, oldest first."""
        steps = "changes x join steps t on t.id = x.step"
        return self._changes(
            steps, "x.key >= ? and x.key < ?", (f'["{statement_id}"', f'["{statement_id}#'), "t.at, t.step_id, x.n"
        )

    def latest(self, limit: int = 100, coder: int | None = None) -> list[Change]:
        """The latest changes, newest first."""
        where, parameters = ("t.coder = ?", (coder,)) if coder is not None else ("1", ())
        # Step by step, each from its index: otherwise all changes are read and sorted, whatever the limit.
        steps = f"steps t indexed by {'steps_time' if coder is None else 'steps_coder_time'} cross join changes x"
        return self._changes(
            f"{steps} on x.step = t.id", where, parameters, f"t.at desc, t.step_id desc, x.n desc limit {int(limit)}"
        )

    def _changes(self, steps: str, where: str, parameters: tuple[Any, ...], order: str) -> list[Change]:
        rows = self._c.all(
            "select t.id, c.name, t.at, t.what, t.kind, x.entity, x.key, x.before, x.after"
            f" from {steps} join coders c on c.id = t.coder where {where} order by {order}",
            parameters,
        )
        parse: Callable[[str | None], Any] = lambda text: None if text is None else json.loads(text)  # noqa: E731
        return [
            Change(r[0], r[1], datetime.fromisoformat(r[2]), r[3], r[4], r[5], parse(r[6]), parse(r[7]), parse(r[8]))
            for r in rows
        ]

    def _open(self, coder: int, what: str, paragraph: int | None, kind: str = "do", of: int | None = None) -> Step:
        def begin() -> Begun:
            last = self._c.one("select max(at) from steps")
            at, step_id = later(last[0] if last else None), str(uuid4())
            row = self._c.execute(
                "insert into steps (step_id, coder, at, what, kind, of, paragraph, seen)"
                " values (?, ?, ?, ?, ?, ?, ?, (select n_steps from coders where id = ?))",
                (step_id, coder, at, what, kind, of, paragraph, coder),
            ).lastrowid
            assert row is not None  # noqa: S101 (an insert has a row)
            self._c.execute("update coders set n_steps = n_steps + 1 where id = ?", (coder,))
            return Begun(row, step_id, at, what, kind)

        return Step(self._c, coder, begin)

    def _again(
        self, coder: int, row: tuple[Any, ...], kind: str, by: str | None = None, only: str | None = None
    ) -> Undone:
        """Write a step's records, or only those of one kind, back to what they were before it, or after it."""
        of, what, paragraph = row
        changes = self._c.all(
            "select entity, key, before, after from changes where step = ?1 and (entity = ?2 or ?2 is null) order by n",
            (of, only),
        )
        step = self._open(coder, self._with_name(what, coder, by), paragraph, kind, of)
        step.begin()
        n_kept = 0
        for entity, key_text, before, after in reversed(changes) if kind == "undo" else changes:
            key = json.loads(key_text)
            was, will = (after, before) if kind == "undo" else (before, after)
            current = step.get(entity, key)
            is_later = seen(entity, current) != seen(entity, None if was is None else json.loads(was))
            value = None if will is None else json.loads(will)
            if is_later or (entity == "speaker" and _is_needed(self._c, key[0], value)):
                n_kept += 1
                continue
            step.put(entity, key, value)
        statement = next((json.loads(key)[0] for entity, key, *_ in changes if entity in _OF_STATEMENTS), None)
        return Undone(what, paragraph, n_kept, statement)

    def _with_name(self, what: str, coder: int, by: str | None) -> str:
        """The words of a step, with the name of the person who made it in another coder's place."""
        row = self._c.one("select name from coders where id = ?", (coder,))
        return what if by is None or (row is not None and row[0] == by) else f"{what} (by {by})"


def seen(entity: str, value: Value) -> Value:
    """A record as undo compares it: one that was taken away is the same as one that never was."""
    is_gone = entity == "statement" and value is not None and value["deleted"]
    is_gone = is_gone or (entity == "speaker" and value is not None and value["retired"])
    return None if is_gone else value


def _is_needed(c: Connection, speaker_id: str, value: Value) -> bool:
    """Whether an entry of the registry cannot become this, because of what others have done since.

    It cannot go while a statement that stands, or a label, names it, and cannot take a name that another entry has.
    """
    if value is None:
        sql = (
            "select 1 from speakers k join statement_speakers m on m.speaker = k.id join statements s"
            " on s.id = m.statement where k.speaker_id = ?1 and s.deleted = 0 union all"
            " select 1 from speakers k join labels l on l.entry = k.id join statements s"
            " on s.id = l.statement where k.speaker_id = ?1 and s.deleted = 0 union all"
            " select 1 from speakers k join paragraph_labels l on l.entry = k.id where k.speaker_id = ?1 union all"
            " select 1 from speakers k join article_labels l on l.entry = k.id where k.speaker_id = ?1 limit 1"
        )
        return c.one(sql, (speaker_id,)) is not None
    sql = "select 1 from speakers where name = ? and speaker_id <> ? and merged_into is null"
    return value["merged_into"] is None and c.one(sql, (value["name"], speaker_id)) is not None
