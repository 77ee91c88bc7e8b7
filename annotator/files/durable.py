"""Make files and names survive a loss of power, and put finished files in their place."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_MANY = 50
"""More files are flushed together: each by itself waits for the disk."""


def sync(handle: int) -> None:
    """Make what was written to an open file survive a loss of power.

    Raises:
        OSError: The disk refused.
    """
    os.fsync(handle)


def sync_file(path: Path) -> None:
    """Make the content of a file survive a loss of power.

    Raises:
        OSError: The disk refused.
    """
    # Windows syncs only what was opened for writing.
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_files(paths: Sequence[Path]) -> None:
    """Make the content of several files of one file system survive a loss of power.

    Raises:
        OSError: The disk refused.
    """
    if len(paths) > _MANY and _sync_file_system(paths[0].parent):
        return
    for path in paths:
        sync_file(path)


def _sync_file_system(folder: Path) -> bool:
    """Flush the file system of a folder at once; whether the system can, and tells what failed (Linux from 5.8 on).

    Raises:
        OSError: The disk refused.
    """
    if sys.platform != "linux" or tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) < (5, 8):
        return False
    import ctypes  # only exports of many files need it

    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        return False
    handle = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(handle) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(handle)
    return True


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a loss of power, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def replace(finished: Path, target: Path) -> None:
    """Give a finished file or folder its name, in the place of the file that has it.

    Raises:
        OSError: It cannot be done; on Windows, because another program has the old file open.
    """
    finished.replace(target)
    sync_folder(target.parent)


def appear(finished: Path, target: Path) -> None:
    """Give a finished file a name that nothing has yet, and only that name.

    Raises:
        FileExistsError: Something has that name.
        OSError: It cannot be done.
    """
    try:
        os.link(finished, target)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems give a file only one name.
        if target.exists():
            raise FileExistsError(f"{target} exists") from None
        finished.rename(target)
    finished.unlink(missing_ok=True)
    sync_folder(target.parent)
