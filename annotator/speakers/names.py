"""Names in a paragraph: runs of capitalised words, without titles, dates and sentence openers."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache
from typing import Literal, NamedTuple

from annotator.speakers import lexicon
from annotator.speakers.countries import state_of, state_of_demonym
from annotator.text.evidence import pattern

Kind = Literal["person", "organisation", "state", "other"]

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĪĮİĶĹĻĽŁŃŅŇŌŎŐŒŔŖŘŚŜŞŠŢŤŪŬŮŰŲŴŶŸŹŻŽΑ-ΩЀ-Я"


@lru_cache(maxsize=1)
def _run() -> re.Pattern[str]:
    word = rf"(?:[{_UPPER}]\.(?:-?[{_UPPER}]\.)*|[{_UPPER}][\w]*(?:[’'](?!s\b)\w+|-\w+|&\w+)*)"
    dotted = r"(?:(?<=\bMr)|(?<=\bMrs)|(?<=\bMs)|(?<=\bDr)|(?<=\bSt)|(?<=\bSen)|(?<=\bRep)|(?<=\bGov)|(?<=\bGen)"
    dotted += r"|(?<=\bSens)|(?<=\bReps)|(?<=\bLt)|(?<=\bCol)|(?<=\bMaj)|(?<=\bCapt)|(?<=\bSgt)|(?<=\bAdm)|(?<=\bRev)"
    dotted += r"|(?<=\bHon)|(?<=\bProf)|(?<=\bDel)|(?<=\bJr)|(?<=\bSr)|(?<=\bCorp)|(?<=\bInc)|(?<=\bCo)|(?<=\bLtd))\."
    unit = rf"(?:{word}(?:{dotted})?)"
    low = r"(?:al-|el-|ad-|as-|d[’'])"
    particle = (
        r"(?:of the|of|for the|for|on the|on|de la|de los|de|del|della|di|da|dos|du|van der|van den|van|von der|von|"
        r"bin|ibn|ben|abu|zu|y|&|la|le|el|al)"
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


Runs = dict[tuple[str, bool], list[Name]]
"""The names of runs of capitalised words, by the run and whether it opens a sentence, counted from its beginning."""


def find_names(text: str, common: Container[str] = frozenset(), seen: Runs | None = None) -> list[Name]:
    """The names of a paragraph, in order.

    Args:
        text: The paragraph.
        common: Words that the article also writes in lower case; one that opens a sentence is not a name.
        seen: The runs of the article's other paragraphs, most of which come back; those of this one are added.
    """
    found: list[Name] = []
    known: Runs = {} if seen is None else seen
    for match in _run().finditer(text):
        start = match.start()
        run = match.group(), _opens_sentence(text, start)
        if run not in known:
            tokens = [(piece.group(), piece.start()) for piece in _WORD_AT().finditer(run[0])]
            known[run] = _Run(tokens, run[1], common).read()
        for name in known[run]:
            _add(found, text, name.behind(start))
    return found


def _add(found: list[Name], text: str, name: Name) -> None:
    goes_on = bool(found) and name.start - found[-1].end == 5 and _goes_on(text, found[-1], name)
    found.append(_joined(found.pop(), name) if goes_on else name)


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
    while at >= 0 and (text[at].isspace() or text[at] in "\"“”‘’'([«„"):
        if text[at] in '"“‘([«„':
            return True
        at -= 1
    return at < 0 or text[at] in _SENTENCE_EDGE


class _Run:
    """A run of capitalised words, cut at dates, openers and titles."""

    def __init__(self, tokens: list[tuple[str, int]], opens: bool, common: Container[str]) -> None:
        self.tokens = tokens
        self.opens = opens
        self.common = common
        self.names: list[Name] = []
        self.piece: list[tuple[str, int]] = []
        self.title: list[str] = []
        self.begin = -1

    def read(self) -> list[Name]:
        """The names of the run."""
        skip = 0
        for index, (word, _) in enumerate(self.tokens):
            if skip:
                skip -= 1
            elif self.is_no_name(index, word.casefold()):
                self.flush()
            elif self.is_title(index, word.casefold()):
                skip = self.meet_title(index)
            elif word in lexicon.NAME_CONNECTORS and self.piece and self.ends_person(word):
                self.flush()
            else:
                self.piece.append(self.tokens[index])
        self.flush()
        return self.names

    def is_no_name(self, index: int, low: str) -> bool:
        """A date anywhere; a word that merely opens the sentence or stands before a name."""
        if low.rstrip(".") in lexicon.DATES:
            return True
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
        is_inside = bool(self.piece) and (not follows or follows in lexicon.NAME_CONNECTORS)
        if is_inside or (
            follows and follows not in lexicon.NAME_CONNECTORS and _heads_organisation(following, word.casefold())
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
            self.names.append(_named(self.piece, [], False))
            self.title.append(" ".join(token for token, _ in self.piece).casefold())
            self.piece.clear()
        self.title.append(word.casefold())

    def ends_person(self, connector: str) -> bool:
        """Whether a connector ends a person's name ("Xi Jinping of China") rather than belonging to a longer one."""
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
        if self.piece:
            opens = self.opens and self.piece[0][1] == self.tokens[0][1]
            self.names.append(_named(self.piece, self.title, opens, self.begin))
        self.piece.clear()
        self.title.clear()
        self.begin = -1


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
