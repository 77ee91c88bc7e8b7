"""Take in history from another file piece by piece, while a coder works: no snapshot, and no record for `--undo`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from annotator.errors import StoreError
from annotator.store.file.connection import Connection
from annotator.store.history.fold_mark import FoldMark, mark_beginning, read_mark
from annotator.store.history.new_steps import EarlierSteps
from annotator.store.history.refold import NeedsRebuild
from annotator.store.history.replay import UNCHANGED, Rebuilt
from annotator.store.merge.apply import Before, fold_new
from annotator.store.merge.copy_history import bring
from annotator.store.merge.difference import Difference, compare
from annotator.store.merge.rebuild_project import needs_replay, rebuild_project
from annotator.store.merge.report import Came, joined
from annotator.store.store import Store


class TakenIn(NamedTuple):
    """What was taken in.

    Attributes:
        came: The new steps, articles and coders, by their ids and names.
        rebuilt: What the last portion made of the history: records that wait, joined codebooks, speakers of one name.
        n_waiting: Number of steps that were not taken in, because they need a rebuild of the whole project and
            `may_rebuild` was false.
    """

    came: Came
    rebuilt: Rebuilt
    n_waiting: int = 0


def take_in(
    store: Store,
    other: Connection,
    *,
    portion: int = 200,
    between: Callable[[], None] | None = None,
    may_rebuild: bool = True,
) -> TakenIn:
    """Take in what another file has and this one lacks; the result is the same as that of a merge.

    The other file has the tables of a project and may be a part of one: then it holds the steps to take in, the steps
    that they undo or redo, and the rows of the coders, articles and codebooks that they name. Each portion is one
    transaction, so that others can write in between; what was taken in before an error stays. Calling it again is safe.

    `merge --undo` does not take it back, and it makes no steps of its own.

    Args:
        store: The project. Its connection belongs to the thread that calls.
        other: The other file, opened to be read, with the schema of this version.
        portion: The largest number of steps in one transaction.
        between: Called after each transaction.
        may_rebuild: Whether the project may be rebuilt as a whole where this is needed, as by a new codebook or a coder
            who worked in two files at once. It takes seconds in a large project, and sessions that are open must be
            opened again if articles move. If false, the steps wait: call it again between sessions.

    Raises:
        StoreError: The other file contradicts this one, or cannot be read.
        ContradictionError: The codebooks say different things of one name; nothing of this portion is taken in.
    """
    taking = _Taking(store.connection, other, may_rebuild=may_rebuild)
    try:
        taking.run(compare(store.connection, other), portion, between)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        raise StoreError(f"{other.name} has an invalid history; check it with `annotator doctor`") from error
    return TakenIn(taking.came, taking.rebuilt, taking.n_waiting)


class _Taking:
    def __init__(self, c: Connection, other: Connection, *, may_rebuild: bool) -> None:
        self._c = c
        self._other = other
        self._may_rebuild = may_rebuild
        self._mark: FoldMark | None = None
        self._earlier = EarlierSteps(c, frozenset())
        self.came = Came([], [], [])
        self.rebuilt = UNCHANGED
        self.n_waiting = 0

    def run(self, lacks: Difference, portion: int, between: Callable[[], None] | None) -> None:
        if lacks.is_nothing and self._may_rebuild and needs_replay(self._c):
            with self._c.write():
                self.rebuilt = rebuild_project(self._c, None)
            self._c.know_project()
        portions = list(_portions(lacks, portion))
        if lacks.steps:
            mark_beginning(self._c)
            self._count_earlier(lacks.steps)
        while portions and not self.n_waiting:
            try:
                with self._c.write(), self._other.read():
                    n_taken = self._take(portions)
            except NeedsRebuild:
                self.n_waiting = sum(len(one.steps) for one in portions)
            else:
                portions = portions[n_taken:]
            self._c.know_project()
            if between is not None:
                between()

    def _count_earlier(self, steps: list[int]) -> None:
        """Count what takes long before the first write."""
        with self._c.read(), self._other.read():
            self._mark = read_mark(self._c)
            if self._mark is None or not self._mark.branched:
                return
            self._earlier = EarlierSteps(self._c, self._mark.branched)
            made = {row for step in steps for row in self._other.all("select coder from steps where id = ?", (step,))}
            for (coder,) in made:
                name = self._other.one("select name from coders where id = ?", (coder,))
                row = self._c.one("select id from coders where name = ?", name or ("",))
                if row is not None:
                    self._earlier.count(row[0])

    def _take(self, portions: list[Difference]) -> int:
        """Take the first portion in; all of them, if the project has to be rebuilt. How many were taken in.

        Raises:
            NeedsRebuild: The project has to be rebuilt, and may not be now.
        """
        before = Before.of(self._c)
        # Somebody else may have rebuilt the project between two portions.
        earlier = self._earlier if before.mark == self._mark else None
        came = bring(self._c, self._other, portions[0])
        if portions[0].changes_records:
            try:
                has_articles = bool(portions[0].articles)
                self.rebuilt = fold_new(self._c, before, has_articles=has_articles, earlier=earlier)
                self._mark = read_mark(self._c) if earlier is not None else None
            except NeedsRebuild:
                if not self._may_rebuild:
                    raise
                came = joined(came, *(bring(self._c, self._other, rest) for rest in portions[1:]))
                self.rebuilt = rebuild_project(self._c, None)
                self.came = joined(self.came, came)
                return len(portions)
        self.came = joined(self.came, came)
        return 1


def _portions(lacks: Difference, size: int) -> Iterator[Difference]:
    """Cut a difference: articles, codebooks and coders first, then the steps in their order, then what was seen."""
    if lacks.articles or lacks.has_codings:
        yield lacks._replace(steps=[], seen=[], has_places=False)
    rest = lacks._replace(articles=[], seen=[], has_codings=False, has_places=False)
    for at in range(0, len(lacks.steps), size):
        yield rest._replace(steps=lacks.steps[at : at + size])
    for at in range(0, len(lacks.seen), size):
        yield rest._replace(steps=[], seen=lacks.seen[at : at + size])
    if lacks.has_places:
        yield rest._replace(steps=[], has_places=True)
