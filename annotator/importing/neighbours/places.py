"""Places in other programs' files: the article and paragraph of a text, and offsets that count UTF-16 units."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any


def known_place(record: Mapping[str, Any]) -> dict[str, Any]:
    """The article and the paragraph that a record names."""
    article, paragraph = record.get("article_id") or record.get("article"), record.get("paragraph")
    is_number = isinstance(paragraph, int) and not isinstance(paragraph, bool)
    return {
        "article": article if isinstance(article, str) and article else None,
        "paragraph": paragraph if is_number else None,
    }


def code_points(text: str) -> Callable[[int], int]:
    """What tells the offset in code points of an offset in UTF-16 units, as Java counts them."""
    units, at = [], 0
    for sign in text:
        if ord(sign) > 0xFFFF:
            units.append(at + 1)
            at += 2
        else:
            at += 1
    # Each pair before the offset is one code point less.
    return lambda unit: unit - bisect_left(units, unit)
