"""Words and sentence ends: what tells a sentence of an article from a line around it."""

from __future__ import annotations

import re

LONGEST = 450
"""Nothing longer is furniture, a caption or a byline by its wording alone."""

PROSE_END = re.compile(r"[.!?…。！？][”\"’'»)\]]*$")
_INNER_END = re.compile(r"(?:\b\w{3,}\.|[!?])[”\"’')]* [“\"‘]?[A-ZÀ-Þ]|[,”\"] (?:\w+ ){0,3}(?:said|told|added|asked)\b")
_BETWEEN = frozenset("and in at for of the de da van von der den la le el al bin ibn und et y".split())
_OFFICES = frozenset(
    "staff reporter reporters correspondent writer editor agencies agency writers correspondents".split()
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")


def any_of(table: str) -> str:
    """The alternatives of a pattern, written one a line; a line that begins with "+" goes on from the one before."""
    return "|".join(line.strip() for line in table.strip().splitlines()).replace("|+", "")


def is_prose(text: str) -> bool:
    """Whether a paragraph reads like a sentence or more: it ends as one does, or holds the end of one."""
    if len(text) > 160:
        return True
    text = text.rstrip(" ■●◼□*#|")
    if PROSE_END.search(text):
        return True
    return len(text) > 30 and bool(_INNER_END.search(text))


def are_names(text: str) -> bool:
    """Whether most words begin with a capital, as names and titles do."""
    words: list[str] = [word for word in _WORD.findall(text) if word not in _BETWEEN]
    return sum(word[0].isupper() or word in _OFFICES for word in words) >= 0.6 * len(words)
