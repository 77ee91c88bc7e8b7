"""English verbs: those that report what somebody said, the forms of a verb, and words that are finite verbs."""

from __future__ import annotations

from functools import lru_cache

from annotator.text.word_lists import read_phrases, read_words

_AUXILIARIES = frozenset(
    "am is are was were has have had do does did will would can could may might must should".split()
)
_THIRD = frozenset(
    "accepts accuses adds admits agrees argues asks believes denies describes insists opposes refuses rejects says"
    " tells thinks urges writes".split()
)
"""Third persons that are not plurals of nouns."""


def reporting_verbs() -> list[str]:
    """Base forms of the commonest verbs that report what somebody said, thought or held."""
    return read_phrases(__file__, "reporting_verbs")


def inflected(verb: str) -> tuple[str, ...]:
    """The forms of an English verb: base, third person, past, participles."""
    if verb in _irregular():
        return _irregular()[verb]
    if verb.endswith("e"):
        return (verb, verb + "s", verb + "d", verb[:-1] + "ing")
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return (verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing")
    third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return (verb, third, verb + "ed", verb + "ing")


@lru_cache(maxsize=1)
def _irregular() -> dict[str, tuple[str, ...]]:
    forms = (tuple(line.split()) for line in read_phrases(__file__, "irregular_verbs"))
    return {verb[0]: verb for verb in forms}


def is_finite(word: str) -> bool:
    """Whether a word is most likely the finite verb of a clause; plurals and base forms of verbs are not."""
    low = word.casefold()
    if low in _AUXILIARIES or low in _THIRD or low in read_words(__file__, "past_forms"):
        return True
    return len(low) > 4 and low.endswith("ed") and not low.endswith("eed")
