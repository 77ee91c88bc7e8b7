"""What a report is made of, whatever its form: headings, prose, lists, tables, charts, bars, confusion matrices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A title; level 1 is the report's own."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Prose:
    """A paragraph of text; `is_warning` sets it apart."""

    text: str
    is_warning: bool = False


@dataclass(frozen=True)
class Items:
    """A list of sentences; `is_warning` sets it apart."""

    items: tuple[str, ...]
    is_warning: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under columns. Columns whose index is in `numbers` stand to the right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Point:
    """One line of a chart: a value between -1 and 1 with its interval, or the reason why there is none."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    shown: str
    """The figures in words, for readers of text."""


@dataclass(frozen=True)
class Chart:
    """Values with their intervals on one scale, with marks at .667 and .800."""

    title: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Bar:
    """One bar: a share between 0 and 1."""

    label: str
    share: float
    shown: str


@dataclass(frozen=True)
class Bars:
    """Shares, one below the other."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class HeatMap:
    """How often two categories were given to the same unit."""

    title: str
    rows: str
    """Who stands at the side."""
    columns: str
    """Who stands above."""
    names: tuple[str, ...]
    cells: tuple[tuple[float, ...], ...]

    def shade(self, i: int, j: int) -> float:
        """How dark a cell is: its share of the largest one, 0 to 1."""
        top = max((cell for row in self.cells for cell in row), default=0.0)
        return self.cells[i][j] / top if top else 0.0


Block = Heading | Prose | Items | Table | Chart | Bars | HeatMap
