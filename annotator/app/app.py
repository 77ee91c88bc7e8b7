"""The Textual application of `annotator label`."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from annotator.app.screens.label import LabelScreen
from annotator.app.settings import DEFAULT_THEME, Settings, load_settings, save_settings
from annotator.errors import AnnotatorError
from annotator.session import Session


def _everything() -> type:
    """The palette's commands, loaded when the palette is opened."""
    from annotator.app.command_palette import Everything

    return Everything


class AnnotatorApp(App[None]):
    """The labelling screen on a terminal.

    Attributes:
        settings: The coder's display settings.
        crash: The exception that ended the application, if any.
    """

    TITLE = "annotator"
    # The style sheet of the first screen. Textual would read it with the screen, and then parse all others again.
    CSS_PATH = "screens/label.tcss"
    # Only commands of our own: Textual's screenshot would write the text on the screen to a file.
    COMMANDS: ClassVar[set[object]] = {_everything}  # type: ignore[assignment]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Leave", show=False, priority=True),
        Binding("ctrl+c", "leave", "Leave", show=False),
        Binding("ctrl+z", "suspend_process", "To the shell", show=False, priority=True),
    ]

    def __init__(self, session: Session, greeting: str = "") -> None:
        super().__init__()
        self._session = session
        self._greeting = greeting
        self.settings = load_settings()
        self.crash: Exception | None = None

    def on_mount(self) -> None:
        """Open the labelling screen."""
        self._leave_on_signals()
        if self.settings.theme != DEFAULT_THEME:
            self.use(self.settings)
        self.push_screen(LabelScreen(self._session, self._greeting, self.size))

    def use(self, settings: Settings) -> None:
        """Use these settings, and keep them for the next session."""
        from annotator.app.themes import OWN  # loaded by those who leave the default

        for theme in OWN:
            self.register_theme(theme)
        if settings.theme in self.available_themes:
            self.theme = settings.theme
        if settings != self.settings:
            self.settings = settings
            save_settings(settings)

    def action_leave(self) -> None:
        """Leave; everything is saved."""
        # Only the time spent on the paragraph is left to write; every key is written already.
        with suppress(AnnotatorError):
            self._session.recorder.count_time()
        self.exit()

    def _leave_on_signals(self) -> None:
        """Exit in order when the terminal closes or a signal ends the program."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None:
                # Windows, and loops in other threads, have no such handlers.
                with suppress(NotImplementedError, RuntimeError, ValueError):
                    loop.add_signal_handler(number, self.action_leave)

    def _handle_exception(self, error: Exception) -> None:
        """Remember the exception, so that the user gets one sentence instead of a traceback."""
        if self.crash is None:
            self.crash = error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()
