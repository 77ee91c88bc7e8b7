"""What each paragraph of an article is, guessed from its wording and its place; when in doubt, body."""

from __future__ import annotations

import re
from collections.abc import Sequence

from annotator.model import Role

_FURNITURE = re.compile(
    r"(?:skip|jump)(?: directly)? to (?:the )?(?:main )?content|related (?:posts?|articles?|stories|topics?)"
    r"|about the author|topics?|read more\b.*|placeholder while .*|open this photo in gallery:?|\d{1,2}|share"
    r"|advertisement",
    re.IGNORECASE,
)
_CREDIT = re.compile(r"\b(?:Photo|Credit|Video|Picture|Image)s?: ?\S|\([^()]*/[^()]*\)$|[.’”]\w+/\w+$")


def guess(paragraphs: Sequence[str], title: str | None = None) -> list[Role]:
    """The role of each paragraph of one article.

    Args:
        paragraphs: The texts of the article's paragraphs, in order, without blanks around them.
        title: The article's title where it is known.
    """
    roles: list[Role] = []
    for text in paragraphs:
        if not any(map(str.isprintable, text)) or _FURNITURE.fullmatch(text):
            roles.append("furniture")
        elif len(text) < 400 and _CREDIT.search(text):
            roles.append("caption")
        elif title is not None and text == title:
            roles.append("headline")
        else:
            roles.append("body")
    return roles
