"""Names in a paragraph: runs of capitalised words, without titles, dates and sentence openers."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache
from typing import Literal, NamedTuple

from annotator.speakers import lexicon
from annotator.speakers.countries import state_of, state_of_demonym
from annotator.speakers.languages import Language
from annotator.text.evidence import pattern

Kind = Literal["person", "organisation", "state", "other"]

_CAPITALS = (*range(0x41, 0x5B), *range(0xC0, 0x590), *range(0x1E00, 0x2000))
"""Where capitals stand: Latin, Greek, Cyrillic, Armenian."""
_UPPER = "".join(chr(code) for code in _CAPITALS if chr(code).isupper())


@lru_cache(maxsize=8)
def _run(particles: str) -> re.Pattern[str]:
    word = rf"(?:[{_UPPER}]\.(?:-?[{_UPPER}]\.)*|[{_UPPER}][\w]*(?:[’'](?!s\b)\w+|-\w+|&\w+)*)"
    dotted = r"(?:(?<=\bMr)|(?<=\bMrs)|(?<=\bMs)|(?<=\bDr)|(?<=\bSt)|(?<=\bSen)|(?<=\bRep)|(?<=\bGov)|(?<=\bGen)"
    dotted += r"|(?<=\bSens)|(?<=\bReps)|(?<=\bLt)|(?<=\bCol)|(?<=\bMaj)|(?<=\bCapt)|(?<=\bSgt)|(?<=\bAdm)|(?<=\bRev)"
    dotted += r"|(?<=\bHon)|(?<=\bProf)|(?<=\bDel)|(?<=\bJr)|(?<=\bSr)|(?<=\bCorp)|(?<=\bInc)|(?<=\bCo)|(?<=\bLtd))\."
    unit = rf"(?:{word}(?:{dotted})?)"
    low = r"(?:al-|el-|ad-|as-|d[’'])"
    particle = (
        r"(?:of the|of|for the|for|on the|on|de la|de los|de|del|della|di|da|dos|du|van der|van den|van|von der|von|"
        rf"bin|ibn|ben|abu|zu|y|&|la|le|el|al{particles and f'|{particles}'})"
    )
    return re.compile(rf"(?<![\w@#]){low}?{unit}(?:[ \u00a0](?:{particle}[ \u00a0])?{low}?{unit})*")


class Name(NamedTuple):
    """A name where it stands in a paragraph.

    Attributes:
        start: Offset of its first character, titles left out.
        begin: Offset of the first title before it, or `start`.
        end: Offset after its last.
        words: Its words.
        kind: What it looks like; "other" when the words alone do not tell.
        pronoun: "he" or "she" when an honorific tells, else "".
        title: The words of the title before it, in lower case.
        opens: It stands where any word would be capitalised.
    """

    start: int
    end: int
    words: tuple[str, ...]
    kind: Kind
    pronoun: str = ""
    title: str = ""
    opens: bool = False
    begin: int = -1

    @property
    def text(self) -> str:
        """The name, its words joined by single blanks."""
        return " ".join(self.words)

    def behind(self, n: int) -> Name:
        """The same name so many characters later."""
        start, end, words, kind, pronoun, title, opens, begin = self
        return Name(start + n, end + n, words, kind, pronoun, title, opens, begin + n)


_HONORIFICS = lexicon.HONORIFICS_HE | lexicon.HONORIFICS_SHE | {"dr", "dr.", "sen.", "rep.", "gov.", "gen."}
_SENTENCE_EDGE = frozenset(".!?:;…—–-*•|\n")
_WORD_AT = pattern(r"\S+")


_LETTERS = pattern(r"[^\W\d_]+")


def is_title_case(text: str) -> bool:
    """Whether a line capitalises every word but the small ones, as headlines do, so that capitals tell nothing."""
    if len(text) > 300:
        return False
    if text.isupper():
        return True
    found: list[str] = _LETTERS().findall(text)
    n_lower, most = 0, len(found) // 16
    for word in found:
        n_lower += word[0].islower() and word not in lexicon.TITLE_SMALL_WORDS
        if n_lower > most:
            return False
    return sum(word[0].isupper() for word in found) >= 4


Runs = dict[tuple[str, bool, str], list[Name]]
"""The names of runs of capitalised words, counted from its beginning, by the run and what stands before it.

That is whether it opens a sentence, and a title or a plural article of another language than English.
"""


def find_names(
    text: str, common: Container[str] = frozenset(), seen: Runs | None = None, language: Language | None = None
) -> list[Name]:
    """The names of a paragraph, in order.

    Args:
        text: The paragraph.
        common: Words that the article also writes in lower case; one that opens a sentence is not a name.
        seen: The runs of the article's other paragraphs, most of which come back; those of this one are added.
        language: The language, if it is another one than English and known.
    """
    found: list[Name] = []
    known: Runs = {} if seen is None else seen
    for match in _run(language.particles if language is not None else "").finditer(text):
        start = match.start()
        run = match.group(), _opens_sentence(text, start), _word_before(text, start, language)
        if run not in known:
            tokens = [(piece.group(), piece.start()) for piece in _WORD_AT().finditer(run[0])]
            known[run] = _Run(tokens, run[1], common, language, run[2]).read()
        for name in known[run]:
            _add(found, text, name.behind(start))
    return found


def _add(found: list[Name], text: str, name: Name) -> None:
    before = found[-1] if found else None
    if before is not None and name.begin - before.end in (2, 3) and _owns(text, before, name):
        owner = (*before.words[:-1], text[before.end - len(before.words[-1]) : name.start - 1])
        found[-1] = Name(
            before.start, name.end, (*owner, *name.words), "organisation", opens=before.opens, begin=before.begin
        )
        return
    goes_on = before is not None and name.start - before.end == 5 and _goes_on(text, before, name)
    found.append(_joined(found.pop(), name) if goes_on else name)


_OWNERS = frozenset(
    "children citizens farmers men patients people pensioners sheriff teachers veterans women workers".split()
)


def _owns(text: str, first: Name, second: Name) -> bool:
    """Whether a possessive begins a body's name ("Supporters’ Trust", "Women’s Institute"), not "Rovers’ Ann Lee"."""
    mark = text[first.end : second.start]
    is_plural = mark in ("’ ", "' ") and first.words[-1].endswith("s")
    is_people = mark in ("’s ", "'s ") and first.words[-1].casefold() in _OWNERS
    is_body = second.kind == "organisation" and second.words[0].casefold() in lexicon.ORGANISATION_HEADS
    return is_body and (is_plural or is_people) and first.kind in ("other", "organisation", "person")


def _goes_on(text: str, first: Name, second: Name) -> bool:
    """Whether "and" joins two parts of one organisation's name ("Ministry of Trade and Industry")."""
    if text[first.end : second.start] != " and " or first.kind == "person":
        return False
    if {"of", "for", "on"}.intersection(first.words) and first.kind == "organisation":
        return second.kind != "person" or second.words[-1].casefold() in lexicon.JOINT_HEADS
    return (
        first.kind == "other" and second.kind == "organisation" and second.words[-1].casefold() in lexicon.JOINT_HEADS
    )


def _joined(first: Name, second: Name) -> Name:
    words = (*first.words, "and", *second.words)
    return Name(first.start, second.end, words, "organisation", opens=first.opens, begin=first.begin)


def _opens_sentence(text: str, start: int) -> bool:
    at = start - 1
    while at >= 0 and (text[at].isspace() or text[at] in "\"“”‘’'([«„»"):
        if text[at] in '"“‘([«„':
            return True
        at -= 1
    return at < 0 or text[at] in _SENTENCE_EDGE


def _word_before(text: str, start: int, language: Language | None) -> str:
    """The title or plural article that stands before a run, in another language than English; empty without one."""
    before = text[max(0, start - 24) : start].casefold().split() if language is not None else []
    is_told = language is not None and before and (before[-1] in language.titles | language.plural_articles)
    return before[-1] if is_told else ""


class _Run:
    """A run of capitalised words, cut at dates, openers and titles."""

    def __init__(
        self,
        tokens: list[tuple[str, int]],
        opens: bool,
        common: Container[str],
        language: Language | None,
        before: str,
    ) -> None:
        self.language = language
        self.before = before
        self.tokens = tokens
        self.opens = opens
        self.common = common
        self.names: list[Name] = []
        self.piece: list[tuple[str, int]] = []
        self.title: list[str] = []
        self.begin = -1

    def read(self) -> list[Name]:
        """The names of the run."""
        if self.language is not None and self.is_people(self.language):
            return []
        skip = 0
        for index, (word, _) in enumerate(self.tokens):
            if skip:
                skip -= 1
            elif self.is_no_name(index, word.casefold()):
                self.flush()
            elif self.is_title(index, word.casefold()):
                skip = self.meet_title(index)
            elif (
                word in lexicon.NAME_CONNECTORS and self.piece and self.ends_person(word, len(self.tokens) - index - 1)
            ):
                self.flush()
            else:
                self.piece.append(self.tokens[index])
        self.flush()
        return self.names

    def is_people(self, language: Language) -> bool:
        """Whether it is one word after a plural article, such as a people."""
        words = [self.before, *(token.casefold() for token, _ in self.tokens)]
        return len(words) - bool(not self.before) <= 2 and any(word in language.plural_articles for word in words[:-1])

    def is_no_name(self, index: int, low: str) -> bool:
        """A date anywhere; a word that merely opens the sentence or stands before a name."""
        if index == 0 and self.language is not None and not self.language.without_elision(self.tokens[0][0]):
            return True
        if self.language is None and low.rstrip(".") in lexicon.DATES:
            return True
        # Where only names and openings have capitals, "Julio" and "Domingo" beside another name are names.
        if self.language is not None and low in self.language.dates:
            is_alone = index + 1 == len(self.tokens) and not self.piece
            return is_alone or self.language.capitalises_nouns
        if index:
            return False
        word = self.tokens[0][0]
        if low in lexicon.NAME_OPENERS and (self.opens or word[1:].islower()):
            return True
        return self.opens and low in self.common and state_of(word) is None and low not in lexicon.first_names()

    def is_title(self, index: int, low: str) -> bool:
        if self.title and index + 1 == len(self.tokens) and self.title[-1] in _HONORIFICS:
            return False
        following = self.tokens[index + 1][0].casefold() if index + 1 < len(self.tokens) else ""
        if low in lexicon.PORTFOLIOS and low not in lexicon.TITLES:
            return following in lexicon.TITLES
        if self.language is not None:
            return self.language.is_title(low)
        low = low.removesuffix("-elect").removesuffix("-designate")
        return low in lexicon.TITLES or (
            index == 0 and len(self.tokens) > 1 and state_of_demonym(self.tokens[0][0]) is not None
        )

    def meet_title(self, index: int) -> int:
        """Take a word as a title or as part of a name; how many words after it are taken too."""
        word, at = self.tokens[index]
        following = [token for token, _ in self.tokens[index + 1 : index + 4]]
        follows = following[0] if following else ""
        if follows in ("of", "for") and len(following) > 2:
            self.take_title(f"{word} of {following[1]}", at, True)
            return 2
        is_body = not (self.piece or self.title or follows) and word.casefold() in _BODIES_ALONE
        is_inside = bool(self.piece) and (not follows or follows in lexicon.NAME_CONNECTORS)
        if (
            is_body
            or is_inside
            or (follows and follows not in lexicon.NAME_CONNECTORS and _heads_organisation(following, word.casefold()))
        ):
            self.piece.append((word, at))
        else:
            self.take_title(word, at, bool(follows))
        return 0

    def take_title(self, word: str, at: int, has_more: bool) -> None:
        """A title ends what stands before it, which then only describes the one who bears it ("Indiana Gov.")."""
        if not self.title:
            self.begin = at
        if self.piece and not has_more:
            return
        self.trim()
        if self.piece:
            if self.language is None:
                self.names.append(_named(self.piece, [], False))
            self.title.append(" ".join(token for token, _ in self.piece).casefold())
            self.piece.clear()
        self.title.append(word.casefold())

    def ends_person(self, connector: str, n_following: int) -> bool:
        """Whether a connector ends a person's name ("Xi Jinping of China") rather than belonging to a longer one."""
        if self.language is not None and connector == "y":
            return len(self.piece) > 1 and n_following > 1
        if self.language is not None and self.language.capitalises_nouns and connector.startswith("von"):
            return len(self.piece) > 2 or (len(self.piece) > 1 and bool(self.title))
        if self.language is not None and self.language.code == "it" and connector.startswith(("di", "del", "dei")):
            return len(self.piece) > 1
        words = [token.casefold() for token, _ in self.piece[-8:]]
        if any(word in lexicon.ORGANISATION_HEADS or word in lexicon.PLACE_HEADS for word in words):
            return False
        is_person = bool(self.title) or len(words) > 1 or words[0] in lexicon.first_names()
        return connector in ("of", "for", "on") and is_person

    def trim(self) -> None:
        while self.piece and self.piece[-1][0] in lexicon.NAME_CONNECTORS:
            self.piece.pop()
        while self.piece and self.piece[0][0] in lexicon.NAME_CONNECTORS:
            self.piece.pop(0)

    def flush(self) -> None:
        """End the name that has been gathered."""
        self.trim()
        if self.language is not None:
            words = [token for token, _ in self.piece]
            is_titled = bool(self.title) or self.before in self.language.titles
            del self.piece[: self.language.n_of_place(words) if is_titled else 0]
            if words and self.language.begins_with_title(words):
                self.title.append(self.piece.pop(0)[0].casefold())
        if self.piece:
            opens = self.opens and self.piece[0][1] == self.tokens[0][1]
            self.names.append(_named(self.piece, self.title, opens, self.begin))
        self.piece.clear()
        self.title.clear()
        self.begin = -1


_BODIES_ALONE = frozenset("house labor labour senate treasury".split())
"""Words before a person's name that are also the name of a body, where nothing follows them: "the Treasury said"."""
_AFTER_NAMES = frozenset("BEM CBE Esq FRS KBE KC MBE MD MEP MLA MP MSP OBE PhD QC TD".split())
"""Letters after a person's name that are not part of it."""
_PERSONAL = frozenset("mr mrs ms dr sen rep gov gen president presidents senator governor".split())


def _heads_organisation(following: list[str], low: str) -> bool:
    """Whether a word that could be a title begins an organisation's name ("Foreign Ministry", "Democratic Party")."""
    if low.rstrip(".") in _PERSONAL:
        return False
    for word in following[:3]:
        if word in lexicon.NAME_CONNECTORS:
            return False
        if word.casefold() in lexicon.ORGANISATION_HEADS:
            return True
    return False


def _named(piece: list[tuple[str, int]], title: list[str], opens: bool, begin: int = -1) -> Name:
    while len(piece) > 2 and piece[-1][0] in _AFTER_NAMES:
        piece = piece[:-1]
    words = tuple(token for token, _ in piece)
    start = piece[0][1]
    end = piece[-1][1] + len(piece[-1][0])
    if words[-1].endswith(".") and words[-1][:-1].count(".") == 0 and len(words[-1]) == 2 and len(words) > 1:
        words = (*words[:-1], words[-1][:-1])
        end -= 1
    pronoun = ""
    for word in title:
        if word in lexicon.HONORIFICS_HE:
            pronoun = "he"
        elif word in lexicon.HONORIFICS_SHE:
            pronoun = "she"
    return Name(start, end, words, _kind(words, title), pronoun, " ".join(title), opens, begin if title else start)


def _kind(words: tuple[str, ...], title: list[str]) -> Kind:
    if state_of(" ".join(words)):
        return "state"
    lowered = [word.casefold() for word in words]
    if any(word in lexicon.ORGANISATION_HEADS for word in lowered):
        return "organisation"
    if title and len(words) <= 4 and any(word not in {"democratic", "republican"} for word in title):
        return "person"
    if lowered[0] in lexicon.first_names() and 2 <= len(words) <= 4:
        return "person"
    if len(words) == 1 and len(words[0]) > 1 and words[0].isupper() and "." not in words[0]:
        return "organisation"
    if (
        lowered[0] in lexicon.PLACE_OPENERS
        or any(word in lexicon.PLACE_HEADS for word in lowered)
        or state_of_demonym(words[0])
    ):
        return "other"
    if 2 <= len(words) <= 3 and not any(word in lexicon.NAME_CONNECTORS for word in words[:1]):
        return "person" if not any(word in {"of", "for", "on", "the"} for word in words) else "organisation"
    return "other"
