"""Tables on standard output: rich in a terminal, plain columns in a pipe; text is never markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.table import Table

_MANY = 200
"""Rows from which on a table is printed line by line."""


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str = "") -> None:
    """Print rows under their columns; numbers stand to the right. Without rows, print the sentence `empty`."""
    if not rows:
        click.echo(empty)
        return
    from rich.console import Console

    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console = Console(markup=False, highlight=False, emoji=False, width=200)
    numbers = [
        all(isinstance(row[i], int | float) or _looks_numeric(row[i]) for row in rows) for i in range(len(columns))
    ]
    cells = [[str(cell) for cell in row] for row in rows]
    lines = _lines(columns, cells, numbers, console.width) if len(rows) > _MANY else None
    if lines is None:
        console.print(_table(columns, cells, numbers))
        return
    from rich.text import Text

    blank, head, *rest = lines
    click.echo(blank)
    console.print(Text(head, style="table.header"), soft_wrap=True)
    click.echo("\n".join(rest))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column, is_number in zip(columns, numbers, strict=True):
        table.add_column(Text(column), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _lines(
    columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool], width: int
) -> list[str] | None:
    """The lines of the same table, made in a fraction of the time; None where a cell needs several lines."""
    from rich.cells import cell_len

    table = [columns, *rows]
    sizes = [[cell_len(cell) for cell in row] for row in table]
    widths = [max(column) for column in zip(*sizes, strict=True)]
    total = sum(widths) + 3 * len(widths) - 1
    if total > width or not all(cell.isprintable() for row in table for cell in row):
        return None
    lines = []
    for row, taken in zip(table, sizes, strict=True):
        padded = []
        for cell, size, wide, is_number in zip(row, taken, widths, numbers, strict=True):
            blanks, said = " " * (wide - size), cell.rstrip() if is_number else cell
            padded.append(blanks + " " * (len(cell) - len(said)) + said if is_number else said + blanks)
        lines.append(f" {'   '.join(padded)} ")
    head, *rest = lines
    blank = " " * total
    return [blank, head, f" {'─' * (total - 2)} ", *rest, blank]


def _looks_numeric(cell: object) -> bool:
    text = str(cell).strip().lstrip("-−+.")
    return text[:1].isdigit() or text in ("", "none", "–")
