"""Captions by their wording: a picture's credit, or words that point at what is seen."""

from __future__ import annotations

import re

from annotator.ingest.wording import LONGEST, any_of, are_names, beginnings, may_begin

_AGENCY_NAMES = any_of(r"""
    AP|AFP|Reuters|REUTERS|EPA|PA|dpa|DPA|NTB|TASS|Tass|Sputnik|SPUTNIK|Xinhua|XINHUA|VCG|UPI|ANI|PTI
    EFE|ANSA|AAP|CP|Kyodo|Yonhap|Jiji|Getty(?: Images)?|Shutterstock|Alamy|Bloomberg|Anadolu(?: Agency)?
    Handout|HANDOUT|Pool|POOL|Zuma|ZUMA|Sipa|SIPA|Rex|iStock|Unsplash|Wikimedia(?: Commons)?|Flickr
    Instagram|Facebook|Twitter|YouTube|Telegram|Flash90|NurPhoto|Polaris|Redux|Magnum|Supplied|Submitted
    Associated Press|The Associated Press|The Canadian Press|Press Association|picture alliance
    WireImage|Maxar(?: Technologies)?|Planet Labs
""")
_AGENCY = f"(?:{_AGENCY_NAMES})"
_CREDIT = (
    r"(?:Photo|Photograph|Photography|Picture|Pic|Image|Video|Credit|Illustration|Graphic|Composite|Foto|Bild|Screengrab"
    r"|Screenshot|Still|PHOTO|PICTURE|IMAGE|VIDEO|CREDIT)"
)

_STARTS = any_of(r"""
    FILE(?: PHOTO| PICTURE| IMAGE)?\s*[:–—-]
    File (?:photo|picture|image)\b
    (?:Image|IMAGE) (?:source|caption|credit|copyright|SOURCE|CAPTION|CREDIT)\b
    (?:Media|Video|Photo|Figure) caption\b
    Illustrative(?: image| photo)?\s*[:.]
    Pictured\b[ :,]
    (?:Photo|Image|Picture|Video)s? (?:credit|courtesy|source)\b
    CREDITs?\s*(?::|\.\.\.|…|/)\s?\S
    CREDITs? by [A-Z]
    In this (?:\w+[ .,\d]*){0,6}(?:photo|image|picture|screengrab|screenshot|frame grab|handout
    +|video grab)\b
    This (?:\w+ ){0,3}(?:photo|image|picture|handout|video grab)(?: \w+){0,2} (?:taken|shows|released
    +|provided|made|obtained|from)\b
    A (?:handout|combination|file) (?:photo|picture|image)\b
    A (?:screengrab|still) from\b
""")

# In brackets; "Photo: Name"; "Name/Agency" after the end of a sentence, glued to it or not; "via Agency"; "© Name".
_ENDS = any_of(r"""
    [(\[](?:[^()\[\]]*[A-Za-z.’'-]\s?[/|]\s?[@A-Za-z][^()\[\]]*
    +|(?:[^()\[\]]*\W)?AGENCY(?:\W[^()\[\]]*)?|(?:CREDITs?|[Pp]hotos?|[Ii]mage|[Vv]ideo
    +|Courtesy|Source|Supplied|Submitted|Provided|Contributed|Screen|File|Representational
    +|[Ff]ile)\b[^()\[\]]*)[)\]]\.?
    [.!?][”\"’]?\s?\((?:[A-Z][\w.’'-]+ (?:(?:of|the|and|for|de|du) )*){1,5}[A-Z][\w.’'-]+\)
    [.!?][”\"’]?\s[A-ZÀ-Þ]{2,}(?: [A-ZÀ-Þ]{2,}){1,3}
    CREDITs?(?: [Cc]redit| courtesy| source)?\s?(?::|\.\.\.|…)\s?[A-Z©@][^.!?]{1,90}
    (?:^|[.!?)”’|]\s*)CREDITs?(?: by| courtesy of) [A-Z][^!?]{1,80}
    (?:^|[.!?”’)|]\s*)[A-Z][^.!?”]{1,50}\s?/\s?[A-Z][\w .&/-]{1,60}
    (?:\bvia |/\s?|©\s?|\| ?)AGENCY\b[^.!?]{0,50}
    ©\s?[^.!?©]{2,60}
    \b(?:REUTERS|AP Photo|AFP PHOTO)\s?/[^!?]{2,50}
    [–—-] ?(?:AGENCY) (?:pic|photo|file)\b.{0,10}
    \bGetty Images
""")

_POINTS = any_of(r"""
    \((?:pictured|right|left|centre|center|top|bottom|above|below|file photo
    +|representational image)\b[^()]*\)
    \bpictured (?:left|right|above|below|here|with)\b
    \((?:L|left)\).{1,80}\((?:R|right)\)
    , (?:left|right), (?:and|with|meets|shakes|speaks|greets)\b
    \b(?:is|are) (?:seen|pictured|shown) (?:here|in this|in an? )
    \b(?:file photo|file picture)\b
""")


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("AGENCY", _AGENCY).replace("CREDIT", _CREDIT))


BEGINNINGS = frozenset(
    head.lower() for head in beginnings(_STARTS.replace("AGENCY", _AGENCY).replace("CREDIT", _CREDIT))
)
"""How captions begin that say so, in small letters."""
_START = _compiled(f"(?:{_STARTS})")
_END = _compiled(f"(?:{_ENDS})$")
_LONGEST_CREDIT = 160
_SIGNS = ("/", ":", "…", "...", " by ", " courtesy", "via ", "©", "| ", "Getty", " pic", " photo", " file")
_FINAL = frozenset(".!?…”\"’'")
_POINT = re.compile(_POINTS)
_LABEL = _compiled(r"CREDITs?\s*:\s?")
_HAS_CREDIT = _compiled("/|AGENCY")
_ALONE = _compiled(
    r"(?:[\w.’' -]{2,41}[/|,])* ?AGENCY(?:[ /|,]+(?:via )?[\w.’' -]{2,40})*"
    r"|[A-Z][A-Z.’' -]{2,40} / [A-Z][A-Z .’'-]{2,40}"
)


def is_caption(text: str) -> bool:
    """Whether a paragraph says of itself that it stands below a picture: by a credit or by pointing at it."""
    if len(text) > LONGEST:
        return False
    label = _LABEL.match(text) if ":" in text[:16] else None
    if label and not _HAS_CREDIT.search(text) and not are_names(text[label.end() :]):
        return False  # "Photos: A harbour at a standstill" is a link
    if may_begin(text[:3].lower(), BEGINNINGS) and _START.match(text):
        return True
    if _may_end(text) and _END.search(text, max(0, len(text) - _LONGEST_CREDIT)):
        return True
    return len(text) < 250 and may_point(text) and _POINT.search(text) is not None


def _may_end(text: str) -> bool:
    """Whether there is a sign of `_ENDS`.

    Most paragraphs end with a full stop or a quotation mark, and then only a credit in brackets is one.
    """
    if text[-1] in _FINAL:
        return text.endswith((").", "]."))
    return text[-1] in ")]" or text[-1].isupper() or any(sign in text for sign in _SIGNS)


def may_point(text: str) -> bool:
    """Whether a word of `_POINTS` is there: searches for words are faster than one for a pattern."""
    return (
        "(" in text
        or "pictured" in text
        or "file p" in text
        or "left, " in text
        or "right, " in text
        or "is seen " in text
        or "are seen " in text
        or " shown here" in text
        or " shown in " in text
    )


def is_credit(text: str) -> bool:
    """Whether a line is a picture's credit and nothing else."""
    return (
        len(text) < 60
        and (" / " in text or _HAS_CREDIT.search(text) is not None)
        and _ALONE.fullmatch(text) is not None
    )
