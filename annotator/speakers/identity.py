"""Names that stand for one speaker, matched with the entries of a registry; phrases that name nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from annotator.speakers import lexicon
from annotator.speakers.coreference import folded
from annotator.speakers.countries import state_of, state_of_demonym
from annotator.speakers.languages import Language
from annotator.text.word_lists import read_phrases

_ARTICLES = ("the", "a", "an", "some")
_SPOKEN_FOR = re.compile(r"\bspokes(?:man|woman|person)\b")
_SPOKEN_FOR_WHOM = re.compile(r"^(spokes(?:man|woman|person)) (?:for|of) (?:the )?(.+)$", re.IGNORECASE)
_PARTY_AND_STATE = re.compile(r"[DRI]-(?:(?:New|North|South|West|Rhode) )?[A-Z][a-zA-Z.]+$")
"""After the name of a senator: "R-Texas"."""
_PARTS = re.compile(r"[\s–-]+")
_REMEMBERED = 50_000
"""Names that are not worked out again when one entry of a long registry changes."""

_PREFIXES = frozenset("anglo austro euro franco greco indo italo russo sino".split())
_NO_NAMES = frozenset(read_phrases(__file__, "no_names"))


@dataclass(frozen=True)
class KnownSpeaker:
    """A speaker of the registry: canonical name and aliases."""

    name: str
    aliases: tuple[str, ...] = ()


class Identities:
    """The entries of a registry by everything that they can be called."""

    def __init__(self, known: Sequence[KnownSpeaker]) -> None:
        self._speakers = known
        self._by_stem: dict[str, list[tuple[list[str], KnownSpeaker]]] | None = None
        self._names: dict[str, KnownSpeaker] = {}
        self._keys: dict[str, KnownSpeaker] = {}
        self._surnames: dict[str, set[str]] = {}
        by_name = {speaker.name: speaker for speaker in known}
        for speaker in known:
            for alias in speaker.aliases:
                self._names.setdefault(folded(alias), speaker)
                self._keys.setdefault(identity(alias), speaker)
        for speaker in known:
            self._names[folded(speaker.name)] = speaker
            self._keys[identity(speaker.name)] = speaker
            words = speaker.name.split()
            if len(words) in (2, 3, 4) and all(word[:1].isupper() for word in words):
                self._surnames.setdefault(folded(words[-1]), set()).add(speaker.name)
        self._bearers = {word: by_name[next(iter(names))] for word, names in self._surnames.items() if len(names) == 1}

    def find(self, name: str) -> KnownSpeaker | None:
        """The entry that a name stands for: by name or alias, without articles, as a state, by a description."""
        return self._names.get(folded(name)) or self._keys.get(identity(name))

    def of_inflected(self, name: str, language: Language) -> KnownSpeaker | None:
        """The only entry whose name is this one with other endings, in a language that inflects names."""
        words = folded(name).split()
        if len(words) < 2 or not language.inflects:
            return None
        if self._by_stem is None:
            self._by_stem = {}
            for speaker in self._speakers:
                held = folded(speaker.name).split()
                if len(held) > 1:
                    self._by_stem.setdefault(held[-1][:3], []).append((held, speaker))
        found = [
            speaker
            for held, speaker in self._by_stem.get(words[-1][:3], ())
            if len(held) == len(words) and all(map(language.are_forms, held, words))
        ]
        return found[0] if len(found) == 1 else None

    def of_surname(self, word: str) -> KnownSpeaker | None:
        """The only entry of a person with this surname."""
        return self._bearers.get(folded(word))


@lru_cache(maxsize=_REMEMBERED)
def identity(name: str) -> str:
    """What two names of one speaker have in common.

    `identity("U.S.")` is that of "the United States", `identity("a Chinese Foreign Ministry spokeswoman")` that of
    "China's Foreign Ministry spokesperson".
    """
    bare = _SPOKEN_FOR_WHOM.sub(r"\2 \1", without_article(name))
    state = state_of(bare) or state_of(bare.replace(".", ""))
    if state is not None:
        return folded(state)
    words = bare.split()
    if len(words) > 1:
        owner = re.sub(r"[’']s?$", "", words[0])
        state = state_of_demonym(words[0]) or (state_of(owner) if owner != words[0] else None)
        words = [state, *words[1:]] if state is not None else words
    return _SPOKEN_FOR.sub("spokesperson", folded(" ".join(words)))


def without_article(name: str) -> str:
    """A name without the article or "some" before it."""
    first, _, rest = name.partition(" ")
    return rest if rest and first.casefold() in _ARTICLES else name


def is_no_name(name: str) -> bool:
    """Whether a phrase names nobody: "countries", "joint military", "Russia China", "South Korean"."""
    bare = without_article(name)
    if bare.casefold() in _NO_NAMES or _PARTY_AND_STATE.match(bare):
        return True
    if state_of_demonym(bare) is not None and state_of(bare) is None:
        return True
    parts = [part for part in _PARTS.split(bare) if part]
    return len(parts) > 1 and state_of(bare) is None and all(map(_is_of_state, parts))


def _is_of_state(word: str) -> bool:
    low = word.casefold()
    is_state = state_of(word) is not None or state_of_demonym(word) is not None
    return is_state or low in lexicon.ADJECTIVES or low in _PREFIXES
