"""Whether files in a folder can be locked, as SQLite needs it."""

from __future__ import annotations

import tempfile
from pathlib import Path


def can_lock(folder: Path) -> bool:
    """Whether a file in this folder can be locked; True on Windows, whose locks need no trial."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".annotator-") as probe:
            fcntl.lockf(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.lockf(probe, fcntl.LOCK_UN)
    except OSError:
        return False
    return True
