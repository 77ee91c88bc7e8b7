"""Rows of assignments: each coder's paragraphs in their order; without assignments, all paragraphs."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from annotator.errors import StoreError
from annotator.model import RECHECK, TRAINING
from annotator.store.file.connection import Connection
from annotator.store.file.timestamps import now
from annotator.store.tables import done_runs as progress
from annotator.store.tables.coders import coder_row
from annotator.store.tables.removed_articles import is_present
from annotator.store.tables.study.named_facts import FEEDBACK, read_facts

RECALL, RECODE = "recall", "recode"
"""How batches begin of paragraphs that come back because everybody skipped them, or after a new rule, and of those that
hide them."""


def second_self(name: str, batch: str) -> str:
    """The name under which a coder's second coding of a batch is recorded.

    What comes back for recall or after a rule does not mix with intra-coder agreement.
    """
    kind = next((one for one in (RECALL, RECODE) if batch.startswith(one)), RECHECK)
    return f"{name} ({kind})"


class Run(NamedTuple):
    """Paragraphs of a hidden recheck, and the coder it is recorded for."""

    first: int
    last: int
    recorder: int


class Assigned:
    """One coder's assignments."""

    def __init__(self, c: Connection, coder: int) -> None:
        self._c = c
        self._coder = coder
        self._rechecks: list[Run] = []
        self.refresh()

    def refresh(self) -> None:
        """Update the list of due rechecks; it changes only with this call."""
        self._rechecks = [
            Run(*row)
            for row in self._c.all(
                f"select first, last, recorder from assignments where recorder in {_RECHECKS} and +coder = ?1"
                " and due_at <= ?2",
                (self._coder, now()),
            )
        ]

    @property
    def exist(self) -> bool:
        """Whether the coder has any."""
        return self._c.one("select 1 from assignments where coder = ? limit 1", (self._coder,)) is not None

    @property
    def is_planned(self) -> bool:
        """Whether the coder codes what was assigned, and not everything; a recheck alone makes no plan."""
        sql = "select 1 from assignments where coder = ? and recorder = coder limit 1"
        return self._c.one(sql, (self._coder,)) is not None

    @property
    def recorders(self) -> tuple[int, ...]:
        """The coder and the coder's recheck, if any."""
        return (self._coder, *sorted({run.recorder for run in self._rechecks}))

    def recorder(self, paragraph: int) -> int:
        """The recorded coder for work on a paragraph."""
        for run in self._rechecks:
            if run.first <= paragraph <= run.last:
                return run.recorder
        return self._coder

    def parts(self, first: int, last: int) -> list[Run]:
        """A range cut where the recorder changes."""
        cuts = sorted(
            {first, *(run.first for run in self._rechecks), *(run.last + 1 for run in self._rechecks), last + 1}
        )
        inside = [at for at in cuts if first <= at <= last + 1]
        return [Run(start, end - 1, self.recorder(start)) for start, end in pairwise(inside)]

    def next_left(self, after: int) -> int | None:
        """The next paragraph to code after this one, in the coder's order; None when all are done.

        Due rechecks come between two assignments, like any assignment.
        """
        self.refresh()
        here = self._at(after)
        if here is not None:
            found = self._left_in(here[2], after + 1, here[1])
            if found is not None:
                return found
        position = here[3] if here is not None else -1
        due = "n_left > 0 and (due_at is null or due_at <= ?2)"
        for where, parameters in (
            (f"recorder in {_RECHECKS} and +coder = ?1 and {due}", (now(),)),
            (f"coder = ?1 and recorder = coder and {due} and position > ?3", (now(), position)),
            (f"coder = ?1 and {due}", (now(),)),
        ):
            row = self._c.one(
                f"select first, last, recorder from assignments where {where} order by position limit 1",
                (self._coder, *parameters),
            )
            if row is not None:
                return self._left_in(row[2], row[0], row[1])
        return None

    def turns_back(self, here: int, there: int) -> bool:
        """Whether a paragraph comes earlier than another in the coder's order of work; a recheck has no place in it."""
        before, after = self._at(here), self._at(there)
        if before is None or after is None or (before[2], after[2]) != (self._coder, self._coder):
            return False
        return (after[3], there) <= (before[3], here)

    def _at(self, paragraph: int) -> tuple[int, int, int, int] | None:
        """First and last paragraph, recorder and position of the assignment that holds a paragraph."""
        row: tuple[int, int, int, int] | None = self._c.one(
            f"select first, last, recorder, position from assignments where {_FROM_ARTICLE} and first <= ?2"
            " and last >= ?2 order by n_left = 0, position desc limit 1",
            (self._coder, paragraph),
        )
        return row

    def has_to_be_seen(self, paragraph: int) -> bool:
        """Whether a paragraph was given to the coder so that the answer to it is compared or checked by itself.

        It was given in training, for a recheck or with feedback; or without the rest of its article.
        """
        rows = self._c.all(
            f"select recorder, phase, first = (select min(id) from paragraphs where article = p.article)"
            " and last = (select max(id) from paragraphs where article = p.article) from assignments, paragraphs p"
            f" where p.id = ?2 and {_FROM_ARTICLE} and first <= ?2 and last >= ?2",
            (self._coder, paragraph),
        )
        compared = {TRAINING, *read_facts(self._c, FEEDBACK)}
        return any(recorder != self._coder or phase in compared or not is_whole for recorder, phase, is_whole in rows)

    def progress(self, first: int | None = None, last: int | None = None) -> tuple[int, int]:
        """Numbers of finished and remaining paragraphs, of all assignments or of a range."""
        if first is None or last is None:
            row = self._c.one(
                "select coalesce(sum(last - first + 1 - n_left), 0), coalesce(sum(n_left), 0) from assignments"
                f" where coder = ? and (due_at is null or due_at <= ?) and {is_present('first')}",
                (self._coder, now()),
            )
            return (int(row[0]), int(row[1])) if row else (0, 0)
        done = left = 0
        for start, end, recorder in self._c.all(
            f"select max(first, ?2), min(last, ?3), recorder from assignments where {_FROM_ARTICLE} and first <= ?3"
            f" and last >= ?2 and (recorder = coder or due_at <= ?4) and {is_present('first')}",
            (self._coder, first, last, now()),
        ):
            n = progress.n_done(self._c, recorder, start, end)
            done, left = done + n, left + end - start + 1 - n
        return done, left

    def _left_in(self, recorder: int, first: int, last: int) -> int | None:
        return progress.first_left(self._c, recorder, first, last)


def read_assignment(c: Connection, _coder: int, key: list[Any]) -> Any:
    """The assignment of a coder, article, first and last position and phase."""
    row = c.one(
        f"select batch, a.position, due_at from assignments a where {_WHERE}",
        _parameters(c, key),
    )
    return None if row is None else {"batch": row[0], "position": row[1], "due_at": row[2]}


def write_assignment(c: Connection, _coder: int, key: list[Any], value: Any, at: str) -> None:
    """Give a coder something to code, or take it back."""
    if value is None:
        c.execute(f"delete from assignments as a where {_WHERE}", _parameters(c, key))
        return
    name, article_id, first, last, phase = key
    coder = coder_row(c, name, at=at)
    recorder = coder
    if phase == RECHECK:
        recorder = coder_row(c, second_self(name, value["batch"]), recheck_of=coder, at=at)
    ends = [_paragraph(c, article_id, position) for position in (first, last)]
    n = progress.n_left(c, recorder, ends[0], ends[1])
    c.execute(
        "insert into assignments (coder, recorder, first, last, phase, batch, position, due_at, n_left)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (recorder, first) do update set last = excluded.last,"
        " phase = excluded.phase, batch = excluded.batch, position = excluded.position, due_at = excluded.due_at,"
        " n_left = excluded.n_left",
        (coder, recorder, *ends, phase, value["batch"], value["position"], value["due_at"], n),
    )


def read_phase(c: Connection, _coder: int, key: list[Any]) -> Any:
    """When a phase was closed; None while it is open."""
    row = c.one("select closed_at from phases where phase = ?", (key[0],))
    return None if row is None else {"closed_at": row[0]}


def write_phase(c: Connection, _coder: int, key: list[Any], value: Any) -> None:
    """Close a phase, or open it again."""
    c.execute("delete from phases where phase = ?", (key[0],))
    if value is not None:
        c.execute("insert into phases (phase, closed_at) values (?, ?)", (key[0], value["closed_at"]))


def count_left(c: Connection, coder: int) -> None:
    """Recount the paragraphs left in every assignment recorded for a coder."""
    c.executemany(
        "update assignments set n_left = ? where id = ?",
        [
            (progress.n_left(c, coder, first, last), row)
            for row, first, last in c.all("select id, first, last from assignments where recorder = ?", (coder,))
        ],
    )


_RECHECKS = """(
  select r.id from coders r join coders c on c.id = ?1 where r.recheck_of = c.id or r.name = c.name || ' (recheck)'
)"""
"""The coder's second selves. With a recorder and a first paragraph an assignment is found in one look-up, whereas the
index of the coder's order leads to all of theirs; a plus sign keeps SQLite from taking it."""

_FROM_ARTICLE = (
    f"recorder in (select ?1 union all select * from {_RECHECKS}) and +coder = ?1"
    " and first >= (select p.id - p.position from paragraphs p where p.id = ?2)"
)
"""The coder's assignments from the beginning of a paragraph's article on; none reaches over two articles."""

_WHERE = (
    f"a.recorder in (select ?1 union all select * from {_RECHECKS}) and +a.coder = ?1 and a.phase = ?2 and a.first ="
    " (select p.id from paragraphs p join articles t on t.id = p.article where t.article_id = ?3 and p.position = ?4)"
)


def _parameters(c: Connection, key: list[Any]) -> tuple[Any, ...]:
    row = c.one("select id from coders where name = ?", (key[0],))
    return (row and row[0], key[4], key[1], key[2])


def _paragraph(c: Connection, article_id: str, position: int) -> int:
    row = c.one(
        "select p.id from paragraphs p join articles a on a.id = p.article where a.article_id = ? and p.position = ?",
        (article_id, position),
    )
    if row is None:
        raise StoreError(f"article {article_id} has no paragraph {position} in this project")
    return int(row[0])
