"""Captions by their wording: a picture's credit, or words that point at the picture."""

from __future__ import annotations

import re

from annotator.ingest.roles.sentence_shape import LONGEST, any_of, are_names, beginnings, may_begin
from annotator.text.word_lists import any_phrase

_AGENCY = "(?:" + any_phrase(__file__, "picture_agencies") + ")"
_CREDIT = "(?:" + any_phrase(__file__, "credit_labels") + ")"

_STARTS = any_of(r"""
    FILE(?: PHOTO| PICTURE| IMAGE)?\s*[:–—-]
    File (?:photo|picture|image)\b
    (?:Image|IMAGE) (?:source|caption|credit|copyright|SOURCE|CAPTION|CREDIT)\b
    (?:Media|Video|Photo|Figure) caption\b
    [Oo]pen (?:this )?(?:image|photo) in gallery ?[A-Z]
    Illustrative(?: image| photo)?\s*[:.]
    Pictured\b[ :,]
    (?:Photo|Image|Picture|Video)s? (?:credit|courtesy|source)\b
    CREDITs?\s*(?::|\.\.\.|…|/)\s?\S
    CREDITs? by [A-Z]
    (?:Picture|Photo|Image|Bild|Foto): (?:The|A|An) [a-z]
    \d{1,2} of \d{1,2} [A-Z]
    In this (?:\w+[ .,\d]*){0,6}(?:photo|image|picture|screengrab|screenshot|frame grab|handout
    +|video grab)\b
    This (?:\w+ ){0,3}(?:photo|image|picture|handout|video grab)(?: \w+){0,2} (?:taken|shows|released
    +|provided|made|obtained|from)\b
    A (?:handout|combination|file) (?:photo|picture|image)\b
    A (?:screengrab|still) from\b
    \(L-R\)
    Courtesy (?:of )?[A-Z]
""")

# A credit in brackets, which a caption ends with.
_BRACKETS = any_of(r"""
    [(\[](?:[^()\[\]]*[A-Za-z.’'-]\s?[/|]\s?[@A-Za-z][^()\[\]]*
    +|(?:[^()\[\]]*\W)?AGENCY(?:\W[^()\[\]]*)?|(?:CREDITs?|[Pp]hotos?|[Ii]mage|[Vv]ideo
    +|Courtesy|Source|Supplied|Submitted|Provided|Contributed|Screen|File|Representational
    +|[Ff]ile)\b[^()\[\]]*)[)\]]\.?
    [(\[][^()\[\]]{0,40}\b[Pp]hotos?[)\]]
    \([A-Z][^()\[\]]{2,40} via [A-Z][^()\[\]]{2,40}\)
    \([A-Z][\w .’-]{1,30}: [A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+){1,3}\)
""")
_NAMED = r"\((?:[A-Z][\w.’'-]+ (?:(?:of|the|and|for|de|du) )*){1,5}[A-Z][\w.’'-]+\)"

# "Photo: Name"; "Name/Agency" or a name in capitals after the end of a sentence; "via Agency"; "© Name".
_ENDS = any_of(r"""
    [.!?][”\"’]?\s[A-ZÀ-Þ]{2,}(?:[ ,&/–—«»-]+[A-ZÀ-Þ]{2,}){1,6}[ »]*
    [.!?][”\"’]?\s(?:[A-ZÀ-Þ]{2,} )*AGENCY
    CREDITs?(?: [Cc]redit| courtesy| source)?\s?(?::|\.\.\.|…)\s?[A-Z©@][^.!?]{1,90}
    (?:^|[.!?)”’|—–-]\s*)CREDITs?(?: by| courtesy of) (?:[A-Z]|the author)[^!?]{0,80}
    [.!?] CREDITs?: ?AGENCY
    (?:^|[.!?”’)|]\s*)[A-Z][^.!?”]{1,50}\s?/\s?[A-Z][\w .&/-]{1,60}
    (?:\bvia |/\s?|©\s?|\| ?)AGENCY\b[^.!?]{0,50}
    ©\s?(?:[^.!?©]|\b[A-Z]\.){2,60}
    \b(?:REUTERS|AP Photo|AFP PHOTO)\s?/[^!?]{2,50}
    [–—-] ?(?:AGENCY) (?:pic|photo|file)\b.{0,10}
    \bGetty Images
    [.!?][”\"’]? Courtesy (?:of )?[A-Z][^.!?]{2,50}
    CREDITs?: [Cc]ourtesy of [^.!?]{2,50}
    [.!?][”\"’']?\s[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ]\.)?(?: [A-ZÀ-Þ][\w’'-]+){1,2}
    + for (?:[Tt]he [A-Z][\w .&-]{2,40}|[A-Z][\w.]+)
""")

# "A speaks during a meeting in B on May 4, 2022."; what else is in the present tense is not a record of a day.
_SEEN = re.compile(
    r"(?!.*\b(?:is|are|was|were|will|has|have|not)\b)"
    r"[A-ZÀ-Þ][^.!?“”\":;]{8,160} (?:speaks?|shakes? hands|attends?|meets?|arrives?|delivers?|walks?|stands?|sits?"
    r"|poses?|holds?|waves?|gestures?|addresse?s|listens?|looks? on|greets?|talks?|leaves?|gathers?|waits?|rides?"
    r"|marche?s|protests?|inspects?|lies?|leads?|shows?|smiles?|applauds?|demonstrates?|works?|carry|carries|passe?s|reacts?"
    r"|chats?|testif(?:y|ies)|queues?|applauds?)"
    r" [^.!?“”\":;]{0,140}\b(?:on|in|,) (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"
    r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: \d{1,2})?,?(?: \d{4})?"
    r"|\d{1,2} [a-z]{3,9},?(?: \d{4})?)\.?",
    re.IGNORECASE,
)
_SIDES = any_of(r"""
    \((?:pictured|right|left|centre|center|top|bottom|above|below|file photo
    +|representational image)\b[^()]*\)
    \(L\).{1,80}\(R\)
""")
_POINTS = any_of(r"""
    \bpictured (?:left|right|above|below|here|with)\b
    , (?:left|right), (?:and|with|meets|shakes|speaks|greets)\b
    \b(?:is|are) (?:seen|pictured|shown) (?:here|in this|in an? )
    \b(?:file photo|file picture)\b
    [.!?][”\"’']? (?:Photo|Photograph|Picture|Image|Credit|Foto)s?(?: by|:) [A-Z][^.!?“”]{2,60}\.$
""")


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("AGENCY", _AGENCY).replace("CREDIT", _CREDIT))


BEGINNINGS = frozenset(
    head.lower() for head in beginnings(_STARTS.replace("AGENCY", _AGENCY).replace("CREDIT", _CREDIT))
)
"""How captions begin that say so, in small letters."""
_START = _compiled(f"(?:{_STARTS})")
_BRACKET = _compiled(f"(?:{_BRACKETS})$")
_NAME_IN_BRACKETS = re.compile(f"{_NAMED}$")
_END = _compiled(f"(?:{_ENDS})$")
_LONGEST_CREDIT = 160
_TAKER = _compiled(r"[A-ZÀ-Þ][\w.’'-]+ [A-ZÀ-Þ][\w.’' -]{1,30}/ ?AGENCY")
_LONGEST_NAME = 40
_BRACKETS_END = (")", "]", ").", "].")
_FINAL = frozenset(".!?…”\"’'")
_SIDE = re.compile(_SIDES)
_POINT = re.compile(_POINTS)
_LABEL = _compiled(r"CREDITs?\s*:\s?")
_HAS_CREDIT = _compiled("/|AGENCY")
_ALONE = _compiled(
    r"(?:[\w.’' -]{2,41}[/|,])* ?AGENCY(?:[ /|,]+(?:via )?[\w.’' -]{2,40})*"
    r"|[A-Z][A-Z.’' -]{2,40} / [A-Z][A-Z .’'-]{2,40}|[A-Z][A-Z.’'-]+ [A-Z][A-Z.’' -]{2,30}, [A-Z][A-Z .’'-]{2,40}"
)


def is_caption(text: str) -> bool:
    """Whether a paragraph says of itself that it stands below a picture: by a credit or by pointing at it."""
    if len(text) > LONGEST:
        return False
    label = _LABEL.match(text) if ":" in text[:16] else None
    named = text[label.end() :] if label else ""
    if (
        named
        and not named.startswith(("The ", "A ", "An "))
        and not _HAS_CREDIT.search(text)
        and not are_names(named)
        and not named.lower().startswith("courtesy")
    ):
        return False  # "Photos: A harbour at a standstill" is a link
    if may_begin(text[:5].lower(), BEGINNINGS) and _START.match(text):
        return True
    if "/" in text[:_LONGEST_NAME] and _TAKER.match(text):
        return True
    if text.endswith(_BRACKETS_END):
        if _ends_in_brackets(text):
            return True
    elif _may_end(text) and _END.search(text, max(0, len(text) - _LONGEST_CREDIT)):
        return True
    if len(text) < 250 and _points(text):
        return True
    return may_end_in_day(text) and len(text) < 300 and _SEEN.fullmatch(text) is not None


def may_end_in_day(text: str) -> bool:
    """Whether the last word is a number, as it is in a date."""
    return text[-2:-1].isdecimal()


def _ends_in_brackets(text: str) -> bool:
    start = max(text.rfind("("), text.rfind("["))
    if start < 0 or len(text) - start > _LONGEST_CREDIT:
        return False
    if _BRACKET.match(text, start):
        return True
    return text[:start].rstrip(' ”"’')[-1:] in _FINAL and _NAME_IN_BRACKETS.match(text, start) is not None


def _points(text: str) -> bool:
    """Whether a text says where in a picture somebody is, or that there is one."""
    start = text.find("(")
    while start >= 0:
        if _SIDE.match(text, start):
            return True
        start = text.find("(", start + 1)
    return may_point(text) and _POINT.search(text) is not None


def _may_end(text: str) -> bool:
    """Whether there is a sign of `_ENDS`: most paragraphs end with a full stop or a quotation mark."""
    return text[-1] not in _FINAL and (
        text[-1] == "»"
        or text[-1].isupper()
        or "/" in text
        or ":" in text
        or "©" in text
        or "…" in text
        or "..." in text
        or "| " in text
        or " by " in text
        or " for " in text[-50:]
        or "via " in text
        or " pic" in text
        or " file" in text
        or " photo" in text
        or "ourtesy" in text
        or "Getty" in text
    )


def may_point(text: str) -> bool:
    """Whether a word of `_POINTS` is there: searches for words are faster than one for a pattern."""
    return (
        "pictured " in text
        or "file p" in text
        or "left, " in text
        or "right, " in text
        or "is seen " in text
        or "are seen " in text
        or " shown here" in text
        or " shown in " in text
        or "hoto: " in text
        or "hoto by " in text
        or "redit: " in text
    )


def is_bare_credit(text: str) -> bool:
    """Whether a line says whose a picture is and not what it shows."""
    return len(text) < 80 and (text[0] in "([" or _LABEL.match(text) is not None or is_credit(text))


def is_credit(text: str) -> bool:
    """Whether a line is a picture's credit and nothing else."""
    return (
        len(text) < 60
        and (" / " in text or ", " in text or _HAS_CREDIT.search(text) is not None)
        and _ALONE.fullmatch(text) is not None
    )
