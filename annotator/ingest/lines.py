"""The lines between and below an article's sentences: subheads, captions, pull-quotes, links and credits."""

from __future__ import annotations

import re
from collections import Counter

from annotator.ingest.bylines import is_end_credit, is_name
from annotator.ingest.captions import is_credit
from annotator.ingest.draft import BULLET, CAPS, LONG_LINE, NUMBERED, QUOTES, TOLD, Draft, could_be_body, is_question
from annotator.ingest.furniture import is_furniture, is_header
from annotator.model import Role

_NUMBERED_START = re.compile(r"\d{1,2}[.)]\s")
_LABELLED = re.compile(
    r"(?:(?:in )?(?:pictures|photos)|opinion|analysis|explainer|explained|comment|commentary|editorial|column|review"
    r"|podcast|video|watch|listen|live|quiz|fact[ -]?check|factbox|timeline|gallery|photo gallery|infographic"
    r"|interactive|profile|from the archive|exclusive"
    r"|[A-Z][\w’']*(?: [\w’']+){0,4} (?:eyes|view|take|guide|briefing|podcast|newsletter)\b[^:]{0,20})\s?[:|] ?\S",
    re.IGNORECASE,
)
_BIO = re.compile(
    r"(?:The (?:writer|author)|[A-ZÀ-Þ][\w’.-]+(?: [\w’.-]+){1,3}),? "
    r"(?:is|was|covers|writes|reports|teaches|leads|heads|edits|runs|works|directs) "
)
_PRONOUN = re.compile(r"\b(?:he|she|they|it|we|I|you)\b")
_TIMECODE = re.compile(r"\d{1,2}:\d\d(?::\d\d)?$")
_MANY = 500  # paragraphs: no article is that long, and each is compared with all others
_QUOTED = "“\"‘'"
_AROUND = "“”\"‘’' .,"


def label_repeated(draft: Draft) -> None:
    """A line said again: with a credit it is a caption both times, out of a longer paragraph it is a pull-quote."""
    if len(draft.texts) > _MANY:
        return
    whole = "\n".join(draft.texts)
    for at, text in enumerate(draft.texts):
        if draft.roles[at] is not None or not 15 < len(text) < (250 if text[0] in _QUOTED else 120):
            continue
        quoted = text.strip(_AROUND)
        if whole.find(quoted, whole.find(quoted) + 1) < 0:
            continue  # which is so nearly always, and known at once
        near = range(max(0, at - 3), min(len(draft.texts), at + 4))
        if any(i != at and draft.roles[i] == "caption" and draft.texts[i].startswith(text[:-1]) for i in near):
            draft.roles[at] = "caption"
        elif len(text) > 25 and any(
            len(other) > len(text) + 8 and quoted in other and draft.roles[i] is None
            for i, other in enumerate(draft.texts)
            if i != at
        ):
            draft.roles[at] = "pull-quote"


def label_between_furniture(draft: Draft) -> None:
    """A few words that stand there twice, or with furniture on both sides, are furniture."""
    counted = Counter(text for text in draft.texts if len(text) < 40)
    for at, text in enumerate(draft.texts):
        is_line = len(text) < 90 and draft.roles[at] is None and not draft.is_sentence[at] and not is_question(text)
        if not is_line or len(text.split()) > 6:
            continue
        is_enclosed = 0 < at < len(draft.roles) - 1 and draft.roles[at - 1] == draft.roles[at + 1] == "furniture"
        if counted[text] > 1 or (is_enclosed and not TOLD.search(text) and text[0] not in QUOTES):
            draft.roles[at] = "furniture"


def label_captions(draft: Draft) -> None:
    """What stands right after a gallery's button, or right before a credit, is a caption."""
    for at, text in enumerate(draft.texts):
        if len(text) > 90:
            continue
        is_above = at > 0 and draft.roles[at - 1] is None  # a text that this may be the credit of
        may_credit = draft.roles[at] in (None, "caption") and (not draft.is_sentence[at] or len(text) < 40)
        if may_credit and is_credit(text):
            draft.roles[at] = "caption"
            if is_above and len(draft.texts[at - 1]) < 200 and draft.texts[at - 1][0] not in QUOTES:
                draft.roles[at - 1] = "caption"
        elif is_above and text[:12].lower() == "image source" and not draft.is_sentence[at - 1]:
            draft.roles[at - 1] = "caption"
        elif text[:18].lower() == "open this photo in" and None in draft.roles[at + 1 : at + 2]:
            draft.roles[at + 1] = "caption"


def label_middle(draft: Draft, lede: int) -> None:
    """Lines between the article's sentences: subheads, lists, links to other articles."""
    last = max((at for at in draft.prose if draft.roles[at] is None), default=lede)
    below_header = in_list = False
    is_counted = any(draft.texts[at][0].isdecimal() and _NUMBERED_START.match(draft.texts[at]) for at in draft.prose)
    for at in range(lede, last):
        text, role = draft.texts[at], draft.roles[at]
        if role is not None:
            below_header = role == "furniture" and (below_header or is_header(text))
            continue
        if draft.is_sentence[at] and not (text[-1] == "?" and _LABELLED.match(text)):
            below_header, in_list = False, text.endswith(":")
            continue
        if text.endswith(":"):
            in_list = True
        elif not in_list and not BULLET.match(text) and not (is_counted and NUMBERED.match(text)):
            draft.roles[at] = _line_role(draft, at, below_header)


def _line_role(draft: Draft, at: int, below_header: bool) -> Role | None:
    """The role of one line in the middle of an article that is no sentence."""
    text = draft.texts[at]
    n_words = len(text.split())
    if below_header or _in_run(draft, at) or (at and _TIMECODE.match(draft.texts[at - 1])) or draft.names_picture(at):
        return "furniture"
    if NUMBERED.match(text) or (is_question(text) and n_words <= 14):
        return None if n_words < 4 and _PRONOUN.search(text) else "subhead"
    if len(text) > LONG_LINE or (not text[:1].isupper() and text[0] not in "‘“\"'0123456789"):
        return None
    if text[0] in QUOTES and n_words > 7:
        return None
    if _LABELLED.match(text) or (CAPS.match(text) and n_words > 4):
        return "furniture"
    if TOLD.search(text):
        return None
    return "furniture" if n_words > 7 else "subhead"


def _in_run(draft: Draft, at: int) -> bool:
    """Whether a line has another such line beside it: links stand in rows, subheads alone."""
    beside = [i for i in (at - 1, at + 1) if 0 <= i < len(draft.roles)]
    return any(
        (draft.roles[i] is None and not draft.is_sentence[i] and not could_be_body(draft.texts[i]))
        or (
            i < at
            and draft.roles[i] == "furniture"
            and len(draft.texts[i].split()) > 3
            and not is_furniture(draft.texts[i])
        )
        for i in beside
    ) and not could_be_body(draft.texts[at])


def label_bottom(draft: Draft) -> None:
    """Lines below the article's last sentence, and the sentences below its credits."""
    last = max((at for at in draft.prose if draft.roles[at] is None), default=-1)
    if last < 0:
        return
    _biography(draft, last)
    for at in range(last + 1, len(draft.roles)):
        if draft.roles[at] is None:
            _biography(draft, at)
    tail = [at for at in range(last + 1, len(draft.roles)) if draft.roles[at] is None]
    is_parted = any(draft.roles[at] in ("furniture", "byline") for at in range(last + 1, len(draft.roles)))
    for at in tail:
        text = draft.texts[at]
        is_listed = is_parted and NUMBERED.match(text)
        if (could_be_body(text) and not is_listed) or text[0] == "(" or (is_question(text) and not is_parted):
            continue
        if is_parted or len(tail) > 1 or len(text.split()) > 6:
            draft.roles[at] = "byline" if is_name(text) and at == last + 1 and not is_parted else "furniture"
    credit = next((at for at in range(1, last) if draft.roles[at] == "byline" and is_end_credit(draft.texts[at])), None)
    if credit is not None and draft.roles[last] is None and credit >= last - 1 and credit > 0.6 * len(draft.roles):
        draft.roles[last] = "byline" if _BIO.match(draft.texts[last]) else "caption"


def _biography(draft: Draft, last: int) -> None:
    """A last paragraph that says who the author is, by the name above the article."""
    found = _BIO.match(draft.texts[last])
    if found is None or len(draft.texts[last]) > 400:
        return
    name = found[0].split(",")[0].split(" is ")[0].split(" was ")[0].strip()
    named = any(draft.roles[at] == "byline" and name in draft.texts[at] for at in range(last))
    if named or name.startswith(("The writer", "The author")):
        draft.roles[last] = "byline"
