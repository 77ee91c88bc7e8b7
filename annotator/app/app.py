"""The Textual application of `annotator label`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from annotator.app.key_queue import patient
from annotator.app.keyed_app import KeyedApp
from annotator.app.screens.label import LabelScreen
from annotator.app.settings import DEFAULT_THEME, Settings, load_settings, save_settings
from annotator.errors import AnnotatorError
from annotator.session import Session

if TYPE_CHECKING:
    from annotator.sync.state import State


def _everything() -> type:
    """The palette's commands, loaded when the palette is opened."""
    from annotator.app.command_palette import Everything

    return Everything


class AnnotatorApp(KeyedApp):
    """The labelling screen on a terminal.

    Attributes:
        settings: The coder's display settings.
    """

    TITLE = "annotator"
    # The style sheet of the first screen. Textual would read it with the screen, and then parse all others again.
    CSS_PATH = "screens/label.tcss"
    # Only commands of our own: Textual's screenshot would write the text on the screen to a file.
    COMMANDS: ClassVar[set[object]] = {_everything}  # type: ignore[assignment]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "suspend_process", "To the shell", show=False, priority=True),
    ]

    def __init__(self, session: Session, greeting: str = "", sync: Callable[[], State] | None = None) -> None:
        super().__init__()
        self._session = session
        self._greeting = greeting
        self._sync = sync
        self.settings = load_settings()

    def on_mount(self) -> None:
        """Open the labelling screen."""
        super().on_mount()
        if self.settings.theme != DEFAULT_THEME:
            self.use(self.settings)
        self.push_screen(LabelScreen(self._session, self._greeting, self.size, self._sync))

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

    def before_leaving(self) -> None:
        """Write the time spent on the paragraph; every key is written already."""
        with suppress(AnnotatorError), patient(self._session.store.connection):
            self._session.recorder.count_time()
