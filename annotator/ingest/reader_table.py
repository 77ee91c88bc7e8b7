"""The table of readers: file type to reader function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import cast

from annotator.ingest.article import Format, Options, Read
from annotator.ingest.input import Input, Work

Reader = Callable[[Input, Options], Iterator[Read]]
Parter = Callable[[Input, Options], Iterator[Work]]

# Module and function by name: a reader is imported when the first file of its kind turns up.
READERS: dict[Format, tuple[str, str]] = {
    "text": ("readers.plain_text", "read"),
    "html": ("html.page", "read"),
    "qdpx": ("readers.qdpx", "read"),
}
"""Readers of files that are read as a whole."""

PARTERS: dict[Format, tuple[str, str]] = {
    "jsonl": ("readers.json_records", "entries"),
    "json": ("readers.json_records", "entries_of_document"),
    "csv": ("readers.csv_table", "entries"),
    "parquet": ("readers.parquet", "entries"),
}
"""Splitters of record files, so that several processes can read them."""

SUFFIXES: dict[str, Format] = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".qdpx": "qdpx",
}

_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_RECORD = re.compile(rb'\s*\{\s*"[^"\n]*"\s*:.*\}\s*(?:\n|$)')


@dataclass(frozen=True, slots=True)
class Whole:
    """A file that is read as a whole, by any process."""

    source: Input
    options: Options
    kind: Format

    @property
    def size(self) -> int:
        """How much there is to read, in letters: a page is as much work as twenty texts of its length."""
        return (self.source.size or 0) * (20 if self.kind == "html" else 1)

    def reads(self) -> Iterator[Read]:
        """Its articles."""
        reader = cast("Reader", _named(READERS[self.kind]))
        return reader(self.source, self.options)


def read_input(source: Input, options: Options | None = None) -> Iterator[Read]:
    """The articles of one file in order, one at a time.

    Raises:
        IngestError: The whole file is refused, also after some of its articles were yielded: the caller
            drops them. The sentence names the file, the line and the reason.
    """
    with source.naming():
        for work in works(source, options or Options()):
            yield from work.reads()


def works(source: Input, options: Options) -> Iterator[Work]:
    """The parts of one file in order, by the file's name, or by its first bytes where the name says nothing.

    Raises:
        IngestError: As `read_input` does, but the sentence does not name the file (`Input.naming` adds it).
    """
    kind = options.format or SUFFIXES.get(PurePosixPath(source.path).suffix.lower()) or _by_content(source)
    if kind in PARTERS:
        parter = cast("Parter", _named(PARTERS[kind]))
        return parter(source, options)
    return iter((Whole(source, options, "text" if kind == "zip" else kind),))


def _named(place: tuple[str, str]) -> object:
    module, function = place
    return getattr(import_module(f"annotator.ingest.{module}"), function)


def _by_content(source: Input) -> Format:
    with source.open() as stream:
        start = stream.read(1 << 16).removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(start):
        return "html"
    return "jsonl" if _RECORD.match(start) else "text"
