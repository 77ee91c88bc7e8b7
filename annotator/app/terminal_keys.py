"""Read keys from the terminal in the bursts in which they arrive, and notice when the terminal is gone."""

from __future__ import annotations

import select
import sys
import threading
from collections.abc import Callable
from typing import Any

from textual.driver import Driver
from textual.message import Message

from annotator.app.key_parser import use_parser
from annotator.app.key_queue import Input
from annotator.app.leaving import GONE

_HAS_KEYS = getattr(select, "POLLIN", 0)
_IS_GONE = sum(getattr(select, name, 0) for name in ("POLLHUP", "POLLERR", "POLLNVAL"))


def with_bursts(driver: type[Driver], part: type[Bursts] | None = None) -> type[Driver]:
    """A driver that puts the keys of each read into the app's queue together.

    Textual sends each key as a message of its own, so that nobody can tell which keys arrived together.

    Args:
        driver: Textual's driver.
        part: The part before it; that of a terminal by default.
    """
    for name in (driver.__module__, "textual.drivers.win32"):  # where Windows reads
        if name in sys.modules and hasattr(sys.modules[name], "XTermParser"):
            use_parser(sys.modules[name])
    return type(driver.__name__, (part or Bursts, driver), {})


class _Rounds(threading.Event):
    """The event that ends the thread that reads. The thread asks for it between two reads."""

    def __init__(self, after_each: Callable[[], None]) -> None:
        super().__init__()
        self._after_each = after_each

    def is_set(self) -> bool:
        self._after_each()
        return super().is_set()


class Bursts:
    """Part of a driver, before Textual's own."""

    _app: Any
    _loop: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._read: list[Input] = []
        self.exit_event: threading.Event = _Rounds(self.end_round)

    def send_message(self, message: Message) -> None:
        """Keep keys until the end of the read; send all else at once."""
        if isinstance(message, Input):
            self._read.append(message)
        else:
            super().send_message(message)  # type: ignore[misc]

    def write(self, data: str) -> None:
        """Write to the terminal while there is one; Textual would wait for it for ever."""
        if not self.is_gone:
            super().write(data)  # type: ignore[misc]

    def start_application_mode(self) -> None:
        """Start, unless the terminal is gone: the system then also sends the signal after which a program goes on."""
        if not self.is_gone:
            super().start_application_mode()  # type: ignore[misc]

    def close(self) -> None:
        """End the thread that writes, which waits for a terminal."""
        if not self.is_gone:
            super().close()  # type: ignore[misc]

    def run_input_thread(self) -> None:
        """Read until the app ends or the terminal is gone."""
        try:
            super().run_input_thread()  # type: ignore[misc]
        except OSError:
            self._loop.call_soon_threadsafe(self._app.leave, GONE)

    def end_round(self) -> None:
        """Put the keys of a read into the queue."""
        if self._read:
            keys, self._read = self._read, []
            self._app.keys.put(keys)
            self._loop.call_soon_threadsafe(self._app.hand_on)
        elif self.is_gone:
            self._loop.call_soon_threadsafe(self._app.leave, GONE)

    @property
    def has_more(self) -> bool:
        """Whether there are keys that the thread has not yet put into the queue: on a busy machine it is late."""
        return bool(self._read) or bool(_poll(self.file_of_keys) & _HAS_KEYS)

    @property
    def file_of_keys(self) -> int | None:
        """The file from which keys are read; None where the driver has no such file."""
        return getattr(self, "fileno", None)

    @property
    def is_gone(self) -> bool:
        """Whether the other end of the terminal was closed."""
        return bool(_poll(getattr(self, "fileno", None)) & _IS_GONE)


def _poll(file: int | None) -> int:
    """The events of a file; 0 on systems that cannot tell."""
    if file is None or not _HAS_KEYS:
        return 0
    poll = select.poll()
    poll.register(file, _HAS_KEYS)
    return sum(mask for _, mask in poll.poll(0))
