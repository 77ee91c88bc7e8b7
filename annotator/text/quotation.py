"""Quotation marks around words that are quoted on the screen."""

from __future__ import annotations

_MARKS = frozenset('“”„«»‟"「」『』')


def quoted(words: str) -> str:
    """Words in quotation marks; those that hold some stand as they are, for doubled marks tell nothing."""
    return words if _MARKS.intersection(words) else f"“{words}”"
