"""The end from outside: signals, a closed terminal, and the console events of Windows."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

TERMINATED = 2.0
"""Seconds that keys get to be written after SIGTERM."""

GONE = 0.3
"""Seconds that keys get to be written when the terminal is gone."""

PARENT = "ANNOTATOR_PARENT"
"""The variable with the process number of the server that started a screen; POSIX systems only."""

LOOK_FOR_PARENT = 2.0
"""Seconds between two looks whether the program that started this one still runs."""

_WINDOWS_WAITS = 4.5
"""Windows ends a program five seconds after it has closed the console."""

_CLOSE, _LOGOFF, _SHUTDOWN = 2, 5, 6

_SECONDS = {"SIGTERM": TERMINATED, "SIGHUP": GONE, "SIGBREAK": TERMINATED}

Leave = Callable[[float], None]

_ended = threading.Event()
_kept: list[Any] = []
"""What Windows calls must not be collected."""


def watch_for_the_end(loop: asyncio.AbstractEventLoop, leave: Leave) -> None:
    """Let every way in which the system ends a program leave in order.

    Args:
        loop: The loop of the application.
        leave: Called in the loop with the seconds that are left.
    """
    _ended.clear()
    for name, seconds in _SECONDS.items():
        number = getattr(signal, name, None)
        if number is not None:
            _watch_signal(loop, number, leave, seconds)
    windll = getattr(ctypes, "windll", None)
    if windll is not None:
        watch_console(windll.kernel32, ctypes.WINFUNCTYPE, loop, leave)  # type: ignore[attr-defined]


def watch_parent(loop: asyncio.AbstractEventLoop, leave: Leave) -> None:
    """Leave when the server that started this program has ended, however it ended.

    POSIX gives an orphan another parent. Windows does not; there the end of the input says the same
    (`annotator.app.browser_keys`).

    Args:
        loop: The loop of the application.
        leave: Called in the loop with the seconds that are left.
    """
    parent = os.environ.get(PARENT)
    if parent is None or _ended.is_set():
        return
    if str(os.getppid()) != parent:
        leave(GONE)
    else:
        loop.call_later(LOOK_FOR_PARENT, watch_parent, loop, leave)


def has_ended() -> None:
    """Let Windows close the console, now that all is written."""
    _ended.set()


def watch_console(kernel: Any, function_type: Any, loop: asyncio.AbstractEventLoop, leave: Leave) -> None:
    """Leave when Windows closes the console, and let it wait for that.

    Args:
        kernel: The library with `SetConsoleCtrlHandler`.
        function_type: Makes the type of a function that Windows can call.
        loop: The loop of the application.
        leave: Called in the loop with the seconds that are left.
    """

    def on_event(number: int) -> bool:
        """Called in a thread of its own; the program is ended when it returns."""
        if number not in (_CLOSE, _LOGOFF, _SHUTDOWN):
            return False
        loop.call_soon_threadsafe(leave, GONE)
        _ended.wait(_WINDOWS_WAITS)
        return True

    _kept[:] = [function_type(ctypes.c_int, ctypes.c_uint)(on_event)]
    kernel.SetConsoleCtrlHandler(_kept[0], True)


def _watch_signal(loop: asyncio.AbstractEventLoop, number: int, leave: Leave, seconds: float) -> None:
    try:
        loop.add_signal_handler(number, leave, seconds)
    except (NotImplementedError, RuntimeError, ValueError):
        # Loops on Windows have no such handlers; loops in other threads may have none at all.
        with suppress(ValueError):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(leave, seconds))
