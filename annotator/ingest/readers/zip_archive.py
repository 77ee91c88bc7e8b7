"""Zip archives: each packed file is an input of its own; nothing is unpacked to the disk."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from annotator.errors import IngestError
from annotator.ingest.input import Input, Refusal, is_about_folder, readable, refused

MAX_UNPACKED = 1 << 32
"""An archive that would unpack to more than 4 GiB is refused."""
MAX_RATIO = 200
"""News text packs to a third; what packs to less than a two-hundredth is a bomb."""
_SMALL = 1 << 20  # a megabyte harms nobody, however well it packs

FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError)
"""Exceptions of the standard library for damaged or unknown archives."""


def members(path: str, passed: list[str]) -> Iterator[Input | Refusal]:
    """The files in an archive, sorted by name, each to be added whole or refused by itself.

    Args:
        path: The archive.
        passed: Gets the paths of files about the archive, which are passed over.
    """
    try:
        entries = _opened(path, Path(path).stat().st_mtime_ns).infolist()
    except FAULTS as error:
        yield refused(path, f"not a readable archive ({str(error).lower()})")
        return
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        yield refused(path, f"unpacks to more than {MAX_UNPACKED >> 30} GiB")
        return
    for entry in sorted(entries, key=lambda entry: entry.filename):
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if is_folder(entry) or any((part[:1] == "." and part != "..") or part == "__MACOSX" for part in parts):
            continue
        below = f"{path}/{entry.filename}"
        if is_about_folder(parts[-1] if parts else ""):
            passed.append(readable(below))
        elif reason := fault(entry):
            yield refused(below, reason)
        else:
            yield Input(below, entry.file_size, partial(_unpacked, path, entry))


def is_folder(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a folder. Its name may be empty, over which the standard library's own check stumbles."""
    return entry.filename[-1:] == "/"


def fault(entry: zipfile.ZipInfo) -> str | None:
    """Why a packed file is not read, or None."""
    name = entry.filename.replace("\\", "/")
    if not name:
        return "has no name"
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
        return "its path leads out of the archive"
    if entry.flag_bits & 1:
        return "is encrypted"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link"
    if name.lower().endswith(".zip"):
        return "an archive in an archive is not read"
    if entry.file_size > _SMALL and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        return f"would unpack to more than {MAX_RATIO} times its size"
    return None


@lru_cache(maxsize=1)
def _opened(path: str, changed: int) -> zipfile.ZipFile:  # noqa: ARG001 - a changed archive is opened anew
    """The archive that is being read, so that its table of contents is read once; closed when the next one is."""
    return zipfile.ZipFile(path)


def _unpacked(path: str, entry: zipfile.ZipInfo) -> BinaryIO:
    """A packed file unpacked whole, in memory or in a temporary file, so that no fault shows up half way."""
    target = tempfile.SpooledTemporaryFile(max_size=8 * _SMALL)  # noqa: SIM115 - the reader closes it
    try:
        archive = _opened(path, Path(path).stat().st_mtime_ns)
        with archive.open(entry) as packed:
            shutil.copyfileobj(packed, target, _SMALL)
    except FAULTS as error:
        target.close()
        raise IngestError(f"cannot be unpacked ({str(error).lower()})") from error
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return cast("BinaryIO", target)
