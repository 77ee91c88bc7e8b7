"""Type-ahead search in the registry by alias, in any word order, with small misspellings; near-duplicates."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from itertools import chain
from typing import NamedTuple

from annotator.speakers.coreference import folded
from annotator.speakers.identity import KnownSpeaker
from annotator.text.search_text import searchable

_EXACT, _PREFIX, _FUZZY = 1.0, 0.9, 0.7
_MANY = 2000


class Match(NamedTuple):
    """A speaker of the registry that a query may mean.

    Attributes:
        speaker: The registry's entry.
        alias: The name or alias that matched.
        score: From 0 to 1; 1 when every word is the same.
    """

    speaker: KnownSpeaker
    alias: str
    score: float


class SpeakerIndex:
    """The registry's words, sorted once so that every key press is answered at once."""

    def __init__(self, known: Sequence[KnownSpeaker]) -> None:
        self._entries: list[tuple[KnownSpeaker, str, tuple[str, ...]]] = []
        places: dict[str, list[int]] = defaultdict(list)
        for speaker in known:
            for alias in dict.fromkeys((speaker.name, *speaker.aliases)):
                words = _split(alias)
                for word in set(words):
                    places[word].append(len(self._entries))
                initials = "".join(word[0] for word in words if word not in _SMALL)
                if len(initials) > 2:
                    places[initials].append(len(self._entries))
                if len(words) > 1 and _UNSPACED.search(alias):
                    places["".join(words)].append(len(self._entries))
                self._entries.append((speaker, alias, words))
        self._places = dict(places)
        self._words = sorted(self._places)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in self._words:
            self._by_length[len(word)].append(word)

    def find(self, query: str, limit: int = 9) -> list[Match]:
        """The entries that hold every word of the query, the best first.

        Args:
            query: What was typed; the words in any order, the last perhaps unfinished.
            limit: How many to return at most.
        """
        words = _split(query)
        if not words or limit < 1:
            return []
        best: dict[int, tuple[float, int]] = {}
        scores = self._scores(words)
        if not scores and len(words) > 1 and _UNSPACED.search(query):
            words = ("".join(words),)
            scores = self._scores(words)
        for entry, total in scores.items():
            speaker, _, parts = self._entries[entry]
            fit = total / len(words) - 0.02 * min(max(len(parts) - len(words), 0), 5)
            if fit > best.get(id(speaker), (0.0, 0))[0]:
                best[id(speaker)] = (fit, entry)
        matches = [(fit, *self._entries[entry][:2]) for fit, entry in best.values()]
        leading = nsmallest(limit, matches, key=lambda match: (-match[0], len(match[1].name), match[1].name))
        return [Match(speaker, alias, round(fit, 4)) for fit, speaker, alias in leading]

    def _scores(self, words: Sequence[str]) -> dict[int, float]:
        """For each entry that every word fits, the sum of how well."""
        total: dict[int, float] | None = None
        for word in sorted(words, key=len, reverse=True):
            fits = self._fits(word, total)
            total = (
                fits if total is None else {entry: total[entry] + fits[entry] for entry in total.keys() & fits.keys()}
            )
            if not total:
                return {}
        return total or {}

    def _fits(self, word: str, among: dict[int, float] | None) -> dict[int, float]:
        """How well a word fits each entry: the same, its beginning, or nearly the same."""
        if among is not None:
            fits = {entry: fit for entry in among if (fit := _fit(word, self._entries[entry][2]))}
        else:
            fits = dict.fromkeys(self._places.get(word, ()), _EXACT)
            at = bisect_left(self._words, word)
            while at < len(self._words) and self._words[at].startswith(word) and len(fits) < _MANY:
                for entry in self._places[self._words[at]]:
                    fits.setdefault(entry, _PREFIX)
                at += 1
        if len(word) > 3 and not fits:
            for close in self._close(word):
                for entry in self._places[close]:
                    fits.setdefault(entry, _FUZZY)
        return fits

    def _close(self, word: str) -> Iterable[str]:
        """The registry's words one slip away, two for long words; a swap of neighbours is one slip."""
        # imported here: the labelling screen opens before anybody types a name
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        slips = 1 if len(word) < 7 else 2
        for length in range(len(word) - slips, len(word) + slips + 1):
            found = process.extract(
                word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=slips, limit=None
            )
            for close, _, _ in found:
                yield close

    def near_duplicates(self, name: str, limit: int = 5) -> list[Match]:
        """Entries that may be the same speaker as a new name: other spelling, order, initials, or an acronym."""
        from rapidfuzz import fuzz

        words = _split(name)
        if not words:
            return []
        entries = set(self._scores([words[-1]])) | set(self._scores([words[0]])) | set(self._scores(words))
        entries |= set(self._places.get("".join(words), ()))
        entries |= set(self._places.get("".join(word[0] for word in words if word not in _SMALL), ()))
        for close in chain.from_iterable(self._close(word) for word in {words[0], words[-1]} if len(word) > 3):
            entries.update(self._places[close])
        found: dict[int, Match] = {}
        for entry in sorted(entries):
            speaker, alias, parts = self._entries[entry]
            likeness = _likeness(words, parts, fuzz.token_sort_ratio(" ".join(words), " ".join(parts)) / 100)
            if likeness >= 0.86 and (id(speaker) not in found or found[id(speaker)].score < likeness):
                found[id(speaker)] = Match(speaker, alias, round(likeness, 4))
        return sorted(found.values(), key=lambda match: (-match.score, match.speaker.name))[:limit]


def _fit(word: str, parts: Sequence[str]) -> float:
    if word in parts:
        return _EXACT
    return _PREFIX if any(part.startswith(word) for part in parts) else 0.0


_BETWEEN = re.compile("[-,・·]")
_UNSPACED = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of languages in which a name is written with and without a blank."""
_SMALL = frozenset({"of", "for", "and", "the", "in", "on", "de", "la", "del"})


def _split(name: str) -> tuple[str, ...]:
    parts = _BETWEEN.sub(" ", searchable(folded(name))).split()
    words = (word.strip("()[]{}'’\"“”,;:!?") for word in parts)
    return tuple(word for word in words if word)


def _likeness(words: Sequence[str], parts: Sequence[str], ratio: float) -> float:
    """How likely two names are one: by their letters, or by initials and shortened first names."""
    if sorted(words) == sorted(parts) or "".join(words) == "".join(parts):
        return 1.0
    if words[-1] == parts[-1] and len(words) > 1 and len(parts) > 1:
        first, other = words[0], parts[0]
        if first[0] == other[0] and (
            1 in (len(first), len(other)) or first.startswith(other) or other.startswith(first)
        ):
            return 0.95
    for short, long in ((words, parts), (parts, words)):
        initials = "".join(word[0] for word in long if word not in _SMALL)
        if len(short) == 1 and len(initials) > 2 and short[0] == initials:
            return 0.9
    return ratio


def find_known(query: str, known: Sequence[KnownSpeaker] | SpeakerIndex, limit: int = 9) -> list[Match]:
    """The registry's speakers that a query may mean; make a `SpeakerIndex` once where there are many."""
    index = known if isinstance(known, SpeakerIndex) else SpeakerIndex(known)
    return index.find(query, limit)


def near_duplicates(name: str, known: Sequence[KnownSpeaker] | SpeakerIndex, limit: int = 5) -> list[Match]:
    """The registry's speakers that a new name may already be."""
    index = known if isinstance(known, SpeakerIndex) else SpeakerIndex(known)
    return index.near_duplicates(name, limit)
