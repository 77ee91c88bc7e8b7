"""The lines above an article's first sentence: headline, kicker, dek and bylines."""

from __future__ import annotations

import re

from annotator.ingest.roles.bylines import is_end_credit, is_name
from annotator.ingest.roles.calls_to_action import strength
from annotator.ingest.roles.captions import is_bare_credit, is_credit
from annotator.ingest.roles.draft import CAPS, NUMBERED, POINTS, QUOTES, Draft, is_question
from annotator.ingest.roles.furniture import has_date, is_date, is_header
from annotator.ingest.roles.sentence_shape import is_prose
from annotator.ingest.roles.sentence_shape import n_words as count_words
from annotator.model import Role
from annotator.text.word_lists import any_phrase

_LEDE = 80
"""A sentence this long, with another after it, begins the article."""
LONGEST_HEADLINE = 220
_LONGEST_DEK = 260
_LEAST_HEADLINE = 5
_SHORTEST_CAPTION = 3
_HEAD = 15
"""Lowest position of a byline above the article."""
_WEAK = 1.0
"""An appeal so weak is one above a headline, where no article has a sentence."""
_RELATED = 0.4
"""A line that shares so many of its words with the article below it is about the same; other headlines share fewer."""

_WEAK_KICKER = re.compile(r"(?:[A-ZÀ-Þ][A-ZÀ-Þ’'& -]{2,40}|[A-ZÀ-Þ][\w’'&-]*(?: [\w’'&-]+){0,2}|.{2,30}[|/] ?.{2,30})$")
_DATELINE = re.compile(
    r"[A-ZÀ-Þ][A-ZÀ-Þ .’',/-]{2,40}(?:, [\w. ]{2,30})?(?: \([\w ./]{2,20}\))?\s?[—–-]{1,2}\s"
    r"|[A-ZÀ-Þ]{3,}[A-ZÀ-Þ ’']* [a-z]"
)
_LONGEST_BY = 14
_BY = ("by", "von", "par", "por", "di", "written by", "author", "authors", "reporter", "story by")
_DATED = ("published", "updated", "posted", "last updated", "last modified")
_LONGEST_POINTS = 20
_LONGEST_POINT = 110
_MOST_POINTS = 6
_CLOCK = re.compile(r"\d{1,2}:\d\d")
_PART = re.compile(
    r"(?:Summary|Overview|Introduction|Key (?:points|facts)|At a glance|In brief|The facts)", re.IGNORECASE
)
_GLUED = re.compile(r"[a-z]{3}[A-Z][a-z]|[a-z]{3}A [A-Z]")  # a masthead and its slogan, without a blank
_OUTLET = re.compile(rf"(?:.*\b)?(?:{any_phrase(__file__, 'outlet_names')})")


def label_top(draft: Draft, title: str | None) -> int:
    """Headline, kicker, dek and bylines above the article's first sentence; returns where that is."""
    lede = _first_sentence(draft, _below_bylines(draft))
    headline = next((at for at, role in enumerate(draft.roles[: lede + 1]) if role == "headline"), None)
    if headline is None:
        headline = _headline(draft, lede, title)
    if headline is None:
        return lede
    draft.roles[headline] = "headline"
    _above_headline(draft, headline)
    if lede <= headline:
        lede = next((at for at in draft.prose if at > headline), headline)
    _below_headline(draft, headline, lede)
    return _dek(draft, headline, lede)


def _below_bylines(draft: Draft) -> int:
    """Where the article may begin: below the byline or date that stands above it, if one does."""
    begin = n_sentences = 0
    for at, text in enumerate(draft.texts[:_HEAD]):
        if len(text) < _LONGEST_BY and _is_by(draft, at):
            draft.roles[at] = draft.roles[at + 1] = "byline"
        elif text[0] == "@" and at and draft.roles[at - 1] == "byline" and " " not in text:
            draft.roles[at] = "byline"
        elif n_sentences == 0 and len(text) < _LONGEST_POINTS and POINTS.fullmatch(text):
            _label_points(draft, at)
        is_names = draft.roles[at] == "byline" and not is_end_credit(text)
        if is_names or (draft.roles[at] == "furniture" and is_date(text)):
            begin = at + 1
        elif draft.roles[at] is None and draft.is_sentence[at]:
            n_sentences += 1
            if n_sentences > 2 or len(text) > _LONGEST_DEK:
                break
    return begin if sum(at >= begin for at in draft.prose) > 1 else 0


def _is_by(draft: Draft, at: int) -> bool:
    """Whether a line only says "By" or "Published", and the name or the date is below it."""
    small = draft.texts[at].lower().strip(": ")
    if at + 1 == len(draft.texts):
        return False
    if small in _DATED:
        return is_date(draft.texts[at + 1])
    return small in _BY and draft.roles[at + 1] is None and is_name(draft.texts[at + 1])


def _may_be_point(text: str) -> bool:
    return len(text) < _LONGEST_POINT and text[0] not in QUOTES


def _label_points(draft: Draft, at: int) -> None:
    """Short sentences below "Key points" are deks, up to the first long one."""
    end = at + 1
    while end < len(draft.texts) and draft.roles[end] is None and _may_be_point(draft.texts[end]):
        end += 1
    if at + 1 < end <= at + _MOST_POINTS and end < len(draft.texts):
        draft.roles[at] = "furniture"
        draft.roles[at + 1 : end] = ["dek"] * (end - at - 1)


def _first_sentence(draft: Draft, begin: int) -> int:
    """The first paragraph that is surely of the article: a sentence that is long or has another right after it."""
    prose = [at for at in draft.prose if at >= begin]
    for at, following in zip(prose, [*prose[1:], -1], strict=False):
        text = draft.texts[at]
        if _is_titled(text) and at < 3:
            continue
        if len(text) >= _LEDE or following == at + 1:
            return at
    return prose[0] if prose else 0


def _headline(draft: Draft, lede: int, title: str | None) -> int | None:
    if title is not None:
        wanted = title.casefold().strip(" .")
        for at, text in enumerate(draft.texts[:15]):
            if text.casefold().strip(" .") == wanted and draft.roles[at] in (None, "furniture"):
                return at
    lines = [at for at in range(min(lede + 1, len(draft.texts))) if _may_be_headline(draft, at, lede)]
    lines = _related(draft, _above_bylines(draft, lines), lede)
    for number, at in enumerate(lines[:-1]):
        following = max((draft.texts[i] for i in lines[number + 1 : number + 3]), key=len)
        if not _GLUED.search(draft.texts[at]) and not _is_kicker(draft.texts[at], following):
            return at
    return lines[-1] if lines else None


def _may_be_headline(draft: Draft, at: int, lede: int) -> bool:
    text = draft.texts[at]
    if draft.roles[at] is not None or len(text) > LONGEST_HEADLINE or draft.is_video(at):
        return False
    if _DATELINE.match(text) or NUMBERED.match(text) or (_CLOCK.search(text) and has_date(text)):
        return False
    return _is_titled(text) or (at < lede and not _ends_flat(text))


def _above_bylines(draft: Draft, lines: list[int]) -> list[int]:
    """The lines above the first byline, if one of them is long enough for a headline; else all."""
    byline = next((at for at, role in enumerate(draft.roles[:_HEAD]) if role == "byline"), 0)
    above = [at for at in lines if at < byline]
    return above if any(len(draft.texts[at].split()) > _LEAST_HEADLINE for at in above) else lines


def _related(draft: Draft, lines: list[int], lede: int) -> list[int]:
    """Without the lines that have nothing to do with the article, where there is one that surely has."""
    if len(lines) < 2:
        return lines
    opening = draft.opening(lede)
    shares = {at: draft.share(at, opening) for at in lines if len(draft.texts[at].split()) > 1}
    best = max((share for at, share in shares.items() if len(draft.texts[at].split()) > 3), default=0)
    if best < _RELATED / 2:
        return lines
    return [at for at in lines if shares.get(at, 0) >= min(best / 3, _RELATED)]


def _is_kicker(text: str, following: str) -> bool:
    """Whether a short line only leads to the headline that follows it."""
    n_words, n_following = len(text.split()), len(following.split())
    if n_words > 5 or n_following <= n_words:
        return False
    if n_words < 5 <= n_following and is_name(text):
        return True
    return n_words == 1 or bool(CAPS.match(text)) or "|" in text or (n_words <= 3 and n_following <= 16)


def _ends_flat(text: str) -> bool:
    """Whether it ends with a full stop, as headlines do not."""
    return text.endswith((".", ".”", '."', ".’", ".'"))


def _is_titled(text: str) -> bool:
    """Whether nearly every word begins with a capital, as in some outlets' headlines."""
    words = [word for word in re.findall(r"[^\W\d_][\w’'-]*", text) if len(word) > 3]
    return len(words) >= 3 and len(text) < 150 and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def _above_headline(draft: Draft, headline: int) -> None:
    for at in range(headline):
        text, role = draft.texts[at], draft.roles[at]
        if role == "furniture" and is_date(text):
            draft.roles[at] = "byline"
        elif role is None and draft.is_sentence[at] and strength(text.lower()) >= _WEAK:
            draft.roles[at] = "furniture"
        elif role is None and not draft.is_sentence[at]:
            is_kicker = at >= headline - 2 and _is_weak_kicker(text)
            draft.roles[at] = "kicker" if is_kicker and not _in_menu(draft, at, headline) else "furniture"


def _is_weak_kicker(text: str) -> bool:
    is_glued = re.search(r"[a-z][A-Z][a-z]", text) is not None
    return not is_glued and _WEAK_KICKER.match(text) is not None and not _OUTLET.fullmatch(text)


def _in_menu(draft: Draft, at: int, headline: int) -> bool:
    """Whether a word above the headline is one of three or more in a row: a page's menu."""
    first = at
    while first > 0 and len(draft.texts[first - 1].split()) <= 2:
        first -= 1
    return headline - first > 2 and not CAPS.match(draft.texts[at])


def _below_headline(draft: Draft, headline: int, lede: int) -> None:
    """The lines between headline and article: names and dates are bylines, lines that say something are deks."""
    is_linked = False
    for at in range(headline + 1, lede):
        text, role = draft.texts[at], draft.roles[at]
        if role == "furniture" and not is_linked and is_date(text):
            draft.roles[at] = "byline"
        elif role is not None:
            is_linked = role == "furniture" and (is_linked or is_header(text))
        elif _DATELINE.match(text) or text.endswith(","):
            return  # the article has begun, with a line that was cut in two
        else:
            draft.roles[at] = "furniture" if is_linked else _role_below(draft, at, headline, lede)


def _is_captioned(draft: Draft, at: int) -> bool:
    """Whether a picture's credit stands below a line, or other captions around it."""
    above, below = draft.roles[at - 1], draft.roles[at + 1]
    if below == "caption" and is_bare_credit(draft.texts[at + 1]):
        return True
    is_likely = below == "caption" or not draft.is_sentence[at]
    return above == "caption" and is_likely and len(draft.texts[at].split()) > _SHORTEST_CAPTION


def _role_below(draft: Draft, at: int, headline: int, lede: int) -> Role | None:
    """The role of one line between headline and article, when its wording does not tell."""
    text = draft.texts[at]
    n_words = count_words(text)
    if text == draft.texts[headline]:
        return "headline"
    if _is_captioned(draft, at):
        return "caption"
    if draft.is_sentence[at] and not (is_name(text) and n_words <= 8):
        return "dek" if len(text) <= _LONGEST_DEK else None
    if draft.names_picture(at) or draft.is_video(at):
        return "furniture"
    if n_words <= 12 and has_date(text):
        return "byline"
    if is_credit(text) and n_words < 4 and "/" not in text:
        return "byline"
    if NUMBERED.match(text) or (at == lede - 1 and _PART.fullmatch(text)):
        return "subhead"
    if is_name(text) and n_words <= 8 and not text.endswith("|"):
        return "byline"
    if at == headline + 1 and n_words > 2:
        return "dek"
    is_by_byline = "byline" in (draft.roles[at - 1], draft.roles[at + 1])
    if n_words >= 5 and at <= headline + 10:
        return "byline" if is_by_byline and draft.share(at, draft.opening(lede)) == 0 else "dek"
    if n_words < 5 and not is_prose(text):
        return "byline" if is_by_byline else "furniture"
    return None


def _dek(draft: Draft, headline: int, lede: int) -> int:
    """A sentence below the headline that other lines part from the article, or that is much shorter, is the dek."""
    first = next((at for at in range(headline + 1, len(draft.roles)) if draft.roles[at] is None), lede)
    if first != lede or "dek" in draft.roles[headline:lede] or len(draft.texts[first]) > _LONGEST_DEK:
        return lede
    if (
        draft.texts[first][0] in QUOTES
        or _DATELINE.match(draft.texts[first])
        or any(draft.roles[at] == "byline" and not is_date(draft.texts[at]) for at in range(headline, first))
    ):
        return lede
    after = draft.roles[first + 1] if first + 1 < len(draft.roles) else None
    following = next((at for at in draft.prose if at > first), None)
    if following is None:
        return lede
    is_parted = after in ("byline", "caption", "furniture") or _is_byline_below(draft, first)
    if is_parted or (_DATELINE.match(draft.texts[following]) and "—" in draft.texts[following][:60]):
        draft.roles[first] = "dek"
        for at in range(first + 1, following):
            if draft.roles[at] is None and is_name(draft.texts[at]):
                draft.roles[at] = "furniture" if draft.names_picture(at) else "byline"
        return following
    return lede


def _is_byline_below(draft: Draft, at: int) -> bool:
    below = draft.texts[at + 1] if at + 1 < len(draft.texts) else ""
    return bool(below) and draft.roles[at + 1] is None and is_name(below) and not is_question(below)
