"""Walk files, folders, archives and standard input, in an order that never changes."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from annotator.ingest.article import Options
from annotator.ingest.input import STREAM, Input, Refusal, is_about_folder, readable, reason_of, refused


def inputs(
    paths: Iterable[str | os.PathLike[str]], options: Options | None = None, passed: list[str] | None = None
) -> Iterator[Input | Refusal]:
    """The files that paths stand for: files as they are, folders and archives with all they hold, "-" standard input.

    Folders are read to the bottom, their entries sorted by name; names that begin with a dot are passed over, and so
    are files about the folder, such as its README. A folder that links lead to twice is refused the second time.

    Args:
        paths: Paths that the user named.
        options: How files are read.
        passed: Gets the paths of the files about folders that were passed over.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        yield from _walk(os.fspath(path), options or Options(), seen, [] if passed is None else passed)


def _walk(
    path: str, options: Options, seen: set[tuple[int, int]], passed: list[str], depth: int = 0
) -> Iterator[Input | Refusal]:
    if path == STREAM:
        yield Input(path, None, _spooled())
        return
    try:
        status = Path(path).stat()
        if not stat.S_ISDIR(status.st_mode):
            yield from _file(path, status, options, passed)
        elif (status.st_dev, status.st_ino) in seen:
            yield refused(path, "is a link to a folder that was read already")
        elif depth > 100:
            yield refused(path, "is more than 100 folders deep")
        else:
            seen.add((status.st_dev, status.st_ino))
            for name in sorted(os.listdir(path)):  # noqa: PTH208 - names that are not UTF-8 stay as they are
                below = os.path.join(path, name)  # noqa: PTH118 - "./-x" keeps its "./"
                if name.startswith(".") or _is_skipped(below, options):
                    continue
                if is_about_folder(name) and Path(below).is_file():
                    passed.append(readable(below))
                else:
                    yield from _walk(below, options, seen, passed, depth + 1)
    except FileNotFoundError:
        yield refused(path, "a broken link" if os.path.lexists(path) else "does not exist")
    except (OSError, ValueError) as error:
        yield refused(path, reason_of(error))


def _is_skipped(path: str, options: Options) -> bool:
    # Not Path.resolve, which raises where links lead in a circle.
    return bool(options.skip) and Path(os.path.realpath(path)) in options.skip


def _file(path: str, status: os.stat_result, options: Options, passed: list[str]) -> Iterator[Input | Refusal]:
    if not stat.S_ISREG(status.st_mode):
        yield refused(path, "is not a file or a folder (for a stream, use -)")
        return
    if PurePosixPath(path).suffix.lower() == ".zip" if options.format is None else options.format == "zip":
        from annotator.ingest.readers.zip_archive import members  # zipfile, where there is one

        yield from members(path, passed)
    else:
        yield Input(path, status.st_size, partial(_opened, path))


def _opened(path: str) -> BinaryIO:
    return Path(path).open("rb")


def _spooled() -> Callable[[], BinaryIO]:
    """Standard input as a file that can be opened again."""
    kept: list[Path] = []

    def opened() -> BinaryIO:
        if not kept:
            folder = tempfile.mkdtemp(prefix="annotator-")
            weakref.finalize(opened, shutil.rmtree, folder, ignore_errors=True)
            copy = Path(folder, "stream")
            with copy.open("wb") as target:
                while chunk := sys.stdin.buffer.read(1 << 20):
                    target.write(chunk)
            kept.append(copy)
        return kept[0].open("rb")

    return opened
