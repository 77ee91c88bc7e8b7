"""Couples: two names that "and" joins, as in "Xi and Putin said" or "Presidents Xi of China and Putin of Russia"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from annotator.speakers import lexicon
from annotator.speakers.coreference import Entity
from annotator.speakers.names import Name

_JOINED = ("and", "and the")
_BELONGING = ("of", "of the", "from", "from the")
_OPENERS = frozenset("that while as when where but after before because if and so since although though with".split())
"""Words before a subject; "with" opens "with Russia and China saying"."""
_CLOSERS = frozenset("and or but of in on at to for from with by between against".split())
"""Words after which a name before them is not the subject of a verb that follows at once."""


class Couple(NamedTuple):
    """Two names of the same kind that are joined.

    Attributes:
        first: Which of the paragraph's names comes first.
        second: Which comes second.
        start: Where the first begins in the paragraph, titles included.
        is_subject: Whether a verb of theirs seems to follow.
        is_led: Whether a preposition stands before the first, as in "talks between China and Russia".
    """

    first: int
    second: int
    start: int
    is_subject: bool
    is_led: bool

    def is_told_by(self, cue: int) -> bool:
        """Whether a word at this offset may attribute something to both, and not to what they only belong to."""
        return not self.is_led or cue < self.start


def couples(text: str, names: Sequence[Name], entities: Sequence[Entity]) -> list[Couple]:
    """The couples of a paragraph, in order; names of a longer list ("China, Russia and Iran") make none.

    Args:
        text: The paragraph.
        names: The names in it.
        entities: Whom each name stands for.
    """
    found = []
    for first in range(len(names) - 1):
        after_first, second = _past_place(text, names, first)
        if second >= len(names) or _between(text, names[after_first], names[second]) not in _JOINED:
            continue
        if entities[first] is entities[second] or not _are_alike(entities[first], entities[second]):
            continue
        before = text[: names[first].begin].rstrip()
        last, following = _past_place(text, names, second)
        if _is_in_list(text, names, first) or _goes_on(text, names, last, following):
            continue
        is_subject = _opens_clause(before) and _leads_to_verb(text[names[last].end :])
        word, *_ = [*before.casefold().removesuffix(" the").rsplit(maxsplit=1)[-1:], ""]
        is_led = word in lexicon.PREPOSITIONS and word not in _OPENERS
        found.append(Couple(first, second, names[first].begin, is_subject, is_led))
    return found


def _past_place(text: str, names: Sequence[Name], at: int) -> tuple[int, int]:
    """The last name of "Xi Jinping of China", and the name after it."""
    after = at + 1
    if after < len(names) and _between(text, names[at], names[after]) in _BELONGING:
        return after, after + 1
    return at, after


def _between(text: str, one: Name, other: Name) -> str:
    return text[one.end : other.begin].strip().casefold()


def _are_alike(one: Entity, other: Entity) -> bool:
    return one.kind == other.kind or "person" not in (one.kind, other.kind)


def _is_in_list(text: str, names: Sequence[Name], first: int) -> bool:
    return first > 0 and _between(text, names[first - 1], names[first]) in (",", "and", "or")


def _goes_on(text: str, names: Sequence[Name], last: int, following: int) -> bool:
    return following < len(names) and _between(text, names[last], names[following]) in (",", ", and", "and", "or")


def _opens_clause(before: str) -> bool:
    """Whether a subject may begin after this text."""
    if not before or not before[-1].isalnum():
        return True
    word = before.rsplit(maxsplit=1)[-1].casefold()
    return word in _OPENERS or word in lexicon.TITLES or word.removesuffix("s") in lexicon.ROLES


def _leads_to_verb(after: str) -> bool:
    """Whether a word in small letters follows at once, as a verb does, and not a word that joins."""
    word, *_ = [*after.split(maxsplit=1), ""]
    return after[:1].isspace() and word.isalpha() and word.islower() and word not in _CLOSERS
