"""Sorted ranges of paragraphs, for fast look-up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


class Runs:
    """Sorted ranges of paragraphs, for fast look-up."""

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

    def meets(self, first: int, last: int) -> bool:
        """Whether one of these paragraphs is in it."""
        if first in self:
            return True
        at = bisect_right(self._firsts, first)
        return at < len(self._firsts) and self._firsts[at] <= last

    def overlaps(self, other: Runs) -> bool:
        """Whether a paragraph is in both."""
        return any(map(self.meets, other._firsts, other._lasts))
