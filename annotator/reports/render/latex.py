"""Reports as LaTeX: the tables (booktabs) and the text, for an appendix; charts are left to the other forms."""

from __future__ import annotations

from collections.abc import Iterable

from annotator.reports.render.latex_text import PREAMBLE, latex_text
from annotator.reports.words.blocks import Block, Heading, HeatMap, Items, Prose, Table

_LONG = 40
"""Characters of a cell from which on its column wraps."""
_WIDE = r"p{7cm}"
_SECTIONS = {1: "section", 2: "subsection", 3: "subsubsection"}


def to_latex(blocks: Iterable[Block]) -> str:
    r"""A report as a LaTeX document; a paper that loads docmute can \input it. Names are text, never commands."""
    body = "\n\n".join(part for part in map(_written, blocks) if part)
    note = "% To \\input this file in a paper: \\usepackage{docmute} and the packages below."
    return f"{note}\n{PREAMBLE}\\begin{{document}}\n\\small\n{body}\n\\end{{document}}\n"


def _written(block: Block) -> str:
    if isinstance(block, Heading):
        return f"\\{_SECTIONS[block.level]}*{{{latex_text(block.text)}}}"
    if isinstance(block, Prose):
        return latex_text(block.text)
    if isinstance(block, Items):
        items = "\n".join(f"\\item {{}}{latex_text(item)}" for item in block.items)
        return f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}" if block.items else ""
    if isinstance(block, Table):
        return _table(block.title, block.columns, block.rows, block.numbers)
    if isinstance(block, HeatMap):
        rows = tuple((name, *(f"{cell:g}" for cell in row)) for name, row in zip(block.names, block.cells, strict=True))
        title = f"{block.title}: {block.rows} at the side, {block.columns} above"
        return _table(title, ("", *block.names), rows, frozenset(range(1, len(block.names) + 1)))
    return ""


def _table(title: str, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], numbers: frozenset[int]) -> str:
    longest = [max((len(row[i]) for row in rows), default=0) for i in range(len(columns))]
    places = "".join("r" if i in numbers else _WIDE if n > _LONG else "l" for i, n in enumerate(longest))
    body = "".join(f"{_row(row)}\n" for row in rows)
    caption = f"\\multicolumn{{{len(columns)}}}{{l}}{{\\emph{{{latex_text(title)}}}}} \\\\\n" if title else ""
    return (
        f"\\begin{{longtable}}{{{places}}}\n{caption}\\toprule\n{_row(columns)}\n\\midrule\n\\endhead\n{body}"
        "\\bottomrule\n\\end{longtable}"
    )


def _row(cells: Iterable[str]) -> str:
    return " & ".join(map(latex_text, cells)) + r" \\"
