"""Near-duplicates among texts: reprints of one story, by the runs of five words that they share.

Each text is a set of hashed runs of five words (shingles; Broder 1997, "On the resemblance and containment of
documents"). Its sketch is the smallest of the hashes, so that two texts with alike sketches are alike. Pairs with alike
sketches are compared in full. A group may hold two texts that are alike only through a third.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Hashes = np.ndarray[Any, np.dtype[np.uint64]]

_RUN = 5
_SKETCH = 64
_SHARED = 10
"""How many hashes of their sketches two texts share at least before they are compared."""
_FEWEST = 20
"""A text with fewer runs of words is not compared."""
RESEMBLANCE, CONTAINMENT = 0.5, 0.7
"""Two texts are reprints if they share half of all their runs of words, or seven tenths of the shorter text's."""

_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
# Odd factors of 64 bits: with shorter ones the hashes grow with the words, and no sketch is alike.
_FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F)
_MIX = 0xFF51AFD7ED558CCD


class Pair(NamedTuple):
    """Two texts that are alike.

    Attributes:
        first: The place of the earlier one.
        second: The place of the later one.
        shared: Share of the shorter text's runs of words that stand in the other, 0 to 1.
    """

    first: int
    second: int
    shared: float


class Hasher:
    """Hashes texts; words are hashed once."""

    def __init__(self) -> None:
        import numpy as np  # 0.2 seconds, for who looks for reprints

        self._np: Any = np
        self._words: dict[str, int] = {}

    def runs(self, text: str) -> Hashes:
        """The distinct hashed runs of five words of a text, ascending: shape (n,)."""
        np = self._np
        words: Hashes = np.array([self._word(word) for word in _WORD.findall(text.casefold())], np.uint64)
        n = len(words) - _RUN + 1
        if n < 1:
            return words[:0]
        mixed: Hashes = np.zeros(n, np.uint64)
        for at, factor in enumerate(_FACTORS):
            mixed += words[at : at + n] * np.uint64(factor)
        mixed ^= mixed >> np.uint64(31)
        mixed *= np.uint64(_MIX)
        mixed ^= mixed >> np.uint64(29)
        distinct: Hashes = np.unique(mixed)
        return distinct

    def _word(self, word: str) -> int:
        found = self._words.get(word)
        if found is None:
            found = self._words[word] = int.from_bytes(blake2b(word.encode(), digest_size=8).digest())
        return found


def near_duplicates(n: int, text: Callable[[int], str]) -> list[Pair]:
    """The pairs of texts that are alike: each text with the first one that it is found to be alike.

    Args:
        n: Number of texts.
        text: The text at a place, 0 to n - 1; asked for once, and once more if the text is compared.
    """
    import numpy as np

    hasher = Hasher()
    values, owners = [], []
    for place in range(n):
        runs = hasher.runs(text(place))
        if len(runs) >= _FEWEST:
            values.append(runs[:_SKETCH])
            owners.append(np.full(len(values[-1]), place, np.int64))
    if len(values) < 2:
        return []
    runs_of: dict[int, Hashes] = {}

    def full(place: int) -> Hashes:
        if place not in runs_of:
            if len(runs_of) > _KEPT:
                runs_of.clear()
            runs_of[place] = hasher.runs(text(place))
        return runs_of[place]

    pairs = []
    for first, second in _candidates(np.concatenate(values), np.concatenate(owners), n):
        shared = _shared(full(first), full(second))
        if shared is not None:
            pairs.append(Pair(first, second, shared))
    return pairs


_KEPT = 5_000
"""How many texts' hashes are kept at a time: some 25 MB."""


def _candidates(values: Hashes, owners: Any, n: int) -> list[tuple[int, int]]:
    """Pairs of places whose sketches share enough: each with the first owner of each shared hash."""
    import numpy as np

    order = np.argsort(values, kind="stable")
    values, owners = values[order], owners[order]
    is_same = np.concatenate(([False], values[1:] == values[:-1]))
    leaders = owners[np.maximum.accumulate(np.where(is_same, 0, np.arange(len(values))))]
    keys, counts = np.unique(leaders[is_same] * n + owners[is_same], return_counts=True)
    enough = keys[counts >= _SHARED]
    return [(int(first), int(second)) for first, second in zip(enough // n, enough % n, strict=True)]


def _shared(first: Hashes, second: Hashes) -> float | None:
    """Share of the shorter text's runs in the other, if the two are alike."""
    import numpy as np

    both = len(np.intersect1d(first, second, assume_unique=True))
    shorter = min(len(first), len(second))
    resemblance = both / (len(first) + len(second) - both)
    return both / shorter if resemblance >= RESEMBLANCE or both >= CONTAINMENT * shorter else None


def groups_of(n: int, pairs: Sequence[Pair]) -> list[list[int]]:
    """The groups of texts that pairs join, each ascending, in the order of their first."""
    above = list(range(n))

    def root(place: int) -> int:
        while above[place] != place:
            above[place] = above[above[place]]
            place = above[place]
        return place

    for pair in pairs:
        one, other = sorted((root(pair.first), root(pair.second)))
        above[other] = one
    groups: dict[int, list[int]] = {}
    for place in sorted({place for pair in pairs for place in pair[:2]}):
        groups.setdefault(root(place), []).append(place)
    return list(groups.values())
