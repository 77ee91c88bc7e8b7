"""A Pilot that waits for the app after each step, so that no test depends on the speed of the machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App
from textual.command import CommandPalette
from textual.pilot import Pilot

from annotator.app.command_screen import CommandScreen
from annotator.app.keyed_app import _ENDS

LONGEST = 30.0
"""Seconds after which an app that does not come to rest is a fault."""

_LOOK = 0.001
_N_QUIET = 3
"""So many looks in a row must find nothing to do."""


class SteadyPilot(Pilot[Any]):
    """Presses keys one at a time, as a person does who looks at the screen after each."""

    async def press(self, *keys: str) -> None:
        """Press keys; each comes alone, when all that the one before it began is done."""
        for key in keys:
            await still(self.app)
            if hasattr(self.app, "keys"):
                self.app.keys._last = None  # what came before is long ago, however fast a test goes on
            await super().press(key)
        await still(self.app)

    async def pause(self, delay: float | None = None) -> None:
        """Wait until the app is at rest; with a delay, that long as well."""
        if not self.app._exit:
            await super().pause(delay)
            await still(self.app)


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `App.run_test` give a steady Pilot.

    Textual's own takes an app for idle when its process gets no processor time, which a busy machine brings about too.
    """
    monkeypatch.setattr("textual.pilot.Pilot", SteadyPilot)
    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", _one_turn)


async def still(app: App[Any]) -> None:
    """Wait until all keys are handed on, threads are done, and nothing is left to do but to wait for a timer.

    Keys that wait for another program stay where they are. Threads are not waited for in an app with a true
    attribute `lets_threads_run`.
    """
    n_quiet, until = 0, time.monotonic() + LONGEST
    while n_quiet < _N_QUIET and not app._exit:
        await asyncio.sleep(_LOOK)
        if app.screen_stack:
            app.screen._on_timer_update()
        at_work = _at_work(app)
        n_quiet = 0 if at_work else n_quiet + 1
        assert time.monotonic() < until, f"the app does not come to rest: {at_work}"


async def until(pilot: Pilot[Any], is_so: Callable[[], bool]) -> None:
    """Wait until something is so that a timer, another thread or another program brings about."""
    last = time.monotonic() + LONGEST
    while not is_so():
        assert time.monotonic() < last, "waited in vain"
        await asyncio.sleep(0.005)
        pilot.app.screen._on_timer_update()
    await still(pilot.app)


def _at_work(app: Any) -> str:
    """What the app is doing; empty if nothing."""
    top = app.screen_stack[-1] if app.screen_stack else None
    if isinstance(top, CommandScreen) and top.n_waiting > 0:
        # It tries again and again, so that the loop is never at rest; only the keys that end that are taken.
        return "a key that gives up" if app.keys._place(_ENDS) else ""
    if asyncio.get_running_loop()._ready:  # type: ignore[attr-defined]
        return "tasks"
    if not getattr(app, "is_at_rest", True):
        return "keys"
    if isinstance(top, CommandScreen) and not top.is_ready:
        return "a screen that is not ready"
    if app._batch_count or not app.animator._complete_event.is_set():
        return "drawing"
    if app._resize_event is not None or app._resize_timer is not None:
        return "another size"
    if top is not None and (top._callbacks or top._layout_required or top._dirty_widgets):
        return "a frame"
    for worker in app.workers:
        is_awaited = worker._thread_worker and not getattr(app, "lets_threads_run", False)
        if not worker.is_finished and (is_awaited or worker.group == CommandPalette._GATHER_COMMANDS_GROUP):
            return f"worker {worker.name}"
    return ""


async def _one_turn(*_: float) -> None:
    """Instead of Textual's wait for the processor: the Pilot waits for the app itself."""
    await asyncio.sleep(0)
