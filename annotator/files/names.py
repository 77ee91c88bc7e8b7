"""Names that a file can have on Linux, macOS and Windows, and the longest ones that a project can have."""

from __future__ import annotations

import os
import re
from pathlib import Path

LONGEST_NAME = 220
"""Bytes of a project's name: 255 are allowed, and the files beside it have longer ones."""

LONGEST_PATH = 500
"""Bytes of a project's path: SQLite takes 512 on Linux and macOS, its journal included."""

LONGEST_PATH_ON_WINDOWS = 240
"""Characters of a project's path: Windows takes 260 from programs that were not set up for more."""

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?")
_NOT_ON_WINDOWS = re.compile(r"[<>:\"|?*\\\x00-\x1f]")


def is_windows() -> bool:
    """Whether the rules of Windows hold here."""
    return os.name == "nt"


def is_reserved(name: str) -> bool:
    """Whether Windows takes a name for a device, such as `CON` or `nul.db`."""
    return _RESERVED.fullmatch(name.rstrip(". ")) is not None


def fault(path: Path) -> str | None:
    """Why a new project cannot have this path, as the end of a sentence; None if it can."""
    whole, name = str(path.absolute()), path.name
    if "\x00" in whole:
        return "contains a NUL character"
    if len(os.fsencode(name)) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} bytes, and the files beside the project have longer names"
    if is_windows():
        if is_reserved(name) or name.endswith((".", " ")) or _NOT_ON_WINDOWS.search(name):
            return "is not allowed by Windows"
        if len(whole) > LONGEST_PATH_ON_WINDOWS:
            return f"has a path longer than the {LONGEST_PATH_ON_WINDOWS} characters that Windows leaves for it"
    elif len(os.fsencode(whole)) > LONGEST_PATH:
        return f"has a path longer than {LONGEST_PATH} bytes, which SQLite does not open"
    return None


def is_there(path: Path) -> bool:
    """Whether a typed path leads to something; False if the system does not even take it as a path."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
