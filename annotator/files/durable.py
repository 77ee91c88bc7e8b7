"""Make files and names survive a loss of power, and put finished files in their place."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


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
