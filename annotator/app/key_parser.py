"""Parser of what a terminal sends: keys, pasted texts and reports, however a slow line cuts them."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Generator, Iterable
from functools import partial
from time import monotonic
from types import ModuleType
from typing import Any

from textual import constants, events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.keys import _character_to_key
from textual.message import Message

_Take = Callable[[str], Generator[Message, None, str]]
"""Takes the first token of what was read; returns the rest."""

_ESC = "\x1b"
_PASTE, _PASTED = "\x1b[200~", "\x1b[201~"
_LEAVES = ("\x03", "\x11")
"""Ctrl+C and Ctrl+Q, alone in a read."""

_TOKEN = re.compile(
    r"""
    (?P<text>[^\x1b]+)
    |(?P<sequence>\x1b(?:\[(?:M.{3}|\[.|(?!M)[0-?]*[ -/]*[@-Z\\-~])|O[ -~]))
    |(?P<answer>\x1b(?:\][0-9]|P[0-9>!+$]|_G)[^\x07\x1b]*(?:\x07|\x1b\\))
    |(?P<part>\x1b+\Z|\x1b(?:\[(?:M.{0,2}|\[|[0-?]*[ -/]*)|O|(?:\][0-9]|P[0-9>!+$]|_G)[^\x07\x1b]*\x1b?)\Z)
    |(?P<escape>\x1b)
    """,
    re.DOTALL | re.VERBOSE,
)
"""Text; a key or a report; what a terminal answers to other programs; the beginning of one of these; the key Esc."""

_CHORDS = re.compile(r"(?:\x1b[^\x1b\[O])+", re.DOTALL)
"""Nothing but Alt with other keys."""

_REST = re.compile(r"\[[0-?]*[ -/]*[@-~]|O[A-DFHP-S]")
"""A sequence without its Esc."""

_LATE = 1.0
"""So many seconds after an Esc a line can still bring the rest of the sequence that it began."""

_ALONE = 0.05
"""Alt and a key arrive with so many seconds of silence before and after them; else they are Esc and a key."""

_LONGEST_PART = 0.5
"""Seconds after which the beginning of a sequence is dropped: no key sends it."""


class KeyParser(XTermParser):
    """Textual's parser behind one that cuts the stream.

    A sequence that arrives in parts is taken as a whole or not at all, never as letters. A pasted text ends with its
    end mark alone, whatever it holds. Esc and a letter that arrive with other keys are two keys; Alt is only what
    arrives alone.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._part = self._chords = ""
        self._read_at = -_LATE
        self._escape_at = -_LATE
        self._pasted: str | None = None

    def feed(self, data: str) -> Iterable[Message]:
        """The messages of what was read."""
        if not data:
            yield from super().feed(data)
            return
        now = monotonic()
        silence, self._read_at = now - self._read_at, now
        read, chords, self._part, self._chords = self._part + data, self._chords, "", ""
        if chords:
            yield from self._all(self._chord if silence >= _ALONE else self._next, chords)
        if self._pasted is not None and data in _LEAVES:
            self._pasted = None  # the end mark was lost
        if self._pasted is None and now - self._escape_at < _LATE:
            rest = _REST.match(read)
            if rest is not None:
                read = read[rest.end() :]
                self._pasted = "" if _ESC + rest[0] == _PASTE else None
        self._escape_at = -_LATE
        if self._pasted is None and silence >= _ALONE and read == data and _CHORDS.fullmatch(read):
            self._chords = read
        else:
            yield from self._all(self._next, read)

    def tick(self) -> Iterable[Message]:
        """The messages of what has waited long enough for its rest."""
        waited = monotonic() - self._read_at
        if self._chords and waited >= _ALONE:
            chords, self._chords = self._chords, ""
            yield from self._all(self._chord, chords)
        elif self._part.strip(_ESC):
            self._part = "" if waited >= _LONGEST_PART else self._part
        elif self._part and waited >= constants.ESCAPE_DELAY:
            escapes, self._part = self._part, ""
            self._escape_at = monotonic()
            yield from map(_escape, escapes)

    @staticmethod
    def _all(take: _Take, read: str) -> Iterable[Message]:
        while read:
            read = yield from take(read)

    def _next(self, read: str) -> Generator[Message, None, str]:
        """The messages of the first token; returns what is left to read."""
        if self._pasted is not None:
            return (yield from self._paste(read))
        match = _TOKEN.match(read)
        assert match is not None  # noqa: S101 (the pattern takes any character)
        token, kind = match[0], match.lastgroup
        if kind == "part":
            self._part = token
        elif kind == "escape":
            yield _escape()
        elif token == _PASTE:
            self._pasted = ""
        elif kind != "answer":
            yield from self._known(token)
        return read[match.end() :]

    def _paste(self, read: str) -> Generator[Message, None, str]:
        """A pasted text, if its end mark has come."""
        before = self._pasted or ""
        pasted = before + read
        at = pasted.find(_PASTED, max(0, len(before) - len(_PASTED)))
        self._pasted = pasted if at < 0 else None
        if at < 0:
            return ""
        yield events.Paste(pasted[:at].replace("\x00", ""))
        return pasted[at + len(_PASTED) :]

    def _chord(self, read: str) -> Generator[Message, None, str]:
        """Alt and another key."""
        sequence, rest = read[:2], read[2:]
        if sequence in ANSI_SEQUENCES_KEYS:
            yield from super().feed(sequence)
        else:
            yield events.Key(f"alt+{_character_to_key(sequence[1])}", None)
        return rest

    def _known(self, token: str) -> Iterable[Message]:
        """What Textual makes of a token. It takes a sequence that it does not know for letters; that is dropped."""
        messages = list(super().feed(token))
        if self._timeout_time is not None:
            self._timeout_time = 0.0
            list(super().tick())
        return messages


def use_parser(module: ModuleType) -> None:
    """Let a driver's module use this parser, and take bytes that are not UTF-8 for unknown signs.

    Textual's decoder is strict: one such byte would end the program.
    """
    module.XTermParser = KeyParser  # type: ignore[attr-defined]
    module.getincrementaldecoder = _decoder  # type: ignore[attr-defined]


def _decoder(encoding: str) -> Any:
    return partial(getincrementaldecoder(encoding), errors="replace")


def _escape(_sign: str = _ESC) -> Message:
    return events.Key("escape", _ESC)
