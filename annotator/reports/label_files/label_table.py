"""A file of labels as cells, whatever its type: text, a workbook, Parquet, JSON or JSON Lines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from annotator.errors import IngestError
from annotator.importing.typed_cells import row_names
from annotator.ingest.article import Options
from annotator.ingest.input import Input
from annotator.ingest.reader_table import TABLES, kind_of, read_tables
from annotator.reports.label_files.delimited import BadFileError, Delimited, Record, read_delimited
from annotator.text.terminal_text import one_line


def read_table(raw: bytes, name: str, wanted: tuple[str, ...], encoding: str | None = None) -> Delimited:
    """The cells of a file of labels.

    Args:
        raw: The file.
        name: Its name, which may tell its type.
        wanted: The columns by which the sheet of a workbook is chosen.
        encoding: The encoding of a text file, where it is known.

    Raises:
        BadFileError: The file holds no table.
    """
    source = Input(name, len(raw), lambda: BytesIO(raw))
    try:
        kind = kind_of(source, Options())
        if kind not in TABLES or kind == "csv":
            return read_delimited(raw, name, encoding)
        sheets = [(table.name, list(table.rows), table.remarks) for table in read_tables(source, kind)]
    except IngestError as error:
        raise BadFileError(f"{one_line(name)}: {one_line(str(error))}") from error
    filled = [sheet for sheet in sheets if sheet[1]]
    if not filled:
        raise BadFileError(f"{name} holds no rows")
    fitting = [sheet for sheet in filled if set(wanted) <= {key.casefold() for key in sheet[1][0][1]}]
    title, rows, remarks = (fitting or filled)[0]
    table = Delimited(",", _records(rows), remarks=[f"The file was {remark}." for remark in remarks])
    if len(filled) > 1:
        table.remarks.append(f"Only the sheet {one_line(title or '')} is read.")
    return table


def _records(rows: list[tuple[str, Mapping[str, Any]]]) -> list[Record]:
    """The rows below one with the names of the columns; names of rows are left out."""
    left_out = row_names(rows[0][1])
    columns = list(dict.fromkeys(key for _, row in rows for key in row if key not in left_out))
    first = Record(1, columns)
    return [first, *(Record(_line(where), [cell_text(row.get(key)) for key in columns]) for where, row in rows)]


def _line(where: str) -> int:
    found = re.search(r"\d+", where)
    return int(found[0]) if found else 0


def cell_text(value: Any) -> str:
    """A value as CSV has it: nothing as an empty cell, a whole number without a fraction, a list as JSON."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
