"""Real sessions that are left while keys wait for another program: by a key, a signal, a closed terminal."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from annotator.store import Store
from tests.conftest import connect
from tests.e2e.coder import annotator
from tests.e2e.terminal import Terminal

WAYS: dict[str, Callable[[Terminal], None]] = {
    "Ctrl+Q": lambda terminal: terminal.send("\x11"),
    "SIGTERM": lambda terminal: os.kill(terminal.pid, signal.SIGTERM),
    "SIGHUP": lambda terminal: os.kill(terminal.pid, signal.SIGHUP),
    "closed terminal": Terminal.close,
}

_TOLD = re.compile(rb"Error: ([\d,]+) keys? w(?:as|ere) not written")


class Left(NamedTuple):
    """What came of it: keys pressed, written, and not written but told; sessions that lost one, told or in silence."""

    n_keys: int
    n_written: int
    n_told: int
    n_losses: int
    silent: list[str]


def leave_while_locked(project: Path, *, n_times: int, seed: int = 0) -> Left:
    """Leave so many sessions while another connection holds the project, which half of them give back a little later.

    A closed terminal cannot be told a number; there only the exit code must say that keys were lost.
    """
    r = random.Random(seed)  # noqa: S311 (no secret)
    n_keys = n_written = n_told = n_losses = 0
    silent = []
    for n in range(n_times):
        way, coder = list(WAYS)[n % len(WAYS)], f"coder{n}"
        k = r.randint(1, 9)
        with (
            annotator(project.parent, "--project", str(project), coder=coder) as terminal,
            closing(connect(project)) as other,
        ):
            other.execute("begin immediate")
            terminal.send("x" * k)
            terminal.wait_for("this key waits" if k == 1 else f"{k} keys wait")
            WAYS[way](terminal)
            if r.random() < 0.5:
                time.sleep(r.uniform(0, 1))
                other.execute("rollback")
            code = terminal.wait_for_end()
            found = _TOLD.search(terminal.raw)
        written = n_done(project, coder)
        told = int(found[1].replace(b",", b"")) if found else k - written if terminal.is_closed and code else 0
        n_keys, n_written, n_told = n_keys + k, n_written + written, n_told + told
        n_losses += told > 0
        if written + told != k or (code == 0) != (written == k):
            silent.append(f"{way}: {k} keys, {written} written, {told} told, exit code {code}")
    return Left(n_keys, n_written, n_told, n_losses, silent)


def n_done(project: Path, coder: str) -> int:
    """The paragraphs that a coder is done with."""
    with Store(project, read_only=True) as store:
        return store.coding(coder).progress().done
