"""Parquet: tidy tables with categories as dictionaries and the codebook in the files' metadata."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-not-found,import-untyped,unused-ignore] # an extra
import pyarrow.parquet as pq  # type: ignore[import-not-found,import-untyped,unused-ignore]

from annotator.codebook.model import Variable
from annotator.export import flat_rows as flat
from annotator.export.folder import Folder
from annotator.jsonl_lines import PARENT
from annotator.records import Source

BATCH = 10_000
_VALUE, _PARENT = flat.LABEL.index("value"), flat.LABEL.index("parent")
_TIMES = ("created_at", "updated_at", "due_at")
_ARTICLE_TYPES: dict[str, pa.DataType] = {
    "added_at": pa.timestamp("us", tz="UTC"),
    "characters": pa.int64(),
    "paragraphs": pa.int64(),
}
_INTEGERS = (
    "paragraph",
    "paragraph_start",
    "paragraph_end",
    "evidence_start",
    "evidence_end",
    "start",
    "end",
    "position",
)


def write(source: Source, folder: Folder, *, metadata: bool = False) -> None:
    """Write statements, paragraphs, labels and articles; with assignments, assignments.parquet too."""
    types = _types(source)
    rows = flat.TableRows(source, metadata=metadata, cell=_as_cell)
    about = {
        "codebook": source.codebook.model_dump_json(),
        "codebook_version": source.codebook.version,
        "variables": json.dumps({v.name: {"level": v.level, "scope": v.scope} for v in source.codebook.variables}),
    }
    with (
        Table(folder, "statements.parquet", rows.statement_columns, types, about) as statements,
        Table(folder, "paragraphs.parquet", rows.paragraph_columns, types, about) as paragraphs,
        Table(folder, "labels.parquet", rows.label_columns, types, about) as labels,
        Table(folder, "articles.parquet", rows.article_columns, _ARTICLE_TYPES, about) as articles,
    ):
        for article in source.articles():
            paragraphs.write(rows.paragraphs(article))
            statements.write(rows.statements(article))
            for row in rows.labels(article):
                row[_VALUE], row[_PARENT] = _as_text(row[_VALUE]), _as_cell(row[_PARENT])
                labels.write([row])
            articles.write([_as_cells(rows.article_columns, rows.article(article))])
    assignments = source.assignments()
    for first in assignments:
        with Table(folder, "assignments.parquet", flat.ASSIGNMENT, types, about) as table:
            table.write(chain([first], assignments))
    folder.lose("the articles' texts as one (jsonl has them); paragraphs.parquet has the text by paragraph")
    folder.lose("the words chosen for a speaker, the registry and the history of the codebook (jsonl)")
    folder.lose("the type of values in labels.parquet, where all are text and sets are JSON lists")
    folder.write_manifest("parquet.manifest.json", "parquet", source)


class Table:
    """A Parquet file written batch by batch."""

    def __init__(
        self, folder: Folder, name: str, columns: Sequence[str], types: dict[str, pa.DataType], metadata: dict[str, str]
    ) -> None:
        self._folder = folder
        self._name = name
        self._schema = pa.schema([(c, types.get(c, pa.string())) for c in columns], metadata=metadata)
        self._rows: list[Sequence[Any]] = []
        self._n = 0
        self._path: Path | None = None
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Table:
        self._path = self._folder.reserve(self._name)
        self._writer = pq.ParquetWriter(self._path, self._schema, compression="zstd")
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        assert self._writer is not None  # noqa: S101 (opened in __enter__)
        if kind is None:
            self._flush()
        self._writer.close()
        if kind is None:
            self._folder.staged(self._name, self._n)

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows, as soon as there are enough for a batch."""
        rows = iter(rows)
        while more := list(islice(rows, BATCH - len(self._rows))):
            self._rows.extend(more)
            if len(self._rows) == BATCH:
                self._flush()

    def _flush(self) -> None:
        assert self._writer is not None  # noqa: S101 (opened in __enter__)
        if not self._rows:
            return
        columns = zip(*self._rows, strict=True)
        arrays = [_array(list(values), field) for values, field in zip(columns, self._schema, strict=True)]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        self._n += len(self._rows)
        self._rows = []


def _array(values: list[Any], field: pa.Field) -> pa.Array:
    if pa.types.is_timestamp(field.type):
        values = [None if value is None else datetime.fromisoformat(value) for value in values]
    return pa.array(values, type=field.type)


def _types(source: Source) -> dict[str, pa.DataType]:
    """The type of every column that is not plain text."""
    types: dict[str, pa.DataType] = {
        "speakers": pa.list_(pa.string()),
        "flag": pa.bool_(),
        "seconds": pa.float64(),
        "role": _dictionary(),
        "state": _dictionary(),
        "coder": _dictionary(),
        "variable": _dictionary(),
        "unit": _dictionary(),
        "origin": _dictionary(),
        **dict.fromkeys(_TIMES, pa.timestamp("us", tz="UTC")),
        **dict.fromkeys(_INTEGERS, pa.int64()),
        "phase": _dictionary(),
        "batch": _dictionary(),
        "in_overlap": pa.bool_(),
        "probability": pa.float64(),
    }
    for variable in source.codebook.variables:
        types[variable.name] = _type(variable)
        types.setdefault(f"{variable.name}{PARENT}", _type(variable))
    return types


def _dictionary() -> pa.DataType:
    return pa.dictionary(pa.int32(), pa.string())


def _type(variable: Variable) -> pa.DataType:
    if variable.level == "set" or (variable.level == "entity" and variable.multiple):
        return pa.list_(pa.string())
    if variable.is_numeric:
        return pa.float64()
    return pa.string() if variable.level in ("text", "entity") else _dictionary()


def _as_cell(value: Any) -> str | None:
    """A value of the metadata, which is text in every row."""
    return None if value is None else _as_text(value)


def _as_cells(columns: Sequence[str], row: Sequence[Any]) -> list[Any]:
    return [value if name in _ARTICLE_TYPES else _as_cell(value) for name, value in zip(columns, row, strict=True)]


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
