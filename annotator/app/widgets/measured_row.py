"""The text of a row in a long list, measured once: an option list measures all its rows anew when one changes."""

from __future__ import annotations

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual


class MeasuredRow(Visual):
    """Text whose height for a width is remembered."""

    def __init__(self, text: Content) -> None:
        self._text = text
        self._heights: dict[int, int] = {}

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """The lines of the text."""
        return self._text.render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """The width in cells without wrapping."""
        return self._text.get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """The number of lines at a width in cells."""
        if width not in self._heights:
            self._heights[width] = self._text.get_height(rules, width)
        return self._heights[width]
