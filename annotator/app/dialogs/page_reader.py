"""A page to read and leave: definitions, keys, histories."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class Reader(ModalScreen[None]):
    """Shows a long text; Esc goes back."""

    CSS_PATH = "reader.tcss"

    def __init__(self, page: Content) -> None:
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        """One long page to scroll."""
        with VerticalScroll(id="text"):
            yield Static(Content.from_text("↑ ↓ PgUp PgDn scroll · Esc goes back\n", markup=False), id="way")
            yield Static(self._page, id="page")

    def on_mount(self) -> None:
        """Arrow keys scroll the page."""
        self.query_one("#text").focus()

    def on_key(self, event: events.Key) -> None:
        """Esc, ? and Enter leave; j and k scroll."""
        if event.key in ("escape", "question_mark", "enter", "q"):
            event.stop()
            self.dismiss(None)
        elif event.key in ("j", "k"):
            event.stop()
            scroll = self.query_one("#text", VerticalScroll)
            (scroll.scroll_down if event.key == "j" else scroll.scroll_up)(animate=False)

    def on_click(self, event: events.Click) -> None:
        """A click beside the page leaves."""
        if event.widget is self:
            self.dismiss(None)
