"""Tables on standard output: rich in a terminal, plain columns in a pipe; text is never markup."""

from __future__ import annotations

from collections.abc import Sequence

import click


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str = "") -> None:
    """Print rows under their columns; numbers stand to the right. Without rows, print the sentence `empty`."""
    if not rows:
        click.echo(empty)
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for i, column in enumerate(columns):
        is_number = all(isinstance(row[i], int | float) or _looks_numeric(row[i]) for row in rows)
        table.add_column(Text(column), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console = Console(markup=False, highlight=False, emoji=False, width=200)
    console.print(table)


def _looks_numeric(cell: object) -> bool:
    text = str(cell).strip().lstrip("-−+.")
    return text[:1].isdigit() or text in ("", "none", "–")
