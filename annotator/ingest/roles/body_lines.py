"""The lines between an article's sentences: subheads, captions, pull-quotes and the names of its authors."""

from __future__ import annotations

import re

from annotator.ingest.roles.bylines import is_name
from annotator.ingest.roles.captions import is_bare_credit, is_credit
from annotator.ingest.roles.draft import (
    BULLET,
    CAPS,
    LONG_LINE,
    NUMBERED,
    POINTS,
    QUOTES,
    TOLD,
    Draft,
    is_question,
)
from annotator.ingest.roles.furniture import is_dated, is_header
from annotator.ingest.roles.sentence_shape import is_one_sentence
from annotator.model import Role

_NUMBERED_START = re.compile(r"\d{1,2}[.)]\s")
_TO_SOMEBODY = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:\w{2,}ed|was|were|had|said|told|did|came|went|took|gave|made|saw|began|will)\b")
_POINTS_BACK = re.compile(r"^So\b|\b(?:he|she|they|it|this|we|I|you)\b")
_OF_SOMEBODY = re.compile(r"\b(?:he|she|they)\b")
_POINTS_OUT = re.compile(r"(?:He|She|They|It|We|I|Neither|None|Both|Nobody|Which|Another|Let)\b")
_ABOVE_CAPTION = ("open this photo in", "image:")
_MANY = 500  # paragraphs: no article is that long, and each is compared with all others
_QUOTED = "“\"‘'«»„"
_SHORT_QUOTE = 7
"""A quotation of so few words heads a part of the article."""
_QUOTED_END = "”\"’'»«“"
_AROUND = "“”\"‘’' .,"


def label_repeated(draft: Draft) -> None:
    """A line said again: with a credit it is a caption both times, out of a longer paragraph it is a pull-quote."""
    if len(draft.texts) > _MANY:
        return
    whole = "\n".join(draft.texts)
    for at, text in enumerate(draft.texts):
        if draft.roles[at] is not None or not 15 < len(text) < (250 if text[0] in _QUOTED else 120):
            continue
        quoted = text.strip(_AROUND)[1:]  # its first letter may be a capital here and none there
        if whole.find(quoted, whole.find(quoted) + 1) < 0:
            continue  # which is so nearly always, and known at once
        near = range(max(0, at - 3), min(len(draft.texts), at + 4))
        if any(i != at and draft.roles[i] == "caption" and draft.texts[i].startswith(text[:-1]) for i in near):
            draft.roles[at] = "caption"
        elif (
            len(text) > 25
            and len(text.split()) > (_SHORT_QUOTE if text[0] in _QUOTED else 5)
            and any(
                len(other) > len(text) + 8 and quoted in other and draft.roles[i] is None
                for i, other in enumerate(draft.texts)
                if i != at
            )
        ):
            draft.roles[at] = "pull-quote"


def label_authors(draft: Draft) -> None:
    """A name that stands in one of the article's bylines is a byline itself."""
    bylines = [draft.texts[at] for at, role in enumerate(draft.roles) if role == "byline"]
    for at, text in enumerate(draft.texts):
        may_be = len(text) < 90 and draft.roles[at] is None and not draft.is_sentence[at]
        if may_be and any(text in byline for byline in bylines) and is_name(text):
            draft.roles[at] = "byline"


def label_captions(draft: Draft) -> None:
    """What stands right after a gallery's button, or right before a credit, is a caption."""
    for at, text in enumerate(draft.texts):
        if len(text) > 90:
            continue
        is_above = at > 0 and draft.roles[at - 1] is None  # a text that this may be the credit of
        may_credit = draft.roles[at] in (None, "caption") and (not draft.is_sentence[at] or len(text) < 40)
        if draft.roles[at] == "caption" and is_above and is_bare_credit(text):
            if _shows(draft.texts[at - 1]):
                draft.roles[at - 1] = "caption"
        elif may_credit and is_credit(text):
            draft.roles[at] = "caption"
            if is_above and len(draft.texts[at - 1]) < 200 and draft.texts[at - 1][0] not in _QUOTED:
                draft.roles[at - 1] = "caption"
        elif is_above and text[:12].lower() == "image source" and not draft.is_sentence[at - 1]:
            draft.roles[at - 1] = "caption"
        elif text.lower().startswith(_ABOVE_CAPTION) and None in draft.roles[at + 1 : at + 2]:
            draft.roles[at + 1] = "caption"
        elif is_above and text == "hide caption":
            draft.roles[at - 1] = "caption"


def _shows(text: str) -> bool:
    """Whether a sentence above a credit may be the text of its picture: a short one that tells of nothing past."""
    if len(text) > 200 or text[0] in _QUOTED:
        return False
    return text[-1] not in ".!?”" or (not _PAST.search(text) and is_one_sentence(text))


def label_heads(draft: Draft, lede: int) -> None:
    """Lines between the article's sentences that head a part of it, and the names of quoted speakers."""
    last = max((at for at in draft.prose if draft.roles[at] is None), default=-1)
    is_asked = _is_interview(draft, lede, last)
    is_counted = any(map(_is_item, (draft.texts[at] for at in draft.prose)))
    in_list = False
    for at in range(lede, last):
        text = draft.texts[at]
        if draft.roles[at] is not None:
            continue
        if draft.is_sentence[at]:
            in_list = text.endswith(":")
        elif text.endswith(":") or POINTS.fullmatch(text):
            in_list = True
        elif (
            not in_list
            and not BULLET.match(text)
            and not (NUMBERED.match(text) and is_counted)
            and not (is_asked and is_question(text) and not NUMBERED.match(text))
        ):
            draft.roles[at] = _line_role(draft, at)


def _is_item(text: str) -> bool:
    """Whether a numbered sentence is one of a list, and no number heads a part."""
    return text[0].isdecimal() and text[-1] in ".!?”" and _NUMBERED_START.match(text) is not None


def _is_interview(draft: Draft, lede: int, last: int) -> bool:
    """Whether the questions in an article are asked of somebody, and so do not head its parts."""
    asked = [text for text in draft.texts[lede:last] if text[-1] == "?" and is_question(text)]
    return len(asked) > 2 and 3 * sum(_TO_SOMEBODY.search(text) is not None for text in asked) >= len(asked)


def _line_role(draft: Draft, at: int) -> Role | None:
    """The role of one line in the middle of an article that is not a sentence."""
    text = draft.texts[at]
    n_words = len(text.split())
    if at and draft.roles[at - 1] == "pull-quote" and is_name(re.split(r"[,(]", text)[0]):
        return "pull-quote"  # whose it is
    if NUMBERED.match(text) or is_question(text):
        is_aside = n_words < 6 and _POINTS_BACK.search(text) and not NUMBERED.match(text)
        return None if n_words > 14 or is_aside or _OF_SOMEBODY.search(text) else "subhead"
    if text[0] == "(" and text[-1] == ")" and CAPS.match(text):
        return None  # a sound in a transcript
    if len(text) > LONG_LINE or (not text[:1].isupper() and text[0] not in "‘“\"'0123456789(«»"):
        return None
    if text[0] in _QUOTED and text[-1] in _QUOTED_END:
        return "subhead" if n_words <= _SHORT_QUOTE else "pull-quote"
    if (text[0] in QUOTES and n_words > 7) or _POINTS_OUT.match(text):
        return None
    if TOLD.search(text) and (n_words > 12 or not draft.leads_on(at)):
        return None
    return "subhead" if n_words <= 7 or draft.leads_on(at) else None


def label_dates(draft: Draft) -> None:
    """A line that says when the article was published or changed stands for its byline, wherever it stands."""
    for at, text in enumerate(draft.texts):
        if draft.roles[at] == "furniture" and is_dated(text) and not (at and is_header(draft.texts[at - 1])):
            draft.roles[at] = "byline"
