"""The state of the exchange with a team, in the words of a status line."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from annotator.text.counted import counted


class State(NamedTuple):
    """How it stands with the exchange.

    Attributes:
        kind: How the last exchange went.
        at: When it went well, or since when it does not.
        n_unsent: Number of steps that wait to be sent.
        n_held: Number of changes of the codebook that the lead must make for all.
        n_waiting: Number of steps that came and wait until the session is left.
        reason: Why it does not go on, in a sentence.
    """

    kind: Literal["begun", "synced", "offline", "refused"] = "begun"
    at: datetime | None = None
    n_unsent: int = 0
    n_held: int = 0
    n_waiting: int = 0
    reason: str = ""

    @property
    def is_warning(self) -> bool:
        """Whether a person should do something."""
        return self.kind in ("offline", "refused") or self.n_held > 0

    @property
    def words(self) -> str:
        """The state in a few words."""
        time = "" if self.at is None else f" {self.at.astimezone():%H:%M}"
        if self.kind == "refused":
            return f"refused: {self.reason}"
        if self.kind == "offline":
            return f"offline since{time}" + (f" ({self.n_unsent} waiting)" if self.n_unsent else "")
        if self.n_held:
            return f"held: codebook {self.n_held}"
        if self.n_waiting:
            return f"{self._waiting} until you leave"
        if self.n_unsent:
            return f"{self.n_unsent} waiting"
        return f"synced{time}" if self.kind == "synced" else "not synced yet"

    @property
    def short(self) -> str:
        """The state in fewer words, for a narrow window."""
        if self.kind == "offline":
            return "offline" + (f" ({self.n_unsent})" if self.n_unsent else "")
        if self.kind == "refused":
            return "sync refused"
        return self._waiting if self.n_waiting and not self.n_held else self.words

    @property
    def _waiting(self) -> str:
        return f"{counted(self.n_waiting, 'change')} {'waits' if self.n_waiting == 1 else 'wait'}"
