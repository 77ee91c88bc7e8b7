"""The real program in a pseudo-terminal: keys in, and what stands on the screen out."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyte

KEYS: dict[str, str] = {
    "enter": "\r",
    "space": " ",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "escape": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "shift+right": "\x1b[1;2C",
    "shift+left": "\x1b[1;2D",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "ctrl+c": "\x03",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "ctrl+z": "\x1a",
}
"""What a terminal sends for keys that have a name; any other key sends itself."""

_KITTY = re.compile(rb"\x1b\[[<>=][0-9;]*u")
"""Questions about the keyboard that pyte does not know and would show as letters."""


class Terminal:
    """A program on a terminal of its own, as a person at the keyboard has it.

    Attributes:
        n_keys: How many keys were pressed.
        quiet: After so many seconds without output the screen is still; None presses on without looking.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        columns: int = 120,
        lines: int = 36,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.n_keys = 0
        self.quiet: float | None = 0.05
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._raw = b""
        self._status: int | None = None
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANNOTATOR_", "PYTEST_"))}
        self._pid, self._file = pty.fork()
        if self._pid == 0:
            try:
                os.chdir(folder)
                os.execvpe(  # noqa: S606 (the command comes from the test)
                    command[0], list(command), {**kept, "TERM": "xterm-256color", **(environment or {})}
                )
            finally:
                os._exit(127)
        self._set_size(columns, lines)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def is_closed(self) -> bool:
        """Whether the terminal was closed."""
        return self._file < 0

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._pid

    @property
    def file(self) -> int:
        """The terminal's end of the line, for those who time what comes out of it."""
        return self._file

    @property
    def raw(self) -> bytes:
        """Everything that the program has written, as it wrote it."""
        return self._raw

    @property
    def text(self) -> str:
        """What stands on the screen, a line a line."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def send(self, text: str) -> None:
        """Send characters without waiting for anything."""
        data = text.encode()
        while data:
            data = data[os.write(self._file, data) :]

    def press(self, *keys: str) -> None:
        """Press keys one after the other, waiting after each until the screen is still."""
        for key in keys:
            self.n_keys += 1
            self.send(KEYS.get(key, key))
            if self.quiet is not None:
                self.read_until_still(self.quiet)

    def type(self, text: str) -> None:
        """Press the keys of a text, each its own key, without waiting between them."""
        self.n_keys += len(text)
        self.send(text)
        self.read_until_still(0.1)

    def wait_for(self, wanted: str | Callable[[str], bool], seconds: float = 20) -> str:
        """Read until the screen shows a text, or what a function says; return the screen."""
        is_there = wanted if callable(wanted) else lambda shown: wanted in shown
        until = time.monotonic() + seconds
        while not is_there(self.text):
            left = until - time.monotonic()
            if left <= 0 or (not self.read(min(left, 0.5)) and self._is_over()):
                raise AssertionError(f"waited in vain for {wanted!r}; the screen shows:\n{self.text}")
        return self.text

    def wait_for_end(self, seconds: float = 20) -> int:
        """Wait until the program has ended; return its exit code, negative for a signal."""
        until = time.monotonic() + seconds
        while not self._is_over():
            if time.monotonic() > until:
                raise AssertionError(f"the program does not end; the screen shows:\n{self.text}")
            self.read(0.05)
        while self.read(0.01):
            pass
        assert self._status is not None
        return os.waitstatus_to_exitcode(self._status)

    def resize(self, columns: int, lines: int) -> None:
        """Make the window another size."""
        self._screen.resize(lines, columns)
        self._set_size(columns, lines)
        os.kill(self._pid, signal.SIGWINCH)
        self.read_until_still(0.3)

    def close(self) -> None:
        """Close the terminal, as one closes its window."""
        os.close(self._file)
        self._file = -1

    def kill(self) -> None:
        """End the program at once, as a crash or a loss of power would."""
        if not self._is_over():
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            _, self._status = os.waitpid(self._pid, 0)
        if self._file >= 0:
            self.close()

    def read(self, seconds: float) -> bool:
        """Read what the program writes within so many seconds; whether there was anything."""
        if self._file < 0 or not select.select([self._file], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._file, 1 << 16)
        except OSError:
            # The program has closed its end.
            time.sleep(0.01)
            return False
        self._raw += data
        self._stream.feed(_KITTY.sub(b"", data))
        return bool(data)

    def read_until_still(self, quiet: float = 0.05) -> None:
        """Read until the program has written nothing for so many seconds, and slept all the while.

        A program on a busy machine is silent too, but it wants the processor, which Linux says of its threads.
        """
        self.read(0.5)
        since = time.monotonic()
        while time.monotonic() - since < quiet:
            if self.read(min(quiet, 0.005)) or self._is_at_work():
                since = time.monotonic()

    def _is_at_work(self) -> bool:
        """Whether a thread of the program runs, waits for a processor or for a disk; False where nobody can tell."""
        for stat in Path(f"/proc/{self._pid}/task").glob("*/stat"):
            with suppress(OSError):
                if stat.read_text().rpartition(")")[2].split()[0] in "RD":
                    return True
        return False

    def _is_over(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._status = status
        return self._status is not None

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
