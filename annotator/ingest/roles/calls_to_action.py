"""Sentences that a page says to its reader: subscribe, follow us, tell us what you think."""

from __future__ import annotations

import re

from annotator.ingest.roles.sentence_shape import beginnings
from annotator.text.word_lists import any_phrase

# What only the page itself has or does: an article would speak of it in other words.
_OWN = re.compile(
    r"newsletters?\b|\binbox|e-?mails?\b|subscri|sign(?:ing|ed)?[ -]?up|\blog(?:ged)?[ -]?in\b|\bsign in\b|\bregister"
    r"|\bcookies?\b|javascript|\bclick|\btap\b|bookmark|privacy|terms of (?:use|service)|terms and conditions"
    r"|user agreement|\bcomment(?:s|ing)?\b"
    r"|notifications?\b|paywall|free trial|rights reserved|\bads\b|advertis|sponsors?\b|affiliate|unlimited"
    r"|\bdonat|journalism|newsroom|https?:|www\.|\w@\w|unsubscri|\bsupport us\b"
    r"|\bshare your\b|your support|\bcontributions?\b"
)
# What it has too, but what is also news.
_SHARED = re.compile(
    r"\bapps?\b|passwords?\b|\bbrowser\b|\bpodcasts?\b|\bweb ?site\b|\blinks?\b|\bdownload|\balerts?\b|facebook|twitter"
    r"|instagram|whatsapp|telegram|youtube|linkedin|tiktok|social media|\bon x\b|\bnews\b|\bstor(?:y|ies)\b"
)
_WEAK = re.compile(
    r"\b(?:articles?|pages?|posts?|videos?|editors?|support|reporting|coverage|headlines|members?|membership|edition"
    r"|topics?|latest|updates?|content|readers?|feedback|interviews?|subscribers?)\b"
)
_READER = re.compile(
    r"\b(?:you|your|us|our|we|here|please|now|today"
    r"|this (?:article|story|page|post|piece|report|video|content|newsletter|site))\b"
)
# How a page begins when it asks for something.
_ASKING = any_phrase(__file__, "asking_words") + "|don['’]t"
_ASKS = re.compile(rf"\W*(?:please |and |or |just |also |to )?(?:{_ASKING})\b")
_SIGNS = tuple(
    (
        "newsletter|inbox|mail|subscri|sign up|sign in|signing up|signed up|signup|sign-up|log in|login|logged in"
        "|regist|cookie|script|click|tap |bookmark|privacy|terms|comment|notif|paywall|trial|reserved| ads|advert"
        "|sponsor|affiliate|unlimited|donat|journalism|newsroom|http|www.|@|agreement|support us|share your"
        "|your support|contribution"
    ).split("|")
)
"""Without one of these there is nothing in `_OWN`: searches for words are faster than one for a pattern."""
BEGINNINGS = beginnings(_ASKS.pattern.removeprefix(r"\W*").removesuffix(r"\b")) | {"you"}
"""How appeals begin, in small letters."""
_TELLS = re.compile(r"[“”\"]|\b(?:said|says|told|added|according|declined|asked|wrote|reported)\b")
_LONGEST = 450
_QUOTES = frozenset('“"‘„«»')
_REACHED = re.compile(
    r"\b(?:reach(?:ed)?|contact(?:ed)?|follow(?:ed)?|e-?mail(?:ed)?|tweets?|write to)\b.{0,40}(?:\W|^)\w*@\w"
)
_ENOUGH = 3.0


def is_appeal(small: str) -> bool:
    """Whether a paragraph asks its reader for something that only a page can ask for.

    Args:
        small: The paragraph in small letters.
    """
    if "@" in small and _REACHED.search(small):
        return len(small) < 200
    if small[0] in _QUOTES:
        return False
    if len(small) > _LONGEST or not speaks(small):
        return False
    if _ASKS.match(small) is None and not any(sign in small for sign in _SIGNS):
        return False
    return strength(small) >= _ENOUGH


def speaks(small: str) -> bool:
    """Whether a paragraph in small letters speaks to somebody, or asks for something."""
    is_said = " you" in small or " our " in small or small.startswith(("you", "* i ", "i "))
    return is_said or _ASKS.match(small) is not None


def strength(small: str) -> float:
    """How much of an appeal a paragraph in small letters has; each sign counts for little.

    It speaks to the reader or begins by asking, it names what a page has, and it reports nothing.
    """
    asks = _ASKS.match(small) is not None
    n_own = len(set(_OWN.findall(small)))
    if asks:
        n_own += len(set(_SHARED.findall(small)))
    n_reader = len(set(_READER.findall(small)))
    if n_own and not asks and n_reader < 2:
        n_own -= 1
    n_weak = len(set(_WEAK.findall(small)))
    score = asks + 1.5 * min(n_own, 2) + 0.5 * min(n_weak, 2) + 0.75 * min(n_reader, 2)
    return score - 1.5 * (_TELLS.search(small) is not None) - 0.5 * (len(small) > 200) - 0.5 * (len(small) > 330)
