"""Adjudication app: the disagreement browser without the labelling screen."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.app.keyed_app import KeyedApp, run_app
from annotator.app.screens.disagreements import Disagreements
from annotator.store import Store


class AdjudicationApp(KeyedApp):
    """The browser on a terminal; Esc leaves it."""

    TITLE = "annotator"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, store: Store, name: str, phases: Sequence[str] = ()) -> None:
        super().__init__()
        self._store = store
        self._phases = phases
        self._judge = name

    def on_mount(self) -> None:
        """Show the disagreements; closing them closes the app."""
        super().on_mount()
        screen = Disagreements(self._store, self._judge, is_adjudicator=True, phases=self._phases)
        self.push_screen(screen, lambda _paragraph: self.exit())


def run(store: Store, name: str, phases: Sequence[str] = ()) -> int:
    """Run the adjudication app on the codings of some phases, or of all but training; return the exit code."""
    return run_app(AdjudicationApp(store, name, phases))
