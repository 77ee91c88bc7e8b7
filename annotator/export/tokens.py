"""Tokens of a text, as spaCy has them, cut where a span begins or ends."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")


def tokenize(text: str, edges: set[int]) -> list[dict[str, Any]]:
    """Words, signs and wide blanks with their offsets; a token is cut where a span begins or ends inside it.

    One blank after a token belongs to it (`ws`); tabs, line breaks and further blanks are tokens, as spaCy has them, so
    that the tokens make the text again.
    """
    whole = _tokens(text)
    inside = edges - {token["start"] for token in whole} - {token["end"] for token in whole}
    return _cut(text, whole, inside) if inside else whole


@lru_cache(maxsize=4)
def _tokens(text: str) -> list[dict[str, Any]]:
    """The tokens of a text without spans, which every coder and variable shares."""
    tokens: list[dict[str, Any]] = []
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        if tokens and text[start] == " ":
            tokens[-1]["ws"] = True
            start += 1
        if start < end:
            tokens.append({"text": text[start:end], "start": start, "end": end, "id": len(tokens), "ws": False})
    return tokens


def _cut(text: str, whole: list[dict[str, Any]], inside: set[int]) -> list[dict[str, Any]]:
    """The tokens, cut at these places."""
    tokens: list[dict[str, Any]] = []
    for token in whole:
        cuts = [token["start"], *sorted(at for at in inside if token["start"] < at < token["end"]), token["end"]]
        for first, last in pairwise(cuts):
            is_last = last == token["end"]
            piece = {"text": text[first:last], "start": first, "end": last, "id": len(tokens)}
            tokens.append({**piece, "ws": token["ws"] and is_last})
    return tokens


def edges(tokens: Sequence[dict[str, Any]]) -> tuple[list[int], list[int]]:
    """Where the tokens begin and where they end."""
    return [token["start"] for token in tokens], [token["end"] for token in tokens]


def within(starts: Sequence[int], ends: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """The tokens inside a span, half-open; an edge beside a blank loses the blank."""
    return bisect_left(starts, start), bisect_left(ends, end + 1)
