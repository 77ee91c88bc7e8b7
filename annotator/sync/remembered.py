"""The target of a project: ANNOTATOR_SYNC, else the one that was last named for it on this machine."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from annotator.errors import RefusedError
from annotator.files import private
from annotator.files.user_folder import user_folder
from annotator.text.terminal_text import one_line


def target_of(project: Path) -> str | None:
    """The target of a project; None without one. An empty ANNOTATOR_SYNC is none."""
    named = os.environ.get("ANNOTATOR_SYNC")
    if named is not None:
        return named or None
    return _all().get(_key(project))


def remember(project: Path, target: str | None) -> bool:
    """Keep the target of a project for this person on this machine; None forgets it. Return whether it is another.

    Raises:
        RefusedError: The person's folder cannot be written.
    """
    known = _all()
    if known.get(_key(project)) == target:
        return False
    known.pop(_key(project), None)
    if target is not None:
        known[_key(project)] = target
    path = _path()
    try:
        private.make_folder(path.parent)
        private.write(path, json.dumps(known, indent=2, sort_keys=True) + "\n")
    except OSError as error:
        raise RefusedError(
            f"{one_line(str(path))} cannot be written ({(error.strerror or 'refused').lower()}); set ANNOTATOR_SYNC"
        ) from error
    return True


def _path() -> Path:
    return user_folder() / "sync.json"


def _key(project: Path) -> str:
    return str(project.absolute())


def _all() -> dict[str, str]:
    with suppress(OSError, ValueError, AttributeError):
        found = json.loads(_path().read_text(encoding="utf-8"))
        return {key: value for key, value in found.items() if isinstance(value, str)}
    return {}
