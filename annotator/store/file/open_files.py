"""Whether the project file and its journal are still the ones that SQLite has open, looked at round every commit.

SQLite writes on into files that were removed, replaced or cut under it; nobody finds there what it wrote. So a commit
counts as saved only while the names lead to the files, and the files are not shorter than they were.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from annotator.errors import StoreError
from annotator.files.held_file import HeldFile, Look, look

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
        self._known: dict[Part, Look | None] = {"file": look(self._names["file"])}
        self._found: dict[Part, Look] = {}
        self._journal: HeldFile | None = None
        self._written: int | None = None

    def know_journal(self) -> None:
        """Remember the log that SQLite has just opened."""
        self.close()
        with suppress(OSError):
            self._journal = HeldFile(self._names["journal"])
        self._known["journal"] = self._look("journal")
        index = self._look("index")
        if index is not None:
            self._known["index"] = index

    def close(self) -> None:
        """Let go of the log."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def before_begin(self, c: Connection) -> None:
        """See what others did since the last commit, SQLite or anybody else: what follows decides which."""
        known, found = self._known.get("journal"), self._look("journal")
        if known and found and found.size < known.size:
            self.was_emptied(c)
        known, found = self._known["file"], self._look("file")
        if known and found and found.written != self._written and known.size <= found.size:
            self._written = found.written
            # What stands in memory may no longer be what stands in the file.
            c.execute("pragma shrink_memory")

    def lost(self, c: Connection) -> Part | None:
        """The first of the files that is gone, another one, or shorter, before a commit; None if all is well."""
        return self._first_lost(c, ("file", "journal", "index"))

    def lost_in_commit(self, c: Connection) -> Part | None:
        """The same after a commit, whose sizes count from now on."""
        part = self._first_lost(c, ("file", "journal"))
        if part is None:
            self._known.update(self._found)
        return part

    def is_written(self) -> bool:
        """Whether the file was written since the transaction began, by SQLite or by anybody else."""
        return self._found["file"].written != self._written

    def was_emptied(self, c: Connection) -> bool:
        """Whether SQLite itself shortened the journal, for another program; its new size counts then."""
        found = None if self.is_moved("journal") else self._look("journal")
        _, n_pages, _ = c.one("pragma wal_checkpoint(noop)") or (0, -1, 0)
        needed = _LOG_HEADER + n_pages * (_FRAME_HEADER + c.page_size) if n_pages > 0 else 0
        if found is None or found.size < needed:
            return False
        self._known["journal"] = found
        return True

    def is_vacant(self, part: Part) -> bool:
        """Whether nothing that anybody has written stands under the name of a lost file."""
        found = look(self._names[part])
        return found is None or found.size == 0

    def is_moved(self, part: Part) -> bool:
        """Whether the name leads to no file or another one, rather than to a shorter one."""
        known, found = self._known[part], self._look(part)
        return known is None or found is None or known.identity != found.identity

    def _look(self, part: Part) -> Look | None:
        if part == "journal" and self._journal is not None:
            return self._journal.look()
        return look(self._names[part])

    def _first_lost(self, c: Connection, parts: tuple[Part, ...]) -> Part | None:
        for part in parts:
            if part not in self._known:
                continue
            known, found = self._known[part], self._look(part)
            if known is None or found is None or known.identity != found.identity:
                return part
            if found.size < known.size and (part != "file" or _is_cut(c, found)):
                return part
            self._found[part] = found
        return None


def _is_cut(c: Connection, found: Look) -> bool:
    """Whether the file is shorter than the database in it; SQLite itself may have made both shorter."""
    try:
        return found.size < c.n_bytes()
    except StoreError:
        return True
