"""Reports in a terminal or a pipe: rich tables, charts and bars of characters, and signs wherever there is colour."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from annotator.reports.words.blocks import Bars, Block, Chart, Heading, HeatMap, Items, Point, Prose, Table
from annotator.text.terminal_text import one_line, plain

_SHADES = " ·░▒▓█"
_CHART_WIDTH = 34
_ROOMY = 110
"""From so many columns on, verdicts stand in full."""
_MOST_IN_NARROW = 10
"""Categories of a confusion matrix that fit below `_ROOMY` columns."""
_VERDICT = re.compile(r"(?P<verdict>not reliable|reliable|tentative) \([^)]*\)(?P<rest>.*)")


def print_blocks(blocks: Iterable[Block], console: Console | None = None) -> None:
    """Print a report; a pipe gets 120 columns and no colour."""
    if console is None:
        console = Console(markup=False, highlight=False, emoji=False)
        if not console.is_terminal:
            console = Console(markup=False, highlight=False, emoji=False, width=120)
    for block in blocks:
        console.print(_drawn(block, is_narrow=console.width < _ROOMY))


def _drawn(block: Block, *, is_narrow: bool) -> RenderableType:
    if isinstance(block, Heading):
        return Text(plain(block.text), style="bold reverse" if block.level == 1 else "bold")
    if isinstance(block, Prose):
        text = Text(("! " if block.is_warning else "") + plain(block.text), style="yellow" if block.is_warning else "")
        return Padding(text, (0, 0, 1, 0))
    if isinstance(block, Items):
        return _items(block)
    if isinstance(block, Table):
        return _table(block, is_narrow=is_narrow)
    if isinstance(block, Chart):
        return _titled(block.title, _chart(block))
    if isinstance(block, Bars):
        return _titled(block.title, _bars(block))
    if is_narrow and len(block.names) > _MOST_IN_NARROW:
        words = f"{block.title}: {len(block.names)} categories are too many for this window; --as html shows them."
        return Padding(Text(words), (0, 0, 1, 0))
    return _titled(f"{block.title}: {one_line(block.rows)} at the side, {one_line(block.columns)} above", _heat(block))


def _items(block: Items) -> RenderableType:
    """A line an item, the further lines of a long one indented."""
    table = _plain_table()
    style = "yellow" if block.is_warning else ""
    for item in block.items:
        table.add_row(Text("!" if block.is_warning else "·", style=style), Text(one_line(item), style=style))
    return Padding(table, (0, 0, 1, 0))


def _titled(title: str, body: RenderableType) -> Group:
    return Group(Text(one_line(title), style="italic"), body)


def _table(block: Table, *, is_narrow: bool) -> RenderableType:
    table = RichTable(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0) if is_narrow else (0, 1))
    rows = [tuple(_shortened(cell) if is_narrow else cell for cell in row) for row in block.rows]
    for i, column in enumerate(block.columns):
        is_number = i in block.numbers
        longest = max((len(row[i]) for row in rows), default=0)
        title = _in_two(column) if is_number and len(column) > longest else column
        words = max((len(word) for row in rows for word in row[i].split()), default=0)
        table.add_column(
            Text(title),
            justify="right" if is_number else "left",
            no_wrap=is_number,
            overflow="fold",
            min_width=longest if is_number else min(words, 14),
        )
    for row in rows:
        table.add_row(*(Text(one_line(cell), style=_colour(cell)) for cell in row))
    body = Padding(table, (0, 0, 1, 0))
    return _titled(block.title, body) if block.title else body


def _in_two(title: str) -> str:
    """A title on two lines of about the same length."""
    cuts = [i for i, character in enumerate(title) if character == " "]
    if not cuts:
        return title
    middle = min(cuts, key=lambda i: max(i, len(title) - i))
    return f"{title[:middle]}\n{title[middle + 1 :]}"


def _shortened(cell: str) -> str:
    """A verdict without its bounds, which the chart shows too."""
    found = _VERDICT.fullmatch(cell)
    return cell if found is None else f"{found['verdict']}{found['rest']}"


def _colour(cell: str) -> str:
    for begins, style in (
        ("reliable", "green"),
        ("tentative", "yellow"),
        ("not reliable", "red"),
        ("undefined", "dim"),
    ):
        if cell.startswith(begins):
            return style
    return ""


def _chart(chart: Chart) -> RenderableType:
    """Each value as ● on a line from the lowest limit, at most 0, to 1; ┊ marks .667 and .800."""
    lowest = min([0.0, *(x for p in chart.points for x in (p.value, p.low) if x is not None)])
    table = _plain_table()
    for point in chart.points:
        table.add_row(Text(one_line(point.label)), Text(_line(point, lowest)), Text(one_line(point.shown)))
    scale = f"{lowest:.2f}".rstrip("0").rstrip(".")
    foot = scale + " " * max(_CHART_WIDTH - len(scale) - 1, 1) + "1"
    table.add_row(Text(""), Text(foot, style="dim"), Text(""))
    return Padding(table, (0, 0, 1, 0))


def _line(point: Point, lowest: float) -> str:
    def place(value: float) -> int:
        share = (min(max(value, lowest), 1.0) - lowest) / (1.0 - lowest)
        return round(share * (_CHART_WIDTH - 1))

    cells = [" "] * _CHART_WIDTH
    for limit in (0.667, 0.8):
        cells[place(limit)] = "┊"
    if point.low is not None and point.high is not None:
        for i in range(place(point.low), place(point.high) + 1):
            cells[i] = "─"
    if point.value is not None:
        cells[place(point.value)] = "●"
    return "".join(cells)


def _bars(bars: Bars) -> RenderableType:
    table = _plain_table()
    for bar in bars.bars:
        eighths = round(bar.share * 30 * 8)
        drawn = "█" * (eighths // 8) + (" ▏▎▍▌▋▊▉"[eighths % 8] if eighths % 8 else "")
        table.add_row(Text(one_line(bar.label)), Text(drawn, style="cyan"), Text(one_line(bar.shown)))
    return Padding(table, (0, 0, 1, 0))


def _heat(heat: HeatMap) -> RenderableType:
    """Counts with a sign that is the darker the more there are; agreement stands between brackets."""
    table = _plain_table()
    table.add_row(Text(""), *(Text(one_line(name)[:9], style="dim") for name in heat.names))
    for i, name in enumerate(heat.names):
        cells = []
        for j in range(len(heat.names)):
            cell, shade = heat.cells[i][j], heat.shade(i, j)
            sign = _SHADES[min(int(shade * 5) + 1, 5)] if cell else _SHADES[0]
            count = f"{cell:.1f}".removesuffix(".0") if cell else "0"
            text = f"[{count}]{sign}" if i == j else f"{count} {sign}"
            style = "" if not cell else ("green" if i == j else "red" if shade > 0.2 else "yellow")
            cells.append(Text(text, style=style, justify="right"))
        table.add_row(Text(one_line(name)), *cells)
    return Padding(table, (0, 0, 1, 0))


def _plain_table() -> RichTable:
    return RichTable(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
