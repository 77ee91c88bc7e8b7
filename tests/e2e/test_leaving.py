"""Leaving while keys wait for another program, in the real program: they are written, or their number is told."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from annotator.app.keyed_app import PATIENCE
from tests.conftest import connect
from tests.e2e.coder import annotator
from tests.e2e.terminal import Terminal
from tests.session.conftest import Database

pytestmark = pytest.mark.slow

Leave = Callable[[Terminal], None]

LEAVE: dict[str, Leave] = {
    "ctrl+q": lambda terminal: terminal.send("\x11"),
    "SIGTERM": lambda terminal: os.kill(terminal.pid, signal.SIGTERM),
    "SIGHUP": lambda terminal: os.kill(terminal.pid, signal.SIGHUP),
}


@contextmanager
def held(folder: Path) -> Iterator[Callable[[], object]]:
    """Another program that writes to the project; gives back what ends that."""
    with closing(connect(folder / "annotations.db")) as other:
        other.execute("begin immediate")
        yield lambda: other.execute("rollback")


def n_done(folder: Path) -> int:
    return int(Database(folder / "annotations.db").one("select count(*) from reviews where state = 'no claim'"))


@pytest.mark.parametrize("how", LEAVE)
def test_keys_that_cannot_be_written_are_counted_on_stderr(tmp_path: Path, how: str) -> None:
    with annotator(tmp_path) as terminal, held(tmp_path):
        terminal.send("xxx")
        terminal.wait_for("3 keys wait")
        LEAVE[how](terminal)

        assert terminal.wait_for_end() == 1
        assert b"Error: 3 keys were not written" in terminal.raw
        assert n_done(tmp_path) == 0


@pytest.mark.parametrize("how", ["ctrl+q", "SIGTERM"])
def test_keys_that_wait_are_written_before_the_program_ends(tmp_path: Path, how: str) -> None:
    with annotator(tmp_path) as terminal, held(tmp_path) as release:
        terminal.send("xxx")
        terminal.wait_for("3 keys wait")
        LEAVE[how](terminal)
        terminal.wait_for("Ctrl+Q again leaves without")
        terminal.send("xx")
        release()

        assert terminal.wait_for_end() == 0
        assert n_done(tmp_path) == 3


def test_a_second_ctrl_q_leaves_without_the_waiting_keys(tmp_path: Path) -> None:
    with annotator(tmp_path) as terminal, held(tmp_path):
        terminal.send("x")
        terminal.wait_for("this key waits")
        since = time.monotonic()
        terminal.send("\x11")
        terminal.wait_for("Ctrl+Q again leaves without")
        terminal.send("\x11")

        assert terminal.wait_for_end() == 1
        assert time.monotonic() - since < PATIENCE
        assert b"Error: 1 key was not written" in terminal.raw


def test_ctrl_q_in_a_burst_comes_after_the_keys_before_it_and_ends_what_is_taken(tmp_path: Path) -> None:
    with annotator(tmp_path) as terminal:
        terminal.send("xxx\x11xx")

        assert terminal.wait_for_end() == 0
        assert n_done(tmp_path) == 3


@pytest.mark.parametrize("is_held", [True, False])
def test_a_closed_terminal_ends_the_program_at_once(tmp_path: Path, is_held: bool) -> None:
    with annotator(tmp_path) as terminal, held(tmp_path) as release:
        if not is_held:
            release()
        terminal.send("xxx")
        terminal.wait_for("3 keys wait" if is_held else "3 done,")

        assert closed(terminal) == (1 if is_held else 0)
        assert n_done(tmp_path) == (0 if is_held else 3)


def test_a_terminal_closed_after_60000_keys_ends_the_program_at_once(tmp_path: Path) -> None:
    with annotator(tmp_path) as terminal:
        flood(terminal, b"!" * 60_000)

        assert closed(terminal) == 1


def flood(terminal: Terminal, keys: bytes) -> None:
    """Send keys as fast as the program reads them."""
    os.set_blocking(terminal.file, False)
    until = time.monotonic() + 60
    while keys and time.monotonic() < until:
        select.select([], [terminal.file], [], 1)
        with suppress(BlockingIOError):
            keys = keys[os.write(terminal.file, keys[:4096]) :]
        while select.select([terminal.file], [], [], 0)[0]:
            os.read(terminal.file, 1 << 16)
    assert not keys


def closed(terminal: Terminal) -> int:
    """Close the terminal; return the exit code of the program, which ends within a second on a machine at rest."""
    terminal.close()
    return terminal.wait_for_end()
