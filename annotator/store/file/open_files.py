"""Whether the project file and its journal are still the ones that SQLite has open, looked at round every commit.

SQLite writes on into files that were removed, replaced or cut under it; nobody finds there what it wrote. So a commit
counts as saved only while the names lead to the files, and the files are not shorter than they were.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from annotator.store.file.connection import Connection

Part = Literal["file", "journal", "index"]
"""The project file, its write-ahead log (-wal), and the log's index (-shm)."""

_LOG_HEADER, _FRAME_HEADER = 32, 24
"""Bytes before the first page of a log, and before each page (https://sqlite.org/fileformat2.html, section 4.1)."""


class OpenFiles:
    """The files of one connection, as they were when last looked at."""

    def __init__(self, path: Path) -> None:
        self._names: dict[Part, str] = {"file": str(path), "journal": f"{path}-wal", "index": f"{path}-shm"}
        self._known: dict[Part, os.stat_result | None] = {"file": _look(self._names["file"])}
        self._found: dict[Part, os.stat_result] = {}
        self._written_at: int | None = None

    def know_journal(self) -> None:
        """Remember the log that SQLite has just opened."""
        for part in ("journal", "index"):
            found = _look(self._names[part])
            if found is not None or part == "journal":
                self._known[part] = found

    def before_begin(self, c: Connection) -> None:
        """See what others did since the last commit, SQLite or anybody else: what follows decides which."""
        known, found = self._known.get("journal"), _look(self._names["journal"])
        if known and found and found.st_size < known.st_size:
            self.was_emptied(c)
        known, found = self._known["file"], _look(self._names["file"])
        if known and found and found.st_mtime_ns != self._written_at and known.st_size <= found.st_size:
            self._written_at = found.st_mtime_ns
            # What stands in memory may no longer be what stands in the file.
            c.execute("pragma shrink_memory")

    def lost(self, c: Connection) -> Part | None:
        """The first of the files that is gone, another one, or shorter, before a commit; None if all is well."""
        return self._first_lost(c, ("file", "journal", "index"))

    def is_written(self) -> bool:
        """Whether the file was written since the transaction began, by SQLite or by anybody else."""
        return self._found["file"].st_mtime_ns != self._written_at

    def lost_in_commit(self, c: Connection) -> Part | None:
        """The same after a commit, whose sizes count from now on."""
        part = self._first_lost(c, ("file", "journal"))
        if part is None:
            self._known.update(self._found)
        return part

    def was_emptied(self, c: Connection) -> bool:
        """Whether SQLite itself shortened the journal, for another program; its new size counts then."""
        found = None if self.is_moved("journal") else _look(self._names["journal"])
        _, n_pages, _ = c.one("pragma wal_checkpoint(noop)") or (0, -1, 0)
        needed = _LOG_HEADER + n_pages * (_FRAME_HEADER + c.page_size) if n_pages > 0 else 0
        if found is None or found.st_size < needed:
            return False
        self._known["journal"] = found
        return True

    def _first_lost(self, c: Connection, parts: tuple[Part, ...]) -> Part | None:
        for part in parts:
            if part not in self._known:
                continue
            known, found = self._known[part], _look(self._names[part])
            if known is None or found is None or not _is_same(known, found):
                return part
            if found.st_size < known.st_size and not (part == "file" and found.st_size >= c.n_bytes()):
                return part
            self._found[part] = found
        return None

    def is_vacant(self, part: Part) -> bool:
        """Whether nothing that anybody has written stands under the name of a lost file."""
        found = _look(self._names[part])
        return found is None or found.st_size == 0

    def is_moved(self, part: Part) -> bool:
        """Whether the name leads to no file or another one, rather than to a shorter one."""
        known, found = self._known[part], _look(self._names[part])
        return known is None or found is None or not _is_same(known, found)


def _look(name: str) -> os.stat_result | None:
    try:
        return os.stat(name)  # noqa: PTH116 (several times a key: a Path would double its cost)
    except OSError:
        return None


def _is_same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_ino, one.st_dev) == (other.st_ino, other.st_dev)
