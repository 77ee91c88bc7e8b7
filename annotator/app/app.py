"""The application: it opens the project's screen and goes."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from annotator.app.screens.label import LabelScreen
from annotator.session import Session


class AnnotatorApp(App[None]):
    """The labelling screen on a terminal."""

    TITLE = "annotator"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Leave", show=False, priority=True),
        Binding("ctrl+c", "leave", "Leave", show=False),
        Binding("ctrl+z", "suspend_process", "To the shell", show=False, priority=True),
    ]

    def __init__(self, session: Session, greeting: str = "") -> None:
        super().__init__()
        self._session = session
        self._greeting = greeting

    def on_mount(self) -> None:
        """Open the labelling screen."""
        self.push_screen(LabelScreen(self._session, self._greeting, self.size))

    def action_leave(self) -> None:
        """Leave; everything is saved."""
        self._session.leave()
        self.exit()
