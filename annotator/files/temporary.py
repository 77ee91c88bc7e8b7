"""Temporary folders that only their owner can read, and that do not stay behind when a program is killed."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_OLD = 24 * 3600.0
"""Seconds after which no program still works in a folder."""


@contextmanager
def temporary_folder(name: str) -> Iterator[Path]:
    """A new folder for the block; those of this name that a killed program left a day ago or earlier are removed.

    Raises:
        OSError: It cannot be made.
    """
    prefix = f"annotator-{name}-"
    _sweep(prefix)
    with tempfile.TemporaryDirectory(prefix=prefix) as folder:
        yield Path(folder)


def _sweep(prefix: str) -> None:
    """Remove old folders; those of other users cannot be, and stay."""
    with suppress(OSError):
        for path in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
            with suppress(OSError):
                if not path.is_symlink() and path.stat().st_mtime < time.time() - _OLD:
                    shutil.rmtree(path, ignore_errors=True)
