"""Reports as Markdown: tables that GitHub and Pandoc read, charts as figures in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from annotator.reports.words.blocks import Bars, Block, Chart, Heading, Items, Prose, Table
from annotator.text.terminal_text import one_line, plain


def to_markdown(blocks: Iterable[Block]) -> str:
    """A report as Markdown; names from the data are text, never markup."""
    return "\n\n".join(part for part in map(_written, blocks) if part) + "\n"


def _written(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_text(block.text)}"
    if isinstance(block, Prose):
        return ("**Note:** " if block.is_warning else "") + _text(block.text)
    if isinstance(block, Items):
        return "\n".join(f"- {_text(one_line(item))}" for item in block.items)
    if isinstance(block, Table):
        return _titled(block.title, _table(block.columns, block.rows, block.numbers))
    if isinstance(block, Chart):
        rows = [(point.label, point.shown) for point in block.points]
        return _titled(block.title, _table(("", "α"), rows, frozenset({1})))
    if isinstance(block, Bars):
        rows = [(bar.label, bar.shown) for bar in block.bars]
        return _titled(block.title, _table(("", "labels"), rows, frozenset({1})))
    names = ("", *block.names)
    cells = [
        (name, *(f"**{_count(cell)}**" if i == j else _count(cell) for j, cell in enumerate(row)))
        for i, (name, row) in enumerate(zip(block.names, block.cells, strict=True))
    ]
    body = _table(names, cells, frozenset(range(1, len(names))), is_marked=True)
    return _titled(f"{block.title}: {block.rows} at the side, {block.columns} above", body)


def _titled(title: str, body: str) -> str:
    return f"*{_text(title)}*\n\n{body}" if title else body


def _table(
    columns: Iterable[str], rows: Iterable[tuple[str, ...]], numbers: frozenset[int], *, is_marked: bool = False
) -> str:
    head = [_cell(column) for column in columns]
    rule = ["---:" if i in numbers else "---" for i in range(len(head))]
    body = [[cell if is_marked and i else _cell(cell) for i, cell in enumerate(row)] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, rule, *body])


def _cell(text: str) -> str:
    return _text(one_line(text))


def _text(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", plain(text))


def _count(cell: float) -> str:
    return f"{cell:.1f}".removesuffix(".0")
