"""Status lines above and below the article: place, notice and keys."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotator.app.colours import palette_of
from annotator.app.widgets.form_panel import Part, Row
from annotator.text.terminal_text import one_line


class StatusLine(Widget):
    """Shows a row of parts, as much as fits; parts with a key can be clicked."""

    @dataclass
    class Pressed(Message):
        """A key shown here was clicked."""

        key: str

    def __init__(self, *, id: str | None = None, most_lines: int = 1) -> None:  # noqa: A002 (Textual's name)
        super().__init__(id=id)
        self._row: Row = []
        self._lines: list[Row] = [[]]
        self._most_lines = most_lines

    def show(self, row: Row) -> None:
        """Show this row; over several lines, if that is allowed and one is not enough."""
        if row != self._row:
            self._row = row
            self._break()
            self.refresh()

    @property
    def n_lines(self) -> int:
        """How many lines it takes."""
        return len(self._lines)

    def on_resize(self, _event: events.Resize) -> None:
        """Break the row anew."""
        self._break()

    def _break(self) -> None:
        """Break the row into lines, so that no sentence is cut."""
        width = self.size.width - 2
        is_short = self._most_lines == 1 or width < 20 or sum(cell_len(one_line(p.text)) for p in self._row) <= width
        self._lines = [self._row] if is_short else _lines(self._row, width)[: self._most_lines]
        if self._most_lines > 1 and self.styles.height is not None and self.styles.height.value != len(self._lines):
            self.styles.height = len(self._lines)

    def render_line(self, y: int) -> Strip:
        """One line of the row."""
        palette = palette_of(self)
        style = palette["base"]
        if y >= len(self._lines):
            return Strip.blank(self.size.width, style)
        used, segments = 1, [Segment(" ", style)]
        for part in self._lines[y]:
            text = one_line(part.text)
            used += cell_len(text)
            if used - (len(text) - len(text.rstrip())) > self.size.width and part.style in ("key", "weak"):
                if part.style == "weak" and part.key is not None:
                    segments.pop()  # a key without its word says nothing
                break
            segments.append(Segment(text, palette[part.style]))
        return Strip(segments).adjust_cell_length(self.size.width, style)

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        at = 1
        for part in self._row:
            at += cell_len(one_line(part.text))
            if event.x < at:
                if part.key is not None:
                    self.post_message(self.Pressed(part.key))
                return


def _lines(row: Row, width: int) -> list[Row]:
    """A row in lines of whole words."""
    lines: list[Row] = [[]]
    used = 0
    for part in row:
        for word in re.findall(r"\S+\s*|\s+", one_line(part.text)):
            if used + cell_len(word.rstrip()) > width and lines[-1]:
                lines.append([])
                used = 0
            lines[-1].append(part._replace(text=word))
            used += cell_len(word)
    return lines


__all__ = ["Part", "Row", "StatusLine"]
