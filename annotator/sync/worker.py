"""A thread that exchanges while a coder works. It has its own connection, and no key waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from annotator.errors import AnnotatorError, BusyError, OfflineError
from annotator.store import Store
from annotator.store.exchange.outgoing import last_step, n_steps_after
from annotator.sync.connect import exchange_with, rhythm_of
from annotator.sync.pace import Pace
from annotator.sync.receive import Manner
from annotator.sync.result import Result
from annotator.sync.state import State

_LOOK = 2.0
"""Seconds between two looks at the project for new steps."""

_START = 1.0
"""Seconds before the first exchange: the first frame comes first."""

LEAVING = 3.0
"""Seconds that leaving waits for the last exchange."""


class Worker:
    """Exchanges a project with its target until it is told to stop.

    Attributes:
        state: How it stands; other threads may read it.
    """

    def __init__(self, project: Path, target: str, *, may_rebuild: bool = False, pause: float = _LOOK) -> None:
        """Prepare; nothing is opened yet.

        Args:
            project: The project file.
            target: The target.
            may_rebuild: Whether the project may be rebuilt as a whole; not while a session is open.
            pause: Seconds between two looks at the project.
        """
        self.state = State()
        self._project = project
        self._target = target
        self._may_rebuild = may_rebuild
        self._pause = pause
        self._pace = Pace(rhythm_of(target))
        self._mark = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = threading.Thread(target=self._run_later, name="sync", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = LEAVING) -> bool:
        """Exchange once more, and end; give up waiting for it after so many seconds. Return whether it has ended."""
        self._stop.set()
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def run_once(self) -> None:
        """Exchange once in this thread; `state` says how it went."""
        self._stop.set()
        self.run()

    def _run_later(self) -> None:
        self._stop.wait(_START)
        try:
            self.run()
        except Exception as error:
            self.state = self.state._replace(kind="refused", reason=f"a fault of the program ({type(error).__name__})")

    def run(self, tell: Callable[[State, Result], None] = lambda _state, _result: None) -> None:
        """Exchange in this thread until `stop` is called from another, or a KeyboardInterrupt comes.

        Args:
            tell: Called after each exchange.
        """
        try:
            with Store(self._project) as store:
                while not self._stop.is_set():
                    self._look(store, tell)
                    self._stop.wait(self._pause)
                if not self._pace.has_failed:
                    self._exchange(store, tell)
        except AnnotatorError as error:
            self._refused(error)

    def _look(self, store: Store, tell: Callable[[State, Result], None]) -> None:
        n_new = n_steps_after(store.connection, self._mark)
        if self._pace.is_due(time.monotonic(), n_new):
            self._exchange(store, tell)
        elif n_new != self.state.n_unsent:
            self.state = self.state._replace(n_unsent=n_new)

    def _exchange(self, store: Store, tell: Callable[[State, Result], None]) -> None:
        result = Result()
        try:
            result = exchange_with(store, self._target, Manner(may_rebuild=self._may_rebuild, between=_yield))
        except BusyError:
            self._pace.failed(time.monotonic())  # another program writes to the project
        except OfflineError as error:
            self._pace.failed(time.monotonic())
            since = self.state.at if self.state.kind == "offline" else datetime.now(UTC)
            self.state = self.state._replace(
                kind="offline", at=since, n_unsent=n_steps_after(store.connection, self._mark), reason=str(error)
            )
        except AnnotatorError as error:
            self._refused(error)
        else:
            self._pace.done(time.monotonic())
            self._mark = last_step(store.connection)
            reason = next(iter((*result.stopped, *result.clocks)), "")
            kind: Literal["synced", "refused"] = "refused" if result.stopped else "synced"
            self.state = State(kind, datetime.now(UTC), 0, result.n_held, result.n_waiting, reason)
        tell(self.state, result)

    def _refused(self, error: AnnotatorError) -> None:
        self._pace.failed(time.monotonic(), is_final=True)
        self.state = self.state._replace(kind="refused", reason=str(error))


def _yield() -> None:
    """Let a key's transaction go first."""
    time.sleep(0.01)
