"""Soft labels: per unit and variable the distribution over categories, and each coder's value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from annotator.export.folder import Folder
from annotator.export.formats.csv_tables import CELLS, Table
from annotator.export.jsonl_text import encode
from annotator.records import Source

COLUMNS = (
    "unit_id",
    "unit",
    "article_id",
    "article",
    "paragraph",
    "evidence_start",
    "evidence_end",
    "variable",
    "category",
    "share",
    "n_coders",
    "coders",
)
"""The columns of soft.csv: a row a unit, variable and category that a coder chose."""


def write(source: Source, folder: Folder, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write soft.jsonl and soft.csv.

    Args:
        source: The project.
        folder: Where to.
        rows: The rows of soft.jsonl, see `SoftLine`.
    """
    with folder.open("soft.jsonl") as lines, folder.open("soft.csv") as stream:
        table = Table(stream, COLUMNS)
        for row in rows:
            lines.write_rows([encode(row)])
            table.write(_cells(row))
    folder.lose("defaults, which are not decisions, and labels of paragraphs that a coder is not done with")
    folder.lose("free text, notes and flags (jsonl)")
    folder.lose("training, unless --phase names it, and what coders with an assignment coded outside of it")
    if not source.selection.coders:
        folder.lose("models, suggestions and second codings, unless --coder names them")
    folder.write_manifest("soft.manifest.json", "soft", source, cells=CELLS)


def _cells(row: Mapping[str, Any]) -> Iterable[list[Any]]:
    place = [row[name] for name in COLUMNS[: COLUMNS.index("category")]]
    for category, share in row["distribution"].items():
        if share:
            coders = [coder for coder, value in row["labels"].items() if _has(value, category)]
            yield [*place, category, share, row["n_coders"], coders]


def _has(value: Any, category: str) -> bool:
    if isinstance(value, list):
        return category in value
    return category == (f"{value:g}" if isinstance(value, float) else str(value))
