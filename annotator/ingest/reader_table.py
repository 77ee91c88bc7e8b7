"""The table of readers: file type to reader function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import cast

from annotator.errors import IngestError
from annotator.ingest.article import Format, LeftOut, Options, Read
from annotator.ingest.file_type import OtherTypeError, check_bytes, check_text, packed_type
from annotator.ingest.input import Input, Work
from annotator.ingest.record_source import Rows

Reader = Callable[[Input, Options], Iterator[Read | LeftOut]]
Parter = Callable[[Input, Options], Iterator[Work]]

# Module and function by name: a reader is imported when the first file of its kind turns up.
READERS: dict[Format, tuple[str, str]] = {
    "text": ("readers.plain_text", "read"),
    "html": ("html.page", "read"),
    "xml": ("readers.xml_file", "read"),
    "qdpx": ("readers.qdpx", "read"),
    "dna": ("readers.dna", "read"),
    "docx": ("documents.docx", "read"),
    "rtf": ("documents.rtf", "read"),
    "odt": ("documents.odt", "read"),
    "pdf": ("documents.pdf", "read"),
    "epub": ("documents.epub", "read"),
    "mail": ("documents.mail", "read"),
    "warc": ("documents.warc", "read"),
}
"""Readers of files that are read as a whole."""

PARTERS: dict[Format, tuple[str, str]] = {
    "jsonl": ("readers.json_records", "entries"),
    "json": ("readers.json_records", "entries_of_document"),
    "csv": ("readers.csv_table", "entries"),
    "parquet": ("readers.parquet", "entries"),
    "xlsx": ("documents.spreadsheet", "entries"),
}
"""Splitters of record files, so that several processes can read them."""

TABLES: dict[Format, tuple[str, str]] = {
    "jsonl": ("readers.json_records", "tables"),
    "json": ("readers.json_records", "tables_of_document"),
    "csv": ("readers.csv_table", "tables"),
    "parquet": ("readers.parquet", "tables"),
    "xlsx": ("documents.spreadsheet", "tables"),
}
"""Readers of the rows of the same files, for labels."""

SUFFIXES: dict[str, Format] = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".ris": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".xml": "xml",
    ".rss": "xml",
    ".atom": "xml",
    ".tei": "xml",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xlsx",
    ".ods": "xlsx",
    ".docx": "docx",
    ".rtf": "rtf",
    ".odt": "odt",
    ".pdf": "pdf",
    ".epub": "epub",
    ".eml": "mail",
    ".mht": "mail",
    ".mhtml": "mail",
    ".warc": "warc",
    ".qdpx": "qdpx",
    ".dna": "dna",
}

_RECORD = re.compile(rb'\s*\{\s*"[^"\n]*"\s*:.*\}\s*(?:\n|$)')
_DOCUMENT = re.compile(rb'\s*(?:\[\s*\{|\{\s*\n\s*")')
_MOST_TYPES = 3
"""How often the type of a file may turn out to be another one."""


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

    def reads(self) -> Iterator[Read | LeftOut]:
        """Its articles, by the reader for what it turns out to be."""
        kind = self.kind
        for _ in range(_MOST_TYPES):
            try:
                for work in _works_of(self.source, self.options, kind):
                    for read in work.reads():
                        if self.options.strict and isinstance(read, LeftOut):
                            raise IngestError(f"{read.origin.rpartition(', ')[2]} {read.reason}")
                        yield read
            except OtherTypeError as found:
                if self.options.format is not None:
                    raise
                kind = packed_type(self.source) if found.kind == "zip" else found.kind
            else:
                return
        raise IngestError("its type was not recognised: name it with --format")


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file and the reader for it."""

    source: Input
    options: Options
    kind: Format

    @property
    def size(self) -> int:
        return self.source.size or 0

    def reads(self) -> Iterator[Read | LeftOut]:
        reader = cast("Reader", _named(READERS[self.kind]))
        return reader(self.source, self.options)


def _works_of(source: Input, options: Options, kind: Format) -> Iterator[Work]:
    if kind in PARTERS:
        return cast("Parter", _named(PARTERS[kind]))(source, options)
    return iter((_Reading(source, options, "text" if kind == "zip" else kind),))


def read_input(source: Input, options: Options | None = None) -> Iterator[Read | LeftOut]:
    """The articles of one file in order, one at a time, and what was left out of it.

    Raises:
        IngestError: The whole file is refused, also after some of its articles were yielded: the caller
            drops them. The sentence names the file, the line and the reason.
    """
    with source.naming():
        n_articles, n_left = 0, 0
        for work in works(source, options or Options()):
            for read in work.reads():
                n_articles += isinstance(read, Read)
                n_left += isinstance(read, LeftOut)
                yield read
        check_not_all_left_out(n_articles, n_left)


def check_not_all_left_out(n_articles: int, n_left: int) -> None:
    """Refuse a file of which everything was left out.

    Raises:
        IngestError: It is.
    """
    if n_left and not n_articles:
        raise IngestError(f"none of its {n_left} articles has text" if n_left > 1 else "its only article has no text")


def works(source: Input, options: Options) -> Iterator[Work]:
    """The parts of one file in order, by the file's name, or by its first bytes where the name says nothing.

    Raises:
        IngestError: As `read_input` does, but the sentence does not name the file (`Input.naming` adds it).
    """
    kind = kind_of(source, options)
    return _parted(source, options, kind) if kind in PARTERS else iter((Whole(source, options, kind),))


def kind_of(source: Input, options: Options) -> Format:
    """The kind of a file by its name, or by its first bytes where the name says nothing.

    Raises:
        IngestError: There is no reader for it.
    """
    path = source.path.lower()
    kind = options.format or ("warc" if path.endswith(".warc.gz") else SUFFIXES.get(PurePosixPath(path).suffix))
    return kind or _by_content(source)


def read_tables(source: Input, kind: Format, *, exact: bool = False) -> Iterator[Rows]:
    """The tables of one file whose kind is one of `TABLES`: one, or one a sheet.

    Args:
        source: The file.
        kind: Its kind.
        exact: Whether every row of a CSV file must be whole, and `NA` without quotes is a missing value.

    Raises:
        IngestError: The file cannot be read; the sentence names the place in it, not the file.
    """
    reader = cast("Callable[..., Iterator[Rows]]", _named(TABLES[kind]))
    return reader(source, Options(), **({"exact": True} if exact and kind == "csv" else {}))


def _parted(source: Input, options: Options, kind: Format) -> Iterator[Work]:
    """The parts of a table, or the whole file if its content is not that of a table."""
    try:
        yield from _works_of(source, options, kind)
    except OtherTypeError as found:
        if options.format is not None:
            raise
        yield Whole(source, options, packed_type(source) if found.kind == "zip" else found.kind)


def _named(place: tuple[str, str]) -> object:
    module, function = place
    return getattr(import_module(f"annotator.ingest.{module}"), function)


def _by_content(source: Input) -> Format:
    with source.open() as stream:
        start = stream.read(1 << 16).removeprefix(b"\xef\xbb\xbf")
    try:
        check_bytes(start)
        check_text(start[:4000].decode("latin-1"))
    except OtherTypeError as found:
        return packed_type(source) if found.kind == "zip" else found.kind
    if _RECORD.match(start):
        return "jsonl"
    return "json" if _DOCUMENT.match(start) else "text"
