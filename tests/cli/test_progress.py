"""Progress on a terminal: it says what is being done, also within a step, and nothing stays on the screen."""

from __future__ import annotations

import io
import time

import pytest

from annotator.cli import progress
from annotator.cli.progress import steps


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def written(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO) -> str:
    """What two steps write on stderr, of which each lasts until it stands there; at most a moment in a file."""
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with steps() as say:
        say("reading [/b] and matching", 0, 0)
        wait_for("reading", stream)
        say("stance", 3, 7)
        wait_for("stance", stream)
    return stream.getvalue()


def wait_for(text: str, stream: io.StringIO) -> None:
    until = time.monotonic() + (20 if stream.isatty() else 0.2)
    while text not in stream.getvalue() and time.monotonic() < until:
        time.sleep(0.01)


def test_a_long_step_is_named_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    said = written(monkeypatch, Terminal())

    assert "reading [/b] and matching" in said
    assert "stance" in said
    assert "3/7" in said


def test_a_file_gets_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(monkeypatch, io.StringIO()) == ""
