"""The end from outside, with the rules of Windows simulated: no signal handlers in the loop, console events."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from annotator.app.leaving import (
    GONE,
    LOOK_FOR_PARENT,
    PARENT,
    TERMINATED,
    has_ended,
    watch_console,
    watch_for_the_end,
    watch_parent,
)


class LoopOfWindows:
    """A loop that cannot handle signals, as on Windows."""

    def __init__(self) -> None:
        self.called: list[tuple[Callable[..., object], tuple[object, ...]]] = []

    def add_signal_handler(self, *_: object) -> None:
        raise NotImplementedError

    def call_soon_threadsafe(self, function: Callable[..., object], *arguments: object) -> None:
        self.called.append((function, arguments))


class Kernel:
    """The part of kernel32 that calls a function when the console is closed."""

    def SetConsoleCtrlHandler(self, handler: Callable[[int], bool], is_added: bool) -> None:
        assert is_added
        self.handler = handler


@pytest.fixture
def _signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_signals")
def test_without_signal_handlers_in_the_loop_a_signal_still_leaves() -> None:
    loop: Any = LoopOfWindows()

    def leave(_seconds: float) -> None:
        pass

    watch_for_the_end(loop, leave)
    signal.raise_signal(signal.SIGTERM)

    assert loop.called == [(leave, (TERMINATED,))]


def test_closing_the_console_leaves_and_windows_waits_for_the_end() -> None:
    kernel, loop = Kernel(), asyncio.new_event_loop()
    left: list[float] = []

    def leave(seconds: float) -> None:
        left.append(seconds)
        loop.stop()

    watch_console(kernel, lambda *_: lambda function: function, loop, leave)
    answers: list[bool] = []
    windows = threading.Thread(target=lambda: answers.append(kernel.handler(2)))
    windows.start()
    loop.run_forever()
    loop.close()
    assert left == [GONE]
    assert not answers

    has_ended()
    windows.join(2)
    assert answers == [True]


def test_ctrl_c_in_a_console_is_no_end() -> None:
    kernel, loop = Kernel(), LoopOfWindows()
    watch_console(kernel, lambda *_: lambda function: function, loop, print)  # type: ignore[arg-type]

    assert kernel.handler(0) is False
    assert not loop.called


class LaterLoop:
    """A loop that notes what is to be called later."""

    def __init__(self) -> None:
        self.later: list[tuple[float, Callable[..., object]]] = []

    def call_later(self, seconds: float, function: Callable[..., object], *_: object) -> None:
        self.later.append((seconds, function))


@pytest.mark.parametrize(
    ("parent", "left", "n_later"),
    [(str(os.getppid()), [], 1), (str(os.getppid() + 1), [GONE], 0), ("not a number", [GONE], 0), (None, [], 0)],
)
def test_a_screen_leaves_when_its_server_is_no_longer_its_parent(
    monkeypatch: pytest.MonkeyPatch, parent: str | None, left: list[float], n_later: int
) -> None:
    if parent is not None:
        monkeypatch.setenv(PARENT, parent)
    monkeypatch.setattr("annotator.app.leaving._ended", threading.Event())
    loop: Any = LaterLoop()
    seconds: list[float] = []

    watch_parent(loop, seconds.append)

    assert seconds == left
    assert loop.later == [(LOOK_FOR_PARENT, watch_parent)] * n_later
