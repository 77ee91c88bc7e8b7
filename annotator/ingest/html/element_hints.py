"""Role hints from an element's tag, classes and id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from annotator.model import Role
from annotator.text.word_lists import read_words

_BY_TAG: dict[str, Role] = {
    **dict.fromkeys(("nav", "footer", "form", "dialog", "button", "select", "option", "menu", "textarea"), "furniture"),
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), "subhead"),
    "h1": "headline",
    "aside": "furniture",
    "figcaption": "caption",
    "noscript": "furniture",
}
_BY_ARIA = frozenset({"navigation", "banner", "contentinfo", "search", "dialog", "complementary"})
_LONGEST = 80
"""A longer class name or id is made by a machine and says nothing."""
_FRAMES = frozenset({"html", "body", "main", "article", "header", "head"})

# Whole parts of class names and ids, so that "with-sidebar" or "share-price" does not throw an article away.
_CLASSES: tuple[tuple[str, Role], ...] = (
    (r"(?:.*[-_])?pull-?_?quote(?:[-_].*)?", "pull-quote"),
    (r"(?:.*[-_])?(?:kicker|eyebrow|overline)", "kicker"),
    (
        r"(?:.*[-_])?(?:dek|standfirst|subtitle|sub-?headline|article[-_]+summary|lede-?deck|chapo|chapeau|entradilla"
        r"|vorspann)",
        "dek",
    ),
    (r"(?:.*[-_])?(?:byline|by-line|author|authors|author-name|dateline-author)", "byline"),
    (r"(?:.*[-_])?(?:caption|photo-?credit|image-?credit|wp-caption-text)(?:[-_]text)?", "caption"),
    (
        r"(?:site|page|global|main|top)?[-_]*(?:nav|navbar|navigation|menu|breadcrumbs?|masthead|footer)"
        r"|(?:article|post|entry|page|site|inline|c|m|o)?[-_]*(?:related|related-?(?:posts|articles|stories|links)"
        r"|newsletter|newsletter-(?:signup|box|form|promo)|sign-?up|share|sharing|share-(?:bar|buttons|tools|links)"
        r"|social|social-(?:share|links|bar|media|icons)|promo|advert|advertisement|ads?|ad-(?:slot|container|unit)"
        r"|cookie|cookie-(?:banner|notice|consent|bar)|consent|gdpr|comments?|comments-section|comment-(?:list|form)"
        r"|sidebar|subscribe|subscription|tags|tag-list|topics|most-(?:read|popular|viewed)"
        r"|recommend(?:ed|ations)?|read-?(?:more|next)|more-(?:stories|on|from)|trending|skip-?(?:link|nav|to-content)?"
        r"|sponsor(?:ed)?|taboola|outbrain|copyright|popup|modal|toolbar|widget|author-?(?:bio|box)|about-author)",
        "furniture",
    ),
)
_BY_CLASS = tuple((re.compile(pattern), role) for pattern, role in _CLASSES)

_WORD = re.compile(r"[a-z]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Words that part what readers and the house say from what the article says, in whatever place of a name they stand.
_READERS = read_words(__file__, "reader_classes")
_APART = _READERS | read_words(__file__, "apart_classes")
# Words of boxes that may hold a part of the article all the same.
_PICTURES = frozenset(
    "image images img photo photos picture pictures gallery galleries figure foto fotos galeria galerie".split()
)
_BOXES = read_words(__file__, "box_classes")
_ABOUT = frozenset("no has with without open closed off on hide status count post hentry".split())
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def hint(tag: str, given: Mapping[str, str]) -> Role | None:
    """The role hint of an element; None if it gives none.

    Args:
        tag: The element's name.
        given: Its attributes.
    """
    if tag in _FRAMES:
        return None
    if given.get("role") in _BY_ARIA:
        return "furniture"
    return next(filter(None, map(_of_name, _names(given))), None) or _BY_TAG.get(tag)


def doubt(tag: str, given: Mapping[str, str]) -> Role | None:
    """A weak role hint of an element, used if nothing speaks for body."""
    if tag in _FRAMES or tag == "p":
        return None
    if "hidden" in given or _HIDDEN.search(given.get("style", "")):
        return "furniture"
    return next(filter(None, map(_likely_of_name, _names(given))), None)


def is_of_readers(given: Mapping[str, str]) -> bool:
    """Whether an element's name says that it contains readers' comments."""
    return any(_words(name) & _READERS for name in _names(given) if len(name) <= _LONGEST)


def _names(given: Mapping[str, str]) -> list[str]:
    """The names in an element's class, id and kind of property, as many as an honest page gives."""
    return f"{given.get('class', '')} {given.get('id', '')} {given.get('itemprop', '')}".split()[:20]


@lru_cache(maxsize=4096)
def _of_name(name: str) -> Role | None:
    """What one class name or id says; a page has a few hundred of them, thousands of times."""
    small = name.lower()
    if len(name) > _LONGEST:
        return None
    for pattern, role in _BY_CLASS:
        if pattern.fullmatch(small):
            return role
    return "furniture" if _words(name) & _APART else None


@lru_cache(maxsize=4096)
def _likely_of_name(name: str) -> Role | None:
    if len(name) > _LONGEST:
        return None
    words = _words(name)
    return "caption" if words & _PICTURES else "furniture" if words & _BOXES else None


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    """The words of a name, unless it only says whether something is there."""
    words = frozenset(_WORD.findall(_HUMP.sub("-", name).lower()))
    return frozenset() if words & _ABOUT else words
