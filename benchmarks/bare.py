"""The yardstick: the smallest Textual app, which shows a line and changes it with every key."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static


class Bare(App[None]):
    """One line of text."""

    def __init__(self) -> None:
        super().__init__()
        self._n_keys = 0

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("ready")

    def on_key(self, event: Key) -> None:
        """Change it."""
        self._n_keys += 1
        self.query_one(Static).update(f"{event.key} {self._n_keys}")


if __name__ == "__main__":
    Bare().run()
