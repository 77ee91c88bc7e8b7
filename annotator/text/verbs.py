"""English verbs: those that report what somebody said, and the forms of a verb."""

from __future__ import annotations

from functools import lru_cache

from annotator.text.word_lists import read_phrases


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
