"""Queue of pressed keys that wait while another program writes to the project."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from annotator.store.file.connection import Connection

PATIENCE = 0.2
"""Seconds that one try of a key lasts; the screen is blocked meanwhile."""

PAUSE = 0.15
"""Seconds between two tries, in which the screen is responsive."""

Press = Callable[[], object]


@contextmanager
def patient(connection: Connection) -> Iterator[None]:
    """Limit the wait for other programs, so that the screen can show a notice."""
    before, connection.patience = connection.patience, min(PATIENCE, connection.patience)
    try:
        yield
    finally:
        connection.patience = before


class Waiting:
    """Pressed keys that are not recorded yet, because another program is writing.

    Attributes:
        is_on: Whether something waits.
        is_full: Whether a key waits that asks for more, so that what is pressed after it cannot be told yet.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._presses: deque[Press] = deque()
        self._since: float | None = None
        self._n_not_taken = 0
        self.is_on = False
        self.is_full = False

    def put_back(self, press: Press) -> None:
        """Let a key that could not be written wait, before all others."""
        self._presses.appendleft(press)
        self.is_on = True
        if self._since is None:
            self._since = self._clock()

    def add(self, press: Press, *, asks_for_more: bool = False) -> None:
        """Let a key wait behind those that wait already, unless the one before it asks for more."""
        if self.is_full:
            self._n_not_taken += 1
            return
        self._presses.append(press)
        self.is_full = asks_for_more

    def go_on(self) -> bool:
        """Press the waiting keys in order until one must wait again; return whether all were pressed."""
        self.is_on = False
        while self._presses and not self.is_on:
            self._presses.popleft()()
        if not self.is_on:
            self.forget()
        return not self.is_on

    def forget(self) -> None:
        """Drop all waiting keys."""
        self._presses.clear()
        self._since, self._n_not_taken = None, 0
        self.is_on = self.is_full = False

    @property
    def sentence(self) -> str:
        """The notice for the coder."""
        seconds = 0 if self._since is None else int(self._clock() - self._since)
        n = len(self._presses)
        waits = "this key waits" if n == 1 else f"{n} keys wait"
        more = ", further keys are ignored" if self._n_not_taken else ""
        return f"another program is writing to the project ({seconds} s): {waits} for it{more}; Esc gives up"
