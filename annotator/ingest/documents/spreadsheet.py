"""Spreadsheets (.xlsx, .xls, .ods), with python-calamine: a row an article."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from pydantic import JsonValue

from annotator.errors import IngestError
from annotator.ingest.article import Options
from annotator.ingest.documents.packages import check_archive, need, parsing
from annotator.ingest.file_type import OtherTypeError
from annotator.ingest.input import Input
from annotator.ingest.readers import table_record as records
from annotator.ingest.readers.plain_text import all_bytes
from annotator.ingest.readers.table_record import Entry
from annotator.ingest.record_source import Record, Rows

_EXACT = 1 << 53
"""Whole numbers below it are exact in a cell."""
_OLD_WORD = "WordDocument".encode("utf-16-le")


def entries(source: Input, options: Options) -> Iterator[Entry]:
    """The articles of the first sheet that has rows, one row at a time; its first row names the columns."""
    first, *others = tables(source, options)
    remarks = [f'only the sheet "{first.name}" is read'] if others else []
    yield from records.entries(first.rows, source, options, remarks)


def tables(source: Input, options: Options) -> Iterator[Rows]:  # noqa: ARG001 (as every reader of tables)
    """The sheets that have rows below a row with the names of the columns."""
    calamine = need("python_calamine", "python-calamine", "spreadsheets")
    data = all_bytes(source)
    _check_kind(data)
    with parsing("spreadsheet"):
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    filled = [(name, rows) for name, rows in sheets if sum(any(map(_is_filled, row)) for row in rows) > 1]
    if not filled:
        raise IngestError("contains no record")
    yield from (Rows(_rows(rows), (), name) for name, rows in filled)


def _check_kind(data: bytes) -> None:
    """Refuse what only bears the name of a spreadsheet.

    Raises:
        OtherTypeError: It is a page, as some databases deliver for Excel.
        IngestError: It is an old Word document.
    """
    if data.startswith(b"PK"):
        check_archive(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0") and _OLD_WORD in data:
        raise IngestError("is an old Word document: save it as .docx")
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise OtherTypeError("html", "is an HTML page")


def _is_filled(cell: object) -> bool:
    return cell is not None and cell != ""


def _rows(rows: list[list[Any]]) -> Iterator[tuple[str, Record]]:
    header: list[str] | None = None
    for number, row in enumerate(rows, 1):
        if not any(map(_is_filled, row)):
            continue
        if header is None:
            header = [str(_plain(cell) or "").strip() for cell in row]
            if twice := sorted({name for name in header if name and header.count(name) > 1}):
                raise IngestError(f'there are two columns "{twice[0]}"; rename one')
            continue
        yield f"row {number}", {name: _plain(cell) for name, cell in zip(header, row, strict=False) if name}


def _plain(cell: object) -> JsonValue:
    """A cell as JSON has it: dates as ISO 8601, whole numbers without a fraction, an empty cell as nothing."""
    if not _is_filled(cell):
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return int(cell)
    if isinstance(cell, str | bool | int | float):
        return cell
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | datetime | time) else str(cell)
