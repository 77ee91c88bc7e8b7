"""One input file: its path, its bytes, and how a refusal names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from annotator.errors import IngestError
from annotator.ingest.article import LeftOut, Read
from annotator.text.terminal_text import one_line

_ABOUT_FOLDERS = frozenset({"LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS", "CHANGELOG", "CONTRIBUTING"})
"""Names of files about a folder besides README; in small letters they may be articles."""

STREAM = "-"
"""The path that stands for standard input."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused file: one sentence with file, line (if any) and reason."""

    path: str
    sentence: str


class Work(Protocol):
    """A part of a file that gives articles, by itself and in any process."""

    @property
    def size(self) -> int:
        """How much there is to read, in letters."""
        ...

    def reads(self) -> Iterator[Read | LeftOut]:
        """Its articles, and what was left out of it."""
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

    @property
    def can_travel(self) -> bool:
        """Whether another process can open it."""
        return self.path != STREAM

    @contextmanager
    def naming(self) -> Iterator[None]:
        """Errors within the block get this file's name."""
        try:
            yield
        except IngestError as error:
            raise IngestError(f"{self.shown}: {one_line(str(error))}") from error
        except (OSError, MemoryError) as error:
            raise IngestError(f"{self.shown}: {reason_of(error)}") from error


def is_about_folder(name: str) -> bool:
    """Whether a file says something of the folder or archive that it lies in, and is not an article."""
    stem = name.split(".", maxsplit=1)[0]
    return stem.casefold() == "readme" or stem in _ABOUT_FOLDERS


def readable(path: str) -> str:
    r"""A path as text that can be stored: bytes that are not UTF-8 become ``\xNN``."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def refused(path: str, reason: str) -> Refusal:
    """A refusal whose sentence begins with the path."""
    return Refusal(readable(path), f"{one_line(readable(path))}: {reason}")


def reason_of(error: Exception) -> str:
    """The system's reason in the middle of a sentence."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return reason[0].lower() + reason[1:]
