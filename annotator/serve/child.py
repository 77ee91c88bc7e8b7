"""One screen: the program as a child of the server, and its packets on their way to the browser."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from annotator.text.terminal_text import one_line

PATIENCE = 5.0
"""Seconds that a child gets to leave in order before it is killed."""

_KEPT = frozenset(
    "PATH HOME USER LOGNAME LANG LANGUAGE TZ TMPDIR TEMP TMP SYSTEMROOT WINDIR USERPROFILE APPDATA LOCALAPPDATA"
    " XDG_CONFIG_HOME PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX PYDANTIC_DISABLE_PLUGINS".split()
)
"""Variables of the server that a child gets; no other may carry a secret or a switch into it."""

_READY = b"__GANGLION__\n"
_LINES_BEFORE = 10
"""The screen says that it is ready within so many lines."""

_MOST_ERRORS = 20_000

LEFT = "You have left. Everything is saved."
DIED = "The screen has ended unexpectedly. Every key that the screen showed is saved."


def command_line(project: Path, words: Sequence[str]) -> list[str]:
    """The command line of a child: this Python and this program, whatever the folder or the search path hold."""
    return [sys.executable, "-P", "-m", "annotator", "--project", str(project.absolute()), *words]


def environment(coder: str, columns: int, rows: int, settings: Path) -> dict[str, str]:
    """The environment of a child.

    Args:
        coder: Who logged in.
        columns: Width of the window, in characters.
        rows: Its height.
        settings: The folder of all display settings; each coder of a server has their own in it.
    """
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("LC_")}
    # On Windows a virtual environment's Python starts another one, whose parent is not the server.
    parent = {"ANNOTATOR_PARENT": str(os.getpid())} if os.name == "posix" else {}
    return (
        kept
        | parent
        | {
            "ANNOTATOR_CODER": coder,
            "ANNOTATOR_CONFIG": str(settings / "serve" / hashlib.sha256(coder.encode()).hexdigest()[:16]),
            "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
            "TERM_PROGRAM": "textual",
            "COLUMNS": str(columns),
            "ROWS": str(rows),
        }
    )


class Child(AppService):
    """A child and the browser that shows it.

    Attributes:
        ending: Why it has ended, a sentence for the page; None while it runs.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: dict[str, str],
        *,
        write_bytes: Callable[[bytes], Awaitable[None]],
        on_end: Callable[[], Awaitable[None]],
    ) -> None:
        async def say_nothing(_text: str) -> None:
            """A child tells the page nothing but what it draws."""

        super().__init__(
            " ".join(command),
            write_bytes=write_bytes,
            write_str=say_nothing,
            close=on_end,
            download_manager=DownloadManager(),
        )
        self._words = list(command)
        self._environment = environment
        self._errors = b""
        self._has_left = False
        self.ending: str | None = None

    @property
    def pid(self) -> int | None:
        """The process, once it runs."""
        return self._process.pid if self._process else None

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:  # noqa: ARG002 (in the environment)
        """Start the child without a shell, in a group of its own: Ctrl+C in the server's terminal is for the server."""
        options: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {"creationflags": 0x200}
        self._process = await asyncio.create_subprocess_exec(
            *self._words, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=self._environment, **options
        )
        self._stdin = self._process.stdin
        return self._process

    async def run(self) -> None:
        """Hand on what the child draws until it ends, then say so, whatever ended it."""
        process = self._process
        assert process is not None  # noqa: S101 (`start` has set it)
        errors = asyncio.create_task(self._read_errors(process))
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
                await self._read(process)
        finally:
            if process.returncode is None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), PATIENCE)
            if process.returncode is None:
                process.kill()
                await process.wait()
            await errors
            self.ending = self._reason(process.returncode)
            await self.remote_close()

    async def stop(self) -> None:
        """Let the child leave in order, and kill it if it does not."""
        if self._task is None:
            return
        task, self._task = self._task, None
        with suppress(TimeoutError, ConnectionError):
            await asyncio.wait_for(self.send_meta({"type": "quit"}), PATIENCE)
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if not done and self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        await asyncio.wait({task})

    async def on_meta(self, data: bytes) -> None:
        """Note that the coder has left; a child can ask the page for nothing else, above all not for a download."""
        self._has_left |= json.loads(data).get("type") == "exit"

    async def on_packed(self, payload: bytes) -> None:
        """Drop parts of files."""

    async def _read(self, process: Process) -> None:
        stdout = process.stdout
        assert stdout is not None  # noqa: S101 (it was opened as a pipe)
        for _ in range(_LINES_BEFORE):
            line = await stdout.readline()
            if line == _READY:
                break
            if not line:
                return
        else:
            return
        while True:
            head = await stdout.readexactly(5)
            payload = await stdout.readexactly(int.from_bytes(head[1:], "big"))
            if head[:1] == b"D":
                await self.on_data(payload)
            elif head[:1] == b"M":
                await self.on_meta(payload)

    async def _read_errors(self, process: Process) -> None:
        stderr = process.stderr
        assert stderr is not None  # noqa: S101 (it was opened as a pipe)
        while part := await stderr.read(4096):
            self._errors = (self._errors + part)[-_MOST_ERRORS:]

    def _reason(self, code: int | None) -> str:
        """Why the child has ended: what it said itself, if it said something."""
        said = [line for line in self._errors.decode("utf-8", "replace").splitlines() if line.startswith("Error: ")]
        if said:
            return one_line(said[-1].removeprefix("Error: "))[:500]
        return LEFT if self._has_left and code == 0 else DIED
