"""Words that tell who speaks in English news: verbs of saying, titles, organisations, collectives, first names.

The lists are the files in `annotator/speakers/words`; each file says what it holds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from annotator.text.verbs import inflected, reporting_verbs
from annotator.text.word_lists import read_phrases, read_words

_SAME_IN_THE_PAST = frozenset("read broadcast forecast bet bid cast".split())

HE = frozenset("he him his himself".split())
SHE = frozenset("she her hers herself".split())
THEY = frozenset("they them their themselves".split())
BE = frozenset("is are was were be been being ’s 's get gets got".split())
AUXILIARIES = read_words(__file__, "auxiliaries")
ADVERBS = read_words(__file__, "adverbs")
PREPOSITIONS = read_words(__file__, "prepositions")
DETERMINERS = read_words(__file__, "determiners")

DATES = read_words(__file__, "dates")
NAME_OPENERS = read_words(__file__, "name_openers")
NAME_CONNECTORS = read_words(__file__, "name_connectors")
TITLE_SMALL_WORDS = read_words(__file__, "title_small_words")
HONORIFICS_HE = read_words(__file__, "honorifics_he")
HONORIFICS_SHE = read_words(__file__, "honorifics_she")
TITLES = read_words(__file__, "titles")
PORTFOLIOS = read_words(__file__, "portfolios")

ROLES = read_words(__file__, "roles")
COLLECTIVES = read_words(__file__, "collectives")
BODIES = read_words(__file__, "bodies")
DOCUMENTS = read_words(__file__, "documents")
SPEECH_NOUNS = read_words(__file__, "speech_nouns")
ADJECTIVES = read_words(__file__, "origin_adjectives")
ORGANISATION_HEADS = read_words(__file__, "organisation_heads")
JOINT_HEADS = read_words(__file__, "joint_heads")
PLACE_HEADS = read_words(__file__, "place_heads")
PLACE_OPENERS = read_words(__file__, "place_openers")


class Verb(NamedTuple):
    """A form of a verb that reports.

    Attributes:
        weight: 1 for verbs of saying, less for holding a position.
        is_gerund: It ends in "-ing".
        is_base: It has no ending, so that it is a verb only after a plural, an auxiliary or "to".
    """

    weight: float
    is_gerund: bool
    is_base: bool


@lru_cache(maxsize=1)
def verbs() -> dict[str, Verb]:
    """Every form of the verbs that report: verbs of saying weigh 1, verbs of thinking, wanting and siding less."""
    saying = [*reporting_verbs(), *read_phrases(__file__, "saying_verbs")]
    table: dict[str, Verb] = {}
    for weight, listed in ((0.55, read_phrases(__file__, "holding_verbs")), (1.0, saying)):
        for verb in listed:
            for form in inflected(verb):
                table[form] = Verb(
                    weight, form.endswith("ing") and form != verb, form == verb and verb not in _SAME_IN_THE_PAST
                )
    return table


@lru_cache(maxsize=1)
def first_names() -> dict[str, str]:
    """Common first names with the pronoun they take: "he", "she", or "" where both are usual."""
    male, female = read_words(__file__, "first_names_he"), read_words(__file__, "first_names_she")
    return {name: "" if name in male and name in female else "he" if name in male else "she" for name in male | female}
