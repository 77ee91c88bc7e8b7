"""Clauses of a paragraph, and sentences joined where one quotation holds them: the units of evidence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from annotator.text.evidence import Quotation, Span, pattern, quotations, sentences, split_at
from annotator.text.verbs import inflected, is_finite, reporting_verbs

_EDGE = pattern(
    r"[,;:][\"”’»)\]]*(?=\s)|[，、；：][」』”’）]*"
    r"|\s(?=[–—-]+\s)|—|\s(?=\()|(?<=\))\s"
    r"|(?<=[.?!…][”»\"])\s"  # a quotation that ends with its stop
    r"|(?<!\beven)\s(?=(?:even\s+)?(?:but|because|although|though|whereas|while|unless)[\s,])|\s(?=(?:and|or),\s)"
    r"|(?<!\bin)(?<!\bof)(?<!\bto)(?<!\bon)(?<!\bat)(?<!\bfor)(?<!\bfrom)(?<!\bwith)"
    r"\s(?=(?:how|what|when|where|which|why)\s)"
)
_JOINT = pattern(
    r"(?<!\beven)\s(?=(?:(and|or)|(?:even\s+)?(as|after|before))\s+"
    r"(?:(?:\w+ly|also|then|even|still|never|not|once|again)\s+){0,2}([\w’'-]+)((?:\s+[\w’'-]+){0,4}))"
)
"""A conjunction after which a verb may begin a clause."""

_SHORT = 12
_MOST_OF_A_SIGNATURE = 10


@lru_cache(maxsize=64)
def clauses(text: str) -> tuple[Span, ...]:
    """The clauses of a paragraph: sentences cut at commas, colons, dashes, brackets and conjunctions.

    A quotation mark in mid-clause cuts nothing. "And" cuts only before a verb. A single short word is not a clause and
    stays with the one after it (the last with the one before).
    """
    found: list[Span] = []
    edges = sorted({*(match.end() for match in _EDGE().finditer(text)), *_verbal_edges(text)})
    at = 0
    for start, end in sentences(text):
        inside = []
        while at < len(edges) and edges[at] < end:
            if edges[at] > start:
                inside.append(edges[at])
            at += 1
        found += _without_crumbs(text, split_at(text, inside, start, end))
    return tuple(found)


def _verbal_edges(text: str) -> Iterator[int]:
    """Where "and", "or", "as", "after" and "before" lead to a verb."""
    for match in _JOINT().finditer(text):
        coordinates, _, word, more = match.groups()
        if coordinates:
            is_edge = is_finite(word)
        else:
            is_edge = word.endswith("ing") and len(word) > 5
            is_edge = is_edge or any(is_finite(one) for one in more.split())
        if is_edge:
            yield match.end()


def _without_crumbs(text: str, pieces: list[Span]) -> list[Span]:
    """The pieces of one sentence with single short words joined to a neighbour."""
    joined: list[Span] = []
    pending: int | None = None
    for start, end in pieces:
        begin = start if pending is None else pending
        if end - start < _SHORT and len(text[start:end].split()) < 2:
            pending = begin
            continue
        joined.append((begin, end))
        pending = None
    if pending is not None:
        if joined:
            joined[-1] = (joined[-1][0], pieces[-1][1])
        else:
            joined.append((pending, pieces[-1][1]))
    return joined


def joined_sentences(text: str, quoted: Sequence[Quotation]) -> list[Span]:
    """The sentences of a paragraph, those of one quotation joined with the sentence that ends it.

    Its source goes with it, where that stands behind it as a signature or after a question mark ("“Why?” Reed asked.").
    """
    joined: list[Span] = []
    outer = [item for item in quoted if not item.depth]
    starts = [item.start for item in outer]
    for start, end in sentences(text):
        if joined:
            last = joined[-1][1]
            place = bisect_right(starts, last - 1) - 1
            quotation = outer[place] if place >= 0 else None
            if quotation and (quotation.end > last or (quotation.end == last and _is_source(text, start, end))):
                joined[-1] = (joined[-1][0], end)
                continue
        joined.append((start, end))
    return joined


def _is_source(text: str, start: int, end: int) -> bool:
    """Whether a sentence only names whose words stand before it: "— Ada Reed", or "Ada Reed asked, …"."""
    if text[start] in "—–―-":
        words = text[start : min(end, start + 200)].split()
        return len(words) <= _MOST_OF_A_SIGNATURE and not any(is_finite(word) for word in words)
    return _asking().match(text, start, end) is not None


@lru_cache(maxsize=1)
def _asking() -> re.Pattern[str]:
    """A name, a verb of saying, and then a pause or the end."""
    verbs = "|".join(form for verb in reporting_verbs() for form in inflected(verb) if not form.endswith("ing"))
    return re.compile(rf"(?:[^\W\d_a-z][\w.’'-]*\s+){{1,4}}(?:{verbs})(?:,|\W*$)")


@lru_cache(maxsize=64)
def sentence_units(text: str, open_at_start: bool = False) -> tuple[Span, ...]:
    """The sentences of a paragraph as units of evidence: those of one quotation are one unit.

    Args:
        text: The paragraph.
        open_at_start: As for `quotations`.
    """
    return tuple(joined_sentences(text, quotations(text, open_at_start)))
