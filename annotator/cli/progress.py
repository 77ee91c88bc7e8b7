"""A progress bar on stderr for work longer than a second; none if stderr is not a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer
from time import monotonic
from typing import Any

from annotator.text.terminal_text import one_line

PATIENCE = 1.0
"""Seconds without a bar."""


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress callback: name of the work, amount done, total.

    The bar appears one second after the beginning and goes when the block ends.
    """
    bar = _Bar()
    try:
        yield bar.report
    finally:
        bar.stop()


@contextmanager
def steps() -> Iterator[Callable[[str, int, int], None]]:
    """A progress callback for work in steps that may each take long: name of the step, steps done, of how many.

    One bar says what is being done. It appears one second after the beginning, also within a step.
    """
    bar = _Steps()
    try:
        yield bar.report
    finally:
        bar.stop()


class _Steps:
    def __init__(self) -> None:
        self._shown: Any = None
        self._task: Any = None
        self._latest = ("", 0, 0)
        self._timer = Timer(PATIENCE, self._show)
        self._timer.daemon = True
        if sys.stderr.isatty():
            self._timer.start()

    def report(self, what: str, done: int, total: int) -> None:
        self._latest = (what, done, total)
        if self._task is not None:
            self._shown.update(self._task, description=one_line(what), completed=done, total=total or None)

    def stop(self) -> None:
        self._timer.cancel()
        if self._timer.is_alive():
            self._timer.join()
        if self._shown is not None:
            self._shown.stop()

    def _show(self) -> None:
        self._shown = _start()
        what, done, total = self._latest
        self._task = self._shown.add_task(one_line(what), completed=done, total=total or None)


class _Bar:
    def __init__(self) -> None:
        self._since = monotonic()
        self._is_wanted = sys.stderr.isatty()
        self._shown: Any = None
        self._tasks: dict[str, Any] = {}
        self._latest = 0.0

    def report(self, what: str, done: int, total: int) -> None:
        if not self._is_wanted:
            return
        at = monotonic()
        if at - self._since < PATIENCE or (at - self._latest < 0.1 and done != total):
            return
        self._latest = at
        if self._shown is None:
            self._shown = _start()
        if what not in self._tasks:
            self._tasks[what] = self._shown.add_task(what, total=total)
        self._shown.update(self._tasks[what], completed=done, total=total)

    def stop(self) -> None:
        if self._shown is not None:
            self._shown.stop()


def _start() -> Any:
    # Only what takes long pays for rich.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = Progress(*columns, console=Console(stderr=True), transient=True)
    shown.start()
    return shown
