"""Parquet files of the labels that agreement counts, one a variable and coder, for `annotator agreement --from`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa  # type: ignore[import-not-found,import-untyped,unused-ignore] # an extra

from annotator.export.folder import Folder
from annotator.export.foreign_names import file_name
from annotator.export.formats.matrix import Matrix
from annotator.export.formats.parquet_file import Table
from annotator.text.shell_word import shell_word

_COLUMNS = ("unit", "coder", "label", "article")
_NUMBERS = ("interval", "ratio")
_DECLARED = ("nominal", "ordinal")
"""Levels whose categories `--categories` takes."""
_MOST_CLUSTERED = 10
"""Coders of which a query engine still counts whole units, as clusters need."""


def write_partitions(folder: Folder, matrices: Iterable[Matrix]) -> dict[str, Any]:
    """Write `labels/VARIABLE/CODER.parquet` for every variable that two coders have in common.

    Returns:
        What each folder holds, and the command that measures its agreement, for the manifest.
    """
    described, empty = {}, []
    for matrix in matrices:
        if matrix.units and len(matrix.coders) > 1:
            described[matrix.name] = _write(folder, matrix)
        else:
            empty.append(matrix.name)
    if empty:
        folder.lose(f"what no two coders are done with, of which there is no folder in labels: {', '.join(empty)}")
    return described


def _write(folder: Folder, matrix: Matrix) -> dict[str, Any]:
    name = f"labels/{file_name(matrix.name.replace(' ', '-'))}"
    label = pa.float64() if matrix.level in _NUMBERS else pa.string()
    for coder in range(len(matrix.coders)):
        file = f"{name}/{file_name(matrix.coders[coder])}.parquet"
        with Table(folder, file, _COLUMNS, {"label": label}, {"variable": matrix.name}) as table:
            table.write(_rows(matrix, coder))
    return {
        "folder": name,
        "level": matrix.level,
        "categories": list(matrix.categories),
        "n_units": len(matrix.units),
        "krippendorff_alpha": matrix.alpha,
        "command": _command(name, matrix),
    }


def _rows(matrix: Matrix, coder: int) -> Iterator[tuple[str, str, str | float, str]]:
    """One coder's labels; a unit's name begins with the id of its article."""
    is_number = matrix.level in _NUMBERS
    for unit, who, category in matrix.cells:
        if who == coder:
            label = matrix.categories[category]
            name = matrix.units[unit]
            yield name, matrix.coders[coder], float(label) if is_number else label, name.partition(":")[0]


def _command(name: str, matrix: Matrix) -> str:
    """The command line that measures the agreement of these files; run it where the export lies."""
    words = ["annotator", "agreement", "--from", f"'{name}/*.parquet'", "--level", matrix.level]
    if len(matrix.coders) <= _MOST_CLUSTERED:
        words += ["--cluster", "article"]
    if matrix.level in _DECLARED:
        words += ["--categories", shell_word(",".join(matrix.categories))]
    return " ".join(words)
