"""What a coder must not see of the others yet: one rule for the screen, the commands, the registry and the exports.

A coder is blind while a phase is open in which they were given something. What is shown paragraph by paragraph is then
shown only where the paragraph was given out in a phase that is closed, and to this coder in none that is open; what
cannot be cut by paragraph (progress, the history, the registry) shows a blind coder nobody else's work at all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property

from annotator.store.file.connection import Connection


class Blindness:
    """What one coder is blind to; nobody's coder (None) leads the project and is blind to nothing."""

    def __init__(self, connection: Connection, coder: int | None) -> None:
        self._c = connection
        self._coder = coder

    @cached_property
    def open_phases(self) -> tuple[str, ...]:
        """The open phases in which the coder was given something, by name."""
        return tuple(
            phase
            for (phase,) in self._c.all(
                "select distinct phase from assignments where (coder = ?1 or recorder = ?1)"
                " and phase not in (select phase from phases) order by phase",
                (self._coder,),
            )
        )

    def hides(self, paragraph: int) -> bool:
        """Whether others' codings of a paragraph are still to stay hidden."""
        return bool(self.open_phases) and (paragraph in self._own_open or paragraph not in self._closed)

    def hides_phases(self, phases: Sequence[str]) -> bool:
        """Whether anything coded in these phases is still to stay hidden; in none means in whatever phase."""
        if not self.open_phases:
            return False
        closed = {phase for (phase,) in self._c.all("select phase from phases")}
        return not phases or not closed.issuperset(phases) or self._own_open.overlaps(self._given_in(phases))

    @cached_property
    def _own_open(self) -> _Runs:
        return _Runs(
            self._c.all(
                "select first, last from assignments where (coder = ?1 or recorder = ?1)"
                " and phase not in (select phase from phases)",
                (self._coder,),
            )
        )

    @cached_property
    def _closed(self) -> _Runs:
        return _Runs(self._c.all("select first, last from assignments where phase in (select phase from phases)"))

    def _given_in(self, phases: Sequence[str]) -> _Runs:
        marks = ", ".join("?" * len(phases))
        return _Runs(self._c.all(f"select first, last from assignments where phase in ({marks})", phases))


class _Runs:
    """Stretches of paragraphs, joined where they meet, so that a paragraph is found among many thousands."""

    def __init__(self, runs: Iterable[tuple[int, int]]) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for first, last in sorted(runs):
            if self._lasts and first <= self._lasts[-1] + 1:
                self._lasts[-1] = max(self._lasts[-1], last)
            else:
                self._firsts.append(first)
                self._lasts.append(last)

    def __contains__(self, paragraph: int) -> bool:
        at = bisect_right(self._firsts, paragraph) - 1
        return at >= 0 and paragraph <= self._lasts[at]

    def overlaps(self, other: _Runs) -> bool:
        """Whether a paragraph is in both."""
        return any(
            first in self
            or ((at := bisect_right(self._firsts, first)) < len(self._firsts) and self._firsts[at] <= last)
            for first, last in zip(other._firsts, other._lasts, strict=True)
        )


def is_blind(c: Connection, coder: int) -> bool:
    """Whether a coder still has an open phase, in which nobody else's codings are theirs to see."""
    row = c.one(
        "select 1 from assignments where (coder = ?1 or recorder = ?1)"
        " and phase not in (select phase from phases) limit 1",
        (coder,),
    )
    return row is not None
