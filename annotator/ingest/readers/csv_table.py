"""CSV in the dialects that spreadsheets write: comma, semicolon or tab, any encoding, line ends inside quotes."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator

from annotator.errors import IngestError
from annotator.ingest.article import Options
from annotator.ingest.file_type import check_bytes
from annotator.ingest.input import Input
from annotator.ingest.readers import table_record as records
from annotator.ingest.readers.encoding import recognise, spoken
from annotator.ingest.readers.table_record import Entry
from annotator.ingest.record_source import Record
from annotator.text.counted import counted

_DELIMITERS = ",;\t|"
_WHOLE = 1 << 26


def entries(source: Input, options: Options) -> Iterator[Entry]:
    """The articles of a CSV file, one row at a time; the first row names the columns."""
    name, skip = _encoding(source, options)
    remarks = () if name == "utf-8" else (f"read as {spoken(name)}",)
    return records.entries(_rows(source, name, skip), source, options, remarks)


def _encoding(source: Input, options: Options) -> tuple[str, int]:
    """The encoding of a whole file; beyond 64 MiB the rest is taken to be like that."""
    with source.open() as stream:
        data = stream.read(_WHOLE)
    check_bytes(data[:64])
    if len(data) == _WHOLE:
        data = data[: data.rfind(b"\n") + 1]  # not in the middle of a character
    return recognise(data, options.encoding)


def _rows(source: Input, encoding: str, skip: int) -> Iterator[tuple[str, Record]]:
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
            yield from _parsed(_again(first, lines), delimiter, n_before)


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _parsed(lines: Iterator[str], delimiter: str, n_before: int) -> Iterator[tuple[str, Record]]:
    table = csv.reader(lines, delimiter=delimiter, strict=True)
    begin = 1 + n_before
    try:
        header = next(table, [])
        begin = table.line_num + 1 + n_before
        if twice := sorted({name for name in header if name and header.count(name) > 1}):
            raise IngestError(f'there are two columns "{twice[0]}"; rename one')
        for row in table:
            place, begin = f"line {begin}", table.line_num + 1 + n_before
            if len(row) > len(header):
                raise IngestError(
                    f"{place}: {counted(len(row), 'field')}, but the first line names {counted(len(header), 'column')}"
                )
            if row:
                yield (
                    place,
                    {**dict.fromkeys(header), **dict(zip(header, (cell or None for cell in row), strict=False))},
                )
    except csv.Error as error:
        raise IngestError(f"line {begin}: {error}") from error
    except UnicodeDecodeError as error:
        raise IngestError(f"after line {begin}: byte {error.object[error.start]:#04x} is not text") from error
