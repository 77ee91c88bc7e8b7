"""Adjudication app: the disagreement browser without the labelling screen."""

from __future__ import annotations

from annotator.app.keyed_app import KeyedApp, run_app
from annotator.app.screens.disagreements import Disagreements
from annotator.store import Store


class AdjudicationApp(KeyedApp):
    """The browser on a terminal; Esc leaves it."""

    TITLE = "annotator"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, store: Store, name: str) -> None:
        super().__init__()
        self._store = store
        self._judge = name

    def on_mount(self) -> None:
        """Show the disagreements; closing them closes the app."""
        super().on_mount()
        self.push_screen(Disagreements(self._store, self._judge, is_adjudicator=True), lambda _paragraph: self.exit())


def run(store: Store, name: str) -> int:
    """Run the adjudication app; return the exit code."""
    return run_app(AdjudicationApp(store, name))
