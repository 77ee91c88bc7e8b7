"""A file that is being written: rows are counted and hashed on their way to the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from annotator.files import private
from annotator.files.durable import sync

BATCH = 200_000
"""Characters that are written together."""


class Stream:
    """A new file of mode 0600, written in the order of the calls."""

    def __init__(self, path: Path, *, syncs: bool = True) -> None:
        """Make the file.

        Args:
            path: Where it stands.
            syncs: Whether closing it has it on the disk; otherwise the caller does that.
        """
        self._syncs = syncs
        self._file = private.create_binary(path)
        self._digest = hashlib.sha256()
        self._waiting: list[str] = []
        self._size = 0
        self.rows = 0

    @property
    def sha256(self) -> str:
        """The hash of what was written, once it is closed."""
        return self._digest.hexdigest()

    def row(self, line: str, text: str = "", rest: str = "") -> None:
        """Write a line, which is a row.

        Args:
            line: The line, or its beginning.
            text: A long text in it, kept apart because one curly quote makes every letter of a string twice as wide.
            rest: The rest of the line.
        """
        self.rows += 1
        self._waiting += (line, text, rest, "\n")
        self._size += len(line) + len(text)
        if self._size >= BATCH:
            self._flush()

    def write_rows(self, lines: Iterable[str]) -> None:
        """Write many lines."""
        for line in lines:
            self.row(line)

    def write(self, text: str) -> None:
        """Write text that is not a row."""
        self._waiting.append(text)
        self._size += len(text)
        if self._size >= BATCH:
            self._flush()

    def close(self) -> None:
        """Write what waits, and have it on the disk, unless that is left to others.

        Raises:
            OSError: It could not be written.
        """
        try:
            self._flush()
            if self._syncs:
                sync(self._file.fileno())
        finally:
            self._file.close()

    def _flush(self) -> None:
        data = b"".join(map(str.encode, self._waiting))
        self._waiting.clear()
        self._size = 0
        self._digest.update(data)
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]
