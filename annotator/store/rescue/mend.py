"""Find one flipped bit by trying: in a text with a known hash, or in a line of history with its checksum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from annotator.store.file.checksum import of_change

_LONGEST = 100_000
"""Bytes of the longest text to try: the time grows with the square of the length (100 KB: half a minute)."""

_BLOCK = 64
"""Block length of SHA-256 in bytes; the blocks before the flipped bit are hashed once."""


def mend_text(text: str | bytes, begin: str) -> str | None:
    """The text with this hash that differs from a damaged one in at most one bit; None if there is none.

    Args:
        text: The damaged text; bytes if they are not UTF-8.
        begin: The first hexadecimal digits of its SHA-256.
    """
    data = bytearray(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    if sha256(data).hexdigest().startswith(begin):
        return _decoded(data)
    if len(data) > _LONGEST:
        return None
    state = sha256()
    for start in range(0, len(data), _BLOCK):
        for at in range(start, min(start + _BLOCK, len(data))):
            for bit in range(8):
                data[at] ^= 1 << bit
                tried = state.copy()
                tried.update(memoryview(data)[start:])
                if tried.hexdigest().startswith(begin):
                    return _decoded(data)
                data[at] ^= 1 << bit
        state.update(memoryview(data)[start : start + _BLOCK])
    return None


def mend_line(step: Sequence[Any], change: Sequence[Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]] | None:
    """A line of the history with the one bit put right that its checksum wants; None if there is none.

    Args:
        step: The step's id, time, words and kind.
        change: Its place in the step, entity, key, before, after, the two times, and the checksum.
    """
    whole = [*step, *change]
    for place, value in enumerate(whole):
        for other in flipped(value):
            tried = [*whole[:place], other, *whole[place + 1 :]]
            try:
                if of_change(tried[: len(step)], tried[len(step) : -1]) == tried[-1]:
                    return tuple(tried[: len(step)]), tuple(tried[len(step) :])
            except TypeError:
                continue  # another value is damaged
    return None


def flipped(value: Any) -> Iterator[Any]:
    """Every value that differs from this one in one bit."""
    if isinstance(value, int):
        yield from (value ^ (1 << bit) for bit in range(32))
    if isinstance(value, str | bytes):
        data = bytearray(value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass"))
        for at in range(len(data)):
            for bit in range(8):
                data[at] ^= 1 << bit
                text = _decoded(data)
                if text is not None:
                    yield text
                data[at] ^= 1 << bit


def _decoded(data: bytes | bytearray) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
