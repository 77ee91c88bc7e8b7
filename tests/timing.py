"""How long work takes, measured so that other programs on the machine do not count."""

from __future__ import annotations

import time
from collections.abc import Callable

from annotator.store import Store


def processor_seconds(work: Callable[[], object], n_times: int = 1) -> float:
    """The processor time of this process for a piece of work: the least of so many times."""
    return min(_measured(work) for _ in range(n_times))


def _measured(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def sqlite_steps(store: Store, work: Callable[[], object]) -> int:
    """The steps of SQLite's virtual machine for a piece of work, to the nearest ten: the same on every machine."""
    counted = [0]

    def count() -> int:
        counted[0] += 10
        return 0

    raw = store.connection._raw
    raw.set_progress_handler(count, 10)
    try:
        work()
    finally:
        raw.set_progress_handler(None, 10)
    return counted[0]


def sql_statements(store: Store, work: Callable[[], object]) -> list[str]:
    """The SQL statements of a piece of work, in their order."""
    found: list[str] = []
    raw = store.connection._raw
    raw.set_trace_callback(found.append)
    try:
        work()
    finally:
        raw.set_trace_callback(None)
    return found
