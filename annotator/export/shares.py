"""Work that two processes take from its two ends until they meet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Shares(NamedTuple):
    """Pieces of work, numbered from 0; a piece belongs to whoever makes the file of its number first.

    Attributes:
        folder: An empty folder, where the files are made.
        n: How many pieces there are.
    """

    folder: Path
    n: int

    def from_the_front(self) -> Iterator[int]:
        """The pieces from the first one on, until one is another's."""
        return self._taken(range(self.n))

    def from_the_back(self) -> Iterator[int]:
        """The pieces from the last one back, until one is another's."""
        return self._taken(range(self.n - 1, -1, -1))

    def _taken(self, numbers: range) -> Iterator[int]:
        for number in numbers:
            try:
                os.close(os.open(self.folder / str(number), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            except FileExistsError:
                return
            yield number
