"""One folder for each coder: `NAME/in` from the lead, `NAME/out` from the coder, so that no coder sees another's."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from hashlib import sha256

from annotator.errors import RefusedError
from annotator.files.names import is_reserved
from annotator.sync.batch_files import Objects
from annotator.text.terminal_text import one_line

IN, OUT = "in", "out"
_MARK = f"{IN}/coder.json"


def folder_of(coder: str) -> str:
    """The name of a coder's folder; different coders get different names."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", coder).strip("-")[:60]
    if stem == coder and stem.islower() and not is_reserved(stem) and stem not in ("v1", IN, OUT):
        return stem
    return f"{stem or 'coder'}-{sha256(coder.encode()).hexdigest()[:6]}"


def make(objects: Objects, coder: str) -> str:
    """Make a coder's folder, unless it is there; return its name."""
    folder = folder_of(coder)
    for name, data in ((_MARK, json.dumps({"coder": coder}).encode() + b"\n"), (f"{OUT}/README.txt", _README)):
        with suppress(FileExistsError):
            objects.create(f"{folder}/{name}", data)
    return folder


_README = b"The program annotator writes a coder's work here, and the lead's program reads it. Leave it as it is.\n"


def coder_of(objects: Objects, folder: str = "") -> str | None:
    """Whose folder this is; None if it is not the folder of one coder.

    Raises:
        RefusedError: Its mark cannot be read.
    """
    name = f"{folder}/{_MARK}" if folder else _MARK
    data = objects.read(name)
    if data is None:
        return None
    try:
        found = json.loads(data)["coder"]
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError(f"{one_line(name)} is damaged; remove it and invite the coder again") from error
    if not isinstance(found, str):
        raise RefusedError(f"{one_line(name)} is damaged; remove it and invite the coder again")
    return found


def all_coders(objects: Objects) -> dict[str, str]:
    """The coders' folders in a place: the name of each folder, and whose it is."""
    found = {folder: coder_of(objects, folder) for folder in objects.folders("") if folder != "v1"}
    return {folder: coder for folder, coder in found.items() if coder is not None}
