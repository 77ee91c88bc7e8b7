"""How much room a file system has, in which pieces it gives it out, and how to take it before it is needed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple


class Space(NamedTuple):
    """The room on a file system, in bytes.

    Attributes:
        free: What anybody may still take.
        left: What is left for the system's administrator.
        block: The smallest piece that is given out.
    """

    free: int
    left: int
    block: int


def find_space(folder: Path) -> Space | None:
    """The room where a folder lies; None where the system does not tell (Windows)."""
    if not hasattr(os, "statvfs"):
        return None
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    return Space(found.f_bavail * found.f_frsize, found.f_bfree * found.f_frsize, found.f_frsize)


def take(handle: int, size: int) -> None:
    """Take the room for the first bytes of an open file; what it holds stays, and it becomes no shorter.

    Raises:
        OSError: There is not so much.
    """
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, size)
