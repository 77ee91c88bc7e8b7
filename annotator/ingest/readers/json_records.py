"""JSON: a record a line, or one document with a list of them."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

from pydantic import JsonValue

from annotator.errors import IngestError
from annotator.ingest.article import Options
from annotator.ingest.file_type import check_bytes
from annotator.ingest.input import Input
from annotator.ingest.readers import table_record as records
from annotator.ingest.readers.encoding import beginning, recognise, spoken
from annotator.ingest.readers.table_record import Entry, kind
from annotator.ingest.record_source import Record, Rows
from annotator.text.counted import counted

_MAX_DOCUMENT = 1 << 29
_DEEPEST_LIST = 3


def entries(source: Input, options: Options) -> Iterator[Entry]:
    """The articles of a JSONL file, one line at a time."""
    return records.entries(_lines(source, options), source, options)


def tables(source: Input, options: Options) -> Iterator[Rows]:
    """The table of a JSONL file."""
    yield Rows(_lines(source, options))


def entries_of_document(source: Input, options: Options) -> Iterator[Entry]:
    """The articles of a JSON document: a list of records or tasks, one record, or JSONL by another name."""
    document, table = _document(source, options), None
    if document is _LINES:
        yield from entries(source, options)
        return
    table = _table(document)
    found, path = (table, "") if table is not None else _list_of(document, options)
    n = len(found)
    said = [f'{counted(n, "article")} in 1 file, read from "{path}"'] if path else []
    yield from records.entries(_numbered(found), source, options, said)


def tables_of_document(source: Input, options: Options) -> Iterator[Rows]:
    """The table of a JSON document: the longest list of objects near its top, or a data frame of pandas or R."""
    document = _document(source, options)
    if document is _LINES:
        yield from tables(source, options)
        return
    table = _table(document)
    found, path = (table, "") if table is not None else _list_of(document, options)
    yield Rows(_numbered(found), (f'read from "{path}"',) if path else ())


_LINES: JsonValue = "JSONL"
"""Stands for a document that is JSONL by another name."""


def _document(source: Input, options: Options) -> JsonValue:
    """A whole JSON document, or `_LINES`.

    Raises:
        IngestError: It is neither.
    """
    with source.open() as stream:
        data = stream.read(_MAX_DOCUMENT + 1)
    if len(data) > _MAX_DOCUMENT:
        raise IngestError(f"is longer than {_MAX_DOCUMENT >> 20} MiB: save it as JSONL, a record a line")
    check_bytes(data[:64])
    name, skip = recognise(data, options.encoding)
    try:
        return _parsed(data[skip:].decode(name))
    except UnicodeDecodeError as error:
        raise IngestError(f"byte {error.start} is not {spoken(name)}") from error
    except IngestError:
        if b"\n" in data.strip():
            try:
                for _ in _lines(source, options):
                    pass
            except IngestError:
                pass
            else:
                return _LINES
        raise


def _numbered(found: Iterable[JsonValue]) -> Iterator[tuple[str, Record]]:
    return ((f"record {number}", _record(entry, f"record {number}")) for number, entry in enumerate(found, 1))


def _table(document: JsonValue) -> list[JsonValue] | None:
    """The rows of a data frame that pandas (split, table, columns, index) or R (columns) wrote; None for others."""
    if not isinstance(document, dict) or not document:
        return None
    columns, data = document.get("columns"), document.get("data")
    if isinstance(columns, list) and isinstance(data, list) and set(document) <= {"columns", "index", "data"}:
        rows = [row for row in data if isinstance(row, list) and len(row) == len(columns)]
        return [dict(zip(map(str, columns), row, strict=True)) for row in rows] if len(rows) == len(data) else None
    if set(document) == {"schema", "data"} and isinstance(data, list):
        return data
    values = list(document.values())
    lists = [value for value in values if isinstance(value, list)]
    if len(lists) == len(values) > 1 and len({len(value) for value in lists}) == 1:
        if any(isinstance(cell, dict) for value in lists for cell in value):
            return None
        return [dict(zip(document, row, strict=True)) for row in zip(*lists, strict=True)]
    inner = [value for value in values if isinstance(value, dict)]
    if len(inner) < len(values) or len({tuple(value) for value in inner}) != 1 or not inner[0]:
        return None
    if all(map(str.isdecimal, document)):
        return list(inner)
    if all(map(str.isdecimal, inner[0])):
        return [{column: cells[row] for column, cells in zip(document, inner, strict=True)} for row in inner[0]]
    return None


def _list_of(document: JsonValue, options: Options) -> tuple[list[JsonValue], str]:
    """The records of a document, and the path to them: the longest list of objects near its top.

    A document that is a record itself is its only one.
    """
    if not isinstance(document, dict):
        return (document, "") if isinstance(document, list) else ([document], "")
    is_record = records.is_record(document, options.columns)
    path, found = max(_lists(document), key=lambda each: len(each[1]), default=("", []))
    return ([document], "") if is_record or not found else (found, path)


def _lists(value: dict[str, JsonValue], path: str = "", depth: int = 1) -> Iterator[tuple[str, list[JsonValue]]]:
    """The lists of objects in an object, each with the path to it."""
    for key, inner in value.items():
        below = f"{path}.{key}" if path else key
        if isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner):
            yield below, inner
        elif isinstance(inner, dict) and depth < _DEEPEST_LIST:
            yield from _lists(inner, below, depth + 1)


def _lines(source: Input, options: Options) -> Iterator[tuple[str, Record]]:
    with source.open() as stream:
        start = stream.read(4096)
    check_bytes(start[:64])
    name, skip = beginning(start, options.encoding)
    with source.open() as stream:
        stream.read(skip)
        number = 0
        try:
            for number, line in enumerate(_decoded(stream, name), 1):
                if not line.isspace():
                    place = f"line {number}"
                    yield place, _record(_at(place, line), place)
        except UnicodeDecodeError as error:
            where = f"line {number + 1}" if name == "utf-8" else f"after line {number}"
            raise IngestError(f"{where}: byte {error.object[error.start]:#04x} is not {spoken(name)}") from error


def _decoded(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The lines of a file; in UTF-8 each by itself, so that a fault is known to be in the next one."""
    if encoding == "utf-8":
        yield from map(bytes.decode, stream)
        return
    with io.TextIOWrapper(stream, encoding=encoding, newline="\n") as lines:
        yield from lines


def _at(place: str, line: str) -> JsonValue:
    try:
        return _parsed(line)
    except IngestError as error:
        raise IngestError(f"{place}: {error}") from error


def _record(value: JsonValue, place: str) -> Record:
    if not isinstance(value, dict):
        raise IngestError(f"{place}: {kind(value)} instead of a record")
    return value


def _parsed(text: str) -> JsonValue:
    """Strict JSON: no key twice, no NaN, no number that a double cannot hold."""
    try:
        return cast("JsonValue", _DECODER.decode(text.lstrip("\ufeff").rstrip()))
    except json.JSONDecodeError as error:
        where = f" (line {error.lineno}, column {error.colno})" if "\n" in text.strip() else f" (column {error.colno})"
        raise IngestError(f"not JSON: {error.msg.lower()}{where}") from error
    except RecursionError as error:
        raise IngestError("nested too deeply") from error
    except ValueError as error:
        raise IngestError(str(error)) from error


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the field "{twice}" is given twice')
    return found


def _float(digits: str) -> float:
    if math.isfinite(number := float(digits)):
        return number
    raise ValueError(f"the number {digits[:20]} is too large")


def _int(digits: str) -> int:
    if len(digits) <= 300:
        return int(digits)
    raise ValueError(f"the number {digits[:20]}… is too large")


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_int=_int, parse_constant=_constant)
