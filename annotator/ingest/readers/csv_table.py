"""CSV in the dialects that spreadsheets write: comma, semicolon or tab, any encoding, line ends inside quotes."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator

from annotator.errors import IngestError
from annotator.ingest.article import Options
from annotator.ingest.file_type import check_bytes
from annotator.ingest.input import Input
from annotator.ingest.readers import table_record as records
from annotator.ingest.readers.encoding import recognise, spoken
from annotator.ingest.readers.table_record import Entry
from annotator.ingest.record_source import Record, Rows
from annotator.text.counted import counted

_DELIMITERS = ",;\t|"
_WHOLE = 1 << 26


def entries(source: Input, options: Options) -> Iterator[Entry]:
    """The articles of a CSV file, one row at a time; the first row names the columns."""
    (table,) = tables(source, options)
    return records.entries(table.rows, source, options, table.remarks)


def tables(source: Input, options: Options, *, exact: bool = False) -> Iterator[Rows]:
    """The table of a CSV file.

    Args:
        source: The file.
        options: How it is read.
        exact: Whether a row must have as many cells as the first line, and `NA` without quotes, as R writes it, is a
            missing value.
    """
    name, skip = _encoding(source, options)
    remarks = () if name == "utf-8" else (f"read as {spoken(name)}",)
    yield Rows(_rows(source, name, skip, exact=exact), remarks)


def _encoding(source: Input, options: Options) -> tuple[str, int]:
    """The encoding of a whole file; beyond 64 MiB the rest is taken to be like that."""
    with source.open() as stream:
        data = stream.read(_WHOLE)
    check_bytes(data[:64])
    if len(data) == _WHOLE:
        data = data[: data.rfind(b"\n") + 1]  # not in the middle of a character
    return recognise(data, options.encoding)


def _rows(source: Input, encoding: str, skip: int, *, exact: bool) -> Iterator[tuple[str, Record]]:
    csv.field_size_limit(sys.maxsize)  # an article is longer than the 128 KiB that csv thinks enough
    with source.open() as stream:
        stream.read(skip)
        with io.TextIOWrapper(stream, encoding=encoding, newline="") as lines:
            try:
                first = lines.readline()
                n_before = 0
                if first.lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own way to name it
                    delimiter, first, n_before = first[4], lines.readline(), 1
                else:
                    delimiter = max(_DELIMITERS, key=first.count)
            except UnicodeDecodeError as error:
                raise IngestError(
                    f"line 1: byte {error.object[error.start]:#04x} is not valid {spoken(encoding)}"
                ) from error
            yield from _parsed(_again(first, lines), delimiter, n_before, exact=exact)


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _parsed(lines: Iterator[str], delimiter: str, n_before: int, *, exact: bool) -> Iterator[tuple[str, Record]]:
    kept = _Kept(lines)
    table = csv.reader(kept, delimiter=delimiter, strict=True)
    begin = 1 + n_before
    try:
        header = next(table, [])
        begin = table.line_num + 1 + n_before
        if twice := sorted({name for name in header if name and header.count(name) > 1}):
            raise IngestError(f'{"line 1: " * exact}there are two columns "{twice[0]}"; rename one')
        kept.lines.clear()
        for row in table:
            place, begin = f"line {begin}", table.line_num + 1 + n_before
            if len(row) > len(header) or (exact and row and len(row) < len(header)):
                raise IngestError(
                    f"{place}: {counted(len(row), 'field')}, but the first line names {counted(len(header), 'column')}"
                )
            cells: list[str | None] = [cell or None for cell in row]
            if exact and "NA" in row:
                cells = _without_missing(cells, "".join(kept.lines), delimiter)
            kept.lines.clear()
            if row:
                yield place, {**dict.fromkeys(header), **dict(zip(header, cells, strict=False))}
    except csv.Error as error:
        raise IngestError(f"line {begin}: {error}") from error
    except UnicodeDecodeError as error:
        raise IngestError(f"after line {begin}: byte {error.object[error.start]:#04x} is not text") from error


class _Kept:
    """Lines that are kept until their row is read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.lines: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.lines.append(line)
            yield line


def _without_missing(cells: list[str | None], line: str, delimiter: str) -> list[str | None]:
    """The cells of a row, those that are NA without quotes as nothing: R quotes a text of these letters."""
    sign = re.escape(delimiter)
    found = re.findall(rf'(?:^|{sign})("(?:[^"]|"")*"|[^{sign}]*)', line.rstrip("\r\n"))
    if len(found) != len(cells):
        return cells
    return [None if raw == "NA" else cell for raw, cell in zip(found, cells, strict=True)]
