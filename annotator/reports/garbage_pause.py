"""Pause the garbage collector while many records are made: looking through all of them would take longer than a key."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def keep_records() -> Iterator[None]:
    """Make records that the collector never looks at, until `release_records`; they hold no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def release_records() -> None:
    """Let the collector look at all objects again."""
    gc.unfreeze()
