"""The folder of a person's own settings on this machine, and what tells this machine from others."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from annotator.files import private


def user_folder() -> Path:
    """Where a person's settings are kept: ANNOTATOR_CONFIG, else where this system keeps such files."""
    folder = os.environ.get("ANNOTATOR_CONFIG")
    if folder:
        return Path(folder)
    from platformdirs import user_config_dir  # part of Textual's own equipment

    return Path(user_config_dir("annotator", appauthor=False))


def machine_id() -> str:
    """What tells this person's machine from others: a random id, kept in the person's folder, and the host's name.

    Raises:
        OSError: The folder cannot be written.
    """
    path = user_folder() / "machine"
    with suppress(OSError, UnicodeDecodeError):
        found = path.read_text(encoding="ascii").strip()
        if found:
            return f"{found} {platform.node()}"
    private.make_folder(path.parent)
    private.write(path, f"{uuid4()}\n")
    return f"{path.read_text(encoding='ascii').strip()} {platform.node()}"
