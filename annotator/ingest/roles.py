"""What each paragraph of an article is, guessed from its wording and its place; when in doubt, body.

Three steps: what the wording alone gives away; the lines above the first sentence of the article, which are
headline, kicker, dek and byline; the lines between and below its sentences, which are subheads or links. Only a
line that is no sentence can be furniture by its place. A sentence is furniture by its wording or not at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from annotator.ingest.bylines import is_byline, is_end_credit, is_name
from annotator.ingest.captions import is_caption, is_credit
from annotator.ingest.furniture import is_furniture, is_header
from annotator.ingest.wording import is_prose
from annotator.model import Role

Guess = list[Role | None]
"""A role for each paragraph, or None as long as nothing speaks for one."""

_LEDE = 80
"""A sentence this long, with another after it, begins the article."""
_HEADLINE = 220
_LINE = 120
"""A longer line that ends without a mark is a sentence that lost its end."""

_QUESTION = re.compile(
    r"(?:\W*\d{0,2}[.)]? ?)?(?:so,? |and |but )?"
    r"(?:what|who|whose|whom|why|how|where|when|which|is|are|was|were|did|do|does|can|could|will|would|should|has|have"
    r"|had|must|may|might)\b[^.!?“”\"]{4,100}\?$",
    re.IGNORECASE,
)
_NUMBERED_START = re.compile(r"\d{1,2}[.)]\s")
_NUMBERED = re.compile(r"(?:\d{1,2}|[IVX]{1,5})[.)]\s+\S.{1,90}$")
_BULLET = re.compile(r"[•●▪◦*–—-]\s*\S")
_LABELLED = re.compile(
    r"(?:(?:in )?(?:pictures|photos)|opinion|analysis|explainer|explained|comment|commentary|editorial|column|review"
    r"|podcast|video|watch|listen|live|quiz|fact[ -]?check|factbox|timeline|gallery|photo gallery|infographic"
    r"|interactive|profile|from the archive|exclusive"
    r"|[A-Z][\w’']*(?: [\w’']+){0,4} (?:eyes|view|take|guide|briefing|podcast|newsletter)\b[^:]{0,20})\s?[:|] ?\S",
    re.IGNORECASE,
)
# A paragraph that lost its full stop tells in the past tense; a link to another article speaks like a headline.
_TOLD = re.compile(
    r"\b(?:was|were|had|said|told|did|added|noted|been|he|she|they|we|I|his|her|which|that the|could|would"
    r"|came|went|took|gave|made|saw|knew|thought|began|kept|stood|brought|sat|ran|spoke|wrote)\b"
    r"|[,;:]$|[”\"],? [a-z]+ed\b"
)
_WEAK_KICKER = re.compile(r"(?:[A-Z][A-Z’'& -]{2,40}|[A-Z][\w’'&-]*(?: [\w’'&-]+){0,2}|.{2,30}\|.{2,30})$")
_CAPS = re.compile(r"[^a-z]*[A-Z]{2}[^a-z]*$")
_DATELINE = re.compile(
    r"[A-ZÀ-Þ][A-ZÀ-Þ .’',-]{2,40}(?:, [\w. ]{2,30})?(?: \([\w ./]{2,20}\))?\s?[—–-]{1,2}\s"
    r"|[A-ZÀ-Þ]{3,}[A-ZÀ-Þ ’']* [a-z]"
)
_BIO = re.compile(
    r"(?:The (?:writer|author)|[A-ZÀ-Þ][\w’.-]+(?: [\w’.-]+){1,3}),? "
    r"(?:is|was|covers|writes|reports|teaches|leads|heads|edits|runs|works|directs) "
)
_PART = re.compile(
    r"(?:Summary|Overview|Introduction|Key (?:points|facts)|At a glance|In brief|The facts)", re.IGNORECASE
)
_QUOTES = '“"„«'
_GLUED = re.compile(r"[a-z]{3}[A-Z][a-z]|[a-z]{3}A [A-Z]")  # a masthead and its slogan, without a blank
_OUTLET = re.compile(
    r"(?:.*\b)?(?:News|Post|Times|Guardian|Journal|Herald|Tribune|Daily|Gazette|Courier|Monitor|Telegraph|Independent"
    r"|Observer|Chronicle|Star|Sun|Mail|Express|Mirror|Globe|Standard|Examiner|Inquirer|Sentinel|Dispatch|Register"
    r"|Bulletin|TV|Radio|Online)"
)
_PRONOUN = re.compile(r"\b(?:he|she|they|it|we|I|you)\b")
_TIMECODE = re.compile(r"\d{1,2}:\d\d(?::\d\d)?$")


def guess(
    paragraphs: Sequence[str], title: str | None = None, hints: Sequence[Role | None] | None = None
) -> list[Role]:
    """The role of each paragraph of one article.

    Args:
        paragraphs: The texts of the article's paragraphs, in order, without blanks around them.
        title: The article's title where it is known.
        hints: The roles that the file itself gives, where it does: the elements of a page.
    """
    roles: Guess = [_by_wording(text) for text in paragraphs]
    if hints is not None:
        roles = [_with_hint(role, hint, text) for role, hint, text in zip(roles, hints, paragraphs, strict=True)]
    prose = [at for at, text in enumerate(paragraphs) if roles[at] is None and _is_sentence(text)]
    if len(prose) > 1 or title is not None:
        lede = _top(paragraphs, roles, prose, title)
        _repeated(paragraphs, roles)
        _between_furniture(paragraphs, roles)
        _captions_beside(paragraphs, roles)
        _middle(paragraphs, roles, lede, prose)
        _bottom(paragraphs, roles, prose)
    return [role or "body" for role in roles]


def _is_sentence(text: str) -> bool:
    """Whether a paragraph is of the article for sure: a sentence that is no lone question, which may head a part."""
    return is_prose(text) and not _QUESTION.match(text)


def _by_wording(text: str) -> Role | None:
    if len(text) > 450:
        return None
    if not any(map(str.isprintable, text)) or is_furniture(text):
        return "furniture"
    if is_byline(text):
        return "byline"
    return "caption" if is_caption(text) else None


def _with_hint(role: Role | None, hint: Role | None, text: str) -> Role | None:
    """What the elements of a page say, where it can be true of this text."""
    if hint is None or role == "furniture":
        return role
    if hint in ("headline", "subhead", "kicker") and len(text) > _HEADLINE:
        return role
    return hint


def _top(paragraphs: Sequence[str], roles: Guess, prose: Sequence[int], title: str | None) -> int:
    """Headline, kicker, dek and bylines above the article's first sentence; returns where that is."""
    lede = _first_sentence(paragraphs, prose)
    headline = next((at for at, role in enumerate(roles[: lede + 1]) if role == "headline"), None)
    if headline is None:
        headline = _headline(paragraphs, roles, lede, title)
    if headline is None:
        return lede
    roles[headline] = "headline"
    above = [at for at in range(headline) if roles[at] is None and not _is_sentence(paragraphs[at])]
    for at in above:
        text = paragraphs[at]
        is_kicker = at >= headline - 2 and _WEAK_KICKER.match(text) and not _OUTLET.fullmatch(text)
        is_kicker = is_kicker and not re.search(r"[a-z][A-Z][a-z]", text) and not _in_menu(paragraphs, at, headline)
        roles[at] = "kicker" if is_kicker else "furniture"
    lede = next((at for at in prose if at > headline and at >= lede), lede)
    if lede <= headline:
        lede = next((at for at in prose if at > headline), headline)
    _below_headline(paragraphs, roles, headline, lede)
    return _dek(paragraphs, roles, headline, lede, prose)


def _in_menu(paragraphs: Sequence[str], at: int, headline: int) -> bool:
    """Whether a word above the headline is one of three or more in a row: a page's menu."""
    first = at
    while first > 0 and len(paragraphs[first - 1].split()) <= 2:
        first -= 1
    return headline - first > 2 and not _CAPS.match(paragraphs[at])


def _first_sentence(paragraphs: Sequence[str], prose: Sequence[int]) -> int:
    """The first paragraph that is surely of the article: a sentence that is long or has another right after it."""
    for at, following in zip(prose, [*prose[1:], -1], strict=False):
        text = paragraphs[at]
        if _is_titled(text) and at < 3:
            continue
        if len(text) >= _LEDE or following == at + 1:
            return at
    return prose[0] if prose else 0


def _headline(paragraphs: Sequence[str], roles: Guess, lede: int, title: str | None) -> int | None:
    if title is not None:
        wanted = title.casefold().strip(" .")
        for at, text in enumerate(paragraphs[:15]):
            if text.casefold().strip(" .") == wanted and roles[at] in (None, "furniture"):
                return at
    lines = [
        at
        for at in range(min(lede + 1, len(paragraphs)))
        if roles[at] is None and len(paragraphs[at]) <= _HEADLINE and (at < lede or _is_titled(paragraphs[at]))
    ]
    lines = [at for at in lines if not _DATELINE.match(paragraphs[at])]
    lines = [at for at in lines if not _ends_flat(paragraphs[at]) or _is_titled(paragraphs[at])]
    for number, at in enumerate(lines[:-1]):
        following = max((paragraphs[i] for i in lines[number + 1 : number + 3]), key=len)
        if not _GLUED.search(paragraphs[at]) and not _is_kicker(paragraphs[at], following):
            return at
    return lines[-1] if lines else None


def _is_kicker(text: str, following: str) -> bool:
    """Whether a short line only leads to the headline that follows it."""
    n_words, n_following = len(text.split()), len(following.split())
    if n_words > 5 or n_following <= n_words:
        return False
    return n_words == 1 or bool(_CAPS.match(text)) or "|" in text or (n_words <= 3 and n_following <= 16)


def _ends_flat(text: str) -> bool:
    """Whether it ends with a full stop, as headlines do not."""
    return text.endswith((".", ".”", '."', ".’", ".'"))


def _is_titled(text: str) -> bool:
    """Whether nearly every word begins with a capital, as in some outlets' headlines."""
    words = [word for word in re.findall(r"[^\W\d_][\w’'-]*", text) if len(word) > 3]
    return len(words) >= 3 and len(text) < 150 and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def _below_headline(paragraphs: Sequence[str], roles: Guess, headline: int, lede: int) -> None:
    """The lines between headline and article: names are bylines, sentences without an end are deks."""
    for at in range(headline + 1, lede):
        text = paragraphs[at]
        if roles[at] is not None:
            continue
        if _DATELINE.match(text) or text.endswith(","):
            return  # the article has begun, with a line that was cut in two
        if text == paragraphs[headline]:
            roles[at] = "headline"
        elif _names_picture(paragraphs, roles, at):
            roles[at] = "furniture"
        elif is_credit(text) and len(text.split()) < 4 and "/" not in text:
            roles[at] = "byline"
        elif _NUMBERED.match(text) or (at == lede - 1 and _PART.fullmatch(text)):
            roles[at] = "subhead"
        elif is_name(text) and len(text.split()) <= 8 and not text.endswith("|"):
            roles[at] = "byline"
        elif (at == headline + 1 and len(text.split()) > 2) or (len(text.split()) >= 5 and at <= headline + 10):
            roles[at] = "dek"
        elif len(text.split()) < 5 and not is_prose(text):
            roles[at] = "byline" if text.istitle() and len(text.split()) == 2 else "furniture"


def _names_picture(paragraphs: Sequence[str], roles: Guess, at: int) -> bool:
    """Whether a line of bare names is a picture's file name or text: the caption below it has the same words."""
    if at + 1 >= len(paragraphs) or roles[at + 1] != "caption":
        return False
    words = paragraphs[at].split()
    if not 1 < len(words) <= 8 or not all(word[:1].isupper() for word in words) or "," in paragraphs[at]:
        return False
    caption = paragraphs[at + 1].casefold()
    return len(words) > 3 or sum(word.casefold() in caption for word in words) >= 0.5 * len(words)


def _dek(paragraphs: Sequence[str], roles: Guess, headline: int, lede: int, prose: Sequence[int]) -> int:
    """A sentence below the headline that other lines part from the article, or that is much shorter, is the dek."""
    first = next((at for at in range(headline + 1, len(roles)) if roles[at] is None), lede)
    if first != lede or "dek" in roles[headline:lede] or len(paragraphs[first]) > 260:
        return lede
    if (
        paragraphs[first][0] in _QUOTES
        or _DATELINE.match(paragraphs[first])
        or any(roles[at] == "byline" for at in range(headline, first))
    ):
        return lede
    after = roles[first + 1] if first + 1 < len(roles) else None
    following = next((at for at in prose if at > first), None)
    if following is None:
        return lede
    is_parted = after in ("byline", "caption", "furniture") or _is_byline_below(paragraphs, roles, first)
    if is_parted or (_DATELINE.match(paragraphs[following]) and "—" in paragraphs[following][:60]):
        roles[first] = "dek"
        for at in range(first + 1, following):
            if roles[at] is None and is_name(paragraphs[at]):
                picture = _names_picture(paragraphs, roles, at)
                roles[at] = "furniture" if picture else "byline"
        return following
    return lede


def _is_byline_below(paragraphs: Sequence[str], roles: Guess, at: int) -> bool:
    below = paragraphs[at + 1] if at + 1 < len(paragraphs) else ""
    return bool(below) and roles[at + 1] is None and is_name(below) and not _QUESTION.match(below)


def _repeated(paragraphs: Sequence[str], roles: Guess) -> None:
    """A line said again: with a credit it is a caption both times, out of a longer paragraph it is a pull-quote."""
    for at, text in enumerate(paragraphs):
        if roles[at] is not None or not 15 < len(text) < 300:
            continue
        near = range(max(0, at - 3), min(len(paragraphs), at + 4))
        if any(i != at and roles[i] == "caption" and paragraphs[i].startswith(text[:-1]) for i in near):
            roles[at] = "caption"
        elif len(text) > 25:
            quoted = text.strip("“”\"‘’' .,")
            if any(
                len(other) > len(text) + 8 and quoted in other and roles[i] is None
                for i, other in enumerate(paragraphs)
                if i != at
            ):
                roles[at] = "pull-quote"


def _between_furniture(paragraphs: Sequence[str], roles: Guess) -> None:
    """A few words that stand there twice, or with furniture on both sides, are furniture."""
    counted = Counter(text for text in paragraphs if len(text) < 40)
    for at, text in enumerate(paragraphs):
        if roles[at] is not None or len(text.split()) > 6 or _is_sentence(text) or _QUESTION.match(text):
            continue
        is_enclosed = 0 < at < len(roles) - 1 and roles[at - 1] == roles[at + 1] == "furniture"
        if counted[text] > 1 or (is_enclosed and not _TOLD.search(text) and text[0] not in _QUOTES):
            roles[at] = "furniture"


def _captions_beside(paragraphs: Sequence[str], roles: Guess) -> None:
    """What stands right after a gallery's button, or right before a credit, is a caption."""
    for at, text in enumerate(paragraphs):
        if roles[at] in (None, "caption") and is_credit(text):
            roles[at] = "caption"
            if at and roles[at - 1] is None and len(paragraphs[at - 1]) < 200 and paragraphs[at - 1][0] not in _QUOTES:
                roles[at - 1] = "caption"
        if (
            at
            and roles[at - 1] is None
            and text.casefold().startswith("image source")
            and not _is_sentence(paragraphs[at - 1])
        ):
            roles[at - 1] = "caption"
        if at and roles[at] is None and len(text) < 400 and paragraphs[at - 1].lower().startswith("open this photo in"):
            roles[at] = "caption"


def _middle(paragraphs: Sequence[str], roles: Guess, lede: int, prose: Sequence[int]) -> None:
    """Lines between the article's sentences: subheads, lists, links to other articles."""
    last = max((at for at in prose if roles[at] is None), default=lede)
    below_header = in_list = False
    is_counted = any(_NUMBERED_START.match(paragraphs[at]) for at in prose)
    for at in range(lede, last):
        text, role = paragraphs[at], roles[at]
        if role is not None:
            below_header = role == "furniture" and (below_header or is_header(text))
            continue
        if _is_sentence(text) and not (_LABELLED.match(text) and text.endswith("?")):
            below_header, in_list = False, text.endswith(":")
            continue
        if text.endswith(":"):
            in_list = True
        elif not in_list and not _BULLET.match(text) and not (is_counted and _NUMBERED.match(text)):
            roles[at] = _line_role(paragraphs, roles, at, below_header)


def _line_role(paragraphs: Sequence[str], roles: Guess, at: int, below_header: bool) -> Role | None:
    """The role of one line in the middle of an article that is no sentence."""
    text = paragraphs[at]
    n_words = len(text.split())
    if (
        below_header
        or _in_run(paragraphs, roles, at)
        or (at and _TIMECODE.match(paragraphs[at - 1]))
        or _names_picture(paragraphs, roles, at)
    ):
        return "furniture"
    if _NUMBERED.match(text) or (_QUESTION.match(text) and n_words <= 14):
        return None if n_words < 4 and _PRONOUN.search(text) else "subhead"
    if len(text) > _LINE or (not text[:1].isupper() and text[0] not in "‘“\"'0123456789"):
        return None
    if text[0] in _QUOTES and n_words > 7:
        return None
    if _LABELLED.match(text) or (_CAPS.match(text) and n_words > 4):
        return "furniture"
    if _TOLD.search(text):
        return None
    return "furniture" if n_words > 7 else "subhead"


def _in_run(paragraphs: Sequence[str], roles: Guess, at: int) -> bool:
    """Whether a line has another such line beside it: links stand in rows, subheads alone."""
    beside = [i for i in (at - 1, at + 1) if 0 <= i < len(roles)]
    return any(
        (roles[i] is None and not _is_sentence(paragraphs[i]) and not _could_be_body(paragraphs[i]))
        or (i < at and roles[i] == "furniture" and len(paragraphs[i].split()) > 3 and not is_furniture(paragraphs[i]))
        for i in beside
    ) and not _could_be_body(paragraphs[at])


def _could_be_body(text: str) -> bool:
    """Whether a line without an end may still be a sentence of the article."""
    return (
        len(text) > _LINE
        or text[0].islower()
        or text.endswith((":", ",", ";"))
        or text[0] in _QUOTES
        or bool(_TOLD.search(text) or _BULLET.match(text) or _NUMBERED.match(text))
    )


def _bottom(paragraphs: Sequence[str], roles: Guess, prose: Sequence[int]) -> None:
    """Lines below the article's last sentence, and the sentences below its credits."""
    last = max((at for at in prose if roles[at] is None), default=-1)
    if last < 0:
        return
    _biography(paragraphs, roles, last)
    for at in range(last + 1, len(roles)):
        if roles[at] is None:
            _biography(paragraphs, roles, at)
    tail = [at for at in range(last + 1, len(roles)) if roles[at] is None]
    is_parted = any(roles[at] in ("furniture", "byline") for at in range(last + 1, len(roles)))
    for at in tail:
        text = paragraphs[at]
        is_listed = is_parted and _NUMBERED.match(text)
        if (_could_be_body(text) and not is_listed) or text[0] == "(" or (_QUESTION.match(text) and not is_parted):
            continue
        if is_parted or len(tail) > 1 or len(text.split()) > 6:
            roles[at] = "byline" if is_name(text) and at == last + 1 and not is_parted else "furniture"
    credit = next((at for at in range(1, last) if roles[at] == "byline" and is_end_credit(paragraphs[at])), None)
    if credit is not None and roles[last] is None and credit >= last - 1 and credit > 0.6 * len(roles):
        roles[last] = "byline" if _BIO.match(paragraphs[last]) else "caption"


def _biography(paragraphs: Sequence[str], roles: Guess, last: int) -> None:
    """A last paragraph that says who the author is, by the name above the article."""
    found = _BIO.match(paragraphs[last])
    if found is None or len(paragraphs[last]) > 400:
        return
    name = found[0].split(",")[0].split(" is ")[0].split(" was ")[0].strip()
    named = any(roles[at] == "byline" and name in paragraphs[at] for at in range(last))
    if named or name.startswith(("The writer", "The author")):
        roles[last] = "byline"
