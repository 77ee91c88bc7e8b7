"""Order of the history: a step's time and id, which are the same in every file, unlike its row."""

from __future__ import annotations

from typing import NamedTuple


class Moment(NamedTuple):
    """A step's place in the history: its time, and of steps with one time its id."""

    at: str
    step_id: str

    @property
    def after(self) -> Moment:
        """A moment between this step and the next one."""
        return Moment(self.at, f"{self.step_id}~")


BEGINNING = Moment("", "")
"""Before every step."""
