"""Find a coder's last step to undo or redo without reading the steps that were searched before."""

from __future__ import annotations

from typing import NamedTuple

from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta

TO_UNDO = (
    "kind = 'do' and coalesce((select kind from steps u where u.of = s.id order by u.id desc limit 1), 'redo') = 'redo'"
    " and not exists (select 1 from changes x where x.step = s.id and x.entity = 'unblinding')"
)
"""The steps that can be undone: those that stand. Unblindings cannot be undone."""

TO_REDO = "(kind = 'do' or (kind = 'undo' and not exists (select 1 from steps v where v.of = s.of and v.id > s.id)))"
"""The undo steps that can be taken back, and the steps that end all redoing."""


class Found(NamedTuple):
    """A step: its row, words, paragraph, kind, and the step that it undid or redid."""

    row: int
    what: str
    paragraph: int | None
    kind: str
    of: int | None


class _Searched:
    """Ranges of one coder's steps that hold none of the wanted ones, in ascending order."""

    def __init__(self, end: int, step_id: str) -> None:
        self.ranges: list[tuple[int, int]] = []
        self.end = end
        """The newest step at the last search, and its id: while it is the same, all steps before it are."""
        self.step_id = step_id

    def restore(self, row: int) -> None:
        """Cut a step out, because it is wanted again."""
        for at, (first, last) in enumerate(self.ranges):
            if first <= row <= last:
                parts = [(first, row - 1), (row + 1, last)]
                self.ranges[at : at + 1] = [part for part in parts if part[0] <= part[1]]
                return


class LastStep:
    """The last step of a coder that meets a condition.

    Steps are only added, so a range without a wanted step is searched once. Only a redo makes an earlier step
    wanted again. The ranges are forgotten when a transaction was rolled back or the steps were numbered anew.
    """

    def __init__(self, c: Connection, wanted: str) -> None:
        self._c = c
        self._wanted = wanted
        self._searched: dict[int, _Searched] = {}
        self._epoch: str | None = None

    def find(self, coder: int) -> Found | None:
        """The last wanted step; None without one. Must run inside a write, so that no other program adds steps."""
        newest = self._c.one("select id, step_id from steps where coder = ? order by id desc limit 1", (coder,))
        if newest is None:
            return None
        searched = self._valid(coder)
        if searched is None:
            searched = self._searched[coder] = _Searched(*newest)
        searched.end, searched.step_id = newest
        return self._search(coder, searched)

    def _search(self, coder: int, searched: _Searched) -> Found | None:
        ranges, before = searched.ranges, searched.end + 1
        while True:
            floor = ranges[-1][1] if ranges else 0
            row = self._c.one(
                "select id, what, paragraph, kind, of from steps s where coder = ? and id > ? and id < ?"
                f" and {self._wanted} order by id desc limit 1",
                (coder, floor, before),
            )
            if row is not None or not ranges:
                break
            before, _ = ranges.pop()
        first = 1 if row is None else row[0] + 1
        if first <= searched.end:
            ranges.append((first, searched.end))
        return None if row is None else Found(*row)

    def _valid(self, coder: int) -> _Searched | None:
        """What was searched before, without the steps that were redone since; None if it no longer holds."""
        epoch = read_meta(self._c, "epoch")
        if epoch != self._epoch:
            self._searched, self._epoch = {}, epoch
        searched = self._searched.get(coder)
        if searched is None:
            return None
        row = self._c.one("select step_id from steps where id = ?", (searched.end,))
        if row is None or row[0] != searched.step_id:
            return None
        for (of,) in self._c.all(
            "select of from steps where coder = ? and id > ? and kind = 'redo'", (coder, searched.end)
        ):
            searched.restore(of)
        return searched
