"""A file that is being written: rows are counted and hashed on their way to the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from annotator.files import private
from annotator.files.durable import sync

BATCH = 500


class Stream:
    """A new file of mode 0600, written in the order of the calls."""

    def __init__(self, path: Path) -> None:
        self._file = private.create_binary(path)
        self._digest = hashlib.sha256()
        self._waiting: list[str] = []
        self.rows = 0

    @property
    def sha256(self) -> str:
        """The hash of what was written, once it is closed."""
        return self._digest.hexdigest()

    def row(self, line: str) -> None:
        """Write a line, which is a row."""
        self._waiting.append(line)
        if len(self._waiting) >= BATCH:
            self._flush()

    def write_rows(self, lines: Iterable[str]) -> None:
        """Write many lines."""
        self._flush()
        lines = iter(lines)
        while batch := list(islice(lines, BATCH)):
            self._waiting = batch
            self._flush()

    def write_bytes(self, data: bytes, rows: int) -> None:
        """Write whole lines that are bytes already."""
        self._flush()
        self.rows += rows
        self._put(data)

    def write(self, text: str) -> None:
        """Write text that is no row."""
        self._flush()
        self._put(text.encode())

    def close(self) -> None:
        """Write what waits, and have it on the disk.

        Raises:
            OSError: It could not be written.
        """
        try:
            self._flush()
            sync(self._file.fileno())
        finally:
            self._file.close()

    def _flush(self) -> None:
        if self._waiting:
            self.rows += len(self._waiting)
            self._waiting.append("")
            self._put("\n".join(self._waiting).encode())
            self._waiting = []

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]
