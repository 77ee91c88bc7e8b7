"""Find the article's paragraphs in a page, by elements, amount of prose and trafilatura's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.model import Role

if TYPE_CHECKING:
    from annotator.ingest.html.elements import Element, Line

_WIDE = re.compile("[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60]")
_END = re.compile(r"[.!?…:;。！？；：؟۔।॥](?:\s?[”\"’')\]»」』）›“])*$")
_BARE = re.compile(r"[\s|*#\-–•\u00ad\u200b]+")

_SHORT, _LONG = 40, 80
"""Shorter lines are hardly prose; lines from the second width on are prose with any ending."""
_SURE = 150
"""Without trafilatura, prose in the right place is body from this width on, whatever its wording."""
_CAPTION = 400
"""Greatest width of a caption."""
_TEASER = 400
"""Greatest width of a teaser of another article."""
_TEASER_DEPTH = 4
"""How many elements lie around the head of a teaser before its box, at most."""
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PIECE = 16
"""How many letters in a row are looked for in what trafilatura took, when a paragraph is not there whole."""
_MOST = 0.55
"""Share of the prose around it that the article's element holds at least."""
_NEARLY_ALL = 0.85
"""What an element of this part holds besides is not looked at."""
_SURFACE = 1
"""How many elements lie between the one that holds an article and a paragraph's, at most, where parts stand loose."""
_DEEP = 50
_FRAMES = frozenset("html body div section article main td tr table tbody center form span font".split())
"""The elements that hold articles; others hold paragraphs."""


@dataclass(slots=True)
class _Part:
    """A paragraph of the page on the way to its hint."""

    line: Line
    prose: int
    """How wide it is, if it is prose and no link."""
    is_taken: bool
    """Whether trafilatura took it."""
    said: Role | None = None
    """Role hint of the elements around it."""
    is_inside: bool = False
    """Whether the element that holds the article holds it."""
    is_near: bool = False
    """Whether the element around that one does."""

    @property
    def is_text(self) -> bool:
        """Whether it is not a mere link."""
        return not self.line.is_linked

    @property
    def is_head(self) -> bool:
        """Whether it looks like the head of a part of the article."""
        return self.line.is_bold and self.is_text and not self.prose


def hints(
    texts: Sequence[str], lines: Sequence[Line], elements: Sequence[Element], extracted: str | None
) -> list[Role | None]:
    """A hint for each paragraph of a page; "body" where everything speaks for it.

    Args:
        texts: The paragraphs.
        lines: The line of the page on which each begins.
        elements: The elements of the page.
        extracted: What trafilatura took for the article, or None to go by the elements alone.
    """
    is_taken = [False] * len(texts) if extracted is None else _taken(texts, lines, extracted)
    parts = [
        _Part(line, 0 if line.is_linked else _prose(text), taken)
        for text, line, taken in zip(texts, lines, is_taken, strict=True)
    ]
    # Prose that trafilatura left out counts for less in finding the article's place.
    weights = [part.prose if part.is_taken or extracted is None else part.prose // 4 for part in parts]
    _say(parts, elements, weights)
    held = [0 if part.said in ("furniture", "caption") else n for part, n in zip(parts, weights, strict=True)]
    place = _place(parts, elements, held)
    around = max(0, elements[place].parent)
    for part in parts:
        part.is_inside = place <= part.line.element < elements[place].end
        part.is_near = around <= part.line.element < elements[around].end
    return _by_elements(parts) if extracted is None else _by_both(parts)


def _prose(text: str) -> int:
    """How much prose a text is: its width, unless it is short and does not end as a sentence does.

    An ideograph is as wide as two or three letters, and says as much.
    """
    n = len(text) if text.isascii() else len(text) + 3 * len(_WIDE.findall(text)) // 2
    return n if n >= _LONG or (n >= _SHORT and _END.search(text)) else 0


def _taken(texts: Sequence[str], lines: Sequence[Line], extracted: str) -> list[bool]:
    """Which paragraphs trafilatura took."""
    kept = {_bare(line) for line in extracted.split("\n")}
    whole = _bare(extracted)
    taken: list[bool] = []
    for text, line in zip(texts, lines, strict=True):
        bare = _bare(text)
        taken.append(
            bare in kept
            or (len(text) > _SHORT and (bare in whole or _is_mostly_in(bare, whole)))
            or (line.goes_on and bool(taken) and taken[-1])
        )
    return taken


def _is_mostly_in(bare: str, whole: str) -> bool:
    """Whether nearly all of a paragraph is there: extraction drops a link or a mark in its middle now and then."""
    pieces = [bare[at : at + _PIECE] for at in range(0, len(bare) - _PIECE + 1, _PIECE)]
    return len(pieces) > 2 and sum(piece in whole for piece in pieces) >= 0.7 * len(pieces)


def _bare(text: str) -> str:
    """A text without what extraction changes: blanks, marks of lists and headings."""
    return _BARE.sub("", text)


def _say(parts: Sequence[_Part], elements: Sequence[Element], weights: Sequence[int]) -> None:
    """Note what the elements around each paragraph say of it.

    An element that holds most of a page's prose is a layout's frame, whatever it is called; but readers may say
    more than the article.
    """
    within = _within(parts, elements, weights)
    sure: list[Role | None] = []
    likely: list[Role | None] = []
    for element, held in zip(elements, within, strict=True):
        is_frame = held > (0.9 if element.is_of_readers else 0.5) * within[0] > 0 and element.hint != "headline"
        own, doubt = (None, None) if is_frame else (element.hint, element.doubt)
        above, doubt_above = (sure[element.parent], likely[element.parent]) if sure else (None, None)
        sure.append(above if above in ("furniture", "caption") and own != "furniture" else own or above)
        likely.append(doubt_above or doubt)
    teasers = _teasers(parts, elements, within)
    for part in parts:
        doubt = likely[part.line.element]
        is_doubtful = not part.is_taken and (doubt != "caption" or part.prose <= _CAPTION)
        part.said = sure[part.line.element] or (doubt if is_doubtful else None)
        if any(part.line.element in teaser for teaser in teasers):
            part.said = "furniture"
        elif part.said in ("headline", "subhead") and part.prose >= _SURE and part.line.tag not in _HEADS:
            part.said = None  # a head that was never closed


def _teasers(parts: Sequence[_Part], elements: Sequence[Element], within: Sequence[int]) -> list[range]:
    """Teasers of other articles: a heading that is a link, with a few lines."""
    found: list[range] = []
    for part in parts:
        at = part.line.element
        if part.line.tag not in _HEADS - {"h1"} or not part.line.is_linked or (found and at in found[-1]):
            continue
        for _ in range(_TEASER_DEPTH):
            if within[at] or not at:
                break
            at = elements[at].parent
        if 0 < within[at] <= min(_TEASER, 0.3 * within[0]):
            found.append(range(at, elements[at].end))
    return found


def _within(parts: Sequence[_Part], elements: Sequence[Element], weights: Sequence[int]) -> list[int]:
    """How much prose each element holds, with all that is in it."""
    within = [0] * len(elements)
    for part, weight in zip(parts, weights, strict=True):
        within[part.line.element] += weight
    for at in range(len(elements) - 1, 0, -1):
        within[elements[at].parent] += within[at]
    return within


def _place(parts: Sequence[_Part], elements: Sequence[Element], weights: Sequence[int]) -> int:
    """The smallest element that contains the whole article."""
    within = _within(parts, elements, weights)
    largest = [(0, 0)] * len(elements)  # of the elements in each: how much it holds, and which one it is
    for at in range(1, len(elements)):
        parent = elements[at].parent
        if within[at] > largest[parent][0]:
            largest[parent] = within[at], at
    found = 0
    while True:
        held, at = largest[found]
        if elements[at].tag not in _FRAMES or held <= _MOST * within[found] or 2 * held < within[0]:
            return found
        if held < _NEARLY_ALL * within[found] and _is_torn(found, at, parts, elements, weights):
            return found
        found = at


def _is_torn(
    outer: int, inner: int, parts: Sequence[_Part], elements: Sequence[Element], weights: Sequence[int]
) -> bool:
    """Whether what an element holds beside its largest part seems to be of the same article as that part.

    It is when it lies in parts of the same kind, or as near to the surface as the paragraphs of an article do.
    """
    beside = same = 0
    for part, weight in zip(parts, weights, strict=True):
        at = part.line.element
        if not weight or not outer <= at < elements[outer].end or inner <= at < elements[inner].end:
            continue
        depth = 0
        while at != outer and elements[at].parent != outer and depth < _DEEP:
            at, depth = elements[at].parent, depth + 1
        is_like = (elements[at].tag, elements[at].kind) == (elements[inner].tag, elements[inner].kind)
        beside += weight
        same += weight if depth <= _SURFACE or (is_like and elements[at].kind) else 0
    return 2 * same > beside


def _by_elements(parts: Sequence[_Part]) -> list[Role | None]:
    """The hint without trafilatura: text outside the article's element is furniture."""
    lede = next((at for at, part in enumerate(parts) if part.is_inside and part.prose), None)
    if lede is None:
        return [part.said for part in parts]
    top = _top(parts, lede)
    found: list[Role | None] = []
    last = max(at for at, part in enumerate(parts) if part.is_inside and part.prose)
    for at, part in enumerate(parts):
        if part.is_inside and part.said is None:
            is_item = part.line.tag == "li" and part.is_text and lede < at < last
            found.append("body" if part.prose >= _SURE or is_item else "subhead" if part.is_head else None)
        elif part.is_inside or part.said is not None or (at in top and part.is_text):
            found.append(part.said)
        else:
            found.append("furniture")
    return found


def _top(parts: Sequence[_Part], lede: int) -> range:
    """The lines from the headline to the article's beginning; without a headline, the last few."""
    first = next(at for at, part in enumerate(parts) if part.is_inside)
    return range(next((at for at in range(lede, -1, -1) if parts[at].said == "headline"), max(0, first - 4)), first)


def _by_both(parts: Sequence[_Part]) -> list[Role | None]:
    """The hint with trafilatura's result, unless elements and place contradict it."""
    body = [
        at
        for at, part in enumerate(parts)
        if part.is_taken and part.is_inside and part.prose and part.said != "furniture"
    ]
    first, last = (body[0], body[-1]) if body else (len(parts), -1)
    found: list[Role | None] = []
    for at, part in enumerate(parts):
        is_between = part.is_inside and first < at < last and part.is_text
        goes_on = part.is_near and at > last and part.prose > 0
        if part.is_taken and (part.is_inside or goes_on or not body):
            is_sure = is_between or (part.is_inside and part.is_text and (part.prose or part.line.tag == "li"))
            found.append(part.said or ("subhead" if part.is_head and is_between else "body" if is_sure else None))
        elif is_between and part.said in (None, "subhead"):
            found.append(part.said or ("body" if part.line.tag == "li" else None if part.prose else "furniture"))
        else:
            found.append(part.said if part.said not in (None, "subhead") and at < last else "furniture")
    return found
