"""A document as a Word file, with the styles that Word and LibreOffice know."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from annotator.errors import UsageError
from annotator.reports.words.blocks import Block, Heading, Items, Prose, Table
from annotator.text.terminal_text import plain

if TYPE_CHECKING:
    from docx.document import Document


def to_docx(blocks: Iterable[Block]) -> bytes:
    """Headings, paragraphs and tables as the bytes of a .docx file.

    Raises:
        UsageError: The extra is not installed, or a block is a chart.
    """
    try:
        import docx
    except ImportError as error:
        raise UsageError("a Word file needs python-docx: install annotator with its extra `documents`") from error
    document = docx.Document()
    for block in blocks:
        _add(document, block)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _add(document: Document, block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(_text(block.text), block.level)
    elif isinstance(block, Prose):
        document.add_paragraph(_text(block.text))
    elif isinstance(block, Items):
        for item in block.items:
            document.add_paragraph(_text(item), style="List Bullet")
    elif isinstance(block, Table):
        table = document.add_table(1, len(block.columns), style="Light Grid Accent 1")
        for row in (block.columns, *block.rows):
            cells = table.rows[0].cells if row is block.columns else table.add_row().cells
            for cell, text in zip(cells, row, strict=True):
                cell.text = _text(text)
    else:
        raise UsageError("charts cannot be written to a Word file")


def _text(text: str) -> str:
    return plain(text)
