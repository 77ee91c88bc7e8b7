"""How long work takes, measured so that other programs on the machine do not count."""

from __future__ import annotations

import time
from collections.abc import Callable


def processor_seconds(work: Callable[[], object], n_times: int = 1) -> float:
    """The processor time of this process for a piece of work: the least of so many times."""
    return min(_measured(work) for _ in range(n_times))


def _measured(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
