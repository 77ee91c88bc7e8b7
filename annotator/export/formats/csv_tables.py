"""CSV: tidy tables of statements, paragraphs and labels, safe in a spreadsheet and exact when read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from annotator.export import flat_rows as flat
from annotator.export.counted_stream import Stream
from annotator.export.folder import Folder
from annotator.records import Source
from annotator.text.table_cells import cell

CELLS = (
    "an empty cell means that there is no value; a text that a spreadsheet would take for a formula has an apostrophe"
    " in front (take exactly one away); several values in a cell are separated by |"
    " with \\| and \\\\ for those signs themselves, and {} is a set of which nothing was chosen"
)
"""What the cells mean, for the manifest."""


_SPEAKERS = flat.BEFORE.index("speakers")


def write(source: Source, folder: Folder, *, metadata: bool = False) -> None:
    """Write statements.csv, paragraphs.csv, labels.csv (unit × coder × variable), articles.csv and categories.csv.

    coders.csv says who is a model. With assignments, assignments.csv says who had which paragraphs to code.
    """
    write_tables(source, folder, metadata=metadata)
    folder.lose("the articles' texts as one (jsonl has them); paragraphs.csv has the text paragraph by paragraph")
    folder.lose("the words chosen for a speaker, the registry and the history of the codebook (jsonl)")
    folder.write_manifest("csv.manifest.json", "csv", source, cells=CELLS, encoding="UTF-8 without BOM, LF, RFC 4180")


def write_tables(source: Source, folder: Folder, *, metadata: bool = False) -> None:
    """Write the tables alone; with `metadata` each has the article's title, source, date, URL and metadata too."""
    rows = flat.TableRows(source, metadata=metadata)
    with folder.open_all(["statements.csv", "paragraphs.csv", "labels.csv", "articles.csv"]) as streams:
        columns = (rows.statement_columns, rows.paragraph_columns, rows.label_columns, rows.article_columns)
        statements, paragraphs, labels, articles = map(Table, streams, columns)
        for article in source.articles():
            paragraphs.write(rows.paragraphs(article))
            # Nobody is an empty cell; only an empty set of categories must differ from none that was chosen.
            found = rows.statements(article)
            statements.write([*row[:_SPEAKERS], row[_SPEAKERS] or None, *row[_SPEAKERS + 1 :]] for row in found)
            labels.write(rows.labels(article))
            articles.write([rows.article(article)])
    with folder.open("coders.csv") as stream:
        Table(stream, flat.CODER).write(flat.coder_rows(source))
    with folder.open("categories.csv") as stream:
        Table(stream, flat.CATEGORY).write(flat.category_rows(source))
    assignments = source.assignments()
    for first in assignments:
        with folder.open("assignments.csv") as stream:
            Table(stream, flat.ASSIGNMENT).write(chain([first], assignments))


class Table:
    """A stream of CSV rows: text is quoted, numbers are not, so that no delimiter can break a cell."""

    def __init__(self, stream: Stream, columns: Sequence[str]) -> None:
        self._stream = stream
        self._buffer = io.StringIO(newline="")
        self._writer = csv.writer(self._buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="")
        stream.write(f"{self._line(columns)}\n")

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows."""
        for row in rows:
            self._stream.row(self._line([cell(value) for value in row]))

    def _line(self, cells: Sequence[Any]) -> str:
        self._buffer.seek(0)
        self._buffer.truncate()
        self._writer.writerow(cells)
        return self._buffer.getvalue()
