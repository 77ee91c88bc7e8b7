"""Database files as files: they appear under their name whole, and leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from annotator.errors import StoreError
from annotator.files import durable, names
from annotator.text.terminal_text import one_line

JOURNALS = ("-wal", "-shm", "-journal")
"""What SQLite adds to a database's name for the files it lays beside it."""


@contextmanager
def new_database(path: Path, reason: str = "cannot be made") -> Iterator[Path]:
    """A path to build a new database under; it gets its own name when the block has ended, or leaves nothing.

    Args:
        path: Its name.
        reason: What a refusal of the system means, for its sentence.

    Raises:
        StoreError: The name is not possible here, exists already, or cannot be written.
    """
    name = one_line(str(path))
    refuse_existing(path)
    _refuse_left_over(path, name)
    unfinished = beside(path)
    try:
        yield unfinished
        durable.appear(unfinished, path)
    except FileExistsError as error:
        raise StoreError(f"{name} exists already") from error
    except OSError as error:
        raise StoreError(f"{name} {reason}: {reason_of(error)}") from error
    finally:
        remove_database(unfinished)


def beside(path: Path) -> Path:
    """A name beside a database for a new one that is not finished; `annotator doctor` finds those left over."""
    return path.with_name(f".{path.name}.{uuid4().hex[:8]}.unfinished")


def refuse_existing(path: Path) -> None:
    """Refuse a name that no new project can have here, or that something has already.

    Raises:
        StoreError: It is too long, the system keeps it for itself, or it exists.
    """
    refuse_name(path)
    if path.exists():
        raise StoreError(f"{one_line(str(path))} exists already")


def refuse_name(path: Path) -> None:
    """Refuse a name that no new project can have here.

    Raises:
        StoreError: It is too long, or the system keeps it for itself.
    """
    fault = names.fault(path)
    if fault is not None:
        shown = one_line(path.name)
        raise StoreError(f"{shown[:60]}{'…' * (len(shown) > 60)} {fault}: choose another name")


def remove_database(path: Path) -> None:
    """Remove a file that was to become a database, with what SQLite laid beside it."""
    for part in ("", *JOURNALS):
        with suppress(OSError):
            Path(f"{path}{part}").unlink(missing_ok=True)


def reason_of(error: OSError) -> str:
    """An error of the system in a few words."""
    return (error.strerror or "refused").lower()


def _refuse_left_over(path: Path, name: str) -> None:
    """Refuse to make a database where the journal of another one waits to be played back into it."""
    for part in ("-wal", "-journal"):
        left = Path(f"{path}{part}")
        if left.exists() and left.stat().st_size > 0:
            raise StoreError(f"{name}{part} is left over from another project file: move it away first")
