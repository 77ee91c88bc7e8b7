"""Unit × coder matrices: what agreement is computed from, for ReCal, R `irr` and `irrCAC`, and SPSS KALPHA."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from annotator.export.folder import Folder
from annotator.export.foreign_names import file_name
from annotator.export.formats.csv_tables import CELLS, Table
from annotator.records import Source

RECAL_MISSING = "#"
"""What ReCal OIR takes for a missing value."""


class Matrix(NamedTuple):
    """One variable's reliability data.

    Attributes:
        name: What the files are called: statements-stance, paragraphs-claim, …
        level: nominal, ordinal, interval, ratio or set.
        categories: The values in the order of their codes, as text.
        units: The units' names, of shape (n_units,).
        coders: The coders' names, of shape (n_coders,).
        cells: Unit, coder and category, as indexes, of every label that counts; units ascend.
        alpha: Krippendorff's α as `annotator agreement` prints it; None where it is undefined.
    """

    name: str
    level: str
    categories: Sequence[str]
    units: Sequence[str]
    coders: Sequence[str]
    cells: Sequence[tuple[int, int, int]]
    alpha: float | None


def write(source: Source, folder: Folder, matrices: Iterable[Matrix]) -> None:
    """Write for each variable a matrix of category names, one of numbers for ReCal and one for SPSS.

    Codes are numbers from 1 in the order of the codebook, or the numbers themselves where the variable is a number.
    """
    described, empty = {}, []
    for matrix in matrices:
        if matrix.units:
            described[matrix.name] = _write(folder, matrix)
        else:
            empty.append(matrix.name)
    if empty:
        folder.lose(f"what no two coders are done with, of which there is no matrix: {', '.join(empty)}")
    others = [coder.name for coder in source.coders if coder.kind != "human" or coder.recheck_of is not None]
    if others and not source.selection.coders:
        folder.lose(f"models, suggestions and second codings unless --coder names them: {', '.join(others)}")
    folder.lose("statements that only one coder has, and decisions of paragraphs that are not done")
    folder.lose("which of a coder's labels were defaults: they are left out, since they are not decisions")
    folder.write_manifest("matrix.manifest.json", "matrix", source, cells=CELLS, matrices=described)


def _write(folder: Folder, matrix: Matrix) -> dict[str, Any]:
    """Write the three files of a matrix; what they are, as the manifest says it."""
    name = f"matrix/{file_name(matrix.name.replace(' ', '-'))}"
    coders = _names(matrix.coders)
    with folder.open(f"{name}.csv") as stream:
        Table(stream, ["unit", *matrix.coders]).write(_rows(matrix))
    codes = codes_of(matrix)
    for kind, missing, head in (("recal", RECAL_MISSING, None), ("spss", "", coders)):
        lines = (",".join(cells[1:]) for cells in _filled(matrix, codes, missing))
        folder.write_lines(f"{name}.{kind}.csv", chain([",".join(head)] if head else (), lines))
    return {
        "level": matrix.level,
        "codes": dict(zip(codes, matrix.categories, strict=True)),
        "coders": dict(zip(coders, matrix.coders, strict=True)),
        "n_units": len(matrix.units),
        "krippendorff_alpha": matrix.alpha,
    }


def codes_of(matrix: Matrix) -> list[str]:
    """The number that stands for each category."""
    if matrix.level in ("interval", "ratio"):
        return list(matrix.categories)
    return [str(i) for i in range(1, len(matrix.categories) + 1)]


def _filled(matrix: Matrix, values: Sequence[str], missing: str) -> Iterator[list[str]]:
    """A row a unit: its name, then each coder's value."""
    n_coders = len(matrix.coders)
    row, now = [missing] * n_coders, 0
    for unit, coder, category in matrix.cells:
        while now < unit:
            yield [matrix.units[now], *row]
            row, now = [missing] * n_coders, now + 1
        row[coder] = values[category]
    for name in matrix.units[now:]:
        yield [name, *row]
        row = [missing] * n_coders


def _rows(matrix: Matrix) -> Iterator[list[str | None]]:
    for unit, *values in _filled(matrix, matrix.categories, ""):
        yield [unit, *(value or None for value in values)]


def _names(coders: Sequence[str]) -> list[str]:
    """Names of variables as SPSS takes them: a letter first, then letters, digits and _."""
    names: list[str] = []
    for coder in coders:
        name = re.sub(r"[^A-Za-z0-9_]", "_", coder)
        name = name if name[:1].isalpha() else f"c_{name}"
        while name.casefold() in {other.casefold() for other in names}:
            name += "_"
        names.append(name)
    return names
