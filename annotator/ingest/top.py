"""The lines above an article's first sentence: headline, kicker, dek and bylines."""

from __future__ import annotations

import re

from annotator.ingest.bylines import is_name
from annotator.ingest.captions import is_credit
from annotator.ingest.draft import CAPS, NUMBERED, QUOTES, Draft, is_question
from annotator.ingest.wording import is_prose

_LEDE = 80
"""A sentence this long, with another after it, begins the article."""
LONGEST_HEADLINE = 220

_WEAK_KICKER = re.compile(r"(?:[A-Z][A-Z’'& -]{2,40}|[A-Z][\w’'&-]*(?: [\w’'&-]+){0,2}|.{2,30}\|.{2,30})$")
_DATELINE = re.compile(
    r"[A-ZÀ-Þ][A-ZÀ-Þ .’',-]{2,40}(?:, [\w. ]{2,30})?(?: \([\w ./]{2,20}\))?\s?[—–-]{1,2}\s"
    r"|[A-ZÀ-Þ]{3,}[A-ZÀ-Þ ’']* [a-z]"
)
_PART = re.compile(
    r"(?:Summary|Overview|Introduction|Key (?:points|facts)|At a glance|In brief|The facts)", re.IGNORECASE
)
_GLUED = re.compile(r"[a-z]{3}[A-Z][a-z]|[a-z]{3}A [A-Z]")  # a masthead and its slogan, without a blank
_OUTLET = re.compile(
    r"(?:.*\b)?(?:News|Post|Times|Guardian|Journal|Herald|Tribune|Daily|Gazette|Courier|Monitor|Telegraph|Independent"
    r"|Observer|Chronicle|Star|Sun|Mail|Express|Mirror|Globe|Standard|Examiner|Inquirer|Sentinel|Dispatch|Register"
    r"|Bulletin|TV|Radio|Online)"
)


def label_top(draft: Draft, title: str | None) -> int:
    """Headline, kicker, dek and bylines above the article's first sentence; returns where that is."""
    lede = _first_sentence(draft)
    headline = next((at for at, role in enumerate(draft.roles[: lede + 1]) if role == "headline"), None)
    if headline is None:
        headline = _headline(draft, lede, title)
    if headline is None:
        return lede
    draft.roles[headline] = "headline"
    above = [at for at in range(headline) if draft.roles[at] is None and not draft.is_sentence[at]]
    for at in above:
        text = draft.texts[at]
        is_kicker = at >= headline - 2 and _WEAK_KICKER.match(text) and not _OUTLET.fullmatch(text)
        is_kicker = is_kicker and not re.search(r"[a-z][A-Z][a-z]", text) and not _in_menu(draft, at, headline)
        draft.roles[at] = "kicker" if is_kicker else "furniture"
    lede = next((at for at in draft.prose if at > headline and at >= lede), lede)
    if lede <= headline:
        lede = next((at for at in draft.prose if at > headline), headline)
    _below_headline(draft, headline, lede)
    return _dek(draft, headline, lede)


def _in_menu(draft: Draft, at: int, headline: int) -> bool:
    """Whether a word above the headline is one of three or more in a row: a page's menu."""
    first = at
    while first > 0 and len(draft.texts[first - 1].split()) <= 2:
        first -= 1
    return headline - first > 2 and not CAPS.match(draft.texts[at])


def _first_sentence(draft: Draft) -> int:
    """The first paragraph that is surely of the article: a sentence that is long or has another right after it."""
    for at, following in zip(draft.prose, [*draft.prose[1:], -1], strict=False):
        text = draft.texts[at]
        if _is_titled(text) and at < 3:
            continue
        if len(text) >= _LEDE or following == at + 1:
            return at
    return draft.prose[0] if draft.prose else 0


def _headline(draft: Draft, lede: int, title: str | None) -> int | None:
    if title is not None:
        wanted = title.casefold().strip(" .")
        for at, text in enumerate(draft.texts[:15]):
            if text.casefold().strip(" .") == wanted and draft.roles[at] in (None, "furniture"):
                return at
    lines = [
        at
        for at in range(min(lede + 1, len(draft.texts)))
        if draft.roles[at] is None
        and len(draft.texts[at]) <= LONGEST_HEADLINE
        and (at < lede or _is_titled(draft.texts[at]))
    ]
    lines = [at for at in lines if not _DATELINE.match(draft.texts[at])]
    lines = [at for at in lines if not _ends_flat(draft.texts[at]) or _is_titled(draft.texts[at])]
    for number, at in enumerate(lines[:-1]):
        following = max((draft.texts[i] for i in lines[number + 1 : number + 3]), key=len)
        if not _GLUED.search(draft.texts[at]) and not _is_kicker(draft.texts[at], following):
            return at
    return lines[-1] if lines else None


def _is_kicker(text: str, following: str) -> bool:
    """Whether a short line only leads to the headline that follows it."""
    n_words, n_following = len(text.split()), len(following.split())
    if n_words > 5 or n_following <= n_words:
        return False
    return n_words == 1 or bool(CAPS.match(text)) or "|" in text or (n_words <= 3 and n_following <= 16)


def _ends_flat(text: str) -> bool:
    """Whether it ends with a full stop, as headlines do not."""
    return text.endswith((".", ".”", '."', ".’", ".'"))


def _is_titled(text: str) -> bool:
    """Whether nearly every word begins with a capital, as in some outlets' headlines."""
    words = [word for word in re.findall(r"[^\W\d_][\w’'-]*", text) if len(word) > 3]
    return len(words) >= 3 and len(text) < 150 and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def _below_headline(draft: Draft, headline: int, lede: int) -> None:
    """The lines between headline and article: names are bylines, sentences without an end are deks."""
    for at in range(headline + 1, lede):
        text = draft.texts[at]
        if draft.roles[at] is not None:
            continue
        if _DATELINE.match(text) or text.endswith(","):
            return  # the article has begun, with a line that was cut in two
        if text == draft.texts[headline]:
            draft.roles[at] = "headline"
        elif draft.names_picture(at):
            draft.roles[at] = "furniture"
        elif is_credit(text) and len(text.split()) < 4 and "/" not in text:
            draft.roles[at] = "byline"
        elif NUMBERED.match(text) or (at == lede - 1 and _PART.fullmatch(text)):
            draft.roles[at] = "subhead"
        elif is_name(text) and len(text.split()) <= 8 and not text.endswith("|"):
            draft.roles[at] = "byline"
        elif (at == headline + 1 and len(text.split()) > 2) or (len(text.split()) >= 5 and at <= headline + 10):
            draft.roles[at] = "dek"
        elif len(text.split()) < 5 and not is_prose(text):
            draft.roles[at] = "byline" if text.istitle() and len(text.split()) == 2 else "furniture"


def _dek(draft: Draft, headline: int, lede: int) -> int:
    """A sentence below the headline that other lines part from the article, or that is much shorter, is the dek."""
    first = next((at for at in range(headline + 1, len(draft.roles)) if draft.roles[at] is None), lede)
    if first != lede or "dek" in draft.roles[headline:lede] or len(draft.texts[first]) > 260:
        return lede
    if (
        draft.texts[first][0] in QUOTES
        or _DATELINE.match(draft.texts[first])
        or any(draft.roles[at] == "byline" for at in range(headline, first))
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
                picture = draft.names_picture(at)
                draft.roles[at] = "furniture" if picture else "byline"
        return following
    return lede


def _is_byline_below(draft: Draft, at: int) -> bool:
    below = draft.texts[at + 1] if at + 1 < len(draft.texts) else ""
    return bool(below) and draft.roles[at + 1] is None and is_name(below) and not is_question(below)
