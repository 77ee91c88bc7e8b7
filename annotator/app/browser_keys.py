"""Read keys from a browser in the bursts in which they arrive, and leave when the server is gone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from annotator.app.leaving import GONE, TERMINATED
from annotator.app.terminal_keys import Bursts


class _Reads:
    """Textual's reader of the server's packets, with a call after each read."""

    def __init__(self, reader: Any, after_each: Callable[[], None]) -> None:
        self._reader = reader
        self._after_each = after_each

    def __iter__(self) -> Iterator[bytes]:
        for data in self._reader:
            yield data
            self._after_each()

    def close(self) -> None:
        """End the reading."""
        self._reader.close()


class BrowserBursts(Bursts):
    """Part of the driver for browsers. The server's end of the pipe takes the place of the terminal."""

    _input_reader: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.exit_event = threading.Event()
        self._input_reader = _Reads(self._input_reader, self.end_round)

    @property
    def file_of_keys(self) -> int | None:
        """The standard input; the driver's own file is the output."""
        return sys.__stdin__.fileno() if sys.__stdin__ else None

    def run_input_thread(self) -> None:
        """Read until the app ends. The end of the input, on every system, says that the server is gone."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            with suppress(RuntimeError):  # the loop has ended too
                self._loop.call_soon_threadsafe(self._app.leave, GONE)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Leave in order when the server says so: Textual would drop the keys that wait."""
        if packet_type == "quit":
            self.end_round()
            self._loop.call_soon_threadsafe(self._app.leave, TERMINATED)
        else:
            super().on_meta(packet_type, payload)  # type: ignore[misc]

    def write_meta(self, data: dict[str, object]) -> None:
        """Say something to the server while there is one."""
        if not self.is_gone:
            super().write_meta(data)  # type: ignore[misc]
