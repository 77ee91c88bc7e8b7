"""File systems that write every change to a new place (btrfs), and files that they write in place all the same."""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from pathlib import Path

from annotator.files.mounts import file_system

_GET_FLAGS, _SET_FLAGS, _IN_PLACE = 0x80086601, 0x40086602, 0x00800000
"""Linux's FS_IOC_GETFLAGS, FS_IOC_SETFLAGS and FS_NOCOW_FL, on 64 bits (include/uapi/linux/fs.h)."""


def copies_on_write(path: Path) -> bool:
    """Whether a file's system needs new room for every change."""
    try:
        device = path.stat().st_dev
    except OSError:
        return False
    # A disk has a number of its own; what asks for the list of mounts takes longer.
    return hasattr(os, "major") and os.major(device) == 0 and file_system(path) == "btrfs"


def write_in_place(handle: int) -> None:
    """Let an empty file be written in place from now on, where the system can."""
    with suppress(ImportError, OSError):
        import fcntl

        (flags,) = struct.unpack("=i", fcntl.ioctl(handle, _GET_FLAGS, bytes(4)))
        fcntl.ioctl(handle, _SET_FLAGS, struct.pack("=i", flags | _IN_PLACE))
