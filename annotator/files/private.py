"""Write files and folders that only their owner can read, whatever the umask; other modules do not create files."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from annotator.files.durable import replace, sync_file

_FILE, _FOLDER = 0o600, 0o700
_BINARY: int = getattr(os, "O_BINARY", 0)
"""Windows would turn line feeds into two characters."""


def create(path: Path) -> None:
    """Make an empty file.

    Raises:
        OSError: It exists, or cannot be made.
    """
    os.close(_descriptor(path, os.O_EXCL))


def create_binary(path: Path) -> BinaryIO:
    """Open a new file for writing, without a buffer of its own.

    Raises:
        OSError: It exists, or cannot be made.
    """
    return os.fdopen(_descriptor(path, os.O_EXCL), "wb", buffering=0)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing; one that exists keeps its permissions.

    Raises:
        OSError: It cannot be made.
    """
    if path.is_dir():
        return
    make_folder(path.parent)
    try:
        path.mkdir(mode=_FOLDER)
    except FileExistsError:
        # Another program may have made it meanwhile.
        if not path.is_dir():
            raise


def close_to_others(path: Path) -> None:
    """Take a file that another library made from everybody but its owner."""
    path.chmod(_FILE)


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all; text is UTF-8, and its line ends stay as they are.

    A device or a pipe is written as it is, never replaced.

    Raises:
        OSError: It cannot be written; what stood there is as it was.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.exists() and not path.is_file():
        with path.open("wb", buffering=0) as file:
            _write_all(file, data)
        return
    target = path.resolve() if path.is_symlink() else path
    beside = target.with_name(f".annotator-{uuid4().hex[:8]}.unfinished")
    try:
        with create_binary(beside) as file:
            _write_all(file, data)
        sync_file(beside)
        replace(beside, target)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def _descriptor(path: Path, flags: int) -> int:
    return os.open(path, os.O_CREAT | os.O_RDWR | _BINARY | flags, _FILE)


def _write_all(file: BinaryIO, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]
