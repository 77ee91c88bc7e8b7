"""Bylines by their wording: "By" with names, names with an office, the credits below an article."""

from __future__ import annotations

import re

from annotator.ingest.roles.navigation_words import is_page_word
from annotator.ingest.roles.sentence_shape import PROSE_END, any_of, are_names
from annotator.text.word_lists import any_phrase

_BY = (
    any_phrase(__file__, "byline_openings")
    + "|ein (?:interview|gastbeitrag|kommentar) von|authors?:|editors?:|reporters?:"
)

_END_CREDITS = any_of(r"""
    \W*with (?:a |additional |agency |wire |some )?(?:files?|reports?|reporting|inputs?|assistance
    +|agencies|wires|material|information|contributions?)(?:\W+(?:from|by|of)\b.{1,120}|\W*)
    \W*with [\w ]{2,20} inputs?\W*
    \W*additional (?:reporting|research|writing|editing)(?: (?:by|from)\b|:| [a-zà-ž]+ [a-zà-ž]+,).{2,200}
    \W*(?:reporting|writing|editing|edited|compiled|reported|produced|translated
    +|written) by [A-Z].{2,200}[;,.] ?(?:additional |with )?(?:editing|reporting|writing|edited
    +|translated|translation|compiled|graphics|research)\b.{0,200}
    (?:the )?associated press (?:writers?|reporters?|journalists?)\b.{2,200}
    source:? (?:[a-z][\w.&'’-]+ ?){1,4}(?:\W{0,3}editors?:? ?[\w ]{2,30})?
    written by [a-z].{2,60} based on (?:reporting|reports) by\b.{2,100}
    (?:web )?editors?: ?[\w ]{2,30}
    sources?\s*: ?.{0,60}(?:agenc|reuters|afp|\bap\b|wires|times|news|press).{0,40}
    [a-z]{2,4}(?:/[a-z]{2,4}){1,3} \(.{2,60}\)
    — ?(?:with assistance|by [A-Z]).{2,120}
""")

_BY_SOMEBODY = re.compile(rf"(?:{_BY})(?=[\s:]|$)[\s:]*")
_END_CREDIT = re.compile(_END_CREDITS.replace("A-Z", "a-z"))
_CONTRIBUTED = re.compile(
    r"[^\n]{2,200}?\bcontributed (?:to this|to the|reporting|research|additional|from)\b[^\n]{0,80}"
)
_REPORTED = re.compile(r"(?:[—–-]+ ?)?[A-ZÀ-Þ][\w.’'-]+ [A-ZÀ-Þ][\w.’' -]{1,30}reported from [A-ZÀ-Þ].{2,100}")
_UNCASED = re.compile(
    r"(?:بقلم|מאת|به قلم|लेखक|本报记者|本報記者|记者|記者|作者|撰文)[\s:：/／]*[^\W\d][^.!?。！？,،，、]{1,24}"
    r"|[^\W\d][^\d.!?。！？,،，、]{1,10}[ \u3000]?(?:记者|記者|기자|特派員)"
)
"""In scripts without capitals: "by" before a name, or "reporter" beside it."""
_LONGEST_UNCASED = 40
_NAME_AND_MAIL = re.compile(r"[A-ZÀ-Þ][\w.’'-]+ [A-ZÀ-Þ][\w.’' -]{1,30},? \S+@\S+\.\w+")
_NO_NAMES = frozenset("The A An How Why What Die Der Das Ein Eine Les Un Une Los Las Il Het Een".split())
_OPENINGS = (
    "with",
    "addit",
    "report",
    "writ",
    "edit",
    "compil",
    "produced",
    "transl",
    "the assoc",
    "associated",
    "source",
    "web ed",
)
BEGINNINGS = frozenset(
    opening[:5] for opening in (*_BY.split("|"), *_OPENINGS, "— w", "— b", "(wi", "(re", "(ed", "(ad")
)
"""How bylines begin, in small letters."""
_BYS = tuple({line.strip()[:4].split("s?")[0].rstrip(" :") for line in _BY.split("|")})
_SEPARATED = re.compile(r"([^·•|]{5,40}) [·•|] ")
_BETWEEN_NAMES = re.compile(r"\s*(?:[,|·•/@(–—]|\s-\s|&|\b(?:and|und|et|y|e|i|in|for|of|with)\b)\s*")
_IN_OFFICE = re.compile(
    r"\b(?:reporter|correspondent|editor|writer|columnist|staff|bureau|agency|press|desk)s?\b", re.IGNORECASE
)
_OFFICE = re.compile(
    r"(?:\w+ ){0,4}(?:reporters?|correspondents?|editors?|writers?|columnists?|contributors?|staff|bureau|agency"
    r"|agencies|press|newsroom|desk)(?: \w+){0,3}",
    re.IGNORECASE,
)


def is_byline(text: str) -> bool:
    """Whether a line names its authors: "By …" with names, or the credits below an article."""
    if len(text) > 250:
        return False
    if len(text) < _LONGEST_UNCASED and not text.isascii() and _UNCASED.fullmatch(text):
        return True
    opening = text[:40].lower()
    said = _BY_SOMEBODY.match(opening) if opening.startswith(_BYS) else None
    if said and len(text) < 160 and are_names(re.split(r"[|·•@]", text[said.end() :])[0]):
        return True
    if text[2:3].isupper() and opening.startswith("by") and len(text) < 60 and are_names(text[2:]):
        return True  # the page glued them together
    if ("·" in opening or "•" in opening or "|" in opening) and (found := _SEPARATED.match(text)):
        return len(text) < 200 and is_name(found[1])
    return is_end_credit(text) or ("@" in text and _NAME_AND_MAIL.fullmatch(text) is not None)


def is_end_credit(text: str) -> bool:
    """Whether a line below an article says who else worked on it."""
    if len(text) > 250:
        return False
    if " reported from " in text:
        return _REPORTED.fullmatch(text) is not None
    if " contributed " in text:
        return _CONTRIBUTED.fullmatch(text) is not None
    opening = text[:16].lower()
    may_open = opening.lstrip("(—–- ").startswith(_OPENINGS) or "/" in opening[:6]
    return may_open and _END_CREDIT.fullmatch(text.lower()) is not None


def is_name(text: str) -> bool:
    """Whether a line may be a name or several, with an outlet, a place or an office at most."""
    words = text.split()
    if len(words) <= 6 and _OFFICE.fullmatch(text):
        return True
    if not 1 < len(words) <= 14 or len(text) > 110 or any(map(str.isdecimal, text)) or PROSE_END.search(text):
        return False
    if words[0] in _NO_NAMES or ":" in text:
        return False
    first = _BETWEEN_NAMES.split(text, maxsplit=1)[0].split()
    return 2 <= len(first) <= (6 if _IN_OFFICE.search(text) else 4) and are_names(text) and not _is_of_page(first)


def _is_of_page(words: list[str]) -> bool:
    """Whether each of the words is one of those that pages are made of: "Story Tools", "Related Content"."""
    return all(is_page_word(word.lower()) for word in words)
