"""Which files hold a corpus of labels, and whether a query engine is to read them."""

from __future__ import annotations

import csv
import glob
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from annotator.reports.label_files.delimited import SEPARATORS, BadFileError
from annotator.reports.label_files.label_file import COLUMNS, Options
from annotator.text.terminal_text import one_line

KINDS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".pq": "parquet"}
"""What an engine reads, by the ending of the name."""
LARGE = 100_000_000
"""Bytes from which a file goes the way of the engine; Parquet packs ten times as tightly."""
_LONGEST_HEADER = 1_000_000


@dataclass(frozen=True)
class Files:
    """Files of one kind with the same columns."""

    paths: tuple[str, ...]
    kind: str
    """csv or parquet."""
    columns: tuple[str, ...] = ()
    """The names of the columns of CSV files, casefolded, each a different one."""
    separator: str = ","
    """Between the cells of a CSV file."""


def is_corpus(source: str, options: Options) -> bool:
    """Whether a query engine reads this without being asked to: a pattern of names, or one large file of rows.

    A large file is read into memory where the packages of the engine are not installed.
    """
    path = Path(source)
    if not path.exists():
        return glob.has_magic(source)
    kind = KINDS.get(path.suffix.lower())
    only_in_memory = options.wide or options.model or options.encoding or options.skip_bad
    if kind is None or only_in_memory or not path.is_file():
        return False
    if path.stat().st_size < (LARGE if kind == "csv" else LARGE // 10):
        return False
    if find_spec("ibis") is None or find_spec("duckdb") is None:
        return False
    return kind == "parquet" or set(COLUMNS) <= set(_columns(_first_line(source))[0])


def find_files(source: str) -> Files:
    """The files that a name or a pattern such as labels/*.parquet stands for.

    Raises:
        BadFileError: There are none, they are of different kinds, or their columns differ.
    """
    shown = one_line(source)
    paths = [source] if Path(source).exists() else sorted(glob.glob(source, recursive=True))  # noqa: PTH207 - recursive patterns from any root
    paths = [path for path in paths if Path(path).is_file()]
    if not paths:
        hint = f"; a folder is read as '{shown.rstrip('/')}/**/*.parquet'" if Path(source).is_dir() else ""
        raise BadFileError(f"{shown}: file not found{hint}")
    kinds = {KINDS.get(Path(path).suffix.lower()) for path in paths}
    if len(kinds) > 1:
        raise BadFileError(f"{shown}: the files are of different types; give those of one type")
    (kind,) = kinds
    if kind is None:
        raise BadFileError(f"{shown}: a query engine reads CSV and Parquet; the ending of the name says which")
    if kind == "parquet":
        return Files(tuple(paths), kind)
    headers = {path: _columns(_first_line(path)) for path in paths}
    first = headers[paths[0]]
    for path, header in headers.items():
        if header != first:
            raise BadFileError(f"{one_line(path)} has other columns than {one_line(paths[0])}")
    twice = {name for name in first[0] if name and first[0].count(name) > 1}
    if twice:
        raise BadFileError(f"{one_line(paths[0])} has the column {one_line(min(twice))} twice")
    return Files(tuple(paths), kind, tuple(name or f"nameless {i}" for i, name in enumerate(first[0], 1)), first[1])


def _columns(line: str) -> tuple[tuple[str, ...], str]:
    """The names of the columns, casefolded, and what separates them."""
    separator = max(SEPARATORS, key=line.count)
    cells = next(csv.reader([line], delimiter=separator), [])
    return tuple(cell.strip().casefold() for cell in cells), separator


def _first_line(path: str) -> str:
    """The first line of a UTF-8 file.

    Raises:
        BadFileError: It is empty, unreadable or not UTF-8.
    """
    try:
        with Path(path).open("rb") as file:
            raw = file.readline(_LONGEST_HEADER)
        line = raw.decode("utf-8-sig").strip("\r\n")
    except OSError as error:
        raise BadFileError(f"{one_line(path)} cannot be read: {(error.strerror or 'refused').lower()}") from error
    except UnicodeDecodeError as error:
        raise BadFileError(f"{one_line(path)} is not encoded in UTF-8, which a query engine needs") from error
    if not line.strip():
        raise BadFileError(f"{one_line(path)} does not begin with the names of its columns")
    return line
