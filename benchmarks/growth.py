"""How cost grows with the work: every command and screen on projects of ten times the size.

    uv run python -m benchmarks.growth                         10^3 and 10^4 statements, some minutes
    uv run python -m benchmarks.growth --sizes 10000 100000    half an hour
    uv run python -m benchmarks.growth --only draw pack        these rows only
    uv run python -m benchmarks.growth --folder DIR            keep the projects in DIR, or use those there
    uv run python -m benchmarks.growth --check                 end with 1 if a row grows too fast, as in CI

The projects come in through `annotator add` and `annotator import` (`benchmarks/grown.py`): three coders who agree in
80 % of their labels, 400 speakers, ten statements an article of 20 paragraphs. Figures are processor seconds of all
processes, and the peak memory of the largest one. The same on a project of three articles is the constant part, which
is subtracted before the factor is taken. A command may grow like n log n. A single key, verdict or undo may not grow:
doing all of them would cost more than n log n.
"""

from __future__ import annotations

import argparse
import itertools
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.costs import Cost
from benchmarks.grown import Grown, grown
from benchmarks.growth_rows import ROWS, Row

SMALLEST = 30
"""Statements of the project whose cost is the constant part."""


class Figures(NamedTuple):
    """A row of the table: its cost in the smallest project and in the others."""

    row: Row
    constant: Cost
    costs: Sequence[Cost]

    @property
    def factors(self) -> list[float]:
        """How much more each size costs than the one before it, without the constant part."""
        own = [max(one.seconds - self.constant.seconds, self.row.noise) for one in self.costs]
        return [after / before for before, after in itertools.pairwise(own)]


def allowed(row: Row, before: int, after: int) -> float:
    """The factor that a row may have from one size to the next."""
    if row.is_single:
        return 2.0
    return after * math.log(after) / (before * math.log(before))


def measure(row: Row, projects: Sequence[Grown]) -> Figures:
    """What a row costs in each project, the smallest first."""
    constant, *costs = [row.measure(project) for project in projects]
    return Figures(row, constant, costs)


def lesser(one: Figures, other: Figures) -> Figures:
    """The lesser of two figures each: other programs on the machine can only add to them."""
    return Figures(one.row, min(one.constant, other.constant), [*map(min, one.costs, other.costs)])


def too_fast(found: Figures, sizes: Sequence[int]) -> bool:
    """Whether a row grows faster than it may."""
    limits = [allowed(found.row, *pair) for pair in itertools.pairwise(sizes)]
    return any(factor > limit for factor, limit in zip(found.factors, limits, strict=True))


def line(found: Figures, sizes: Sequence[int]) -> str:
    """A row of the printed table."""
    unit = found.row.unit
    shown = [
        f"{one.seconds * (1000 if unit == 'ms' else 1):.{0 if unit == 'SQL' else 2}f}"
        for one in (found.constant, *found.costs)
    ]
    memory = found.costs[-1].megabytes
    mark = "  GROWS TOO FAST" if too_fast(found, sizes) else ""
    return " | ".join(
        [
            f"| {found.row.title}, {unit}",
            *shown,
            " ".join(f"{factor:.1f}" for factor in found.factors),
            f"{memory:.0f} |{mark}" if memory else f"– |{mark}",
        ]
    )


def table(folder: Path, sizes: Sequence[int], rows: Sequence[Row]) -> list[str]:
    """Measure and print every row; return the titles of those that grow too fast."""
    projects = [grown(folder, n) for n in (SMALLEST, *sizes)]
    print("| " + " | ".join(["what", "nothing", *(f"{n:,}" for n in sizes), "factor", "MB |"]))
    print("|---" * (len(sizes) + 4) + "|", flush=True)
    failed = []
    for row in rows:
        found = measure(row, projects)
        if too_fast(found, sizes):
            found = lesser(found, measure(row, projects))
        print(line(found, sizes), flush=True)
        if too_fast(found, sizes):
            failed.append(row.title)
    return failed


def main() -> None:
    """Measure, print, and end with 1 if a row grows too fast and --check is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000], help="statements, in rising order")
    parser.add_argument("--only", nargs="+", default=[""], help="words in the titles of the rows")
    parser.add_argument("--folder", type=Path, help="where the projects are kept")
    parser.add_argument("--check", action="store_true", help="end with 1 if a row grows too fast")
    chosen = parser.parse_args()
    rows = [row for row in ROWS if any(word in row.title for word in chosen.only)]
    with tempfile.TemporaryDirectory() as name:
        failed = table(chosen.folder or Path(name), chosen.sizes, rows)
    if failed:
        print(f"These grow faster than they may: {'; '.join(failed)}")
    if failed and chosen.check:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
