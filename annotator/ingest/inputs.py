"""Paths into inputs: every file a person named or a folder holds, in an order that does not change."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from annotator.errors import IngestError
from annotator.ingest.article import Options, Read
from annotator.plain import one_line

STREAM = "-"
"""The path that stands for standard input."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not read, with one sentence that names it, the line where there is one, and the reason."""

    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Input:
    """One file whose articles are added together or not at all."""

    path: str
    """As given, or the folder as given with the way down to the file."""

    @property
    def shown(self) -> str:
        """Its name, safe for a terminal."""
        return one_line(readable(self.path))

    def open(self) -> BinaryIO:
        """Its bytes, from the start."""
        return sys.stdin.buffer if self.path == STREAM else Path(self.path).open("rb")

    def read(self, options: Options | None = None) -> Iterator[Read]:
        """Its articles in order, one at a time.

        Raises:
            IngestError: The whole file is refused, also after some of its articles were given out: whoever
                keeps them takes them back. The sentence names the file, the line and the reason.
        """
        from annotator.ingest.readers import articles  # the readers know inputs

        try:
            yield from articles(self, options or Options())
        except IngestError as error:
            raise IngestError(f"{self.shown}: {error}") from error
        except OSError as error:
            raise IngestError(f"{self.shown}: {(error.strerror or 'cannot be read').lower()}") from error


def inputs(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Input | Refusal]:
    """The files that paths stand for: files as they are, folders with all they hold, "-" standard input.

    Folders are read to the bottom, their entries sorted by name; names that begin with a dot are passed over.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        yield from _walk(os.fspath(path), seen)


def readable(path: str) -> str:
    r"""A path as text that can be stored: bytes that are no UTF-8 become ``\xNN``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _walk(path: str, seen: set[tuple[int, int]]) -> Iterator[Input | Refusal]:
    if path == STREAM:
        yield Input(path)
        return
    try:
        status = Path(path).stat()
        kind = status.st_mode
        if stat.S_ISREG(kind):
            yield Input(path)
        elif not stat.S_ISDIR(kind):
            yield _refused(path, "is neither a file nor a folder (a stream is read from -)")
        elif (status.st_dev, status.st_ino) in seen:
            yield _refused(path, "leads back to a folder that is already being read")
        else:
            seen.add((status.st_dev, status.st_ino))
            for name in sorted(os.listdir(path)):  # noqa: PTH208 - names that are no UTF-8 stay as they are
                if not name.startswith("."):
                    yield from _walk(os.path.join(path, name), seen)  # noqa: PTH118 - "./-x" keeps its "./"
    except FileNotFoundError:
        yield _refused(path, "a link that leads nowhere" if Path(path).is_symlink() else "does not exist")
    except (OSError, ValueError) as error:
        yield _refused(path, (getattr(error, "strerror", None) or str(error)).lower())


def _refused(path: str, reason: str) -> Refusal:
    return Refusal(path, f"{one_line(readable(path))}: {reason}")
