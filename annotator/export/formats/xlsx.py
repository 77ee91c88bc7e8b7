"""Excel: a workbook with a sheet each for statements, paragraphs, articles, coders and the codebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-not-found,import-untyped,unused-ignore] # an extra

from annotator.export import flat_rows as flat
from annotator.export.folder import Folder
from annotator.records import Source
from annotator.text.table_cells import shown

_MAX_TEXT, _MAX_ROWS = 32_767, 1_048_576
"""What Excel holds: UTF-16 units in a cell, rows in a sheet."""
_MAX_NUMBER = 1 << 53
_DAYS, _TIMES = frozenset({"date", "article_date"}), frozenset({"created_at", "updated_at", "added_at"})
_WIDE = frozenset({"text", "evidence", "note", "title", "article_title", "definition", "use", "avoid"})


def write(source: Source, folder: Folder, *, metadata: bool = False) -> None:
    """Write annotator.xlsx."""
    path = folder.reserve("annotator.xlsx")
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        # The time of making would change the bytes.
        book.set_properties({"created": _moment(source.in_force.added_at), "title": source.codebook.name})
        n = _fill(book, source, metadata=metadata)
    folder.staged("annotator.xlsx", n.rows)
    if n.cut:
        folder.lose(f"texts beyond {_MAX_TEXT:,} characters, which end in … (Excel holds no more), {n.cut} in all")
    if n.undated:
        folder.lose(f"dates that are not ISO dates as dates, {n.undated} in all: they stand as text")
    folder.lose("the articles' texts as one (jsonl has them); the sheet paragraphs has the text paragraph by paragraph")
    folder.lose("time zones: all times are UTC")
    folder.lose("the words chosen for a speaker, label origins, the registry and the history of the codebook (jsonl)")
    folder.write_manifest("xlsx.manifest.json", "xlsx", source)


class _Exact(float):
    """A number that is written with all its digits; XlsxWriter formats numbers with 16, and a double may have 17."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


class _Count:
    """What was written: rows of statements, texts that were cut, dates that stayed text."""

    rows = cut = undated = 0


def _fill(book: Any, source: Source, *, metadata: bool) -> _Count:
    rows, count = flat.TableRows(source, metadata=metadata), _Count()
    statements = _Sheet(book, "statements", rows.statement_columns, count)
    paragraphs = _Sheet(book, "paragraphs", rows.paragraph_columns, count)
    articles = _Sheet(book, "articles", rows.article_columns, count)
    for article in source.articles():
        paragraphs.write(rows.paragraphs(article))
        count.rows += statements.write(rows.statements(article))
        articles.write([rows.article(article)])
    _Sheet(book, "coders", flat.CODER, count).write(flat.coder_rows(source))
    _Sheet(book, "codebook", flat.CODEBOOK, count).write(flat.codebook_rows(source))
    return count


class _Sheet:
    """A sheet that is written row by row; when it is full, the next one goes on."""

    def __init__(self, book: Any, name: str, columns: Sequence[str], count: _Count) -> None:
        self._book = book
        self._name = name
        self._columns = columns
        self._count = count
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._bold = book.add_format({"bold": True})
        self._n_sheets = 0
        self._begin()

    def _begin(self) -> None:
        self._n_sheets += 1
        name = self._name if self._n_sheets == 1 else f"{self._name} {self._n_sheets}"
        self._sheet = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        for i, column in enumerate(self._columns):
            self._sheet.set_column(i, i, 60 if column in _WIDE else 16)
        for i, column in enumerate(self._columns):
            self._sheet.write_string(0, i, column, self._bold)
        self._row = 1

    def write(self, rows: Iterable[Sequence[Any]]) -> int:
        """Write rows; return their number."""
        n = 0
        for row in rows:
            if self._row == _MAX_ROWS:
                self._begin()
            for i, (column, value) in enumerate(zip(self._columns, row, strict=True)):
                self._cell(i, column, value)
            self._row += 1
            n += 1
        return n

    def _cell(self, i: int, column: str, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, i, value)
        elif isinstance(value, float) or (isinstance(value, int) and abs(value) <= _MAX_NUMBER):
            self._sheet.write_number(self._row, i, _Exact(value))
        elif column in _TIMES:
            self._sheet.write_datetime(self._row, i, _moment(value), self._time)
        elif column in _DAYS and (day := _day(value)) is not None:
            self._sheet.write_datetime(self._row, i, day, self._day)
        else:
            self._count.undated += column in _DAYS
            self._sheet.write_string(self._row, i, self._fitting(shown(value)))

    def _fitting(self, text: str) -> str:
        if len(text.encode("utf-16-le")) // 2 <= _MAX_TEXT:
            return text
        self._count.cut += 1
        return text.encode("utf-16-le")[: 2 * (_MAX_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def _moment(text: str) -> datetime:
    """A time in UTC to the second, without its zone, which Excel does not know."""
    return datetime.fromisoformat(text).replace(tzinfo=None, microsecond=0)


def _day(text: Any) -> date | None:
    try:
        day = date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
    # Excel counts days from 1900.
    return day if len(str(text)) == 10 and day.year >= 1900 else None
