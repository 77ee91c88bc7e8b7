"""The names of a registry, prepared to be found in many texts: whole words, endings, words in common."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from annotator.speakers import lexicon
from annotator.speakers.identity import KnownSpeaker

_WORDS = re.compile(r"[^\W\d_]{3,}")
_TOKEN = re.compile(r"\w+(?:'\w+)*")
_SMALL = lexicon.PREPOSITIONS | lexicon.DETERMINERS | {"and", "or"}


class TargetIndex:
    """The names of a registry, prepared once to be found in many texts."""

    def __init__(
        self, known: Sequence[KnownSpeaker], issues: Collection[str] = (), definitions: Mapping[str, str] | None = None
    ) -> None:
        self.known = known
        self.issues = frozenset(issues)
        self.names = frozenset(one.name for one in known)
        self._forms: dict[str, list[tuple[str, str]]] = {}
        self._stems: dict[str, list[str]] = {}
        self._n_words: dict[str, int] = {}
        self._parts_of: dict[str, frozenset[str]] = {}
        for one in known:
            for form, first in map(_form, (one.name, *one.aliases)):
                if first:
                    self._forms.setdefault(first, []).append((form, one.name))
            stems = _stems(one.name)
            self._n_words[one.name] = len(stems)
            for stem in stems:
                self._stems.setdefault(stem, []).append(one.name)
        self._owners = {stem: set(names) for stem, names in self._stems.items()}
        for name, definition in (definitions or {}).items():
            for stem in _stems(definition):
                self._owners.setdefault(stem, set()).add(name)

    def made_of(self, named: Collection[str], new: Collection[str]) -> dict[str, frozenset[str]]:
        """The entries whose names are made of two or more of these ("Sweden-Norway ties"), with those.

        Args:
            named: Entries.
            new: Names that are not entries.
        """
        stems = {stem for name in (*named, *new) for stem in _stems(name)}
        near = {other for stem in stems for other in self._stems.get(stem, ())}.difference(named)
        found = {}
        for name in near:
            parts = self._parts(name).union(one for one in new if _holds(_form(name)[0], _form(one)[0]))
            if len(parts) > 1 and parts <= {*named, *new}:
                found[name] = parts
        return found

    def _parts(self, name: str) -> frozenset[str]:
        """The other entries that the name of an entry holds."""
        if name not in self._parts_of:
            self._parts_of[name] = frozenset(self.found(_form(name)[0])) - {name}
        return self._parts_of[name]

    def told_apart(self, text: str, names: Collection[str]) -> set[str]:
        """The issues of which a text holds a word that no other entry has ("sanctions"), also in its definition.

        Args:
            text: A text in lower case.
            names: Names in the text; their words tell nothing.
        """
        stems = {word[:5] for word in _WORDS.findall(text)}.difference(*map(_stems, names))
        owners = (self._owners[stem] for stem in stems if len(self._owners.get(stem, ())) == 1)
        return {only for (only,) in owners} & self.issues

    def found(self, text: str) -> dict[str, list[int]]:
        """The entries that a text in lower case names, each with the offsets where they begin."""
        places: dict[str, list[int]] = {}
        for token in _TOKEN.finditer(text):
            word = token.group()
            for first in (word, word.removesuffix("'s")) if word.endswith("'s") else (word,):
                for form, name in self._forms.get(first, ()):
                    if _is_at(text, form, token.start()):
                        places.setdefault(name, []).append(token.start())
        return places

    def likeness(self, text: str) -> dict[str, float]:
        """The share of an entry's words whose beginning also begins a word of a text in lower case."""
        shared: dict[str, int] = {}
        for stem in {word[:5] for word in _WORDS.findall(text)}:
            for name in self._stems.get(stem, ()):
                shared[name] = shared.get(name, 0) + 1
        return {name: n / self._n_words[name] for name, n in shared.items()}


@lru_cache(maxsize=50_000)
def _form(name: str) -> tuple[str, str]:
    """A name as it is looked for in a text, and its first word."""
    form = folded_text(name)
    first = _TOKEN.search(form)
    return form, first.group() if first is not None else ""


@lru_cache(maxsize=50_000)
def _stems(name: str) -> frozenset[str]:
    """The beginnings of a name's words, small words left out."""
    return frozenset(word[:5] for word in _WORDS.findall(folded_text(name)) if word not in _SMALL)


def folded_text(text: str) -> str:
    """A text in lower case with straight apostrophes, of the same length."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return lowered.replace("’", "'")


def _holds(text: str, form: str) -> bool:
    """Whether a text in lower case holds a name as whole words."""
    return any(_is_at(text, form, token.start()) for token in _TOKEN.finditer(text)) if form else False


def _is_at(text: str, form: str, at: int) -> bool:
    """Whether a name stands at an offset as whole words, also in the plural or the possessive."""
    if not text.startswith(form, at):
        return False
    rest = text[at + len(form) : at + len(form) + 3]
    return re.match(r"(?:'s|s)?(?!\w)", rest) is not None
