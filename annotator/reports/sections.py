"""The sections of a report, computed one after the other; Ctrl+C leaves those that are ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Progress = Callable[[str, int, int], None]
"""Called before each section: what is computed, how many sections are ready, of how many (0: not known yet)."""

Section = TypeVar("Section")


class Sections:
    """Computes sections until the user stops it, then only keeps the names of the others."""

    def __init__(self, total: int, progress: Progress | None = None) -> None:
        self._total = total
        self._progress = progress
        self._n_ready = 0
        self.missing: list[str] = []
        """The names of the sections that were not computed."""

    def make(self, name: str, work: Callable[[], Section]) -> Section | None:
        """Compute a section; None if the user stopped it, or one before it."""
        if self.missing:
            self.missing.append(name)
            return None
        try:
            if self._progress is not None:
                self._progress(name, self._n_ready, self._total)
            found = work()
        except KeyboardInterrupt:
            self.missing.append(name)
            return None
        self._n_ready += 1
        return found
