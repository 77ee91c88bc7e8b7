"""When to exchange next: soon after work, seldom without, and later each time after a failure."""

from __future__ import annotations

import random
from typing import NamedTuple

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
"""Seconds after the first failure and after many, before the jitter."""

_JITTER = 0.25
"""The share by which a pause varies, so that a team does not come back at one moment."""


class Rhythm(NamedTuple):
    """How often a kind of target is asked.

    Attributes:
        seconds: Between two exchanges.
        n_steps: So many new steps are sent at once.
    """

    seconds: float
    n_steps: int


FILES = Rhythm(60.0, 200)
"""Folders and buckets keep every batch as a file, so that few large ones are better."""

DATABASE = Rhythm(10.0, 20)
"""A database takes small batches well."""


class Pace:
    """The moments of the exchanges with one target, by a clock that counts seconds."""

    def __init__(self, rhythm: Rhythm) -> None:
        self._rhythm = rhythm
        self._n_failed = 0
        self._next = 0.0

    def is_due(self, now: float, n_new: int) -> bool:
        """Whether to exchange now, with so many steps to send."""
        return now >= self._next or (not self._n_failed and n_new >= self._rhythm.n_steps)

    @property
    def has_failed(self) -> bool:
        """Whether the last exchange failed."""
        return self._n_failed > 0

    def done(self, now: float) -> None:
        """An exchange went well."""
        self._n_failed = 0
        self._next = now + self._rhythm.seconds

    def failed(self, now: float, *, is_final: bool = False) -> None:
        """An exchange failed; a final refusal is not tried again soon."""
        self._n_failed += 1
        pause = LONGEST_PAUSE if is_final else min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self._n_failed - 1))
        self._next = now + pause * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 (it only spreads the load)
