"""Find a coder's last step to undo or redo without reading the steps that were searched before."""

from __future__ import annotations

from typing import NamedTuple

from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta
from annotator.store.history.moment import BEGINNING, Moment

TO_UNDO = (
    "kind = 'do' and coalesce((select kind from steps u where u.of = s.id order by u.at desc, u.step_id desc limit 1),"
    " 'redo') = 'redo'"
    " and not exists (select 1 from changes x where x.step = s.id and x.entity = 'unblinding')"
)
"""The steps that can be undone: those that stand. Unblindings cannot be undone."""

TO_REDO = (
    "(kind = 'do' or (kind = 'undo' and not exists"
    " (select 1 from steps v where v.of = s.of and (v.at, v.step_id) > (s.at, s.step_id))))"
)
"""The undo steps that can be taken back, and the steps that end all redoing."""


class Found(NamedTuple):
    """A step: its moment, row, words, paragraph, kind, and the row of the step that it undid or redid."""

    moment: Moment
    row: int
    what: str
    paragraph: int | None
    kind: str
    of: int | None


class _Searched:
    """Stretches of one coder's history, without their two ends, that hold no wanted step, in ascending order."""

    def __init__(self, end: Moment, n_steps: int) -> None:
        self.stretches: list[tuple[Moment, Moment]] = []
        self.end = end
        """The newest step at the last search."""
        self.n_steps = n_steps
        """Number of the coder's steps then: while the end and this are the same, all steps before the end are."""

    def restore(self, step: Moment) -> None:
        """Cut a step out, because it is wanted again."""
        for at, (low, high) in enumerate(self.stretches):
            if low < step < high:
                self.stretches[at : at + 1] = [(low, step), (step, high)]
                return


class LastStep:
    """The last step of a coder that meets a condition.

    A stretch without a wanted step is searched once. Only a redo makes an earlier step wanted again. The stretches are
    forgotten when a transaction was rolled back, or when steps came in or went before the newest one.
    """

    def __init__(self, c: Connection, wanted: str) -> None:
        self._c = c
        self._wanted = wanted
        self._searched: dict[int, _Searched] = {}
        self._epoch: str | None = None

    def find(self, coder: int) -> Found | None:
        """The last wanted step; None without one. Must run inside a write, so that no other program adds steps."""
        row = self._c.one(
            "select s.at, s.step_id, c.n_steps from steps s join coders c on c.id = s.coder where s.coder = ?"
            " order by s.at desc, s.step_id desc limit 1",
            (coder,),
        )
        if row is None:
            return None
        newest = Moment(*row[:2])
        searched = self._valid(coder, row[2])
        if searched is None:
            searched = self._searched[coder] = _Searched(newest, row[2])
        searched.end, searched.n_steps = newest, row[2]
        return self._search(coder, searched)

    def _search(self, coder: int, searched: _Searched) -> Found | None:
        stretches, top = searched.stretches, searched.end
        while True:
            floor = stretches[-1][1] if stretches else BEGINNING
            row = self._c.one(
                "select at, step_id, id, what, paragraph, kind, of from steps s where coder = ?1"
                " and (at, step_id) >= (?2, ?3) and (at, step_id) <= (?4, ?5)"
                f" and {self._wanted} order by at desc, step_id desc limit 1",
                (coder, *floor, *top),
            )
            if row is not None or not stretches:
                break
            top, _ = stretches.pop()
        found = None if row is None else Found(Moment(*row[:2]), *row[2:])
        first = BEGINNING if found is None else found.moment
        if first < searched.end:
            stretches.append((first, searched.end.after))
        return found

    def _valid(self, coder: int, n_steps: int) -> _Searched | None:
        """What was searched before, without the steps that were redone since; None if it no longer holds."""
        epoch = read_meta(self._c, "epoch")
        if epoch != self._epoch:
            self._searched, self._epoch = {}, epoch
        searched = self._searched.get(coder)
        if searched is None:
            return None
        end = searched.end
        if self._c.one("select 1 from steps where step_id = ? and coder = ?", (end.step_id, coder)) is None:
            return None
        later = self._c.all(
            "select s.kind, o.at, o.step_id from steps s left join steps o on o.id = s.of"
            " where s.coder = ? and (s.at, s.step_id) > (?, ?)",
            (coder, *end),
        )
        if len(later) != n_steps - searched.n_steps:
            return None
        for kind, *of in later:
            if kind == "redo":
                searched.restore(Moment(*of))
        return searched
