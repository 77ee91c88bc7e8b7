"""Base of the screens whose keys are commands: what the app asks them before it hands on a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events
from textual.screen import Screen

from annotator.session.keys.keyboard import meant

LEAVES = ("ctrl+q", "ctrl+c")
"""The keys that end the program."""


class CommandScreen:
    """Part of a screen whose keys are commands and not text.

    Attributes:
        refused: Why the last key was refused; None if it was not.
        is_covered: Whether a box is open over the screen: its keys count, and those of the screen do not.
        signs: The characters that are keys of the screen, if others are to count by their place on the keyboard.
    """

    refused: str | None = None
    is_covered = False
    signs: ClassVar[frozenset[str]] = frozenset()

    @property
    def is_ready(self) -> bool:
        """Whether the screen can take keys; until then they wait."""
        return True

    def on_screen_suspend(self) -> None:
        """A box opens."""
        self.is_covered = True
        self.show_keys()

    def on_screen_resume(self) -> None:
        """The box is closed."""
        self.is_covered = False
        self.show_keys()

    def show_keys(self) -> None:
        """Show the keys that act now, where the screen names them."""

    @property
    def can_be_given_up(self) -> bool:
        """Whether Esc drops the keys that wait for the screen."""
        return False

    def at_its_place(self, event: events.Key) -> events.Key:
        """A key event; for a sign without a meaning here, that of the key at its place on the keyboard."""
        key = meant(event.character or "", self.signs)
        return event if key == event.character or key not in self.signs else events.Key(key, key)

    @property
    def n_waiting(self) -> int:
        """The number of keys that the screen took and could not write yet."""
        return 0

    def is_text(self, pressed: Sequence[str], n_lines: int) -> bool:
        """Whether keys that arrived together are text.

        Args:
            pressed: The names of the keys.
            n_lines: How many lines of words make a text.
        """
        raise NotImplementedError

    def opens(self, pressed: Sequence[str]) -> bool:  # noqa: ARG002
        """Whether a key may open a box: it waits a moment for keys that belong to it."""
        return True

    def is_doubtful(self, pressed: Sequence[str], *, is_after_enter: bool, n_begun: int = 0) -> bool:  # noqa: ARG002
        """Whether nobody can tell if keys that arrived together are text: Enter stands before others of them.

        Args:
            pressed: The names of the keys.
            is_after_enter: Whether Enter of the same keys closed a box.
            n_begun: The number of them that were taken, because they came a little earlier.
        """
        return ends_a_line(pressed, is_after_enter=is_after_enter)

    def tell(self, sentence: str) -> None:
        """Say why keys were not taken."""
        raise NotImplementedError

    def take_back(self, n: int) -> None:
        """Undo what the last `n` keys recorded: they were the beginning of a text."""
        raise NotImplementedError

    def say_not_taken(self, n: int, refusal: str | None = None) -> None:
        """Say that keys were not taken.

        Args:
            n: Their number.
            refusal: Why the key before them was refused; None if they are text.
        """
        raise NotImplementedError


def ends_a_line(pressed: Sequence[str], *, is_after_enter: bool = False) -> bool:
    """Whether Enter stands before another key, which does not end the program: no text ends it."""
    others = [n for n, key in enumerate(pressed) if key not in ("enter", *LEAVES)]
    return bool(others) and (is_after_enter or "enter" in pressed[: others[-1]])


def is_open(screen: Screen[Any]) -> bool:
    """Whether a screen is still open. What a thread or a timer brings may come after it was closed."""
    return screen.is_running and screen in screen.app.screen_stack
