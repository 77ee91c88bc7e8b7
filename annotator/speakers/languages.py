"""Words of other languages that begin no name: small words, months, weekdays and titles, in the language of an article.

The table is `languages.csv`. Of these languages no verb is known, so nothing tells who speaks but names and marks.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from annotator.speakers import lexicon
from annotator.text.evidence import pattern
from annotator.text.search_text import searchable
from annotator.text.word_lists import read_lines

_WORD = pattern(r"[^\W\d_]+(?:[’'ʼ-][^\W\d_]+)*")
_MOST_READ = 4000
_SHARE = 0.07
"""Least share of small words by which a language is told."""
_CASED = 0.5
_WITHOUT_OF = frozenset("cs el hr pl ru uk".split())
_PATRONYMIC = re.compile(r"(?:вич|вна|чна|ична)$")
_BODY = re.compile(
    r"(?:amt|anstalt|ausschuss|bank|behörde|bund|fraktion|gericht|gesellschaft|gewerkschaft|institut|justiz|kammer"
    r"|kommission|koalition|konzern|ministerium|opposition|partei|parlament|polizei|rat|regierung|stiftung|tag"
    r"|universität|verband|verein|verwaltung|werke|zentrale)$"
)
_ALONE = frozenset({"polizei", "bundestag", "bundesrat"})
_NO_BODY = frozenset(
    "antrag auftrag beitrag bericht ertrag feiertag haushalt heimat monat nachtrag rat staat tag".split()
)
_NO_BODY |= frozenset("unterricht vertrag vorrat vortrag wahltag werktag arbeitstag nachmittag mittag alltag".split())


_INFLECTING = frozenset("cs el fi hr hu pl ru tr uk".split())
_ENDING, _STEM, _SHORT = 3, 3, 5
_COMPOUNDING = frozenset("da de fi hu nl no sv".split())
_LONG_TITLE = 6
_SHORTEST = 3
_PARTICLES = "وفبلكובהלמכש"
"""Arabic and Hebrew particles that are written as one word with the name after them."""
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


_OWN_PARTICLES = {"da": "af", "nl": "ten|ter", "no": "af", "pt": "das|do", "sv": "af|av"}
_PLURAL_ARTICLES = frozenset("as gli las les los os οι τους".split())
_ELISION = re.compile(r"\w{1,5}[’'][^\W\d_](?<=[^\WA-ZÀ-Þ\d_])")


class Language(NamedTuple):
    """A language whose small words are known.

    Attributes:
        code: Its code, such as "de".
        small: Articles, pronouns, prepositions and other words that begin no name.
        dates: Months, weekdays and the like.
        titles: Words before a person's name.
    """

    code: str
    small: frozenset[str]
    dates: frozenset[str]
    titles: frozenset[str]

    @property
    def capitalises_nouns(self) -> bool:
        """Whether every noun has a capital, so that one tells nothing."""
        return self.code == "de"

    @property
    def inflects(self) -> bool:
        """Whether names have endings."""
        return self.code in _INFLECTING

    def are_forms(self, one: str, other: str) -> bool:
        """Whether two words differ only in their endings, in a language that inflects names: "Лосева" and "Лосев"."""
        if not self.inflects:
            return False
        shared = next(
            (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
        )
        shorter, longer = sorted((len(one), len(other)))
        return (
            longer - shorter <= _ENDING and shared > _STEM - 1 and shared >= shorter - (1 if shorter <= _SHORT else 2)
        )

    def is_title(self, word: str) -> bool:
        """Whether a word in small letters is a title; in some languages also one that ends in one: "Finansminister"."""
        bare = word.rstrip(".")
        is_compound = self.code in _COMPOUNDING and bare.endswith(self._title_ends())
        return bare in self.titles or word in self.titles or is_compound

    def _title_ends(self) -> tuple[str, ...]:
        return tuple(title for title in self.titles if len(title) >= _LONG_TITLE)

    @property
    def particles(self) -> str:
        """Small words within names that are other words in other languages, as alternatives of a pattern."""
        return _OWN_PARTICLES.get(self.code, "")

    @property
    def plural_articles(self) -> frozenset[str]:
        """Articles after which one word is a people: "les Bretons"."""
        return self.small & _PLURAL_ARTICLES

    def without_elision(self, word: str) -> str:
        """A word that opens a run without an article written as one with it: "L’avocate", "Dell’ingegnere"."""
        found = _ELISION.match(word) if self.code in ("fr", "it", "ca") else None
        return "" if found is not None else word

    def begins_with_title(self, words: Sequence[str]) -> bool:
        """Whether the first of three words can only be a noun before a person's name: "Manager Dirk Henkel"."""
        is_known = words[0].casefold() in lexicon.first_names() or any(
            word.isupper() or word.islower() for word in words
        )
        return self.capitalises_nouns and len(words) == 3 and not is_known and german_body(words[-1]) is None

    @property
    def is_possessive_s(self) -> bool:
        """Whether the possessor has an "s" without an apostrophe."""
        return self.code in ("da", "de", "nl", "no", "sv")

    def n_of_place(self, words: list[str]) -> int:
        """How many words after a title belong to it: the place of a mayor ("Мэр Мурманска Ирина Ковалёва")."""
        if self.code not in _WITHOUT_OF or len(words) != 3:
            return 0
        is_first_name = words[0].casefold() in lexicon.first_names()
        return 0 if is_first_name or _PATRONYMIC.search(words[1]) else 1


@lru_cache(maxsize=1)
def _languages() -> tuple[Language, ...]:
    rows = csv.DictReader(read_lines(Path(__file__).with_name("languages.csv")))
    return tuple(
        Language(
            row["language"], *(frozenset(row[name].casefold().split()) for name in ("small_words", "dates", "titles"))
        )
        for row in rows
    )


def language_of(text: str) -> Language | None:
    """The language whose small words stand most often in a text; None where none does often enough."""
    found: list[str] = _WORD().findall(text[:_MOST_READ])
    times = Counter(word.casefold() for word in found)
    shares = ((sum(times[word] for word in one.small if word in times), one) for one in _languages())
    n, best = max(shares, key=lambda pair: pair[0])
    return best if n >= _SHARE * len(found) and n > 2 else None


def is_without_case(text: str) -> bool:
    """Whether most letters of a text are of a script without capitals, so that no name can be told from other words."""
    letters = [sign for sign in text[:_MOST_READ] if sign.isalpha()]
    return sum(sign.isupper() or sign.islower() for sign in letters) < _CASED * len(letters)


def place_of_name(text: str, forms: Sequence[str]) -> int | None:
    """Where a name or the last word of one stands in a text without capitals, after particles written as one with it.

    Args:
        text: The text as it is searched.
        forms: The name and its aliases.
    """
    places = []
    for form in map(searchable, forms):
        last = form.rpartition(" ")[2]
        for wanted in (form, last) if len(last) >= _SHORTEST else (form,):
            bound = "" if _UNSPACED.match(wanted) else rf"(?<!\w)[{_PARTICLES}]{{0,2}}"
            if wanted and (found := re.search(bound + re.escape(wanted), text)) is not None:
                places.append(found.start())
                break
    return min(places, default=None)


def german_body(word: str) -> str | None:
    """The nominative of a German noun that is a body who may speak ("Landesamtes" is "Landesamt"); None for others."""
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        low = form.casefold()
        found = _BODY.search(low)
        if low in _ALONE or (found is not None and found.start() > 2 and low not in _NO_BODY):
            return form
    return None
