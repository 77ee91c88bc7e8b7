"""The lines between and below an article's sentences: subheads, captions, pull-quotes, links and credits."""

from __future__ import annotations

import re
from collections import Counter

from annotator.ingest.roles.bylines import is_end_credit, is_name
from annotator.ingest.roles.calls_to_action import speaks, strength
from annotator.ingest.roles.captions import is_bare_credit, is_credit
from annotator.ingest.roles.draft import (
    BULLET,
    CAPS,
    LONG_LINE,
    NUMBERED,
    POINTS,
    QUOTES,
    SHOUTED,
    TOLD,
    Draft,
    could_be_body,
    is_question,
)
from annotator.ingest.roles.furniture import is_dated, is_furniture, is_header
from annotator.ingest.roles.sentence_shape import is_one_sentence
from annotator.model import Role
from annotator.text.word_lists import any_phrase

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
    r"(?:is|was|covers|writes|reports|teaches|leads|heads|edits|runs|works|directs|joined"
    r"|has (?:been|written|covered)) "
)
_CALLING = re.compile(rf"\b(?:{any_phrase(__file__, 'callings')})\b")
_TO_SOMEBODY = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:\w{2,}ed|was|were|had|said|told|did|came|went|took|gave|made|saw|began|will)\b")
_POINTS_BACK = re.compile(r"^So\b|\b(?:he|she|they|it|this|we|I|you)\b")
_OF_SOMEBODY = re.compile(r"\b(?:he|she|they)\b")
_POINTS_OUT = re.compile(r"(?:He|She|They|It|We|I|Neither|None|Both|Nobody|Which|Another|Let)\b")
# How only headlines are written: "A: b", "A ‘b’ c", "A does b, officials say", "A? B answers".
_HEADLINED = re.compile(r"\w: \w|\s[‘'][^’']{3,40}[’'](?:\s|$)|, [\w’' ]{2,30} says?$|\? [A-ZÀ-Þ]")
_AFTERWORDS = 3
"""Most sentences below an article that are furniture although their wording does not tell."""
_UNRELATED = 0.2
_WEAK, _WEAKEST = 2.0, 0.75
"""Appeals so weak are some only below the article, the weakest only where furniture parts them from it."""
_MANY = 500  # paragraphs: no article is that long, and each is compared with all others
_QUOTED = "“\"‘'«»„"
_LONG_QUESTION = 7
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


def label_between_furniture(draft: Draft) -> None:
    """A few words that stand there twice, or with furniture on both sides, are furniture."""
    counted = Counter(text for text in draft.texts if len(text) < 40)
    for at, text in enumerate(draft.texts):
        is_line = len(text) < 90 and draft.roles[at] is None and not draft.is_sentence[at] and not is_question(text)
        if not is_line or len(text.split()) > 6:
            continue
        if _is_author(draft, text):
            draft.roles[at] = "byline"
            continue
        is_enclosed = 0 < at < len(draft.roles) - 1 and draft.roles[at - 1] == draft.roles[at + 1] == "furniture"
        if counted[text] > 1 or (is_enclosed and not TOLD.search(text) and text[0] not in QUOTES):
            draft.roles[at] = "furniture"


def _is_author(draft: Draft, text: str) -> bool:
    """Whether a line is a name that stands in one of the article's bylines."""
    if not is_name(text):
        return False
    return any(role == "byline" and text in draft.texts[at] for at, role in enumerate(draft.roles))


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
        elif text[:18].lower() == "open this photo in" and None in draft.roles[at + 1 : at + 2]:
            draft.roles[at + 1] = "caption"


def _shows(text: str) -> bool:
    """Whether a sentence above a credit may be the text of its picture: a short one that tells of nothing past."""
    if len(text) > 200 or text[0] in _QUOTED:
        return False
    return text[-1] not in ".!?”" or (not _PAST.search(text) and is_one_sentence(text))


def label_middle(draft: Draft, lede: int, last: int) -> None:
    """Lines between the article's sentences: subheads, lists, links to other articles."""
    below_header = in_list = False
    is_interview = _is_interview(draft, lede, last)
    is_counted = any(map(_is_item, (draft.texts[at] for at in draft.prose)))
    is_lone = _is_only_question(draft, lede, last)
    for at in range(lede, last):
        text, role = draft.texts[at], draft.roles[at]
        if role is not None:
            below_header = role == "furniture" and (below_header or is_header(text))
            continue
        if below_header and is_question(text) and _is_asked_again(draft, at):
            below_header = False
        if draft.is_sentence[at] and not (text[-1] == "?" and _LABELLED.match(text)):
            below_header, in_list = False, text.endswith(":")
            continue
        if text.endswith(":") or POINTS.fullmatch(text):
            in_list = True
        elif (
            not (in_list and _is_listed(draft, at))
            and not BULLET.match(text)
            and not (is_counted and NUMBERED.match(text))
        ):
            is_asked = (is_interview or is_lone) and is_question(text) and not NUMBERED.match(text)
            draft.roles[at] = None if is_asked else _line_role(draft, at, below_header)


def _is_item(text: str) -> bool:
    """Whether a numbered sentence is one of a list, and no number heads a part."""
    return text[0].isdecimal() and text[-1] in ".!?”" and _NUMBERED_START.match(text) is not None


def _is_only_question(draft: Draft, lede: int, last: int) -> bool:
    """Whether one question is the only line between an article's sentences: its author asks it, it heads no part."""
    lines = [at for at in range(lede, last) if draft.roles[at] is None and not draft.is_sentence[at]]
    return len(lines) == 1 and len(draft.texts[lines[0]].split()) < _LONG_QUESTION


def _is_asked_again(draft: Draft, at: int) -> bool:
    """Whether another question heads a part of the article, and this one stands above a sentence as well."""
    is_above = at + 1 < len(draft.texts) and draft.is_sentence[at + 1]
    return is_above and any(draft.roles[i] == "subhead" and draft.texts[i][-1] == "?" for i in range(at))


def _is_interview(draft: Draft, lede: int, last: int) -> bool:
    """Whether the questions in an article are asked of somebody, and so do not head its parts."""
    asked = [text for text in draft.texts[lede:last] if text[-1] == "?" and is_question(text)]
    return len(asked) > 2 and 3 * sum(_TO_SOMEBODY.search(text) is not None for text in asked) >= len(asked)


def _is_listed(draft: Draft, at: int) -> bool:
    """Whether a line has another line beside it, as the items of a list have."""
    return any(not draft.is_sentence[i] for i in (at - 1, at + 1) if 0 <= i < len(draft.texts))


def _line_role(draft: Draft, at: int, below_header: bool) -> Role | None:
    """The role of one line in the middle of an article that is not a sentence."""
    text = draft.texts[at]
    n_words = len(text.split())
    if at and draft.roles[at - 1] == "pull-quote" and is_name(re.split(r"[,(]", text)[0]):
        return "pull-quote"  # whose it is
    if _is_author(draft, text):
        return "byline"
    if below_header or _in_run(draft, at) or draft.is_video(at) or draft.names_picture(at):
        return "furniture"
    if NUMBERED.match(text) or is_question(text):
        is_aside = n_words < 6 and _POINTS_BACK.search(text) and not NUMBERED.match(text)
        return None if n_words > 14 or is_aside or _OF_SOMEBODY.search(text) else "subhead"
    if text[0] == "(" and text[-1] == ")" and CAPS.match(text):
        return None  # a sound in a transcript
    if len(text) > LONG_LINE or (not text[:1].isupper() and text[0] not in "‘“\"'0123456789(«»"):
        return None
    if text[0] in _QUOTED and text[-1] in _QUOTED_END:
        return "subhead" if n_words <= _SHORT_QUOTE else "pull-quote"
    if text[0] in QUOTES and n_words > 7:
        return None
    return _role_of_head(draft, at, n_words)


def _role_of_head(draft: Draft, at: int, n_words: int) -> Role | None:
    """Whether a line heads a part, or is a link to another article; in doubt neither."""
    text = draft.texts[at]
    if _LABELLED.match(text) or SHOUTED.match(text) or (CAPS.match(text) and n_words > 4):
        return "furniture"
    if _POINTS_OUT.match(text):
        return None
    if TOLD.search(text) and (n_words > 12 or not draft.leads_on(at)):
        return None
    if n_words <= 7 or draft.leads_on(at):
        return "subhead"
    return "furniture" if _HEADLINED.search(text) else None


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


def label_bottom(draft: Draft, last: int) -> None:
    """Lines below the article's last sentence, and the sentences below its credits."""
    if last < 0:
        return
    _biography(draft, last)
    _below_name(draft, last)
    for at in range(last + 1, len(draft.roles)):
        if draft.roles[at] is None:
            _biography(draft, at)
    tail = _tail(draft, last)
    is_parted = any(draft.roles[at] in ("furniture", "byline") for at in range(last + 1, len(draft.roles)))
    for at in tail:
        text = draft.texts[at]
        if _is_author(draft, text):
            draft.roles[at] = "byline"
            continue
        if text[0] == "(" or (is_question(text) and not is_parted):
            continue
        if could_be_body(text) and not (is_parted and _may_be_link(text)):
            continue
        if is_parted or len(tail) > 1 or len(text.split()) > 6:
            draft.roles[at] = "byline" if is_name(text) and at == last + 1 and not is_parted else "furniture"
    _below_credit(draft, last)


def _may_be_link(text: str) -> bool:
    """Whether a line is one of a numbered list, or a tag, which no sentence would be."""
    is_tag = len(text.split()) < 4 and text.replace(" ", "").isalpha() and not TOLD.search(text)
    return is_tag or NUMBERED.match(text) is not None


def _below_name(draft: Draft, last: int) -> None:
    """A last sentence below an author's name describes the author."""
    if last > 0.6 * len(draft.roles) and draft.roles[last - 1] == "byline" and is_name(draft.texts[last - 1]):
        draft.roles[last] = "furniture"


def _below_credit(draft: Draft, last: int) -> None:
    """A sentence below the article's credits is about its author, or a picture's text."""
    credit = next((at for at in range(1, last) if draft.roles[at] == "byline" and is_end_credit(draft.texts[at])), None)
    if credit is not None and draft.roles[last] is None and credit >= last - 1 and credit > 0.6 * len(draft.roles):
        draft.roles[last] = "furniture" if _BIO.match(draft.texts[last]) else "caption"


def label_dates(draft: Draft) -> None:
    """A line that says when the article was published or changed stands for its byline, wherever it stands."""
    for at, text in enumerate(draft.texts):
        if draft.roles[at] == "furniture" and is_dated(text) and not (at and is_header(draft.texts[at - 1])):
            draft.roles[at] = "byline"


def _tail(draft: Draft, last: int) -> list[int]:
    """The lines below the article's last sentence that are not of a list: what a colon announces is the article's."""
    tail, is_announced = [], False
    for at in range(last, len(draft.roles)):
        is_announced = draft.roles[at] is None and (is_announced or draft.texts[at].endswith(":"))
        if at > last and draft.roles[at] is None and not is_announced:
            tail.append(at)
    return tail


def label_afterwords(draft: Draft) -> int:
    """What the page says below the article, where it has nothing to do with it; returns where the article ends."""
    article = [at for at in draft.prose if draft.roles[at] is None]
    for _ in range(min(_AFTERWORDS, len(article) - 3)):
        last, before = article[-1], article[-2]
        between = draft.roles[before + 1 : last]
        n_parting = sum(role in ("furniture", "byline") for role in between)
        small = draft.texts[last].lower()
        if last < 0.6 * len(draft.roles) or not (n_parting > 1 or speaks(small)):
            break
        if strength(small) < (_WEAKEST if n_parting > 1 else _WEAK):
            break
        if draft.share(last, "\n".join(draft.texts[at] for at in article[:-1]).lower()) > _UNRELATED:
            break
        draft.roles[last] = "furniture"
        article.pop()
    return article[-1] if article else -1


def _biography(draft: Draft, last: int) -> None:
    """A last paragraph that says who the author is, by the name above the article or by a new name and a calling."""
    found = _BIO.match(draft.texts[last])
    if found is None or len(draft.texts[last]) > 400 or last < 0.6 * len(draft.roles):
        return
    name = " ".join(found[0].split()[:-1]).removesuffix(" has").rstrip(",")
    named = any(draft.roles[at] == "byline" and name in draft.texts[at] for at in range(last))
    surname = name.split()[-1] if name else ""
    is_new = not any(surname in draft.texts[at] for at in draft.prose if at < last)
    if named or name.startswith(("The writer", "The author")) or (is_new and _CALLING.search(draft.texts[last])):
        draft.roles[last] = "furniture"
