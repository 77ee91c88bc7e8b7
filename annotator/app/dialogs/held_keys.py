"""Question about keys that arrived together and may be a pasted text: were they typed?"""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from annotator.app.line_wrapping import cut_to_lines
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

_MOST_LINES, _MOST_SHOWN = 3, 300
_SHOWN = {"enter": "Enter", "escape": "Esc", "space": "Space", "tab": "Tab", "backspace": "Backspace"}


class HeldKeys(ModalScreen[None]):
    """Shows the keys that wait. The app takes the answer, because only it knows which keys arrive alone."""

    CSS_PATH = "prompt.tcss"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = names

    def compose(self) -> ComposeResult:
        """Compose question, keys and answers."""
        with Vertical(id="prompt"):
            yield Static(self._question(), id="question")
            yield Static(self._keys(), id="found")
            yield Static(Content("Enter takes them as keys, one after the other · Esc throws them away"), id="hint")

    def show(self, names: Sequence[str]) -> None:
        """Show the keys that wait by now."""
        self._names = names
        self.query_one("#question", Static).update(self._question())
        self.query_one("#found", Static).update(self._keys())

    def _question(self) -> Content:
        return Content(f"{counted(len(self._names), 'key')} arrived at once, in several lines. Did you type them?")

    def _keys(self) -> Content:
        keys = " ".join(_SHOWN.get(name, one_line(name)) for name in self._names[:_MOST_SHOWN])
        return Content(cut_to_lines(keys, min(self.app.size.width, 100) - 4, _MOST_LINES, "…"))
