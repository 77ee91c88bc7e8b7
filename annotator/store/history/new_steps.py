"""New steps of each coder: whether they follow the earlier ones, and what their author knew of those."""

from __future__ import annotations

from array import array
from typing import NamedTuple

from annotator.store.file.connection import Connection
from annotator.store.history.fold_mark import newest_change
from annotator.store.history.moment import Moment


class Start(NamedTuple):
    """Where the history ended before lines came in: its newest change and step, by their rows."""

    change: int
    step: int

    @classmethod
    def of(cls, c: Connection) -> Start:
        """Where it ends now."""
        row = c.one("select coalesce(max(id), 0) from steps")
        return cls(newest_change(c), int(row[0]) if row else 0)


class NewSteps(NamedTuple):
    """New steps of one coder.

    Attributes:
        n: Their number.
        are_late: Whether the coder has a later step that was known before.
        are_apart: Whether a step was made without knowledge of an earlier one.
    """

    n: int
    are_late: bool
    are_apart: bool


def new_steps(c: Connection, start: Start) -> dict[int, NewSteps]:
    """The new steps of each coder, by the coder's row. `n_steps` must not count them yet."""
    found: dict[int, list[tuple[Moment, int]]] = {}
    for coder, at, step_id, seen in c.all(
        "select coder, at, step_id, seen from steps not indexed where id > ? order by at, step_id", (start.step,)
    ):
        found.setdefault(coder, []).append((Moment(at, step_id), seen))
    return {coder: _looked_at(c, start, coder, steps) for coder, steps in found.items()}


def _looked_at(c: Connection, start: Start, coder: int, steps: list[tuple[Moment, int]]) -> NewSteps:
    row = c.one("select n_steps from coders where id = ?", (coder,))
    n_before = int(row[0]) if row else 0
    last = c.one(
        "select at, step_id from steps indexed by steps_coder_time where coder = ? and id <= ?"
        " order by at desc, step_id desc limit 1",
        (coder, start.step),
    )
    are_late = last is not None and steps[0][0] < Moment(*last)
    return NewSteps(len(steps), are_late, any(seen < n_before + i for i, (_, seen) in enumerate(steps)))


class EarlierSteps:
    """Number of the same coder's steps before each step, of coders with branches; others know all of their own.

    It can be kept for the next portion: steps that follow the counted ones are counted on.
    """

    def __init__(self, c: Connection, branched: frozenset[int]) -> None:
        """Nothing is counted yet.

        Args:
            c: The project.
            branched: The rows of the coders with branches.
        """
        self._c = c
        self._branched = branched
        self._earlier = array("q")
        self._counted: dict[int, tuple[int, int]] = {}

    def count(self, coder: int) -> None:
        """Count a coder's steps, or those that are new. The coder's new steps must follow the others."""
        if coder not in self._branched:
            return
        n, row = self._counted.get(coder, (0, 0))
        for (step,) in self._c.all(
            "select id from steps indexed by steps_coder where coder = ? and id > ? order by at, step_id", (coder, row)
        ):
            if step >= len(self._earlier):
                self._earlier.frombytes(bytes(8 * (step + 1000 - len(self._earlier))))
            self._earlier[step] = n
            n, row = n + 1, max(row, step)
        self._counted[coder] = (n, row)

    def earlier(self, step: int) -> int:
        """Number of its coder's steps before a step, as far as it was counted."""
        return self._earlier[step] if step < len(self._earlier) else 0

    def is_branched(self, coder: int) -> bool:
        """Whether a coder's steps were made in two files that did not know of each other."""
        return coder in self._branched
