"""A file that is being written: rows are counted here, hashed and written by a thread of its own."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from queue import Queue
from threading import Thread

BATCH = 500
_AHEAD = 16
"""How many batches may wait for the disk: a slow one holds the export up rather than fill the memory."""


class Stream:
    """A new file of mode 0600, written in the order of the calls.

    Hashing and writing take as long as a third of the making of the rows, and need nothing that Python guards: a thread
    does them meanwhile. What goes wrong there is raised by the next call, at the latest by `close`.
    """

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600, exist_ok=False)
        self._file = path.open("wb", buffering=0)
        self._digest = hashlib.sha256()
        self._waiting: list[str] = []
        self._ahead: Queue[bytes | None] = Queue(_AHEAD)
        self._error: OSError | None = None
        self._thread = Thread(target=self._write_all, daemon=True)
        self._thread.start()
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
        finally:
            self._ahead.put(None)
            self._thread.join()
            self._file.close()
        self._raise()

    def _flush(self) -> None:
        if self._waiting:
            self.rows += len(self._waiting)
            self._waiting.append("")
            self._put("\n".join(self._waiting).encode())
            self._waiting = []

    def _put(self, data: bytes) -> None:
        self._raise()
        self._ahead.put(data)

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _write_all(self) -> None:
        while (data := self._ahead.get()) is not None:
            if self._error is None:
                self._write(data)
        if self._error is None:
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                self._error = error

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        left = memoryview(data)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            self._error = error
