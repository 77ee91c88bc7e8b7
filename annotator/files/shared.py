"""Files in a folder that several people share: everybody who can read the folder can read them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from annotator.files.durable import appear, sync_folder

_BINARY: int = getattr(os, "O_BINARY", 0)
_UNFINISHED = ".unfinished"


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, with the permissions of the folder that holds them.

    Raises:
        OSError: It cannot be made.
    """
    if path.is_dir():
        return
    make_folder(path.parent)
    with suppress(FileExistsError):
        path.mkdir()
        with suppress(OSError):
            path.chmod(path.parent.stat().st_mode & 0o7777)
        sync_folder(path.parent)


def create(path: Path, data: bytes) -> None:
    """Write a new file under a dot name, have it on the disk, then give it its name: it is never seen half written.

    Raises:
        FileExistsError: Something has that name.
        OSError: It cannot be written; nothing is left of it.
    """
    beside = path.with_name(f".{path.name}.{uuid4().hex[:8]}{_UNFINISHED}")
    mode = path.parent.stat().st_mode & 0o666
    try:
        handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, mode)
        with os.fdopen(handle, "wb", buffering=0) as file:
            with suppress(OSError):
                beside.chmod(mode)
            left = memoryview(data)
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        appear(beside, path)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def sweep(folder: Path, before: float) -> None:
    """Remove unfinished files of one's own that a killed program left, and that were last written before a time."""
    with suppress(OSError):
        for path in folder.glob(f".*{_UNFINISHED}"):
            with suppress(OSError):
                if path.stat().st_mtime < before:
                    path.unlink()
