"""A terminal in this process: a person who types answers and presses keys, and what the person sees."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import re
import sys
from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest

from annotator.app.keyed_app import KeyedApp
from tests.app import steady

SIZE = (120, 36)
"""Columns and lines of a screen."""

_KEYS = re.compile(r'"([^"]*)"|(\S+)')
_NAMED = {" ": "space", "?": "question_mark", "/": "slash", ",": "comma", ".": "full_stop", "!": "exclamation_mark"}
_ARROWS = {"←": "left", "→": "right", "↑": "up", "↓": "down", "pgdn": "pagedown", "pgup": "pageup"}


class Seen(io.TextIOWrapper):
    """An output of the program that is a terminal or says that it is none."""

    def __init__(self, shown: io.BytesIO, *, is_terminal: bool) -> None:
        super().__init__(shown, encoding="utf-8", errors="replace", newline="", write_through=True)
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


class Typed(io.TextIOBase):
    """What the program reads, then the end of it: answers of a person, which a terminal shows, or lines of a file."""

    def __init__(self, answers: list[str], shown: io.BytesIO, *, is_terminal: bool) -> None:
        self.answers = answers
        self._shown = shown
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override] # typeshed: io.IOBase gives bytes
        line = f"{self.answers.pop(0)}\n" if self.answers else ""
        if self._is_terminal:
            self._shown.write(line.encode() or b"\n")
        return line


@contextlib.contextmanager
def terminal(answers: list[str], *, from_file: bool = False) -> Iterator[io.BytesIO]:
    """Let the program talk with a person, or read the answers from a file; gives what the person sees.

    Standard error is not a terminal, so that nothing counts progress in it.
    """
    shown = io.BytesIO()
    out, err = Seen(shown, is_terminal=True), Seen(shown, is_terminal=False)
    with (
        patch.object(sys, "stdout", out),
        patch.object(sys, "stderr", err),
        patch.object(sys, "stdin", Typed(answers, shown, is_terminal=not from_file)),
    ):
        yield shown
    for stream in (out, err):
        stream.detach()


@contextlib.contextmanager
def screens(next_keys: Callable[[], str]) -> Iterator[None]:
    """Let screens open without a terminal, and press in each the keys that the function gives."""

    def run(app: KeyedApp, **_: object) -> None:
        with pytest.MonkeyPatch.context() as patched:
            steady.install(patched)
            asyncio.run(_press(app, key_names(next_keys())))

    was_on = gc.isenabled()
    try:
        with patch.object(KeyedApp, "run", run):
            yield
    finally:
        if was_on:
            gc.enable()  # the command that opens a screen disables it until the first frame


def key_names(text: str) -> list[str]:
    """The keys of a text, by Textual's names: `1 → Ctrl+Q   # a comment`; words in quotation marks are typed."""
    names: list[str] = []
    for line in text.splitlines():
        for quoted, key in _KEYS.findall(line):
            if key.startswith("#"):
                break
            names += [_name(one) for one in (quoted or [key])]
    return names


def _name(key: str) -> str:
    if len(key) > 1:
        parts = key.lower().split("+")
        return "+".join(_ARROWS.get(part, part) for part in parts)
    return _NAMED.get(key) or _ARROWS.get(key, key)


async def _press(app: KeyedApp, keys: list[str]) -> None:
    """Press keys, each when the one before it is done, and leave."""
    async with app.run_test(size=SIZE) as pilot:
        for key in [*keys, "ctrl+q"]:
            if not app._exit:
                await pilot.press(key)
