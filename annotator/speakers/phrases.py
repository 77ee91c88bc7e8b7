"""Runs of words of a text that typed letters may begin: what a statement is about, or who speaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from annotator.speakers import lexicon
from annotator.text.search_text import searchable
from annotator.text.verbs import is_finite, reporting_verbs

_SMALL = lexicon.PREPOSITIONS | lexicon.DETERMINERS | {"and", "or"}
_CLAUSE = re.compile(r"[.,;:!?()\[\]“”\"«»–—\n]+")
_MARKS = "'’‘ "
_POSSESSIVE = re.compile(r"['’]s$")
_AFTER_SPEAKER = frozenset(
    "that who which whose because while when if as after before since until against over about by than amid".split()
)
_MOST_WORDS = 3
_LONGEST = 6
_LONGEST_SPEAKER = 12


def phrases(text: str, begin: str) -> list[str]:
    """Runs of one to three words of a text that begin with some letters.

    Small words count only at the ends, where a run has none ("British and Irish buyers").

    Args:
        text: The text.
        begin: The letters, as they are searched.
    """
    first = begin.partition(" ")[0]
    return _phrases_of(text, lambda word: word.startswith(first), lambda phrase: phrase.startswith(begin))


def initial_phrases(text: str, letters: str) -> list[str]:
    """Runs of two or three words of a text whose words begin with some letters: "fuel tax" with "ft".

    Args:
        text: The text.
        letters: The letters, as they are searched, one for each word that is not small.
    """
    return _phrases_of(text, lambda word: word.startswith(letters[:1]), lambda phrase: initials(phrase) == letters)


def initials(phrase: str) -> str:
    """The first letters of a phrase's words, without its small words: "ft" of "fuel tax"."""
    return "".join(word[0] for word in searchable(phrase).replace("-", " ").split() if word not in _SMALL)


def _phrases_of(text: str, may_begin: Callable[[str], bool], is_wanted: Callable[[str], bool]) -> list[str]:
    """The runs of words whose first word and whose whole fit, both as they are searched."""
    found: dict[str, None] = {}
    for clause in _CLAUSE.split(text):
        words = clause.split()
        for at, word in enumerate(words):
            if not may_begin(searchable(word.strip(_MARKS))):
                continue
            for run in _runs(words[at : at + _LONGEST]):
                phrase = _POSSESSIVE.sub("", " ".join(run).strip(_MARKS))
                if is_wanted(searchable(phrase)):
                    found.setdefault(phrase)
    return list(found)


def _runs(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """The runs that begin with the first of some words, up to a verb; none ends with a small word."""
    if words[0].casefold() in _SMALL:
        return
    n = 0
    for end, word in enumerate(words, 1):
        if end > 1 and word[:1].islower() and is_finite(word):
            return
        if word.casefold() in _SMALL:
            continue
        n += 1
        if n > _MOST_WORDS:
            return
        yield words[:end]


def speaker_phrases(text: str, begin: str) -> list[str]:
    """Runs of two to twelve words of a text that begin with some letters, up to the next verb or mark.

    Args:
        text: The text.
        begin: The letters, as they are searched.
    """
    found: dict[str, None] = {}
    if not begin:
        return []
    first = begin.partition(" ")[0]
    for clause in _CLAUSE.split(text):
        words = clause.split()
        for at, word in enumerate(words):
            if not searchable(word.strip(_MARKS)).startswith(first):
                continue
            for ends in (_ends_speaker, _begins_clause):
                phrase = _run(words, at, ends)
                if phrase is not None and searchable(phrase).startswith(begin):
                    found.setdefault(phrase)
    return list(found)


def _run(words: Sequence[str], at: int, ends: Callable[[str], bool]) -> str | None:
    """The words from a place to the first that ends the run, without small words at its end."""
    # After "a" even a word like "leaked" is no verb.
    first = at + 2 if words[at].casefold() in lexicon.DETERMINERS else at + 1
    end = next((i for i in range(first, len(words)) if ends(words[i])), len(words))
    while end > at and words[end - 1].casefold() in _SMALL:
        end -= 1
    return _POSSESSIVE.sub("", " ".join(words[at:end]).strip(_MARKS)) if 1 < end - at <= _LONGEST_SPEAKER else None


def _begins_clause(word: str) -> bool:
    """Whether a word cannot belong to the words for a speaker: a finite verb, or one that begins a clause."""
    low = word.casefold().strip(_MARKS)
    return low in _AFTER_SPEAKER or (word[:1].islower() and is_finite(low))


def _ends_speaker(word: str) -> bool:
    """Whether a word is the verb after a speaker; some of these are nouns as well, such as "report"."""
    return _begins_clause(word) or word.strip(_MARKS) in reporting_verbs()
