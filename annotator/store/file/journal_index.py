"""Room for the index of the journal (-shm), which SQLite maps into memory: where there is none, a write to it kills.

SQLite takes room for the index by writing one byte in every 4096. A file system with smaller blocks gives it only those
blocks, and one that copies on write takes new room for every change; on a full disk the system then ends the program
(SIGBUS). So there the index is written in place and all of it taken before, or, where there is no room, it is kept in
memory that no other program shares.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from pathlib import Path

from annotator.files.copy_on_write import copies_on_write, write_in_place
from annotator.files.space import find_space, take

_STEP = 4096
"""In every so many bytes SQLite writes one."""

_FRAME, _FRAMES, _REGION = 24 + 4096, 4096, 32_768
"""A page in the journal, and how many bytes the index has for how many of them (https://sqlite.org/walformat.html)."""

_MOST = 128 * _REGION
"""As much as a journal of 2 GB needs."""

_SPARE = 131_072
"""What the folder, the journal and the first index may need, in bytes."""


class JournalIndex:
    """Takes room for the index of one connection's journal."""

    def __init__(self, path: Path) -> None:
        self._folder = path.parent
        self._file, self._name, self._journal = path, f"{path}-shm", f"{path}-wal"
        space = find_space(self._folder)
        self._copies = copies_on_write(path)
        self.is_at_risk = self._copies or (space is not None and space.block < _STEP)
        self._taken = 0
        self._project = _identity(path)
        if self.is_at_risk:
            _USERS[self._project] += 1

    def prepare(self) -> None:
        """Make an empty index that is written in place, if there is none yet and one is needed."""
        if self._copies:
            with suppress(OSError):
                handle = os.open(self._name, os.O_CREAT | os.O_EXCL | os.O_RDWR, self._file.stat().st_mode & 0o777)
                write_in_place(handle)
                os.close(handle)

    def leave(self) -> None:
        """The connection is closed: close what nobody in this process needs, remove an index that was not needed."""
        if not self.is_at_risk:
            return
        _USERS[self._project] -= 1
        if _USERS[self._project] <= 0:
            for handle in _HANDLES.pop(self._project, {}).values():
                os.close(handle)
        if self._copies:
            with suppress(OSError):
                if Path(self._name).stat().st_size == 0:
                    self.remove()

    def is_in_the_way(self) -> bool:
        """Whether there may be no room to begin an index."""
        space = find_space(self._folder) if self.is_at_risk else None
        return space is not None and space.free < self._needed(0) + _SPARE

    def remove(self) -> None:
        """Remove an index that a killed program left and that nobody can be using now."""
        Path(self._name).unlink(missing_ok=True)

    def make_room(self) -> None:
        """Take the room for all that the journal could grow to. The write lock must be held.

        Raises:
            OSError: There is not so much.
        """
        space = find_space(self._folder) if self.is_at_risk else None
        if space is None or (needed := self._needed(space.left)) <= self._taken:
            return
        index = _identity(Path(self._name))
        if index is None:
            return  # it is kept in memory
        handles = _HANDLES.setdefault(self._project, {})
        if index not in handles:
            handles[index] = os.open(self._name, os.O_RDWR)
        take(handles[index], needed)
        self._taken = needed

    def _needed(self, growth: int) -> int:
        """How many bytes the index of a journal that grows by so many needs."""
        try:
            size = Path(self._journal).stat().st_size
        except OSError:
            size = 0
        return min(((size + growth) // _FRAME // _FRAMES + 1) * _REGION, _MOST)


_Identity = tuple[int, int] | None

_USERS: Counter[_Identity] = Counter()
"""How many connections of this process a project has."""

_HANDLES: dict[_Identity, dict[_Identity, int]] = {}
"""Open handles of each project's index, by the index. Closing one drops all locks of this process on the file, SQLite's
too, so they stay open until the last connection is closed."""


def _identity(path: Path) -> _Identity:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
