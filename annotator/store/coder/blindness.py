"""Blindness: which of the others' codings a coder must not see yet, on the screen, in commands and exports.

A coder is blind while they have an assignment in an open phase. They then see others' codings only of paragraphs
assigned in a closed phase, and not assigned to them in an open one. Views of the whole project (progress, history,
registry) show a blind coder only their own work.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from annotator.store.file.connection import Connection
from annotator.store.tables.paragraph_runs import Runs


class Blindness:
    """Hides others' codings from one coder. None is the project lead, who sees everything."""

    def __init__(self, connection: Connection, coder: int | None) -> None:
        self._c = connection
        self._coder = coder

    @cached_property
    def open_phases(self) -> tuple[str, ...]:
        """Names of the open phases with an assignment of the coder."""
        return tuple(
            phase
            for (phase,) in self._c.all(
                "select distinct phase from assignments where (coder = ?1 or recorder = ?1)"
                " and phase not in (select phase from phases) order by phase",
                (self._coder,),
            )
        )

    @cached_property
    def has_finished(self) -> bool:
        """Whether the coder is done with any paragraph."""
        return self._c.one("select 1 from done_runs where coder = ? limit 1", (self._coder,)) is not None

    def hides(self, paragraph: int) -> bool:
        """Whether others' codings of a paragraph are hidden."""
        return bool(self.open_phases) and (paragraph in self._own_open or paragraph not in self._closed)

    def hides_phases(self, phases: Sequence[str]) -> bool:
        """Whether codings of these phases are hidden; no phases means all phases."""
        if not self.open_phases:
            return False
        closed = {phase for (phase,) in self._c.all("select phase from phases")}
        return not phases or not closed.issuperset(phases) or self._own_open.overlaps(self._given_in(phases))

    @cached_property
    def _own_open(self) -> Runs:
        return Runs(
            self._c.all(
                "select first, last from assignments where (coder = ?1 or recorder = ?1)"
                " and phase not in (select phase from phases)",
                (self._coder,),
            )
        )

    @cached_property
    def _closed(self) -> Runs:
        return Runs(self._c.all("select first, last from assignments where phase in (select phase from phases)"))

    def _given_in(self, phases: Sequence[str]) -> Runs:
        marks = ", ".join("?" * len(phases))
        return Runs(self._c.all(f"select first, last from assignments where phase in ({marks})", phases))


def is_blind(c: Connection, coder: int) -> bool:
    """Whether a coder has an assignment in an open phase."""
    row = c.one(
        "select 1 from assignments where (coder = ?1 or recorder = ?1)"
        " and phase not in (select phase from phases) limit 1",
        (coder,),
    )
    return row is not None
