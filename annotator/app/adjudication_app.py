"""Adjudication app: the disagreement browser without the labelling screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from annotator.app.screens.disagreements import Disagreements
from annotator.store import Store


class JudgeApp(App[None]):
    """The browser on a terminal; Esc leaves it."""

    TITLE = "annotator"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q,ctrl+c", "quit", "Leave", show=False, priority=True)]

    def __init__(self, store: Store, name: str) -> None:
        super().__init__()
        self._store = store
        self._judge = name

    def on_mount(self) -> None:
        """Show the disagreements; closing them closes the app."""
        self.push_screen(Disagreements(self._store, self._judge, is_judge=True), lambda _paragraph: self.exit())


def run(store: Store, name: str) -> int:
    """Run the adjudication app; return the exit code."""
    app = JudgeApp(store, name)
    app.run()
    return app.return_code or 0
