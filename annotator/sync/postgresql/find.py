"""Recognise the address of a hub among targets: as it is, or in a file that only its owner can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from annotator.errors import OfflineError, RefusedError, UsageError
from annotator.sync.postgresql.address import FORM, Address, parse
from annotator.text.terminal_text import one_line

_SCHEMES = ("postgresql://", "postgres://")
_LONGEST = 4096


def is_hub(target: str) -> bool:
    """Whether a target is the address of a hub, or a file that should hold one."""
    return target.startswith(_SCHEMES) or ("://" not in target and Path(target).expanduser().is_file())


def address_of(target: str) -> Address:
    """The address that a target is or holds.

    Raises:
        UsageError: It is not a valid address; no word of it is in the message.
        RefusedError: Others can read the file, or it holds something else.
        OfflineError: The file cannot be read.
    """
    return parse(target if target.startswith(_SCHEMES) else _held(Path(target).expanduser()))


def refuse_password(target: str) -> None:
    """Refuse a password on the command line, where other users of the machine and the shell's history have it.

    Raises:
        UsageError: The address has one.
    """
    if target.startswith(_SCHEMES) and "password" in parse(target).settings:
        raise UsageError(
            "this address has a password, which the command line shows to others; put the address into a file that"
            " only you can read and name the file, or into ANNOTATOR_SYNC"
        )


def _held(path: Path) -> str:
    name = one_line(str(path))
    try:
        with path.open("rb") as file:
            if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise RefusedError(f"others can read {name}; make it yours alone with chmod 600")
            text = file.read(_LONGEST).decode("utf-8", "replace").strip()
    except OSError as error:
        raise OfflineError(f"{name} cannot be read: {(error.strerror or 'refused').lower()}") from error
    if not text.startswith(_SCHEMES) or len(text.split()) != 1:
        raise RefusedError(f"{name} is a file without the address of a hub; write one line into it: {FORM}")
    return text
