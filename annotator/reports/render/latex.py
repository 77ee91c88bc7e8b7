"""Reports as LaTeX: the tables (booktabs) and the text, for an appendix; charts are left to the other forms."""

from __future__ import annotations

from collections.abc import Iterable

from annotator.reports.blocks import Block, Heading, HeatMap, Items, Prose, Table
from annotator.text.terminal_text import one_line

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "α": r"$\alpha$",
    "κ": r"$\kappa$",
    "π": r"$\pi$",
    "θ": r"$\theta$",
    "−": r"$-$",
    "≥": r"$\geq$",
    "±": r"$\pm$",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
_SECTIONS = {1: "section", 2: "subsection", 3: "subsubsection"}


def to_latex(blocks: Iterable[Block]) -> str:
    r"""A report as LaTeX to \input; it needs booktabs and longtable, and names are text, never commands."""
    parts = [_written(block) for block in blocks]
    return "% needs \\usepackage{booktabs,longtable}\n" + "\n\n".join(part for part in parts if part) + "\n"


def _written(block: Block) -> str:
    if isinstance(block, Heading):
        return f"\\{_SECTIONS[block.level]}*{{{_text(block.text)}}}"
    if isinstance(block, Prose):
        return _text(block.text)
    if isinstance(block, Items):
        items = "\n".join(f"\\item {{}}{_text(item)}" for item in block.items)
        return f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}" if block.items else ""
    if isinstance(block, Table):
        return _table(block.title, block.columns, block.rows, block.numbers)
    if isinstance(block, HeatMap):
        rows = tuple((name, *(f"{cell:g}" for cell in row)) for name, row in zip(block.names, block.cells, strict=True))
        title = f"{block.title}: {block.rows} at the side, {block.columns} above"
        return _table(title, ("", *block.names), rows, frozenset(range(1, len(block.names) + 1)))
    return ""


def _table(title: str, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], numbers: frozenset[int]) -> str:
    places = "".join("r" if i in numbers else "l" for i in range(len(columns)))
    body = "".join(f"{_row(row)}\n" for row in rows)
    caption = f"\\multicolumn{{{len(columns)}}}{{l}}{{\\emph{{{_text(title)}}}}} \\\\\n" if title else ""
    return (
        f"\\begin{{longtable}}{{{places}}}\n{caption}\\toprule\n{_row(columns)}\n\\midrule\n\\endhead\n{body}"
        "\\bottomrule\n\\end{longtable}"
    )


def _row(cells: Iterable[str]) -> str:
    return " & ".join(map(_text, cells)) + r" \\"


def _text(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in one_line(text))
