"""Runs a command in a folder of its own: its exit code, its data and its talk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from annotator.cli import run


class Done(NamedTuple):
    """What a command gave back."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """A function that runs a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path) -> Done:
        capsys.readouterr()
        code = run([str(one) for one in arguments])
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return call


def refusal(done: Done) -> str:
    """The one sentence with which a command refused; it wrote nothing else."""
    assert done.code in (1, 2), done
    assert done.out == "", done
    last = done.err.rstrip("\n").split("\n")[-1]
    assert last.startswith("Error: "), done
    assert "Traceback" not in done.err
    assert "went wrong that should not" not in done.err
    assert "\x1b" not in done.err
    return last.removeprefix("Error: ")
