"""Parquet: tidy tables with categories as dictionaries and the codebook in the files' metadata."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import pyarrow as pa  # type: ignore[import-not-found,import-untyped,unused-ignore] # an extra

from annotator.codebook.model import Variable
from annotator.export import flat_rows as flat
from annotator.export.folder import Folder
from annotator.export.formats.label_partitions import write_partitions
from annotator.export.formats.matrix import Matrix
from annotator.export.formats.parquet_file import Table
from annotator.jsonl_lines import PARENT
from annotator.records import Source

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


def write(source: Source, folder: Folder, *, metadata: bool = False, matrices: Iterable[Matrix] | None = None) -> None:
    """Write statements, paragraphs, labels, articles and coders; with assignments, assignments.parquet too.

    Args:
        source: The project.
        folder: Where to.
        metadata: Whether every row has what is known about its article.
        matrices: The labels that agreement counts, for files by variable and coder; None without them.
    """
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
    with Table(folder, "coders.parquet", flat.CODER, {}, about) as coders:
        coders.write(
            [name, kind, of, _as_cell(version), _as_cell(day)]
            for name, kind, of, version, day in flat.coder_rows(source)
        )
    assignments = source.assignments()
    for first in assignments:
        with Table(folder, "assignments.parquet", flat.ASSIGNMENT, types, about) as table:
            table.write(chain([first], assignments))
    folder.lose("the articles' texts as one (jsonl has them); paragraphs.parquet has the text by paragraph")
    folder.lose("the words chosen for a speaker, the registry and the history of the codebook (jsonl)")
    folder.lose("the type of values in labels.parquet, where all are text and sets are JSON lists")
    if matrices is None:
        folder.lose("labels by coder for `annotator agreement --from`, which only coders' own labels have")
    described = write_partitions(folder, matrices or ())
    folder.write_manifest("parquet.manifest.json", "parquet", source, labels=described)


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
