"""Guess the role of each paragraph from its wording and place; when in doubt, body.

Four steps: what the wording alone gives away; the lines above the first sentence of the article, which are
headline, kicker, dek and byline; what else is not of the article, by fitted weights (`second_opinion`); and the
lines between its sentences that head a part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from annotator.ingest.roles import bylines, captions, furniture
from annotator.ingest.roles import calls_to_action as appeals
from annotator.ingest.roles.article_head import LONGEST_HEADLINE, label_top
from annotator.ingest.roles.body_lines import (
    label_authors,
    label_captions,
    label_dates,
    label_heads,
    label_repeated,
)
from annotator.ingest.roles.bylines import is_byline
from annotator.ingest.roles.captions import is_caption
from annotator.ingest.roles.draft import Draft
from annotator.ingest.roles.furniture import is_furniture
from annotator.ingest.roles.second_opinion import Doubts, label_noise
from annotator.ingest.roles.sentence_shape import LONGEST, may_begin
from annotator.model import Role

_LINE = 60
_BEGINNINGS = appeals.BEGINNINGS | furniture.BEGINNINGS | captions.BEGINNINGS | bylines.BEGINNINGS
_FIRST = frozenset(head[:2] for head in _BEGINNINGS if len(head) > 1)


def guess(
    paragraphs: Sequence[str], title: str | None = None, hints: Sequence[Role | None] | None = None
) -> list[Role]:
    """The role of each paragraph of one article.

    Args:
        paragraphs: The texts of the article's paragraphs, in order, without blanks around them.
        title: The article's title where it is known.
        hints: The roles that the file itself gives, where it does: the elements of a page.
    """
    return guess_with_doubts(paragraphs, title, hints).roles


class Guessed(NamedTuple):
    """The roles of an article's paragraphs, and the positions of those that are not sure.

    Attributes:
        roles: The role of each paragraph.
        doubtful: Positions of paragraphs whose role may well be another one.
        uncertain: Positions of paragraphs that were weighed, and for whose role not everything speaks.
    """

    roles: list[Role]
    doubtful: list[int]
    uncertain: list[int]


def guess_with_doubts(
    paragraphs: Sequence[str], title: str | None = None, hints: Sequence[Role | None] | None = None
) -> Guessed:
    """The role of each paragraph of one article, and how sure it is.

    Args:
        paragraphs: As for `guess`.
        title: As for `guess`.
        hints: As for `guess`.
    """
    draft, lede = sketch(paragraphs, title, hints)
    doubts = Doubts([], [])
    if lede is not None:
        doubts = label_noise(draft)
        label_heads(draft, lede)
        label_dates(draft)
    return Guessed([role or "body" for role in draft.roles], doubts.doubtful, doubts.uncertain)


def sketch(
    paragraphs: Sequence[str], title: str | None = None, hints: Sequence[Role | None] | None = None
) -> tuple[Draft, int | None]:
    """What wording, the top of the article and its captions tell, and where the article begins.

    It begins nowhere, None, where there is hardly a sentence: then only wording tells.
    """
    roles: list[Role | None] = [_by_wording(text) for text in paragraphs]
    if hints is not None:
        roles = [_with_hint(role, hint, text) for role, hint, text in zip(roles, hints, paragraphs, strict=True)]
    draft = Draft(paragraphs, roles)
    if len(draft.prose) < 2 and title is None:
        return draft, None
    lede = label_top(draft, title)
    label_repeated(draft)
    label_captions(draft)
    label_authors(draft)
    return draft, lede


def _by_wording(text: str) -> Role | None:
    """Lines of pages are said again and again, in a thousand articles of an outlet."""
    return _line_by_wording(text) if len(text) <= _LINE else _longer_by_wording(text)


@lru_cache(1 << 14)
def _line_by_wording(text: str) -> Role | None:
    return _longer_by_wording(text)


def _longer_by_wording(text: str) -> Role | None:
    if len(text) > LONGEST or (len(text) > _LINE and text[-1] in '.”"' and not _is_suspect(text)):
        return None
    if not any(map(str.isprintable, text)) or is_furniture(text):
        return "furniture"
    if is_byline(text):
        return "byline"
    return "caption" if is_caption(text) else None


def _is_suspect(text: str) -> bool:
    """Whether a sentence may be something else than body by its wording.

    Three paragraphs in four are long sentences with nothing in them that any pattern asks for. A look at their
    first letters and for a dozen words tells that in a fifth of the time of the patterns.
    """
    head = text[:5].lower()
    return (
        text[0] == "©"
        or (head[:2] in _FIRST and may_begin(head, _BEGINNINGS))
        or text.endswith((").", "].", ".m.", " more.", " how."))
        or furniture.may_call(text)
        or "(" in text
        or "/" in text[:40]
        or captions.may_point(text)
        or " contributed " in text
        or captions.may_end_in_day(text)
        or ((" you" in text or " our " in text) and text[0] != "“")
        or "@" in text
    )


def _with_hint(role: Role | None, hint: Role | None, text: str) -> Role | None:
    """The role hint of a page's elements, if it can be true of this text."""
    if hint is None or role == "furniture":
        return role
    if hint in ("headline", "subhead", "kicker") and len(text) > LONGEST_HEADLINE:
        return role
    return hint
