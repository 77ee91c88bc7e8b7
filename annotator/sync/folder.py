"""A folder that a team shares: a network drive, Nextcloud, Syncthing."""

from __future__ import annotations

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from annotator.errors import OfflineError, RefusedError
from annotator.files import shared
from annotator.text.terminal_text import one_line

_OLD = 3600.0
"""Seconds after which an unfinished file belongs to a program that was killed."""

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class FolderObjects:
    """Files in a folder.

    Attributes:
        name: The folder as it was typed.
    """

    def __init__(self, path: Path) -> None:
        """Use a folder.

        Raises:
            OfflineError: There is none: a drive is not connected, or the name is wrong.
        """
        self.name = str(path)
        self._path = path
        self._swept: set[Path] = set()
        self._check()

    def files(self, folder: str) -> list[str]:
        """The names of files that are whole."""
        return self._list(folder, want_folders=False)

    def folders(self, folder: str) -> list[str]:
        """The names of folders."""
        return self._list(folder, want_folders=True)

    def _list(self, folder: str, *, want_folders: bool) -> list[str]:
        self._check()
        with self._in_words():
            try:
                found = list((self._path / folder).iterdir())
            except (FileNotFoundError, NotADirectoryError):
                return []
            return sorted(one.name for one in found if one.name[0] != "." and one.is_dir() == want_folders)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None if there is none."""
        self._check()
        with self._in_words():
            try:
                return (self._path / name).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def create(self, name: str, data: bytes) -> None:
        """Write a new file; it gets its name when all of it is on the disk.

        Raises:
            FileExistsError: Something has that name.
        """
        self._check()
        path = self._path / name
        with self._in_words():
            shared.make_folder(path.parent)
            if path.parent not in self._swept:
                self._swept.add(path.parent)
                shared.sweep(path.parent, time.time() - _OLD)
            shared.create(path, data)

    def now(self) -> datetime | None:
        """The time that the folder's file system writes on a file."""
        self._check()
        path = self._path / f".annotator-{uuid4().hex[:8]}"
        with self._in_words():
            shared.create(path, b"")
            try:
                return datetime.fromtimestamp(path.stat().st_mtime, UTC)
            finally:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is held."""

    def _check(self) -> None:
        if not self._path.is_dir():
            raise OfflineError(f"there is no folder {one_line(self.name)}: connect the drive, or correct the name")

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except FileExistsError:
            raise
        except OSError as error:
            name = one_line(self.name)
            if error.errno in _FULL:
                raise OfflineError(f"the disk of {name} is full; what is left is sent when there is room") from error
            if error.errno in _FORBIDDEN:
                raise RefusedError(f"{name} may not be used: {(error.strerror or 'refused').lower()}") from error
            raise OfflineError(f"{name} does not answer: {(error.strerror or 'refused').lower()}") from error
