"""Fold invisible characters, decomposed letters and ligatures for names and search; offsets stay those of the raw text.

Nothing that is stored is ever folded. A folded text knows where each of its characters stands in the raw text, so that
what is found in it has offsets in the raw text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from annotator.text.evidence import Span, pattern

_INVISIBLE = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe00-\ufe0f\ufeff"
_MARKS = "\u0300-\u036f\u0591-\u05bd\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_JOINERS = "\u200c\u200d"
_SPACES = "\u2000-\u200a\u202f\u205f\u3000"
_LETTERS = "\u00c0-\u024fA-Za-z"

# Joiners carry meaning in Persian, in Hindi and in emoji, so only those between Latin letters are dropped.
_SPECIAL = pattern(rf"[{_INVISIBLE}{_MARKS}{_SPACES}\ufb00-\ufb06]|(?<=[{_LETTERS}])[{_JOINERS}](?=[{_LETTERS}])")
_SEARCHED = pattern(r"[‘’‚‛´`′“”„‟″«»‐-―−\u00a0\uff01-\uff5e\uff61-\uff9f]")
_CLUSTER = pattern(rf".[{_MARKS}\uff9e\uff9f]*", 16)  # re.DOTALL; the last two voice a Japanese letter of half width
_PLAIN = {
    **dict.fromkeys("‘’‚‛´`′", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text.

    Attributes:
        text: The text.
        places: Offset in the raw text of each of its characters; None where the two are the same.
        ends: Offset after each of them, with the combining marks that belong to it.
    """

    text: str
    places: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def raw(self, start: int, end: int) -> Span:
        """The span of the raw text that a span of the folded text stands for."""
        if self.places is None or self.ends is None:
            return (start, end)
        if start >= end:
            return (self.at(start), self.at(start))
        return (self.at(start), self.ends[min(end, len(self.ends)) - 1])

    def at(self, offset: int) -> int:
        """The offset in the raw text of an offset in the folded text."""
        if self.places is None or self.ends is None:
            return offset
        if offset < len(self.places):
            return self.places[offset]
        return self.ends[-1] if self.ends else 0


@lru_cache(maxsize=256)
def fold(text: str) -> Folded:
    """A text for reading names: without invisible characters, its letters composed, its ligatures as letters."""
    return _folded(text, is_searched=False) if _SPECIAL().search(text) else Folded(text)


def fold_for_search(text: str) -> Folded:
    """A text for searching: folded as for names, its quotation marks, dashes and wide letters as on a keyboard too."""
    is_special = _SPECIAL().search(text) or _SEARCHED().search(text)
    return _folded(text, is_searched=True) if is_special else Folded(text)


def is_split_by_invisibles(text: str) -> bool:
    """Whether an index of words would take some of a text's words for others."""
    return _SPECIAL().search(text) is not None


def _folded(text: str, *, is_searched: bool) -> Folded:
    letters: list[str] = []
    places: list[int] = []
    ends: list[int] = []
    for found in _CLUSTER().finditer(text):
        for letter in _fold_cluster(found[0], text, found.start(), is_searched=is_searched):
            letters.append(letter)
            places.append(found.start())
            ends.append(found.end())
    return Folded("".join(letters), places, ends)


def _fold_cluster(cluster: str, text: str, at: int, *, is_searched: bool) -> str:
    """A letter with its combining marks, folded; empty where it is invisible."""
    if cluster.isascii():
        return cluster
    if is_searched and "\uff61" <= cluster[0] <= "\uff9f":
        return unicodedata.normalize("NFKC", cluster)
    special = _SPECIAL().match(text, at)
    if special is None and len(cluster) == 1:
        if not is_searched:
            return cluster
        return _PLAIN.get(cluster) or (
            unicodedata.normalize("NFKC", cluster) if _SEARCHED().match(cluster) else cluster
        )
    if special is not None and special[0] == cluster[0] and cluster[0] not in "ﬀﬁﬂﬃﬄﬅﬆ":
        return " " if cluster[0].isspace() else ""
    return unicodedata.normalize("NFKC" if len(cluster) == 1 else "NFC", cluster)
