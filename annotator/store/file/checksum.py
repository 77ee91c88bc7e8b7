"""Checksums of what nothing else in the file repeats, so that a flipped bit does not pass for a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from json import JSONEncoder
from typing import Any
from zlib import crc32

_json = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def of_change(step: Sequence[Any], change: Sequence[Any]) -> int:
    """The checksum of a line of the history.

    Args:
        step: The step's id, time, words and kind.
        change: Its place in the step, entity, key, before, after, and the two times, as the file holds them.
    """
    return _sum([*step, *change])


def of_article(facts: Sequence[Any], cut: Iterable[Sequence[Any]]) -> int:
    """The checksum of what is known about an article, beside its text, which has a hash.

    Args:
        facts: Name, title, source, date, URL, path and metadata, as the file holds them.
        cut: Each paragraph's position, start, end and role.
    """
    return _sum([*facts, *(list(paragraph) for paragraph in cut)])


def of_codebook_steps(steps: Iterable[Sequence[Any]]) -> int:
    """The checksum of all recorded steps between codebook versions.

    Args:
        steps: The ids of both versions, the step's number, document, words and time, in the order of the first three.
    """
    return _sum([list(step) for step in steps])


def _sum(parts: list[Any]) -> int:
    return crc32(_json(parts).encode("utf-8", "surrogatepass"))
