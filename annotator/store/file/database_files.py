"""Database files as files: appearing under their name whole, leaving nothing behind, surviving a loss of power."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from annotator.errors import StoreError


def refuse_left_over(path: Path, name: str) -> None:
    """Refuse to make a database where the journal of another one waits to be played back into it.

    Raises:
        StoreError: There is such a journal.
    """
    for part in ("-wal", "-journal"):
        # Where the file itself has appeared meanwhile, the journal is its own.
        if Path(f"{path}{part}").exists() and not path.exists():
            raise StoreError(f"{name}{part} is left over from another project file: move it away first")


def appear(unfinished: Path, path: Path, name: str) -> None:
    """Give a finished file its name, unless another program has made one of that name meanwhile.

    Raises:
        StoreError: Something of that name exists.
    """
    try:
        os.link(unfinished, path)
    except FileExistsError as error:
        raise StoreError(f"{name} exists already") from error
    except OSError:
        # Some file systems know no second name for a file.
        if path.exists():
            raise StoreError(f"{name} exists already") from None
        unfinished.rename(path)
    unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)


def remove_database(path: Path) -> None:
    """Remove a file that was to become a database, with what SQLite laid beside it."""
    for part in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            Path(f"{path}{part}").unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a loss of power, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sync_file(path: Path) -> None:
    """Make the content of a file survive a loss of power.

    Raises:
        OSError: The disk refused.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
