"""The lines above and below: where the coder is, what the last key did, and the keys that go on from here."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotator.app.palette import palette_of
from annotator.app.widgets.form_panel import Part, Row
from annotator.plain import one_line


class StatusLine(Widget):
    """Shows a row of parts, as much as fits; parts with a key can be clicked."""

    @dataclass
    class Pressed(Message):
        """A key shown here was clicked."""

        key: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's name)
        super().__init__(id=id)
        self._row: Row = []

    def show(self, row: Row) -> None:
        """Show this row."""
        if row != self._row:
            self._row = row
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        palette = palette_of(self)
        style = palette["base"]
        if y > 0:
            return Strip.blank(self.size.width, style)
        used, segments = 1, [Segment(" ", style)]
        for part in self._row:
            text = one_line(part.text)
            used += cell_len(text)
            if used > self.size.width and part.style in ("key", "weak"):
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


__all__ = ["Part", "Row", "StatusLine"]
