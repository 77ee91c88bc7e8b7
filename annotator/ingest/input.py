"""Paths into inputs: every file a person named, a folder holds or an archive packs, in an order that never changes."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from annotator.errors import IngestError
from annotator.ingest.article import Options, Read
from annotator.text.terminal_text import one_line

_ABOUT_FOLDERS = frozenset({"LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS", "CHANGELOG", "CONTRIBUTING"})
"""How such files are called beside README; in small letters they may be articles."""

STREAM = "-"
"""The path that stands for standard input."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not read, with one sentence that names it, the line where there is one, and the reason."""

    path: str
    sentence: str


class Work(Protocol):
    """A part of a file that gives articles, by itself and in any process."""

    @property
    def size(self) -> int:
        """How much there is to read, in letters."""
        ...

    def reads(self) -> Iterator[Read]:
        """Its articles."""
        ...


@dataclass(frozen=True, slots=True)
class Input:
    """One file whose articles are added together or not at all."""

    path: str
    """As given, with the way down from there: "folder/file.txt", "corpus.zip/file.txt"."""
    size: int | None
    """Its bytes, for a progress bar; None where nobody knows."""
    open: Callable[[], BinaryIO] = field(compare=False, repr=False)
    """Its bytes from the start, as often as asked."""

    @property
    def shown(self) -> str:
        """Its path, safe for a terminal."""
        return one_line(readable(self.path))

    @property
    def name(self) -> str:
        """What people call its article: the file's name without its ending."""
        return "standard input" if self.path == STREAM else Path(readable(self.path)).stem or readable(self.path)

    def read(self, options: Options | None = None) -> Iterator[Read]:
        """Its articles in order, one at a time.

        Raises:
            IngestError: The whole file is refused, also after some of its articles were given out: whoever
                keeps them takes them back. The sentence names the file, the line and the reason.
        """
        with self.naming():
            for work in self.works(options):
                yield from work.reads()

    def works(self, options: Options | None = None) -> Iterator[Work]:
        """What there is to read in it, in order, for whoever has several processes read.

        Raises:
            IngestError: As `read` does, but the sentence does not name the file (`naming` makes it).
        """
        from annotator.ingest.reader_table import works  # the readers know inputs

        return works(self, options or Options())

    @property
    def can_travel(self) -> bool:
        """Whether another process can open it."""
        return self.path != STREAM

    @contextmanager
    def naming(self) -> Iterator[None]:
        """Whatever is refused within the block is refused by the name of this file."""
        try:
            yield
        except IngestError as error:
            raise IngestError(f"{self.shown}: {one_line(str(error))}") from error
        except (OSError, MemoryError) as error:
            raise IngestError(f"{self.shown}: {_said(error)}") from error


def inputs(
    paths: Iterable[str | os.PathLike[str]], options: Options | None = None, passed: list[str] | None = None
) -> Iterator[Input | Refusal]:
    """The files that paths stand for: files as they are, folders and archives with all they hold, "-" standard input.

    Folders are read to the bottom, their entries sorted by name; names that begin with a dot are passed over, and so
    are files about the folder, such as its README. A folder that links lead to twice is refused the second time.

    Args:
        paths: What a person named.
        options: How files are read.
        passed: Gets the paths of the files about folders that were passed over.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        yield from _walk(os.fspath(path), options or Options(), seen, [] if passed is None else passed)


def is_about_folder(name: str) -> bool:
    """Whether a file says something of the folder or archive that it lies in, and is no article."""
    stem = name.split(".", maxsplit=1)[0]
    return stem.casefold() == "readme" or stem in _ABOUT_FOLDERS


def readable(path: str) -> str:
    r"""A path as text that can be stored: bytes that are no UTF-8 become ``\xNN``."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def refused(path: str, reason: str) -> Refusal:
    """A refusal whose sentence begins with the path."""
    return Refusal(readable(path), f"{one_line(readable(path))}: {reason}")


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
            yield refused(path, "leads back to a folder that is read already")
        elif depth > 100:
            yield refused(path, "lies more than 100 folders deep")
        else:
            seen.add((status.st_dev, status.st_ino))
            for name in sorted(os.listdir(path)):  # noqa: PTH208 - names that are no UTF-8 stay as they are
                below = os.path.join(path, name)  # noqa: PTH118 - "./-x" keeps its "./"
                if name.startswith(".") or _is_skipped(below, options):
                    continue
                if is_about_folder(name) and Path(below).is_file():
                    passed.append(readable(below))
                else:
                    yield from _walk(below, options, seen, passed, depth + 1)
    except FileNotFoundError:
        yield refused(path, "a link that leads nowhere" if os.path.lexists(path) else "does not exist")
    except (OSError, ValueError) as error:
        yield refused(path, _said(error))


def _is_skipped(path: str, options: Options) -> bool:
    # Not Path.resolve, which raises where links lead in a circle.
    return bool(options.skip) and Path(os.path.realpath(path)) in options.skip


def _file(path: str, status: os.stat_result, options: Options, passed: list[str]) -> Iterator[Input | Refusal]:
    if not stat.S_ISREG(status.st_mode):
        yield refused(path, "is neither a file nor a folder (read a stream from -)")
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


def _said(error: Exception) -> str:
    """The system's reason in the middle of a sentence."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return reason[0].lower() + reason[1:]
