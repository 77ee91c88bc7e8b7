"""Words of a paragraph that a new statement most likely rests on: its speaker's, and not used by another statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from annotator.speakers.own_part import CLEAR, index, part, says_something
from annotator.speakers.ranking import Basis, Suggestion
from annotator.text.clauses import clauses, sentence_units
from annotator.text.evidence import Span, quotations, split_at

LEAST = 2.0
"""From this score on a sentence is a speaker's."""

SURE = 3.5
"""From this score on a part of a sentence can be a speaker's own."""

STRONG = 6.0
"""From this score on it is not the journalist's, and another speaker's part of a sentence is parted from it."""

_LONG = 6
_ENDING = 2
"""A name of six letters and more is looked for without its last two, which other languages change."""
_OUTER = re.compile(r"^\W+|\W+$")
_CONDITION = re.compile(r"(?:(?:and|but|so|yet)\s+)?(?:even\s+)?(?:if|unless|whether)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Ground:
    """A paragraph in which evidence is chosen.

    Attributes:
        text: Its text.
        open_at_start: Whether a quotation of an earlier paragraph goes on in it.
        taken: The evidence of its other statements.
        ranked: Its likely speakers.
    """

    text: str
    open_at_start: bool = False
    taken: tuple[Span, ...] = ()
    ranked: Sequence[Suggestion] = field(default=(), hash=False)

    @property
    def sentences(self) -> tuple[Span, ...]:
        """Its sentences, those of one quotation joined."""
        return sentence_units(self.text, self.open_at_start)

    @property
    def unused(self) -> list[Span]:
        """The sentences on which no other statement rests."""
        return [one for one in self.sentences if self.is_unused(one)]

    def is_unused(self, span: Span) -> bool:
        """Whether no other statement rests on any of these words."""
        return not any(_meet(span, one) for one in self.taken)

    def sentence_of(self, span: Span) -> Span:
        """The first sentence that a span touches."""
        return next((one for one in self.sentences if _meet(one, span)), span)


def words_of(ground: Ground, bases: Sequence[Basis]) -> Span | None:
    """The evidence of a first statement of a speaker: the first unused sentence that is theirs, or their part of it.

    Args:
        ground: The paragraph.
        bases: What is attributed to the speaker in it.
    """
    theirs = [one for one in ground.unused if is_speakers(bases, one)]
    if not theirs:
        return None
    sentence = theirs[0]
    if not _is_asserted(ground.text, bases, sentence, LEAST):
        sentence = next((one for one in theirs if _is_asserted(ground.text, bases, one, CLEAR)), sentence)
    return own_of(ground, sentence, bases)


def own_of(ground: Ground, span: Span, bases: Sequence[Basis]) -> Span:
    """A speaker's part of a sentence, with the quotations after it that nobody else is named for.

    Args:
        ground: The paragraph.
        span: A sentence of it, or the rest of one.
        bases: What is attributed to the speaker in the paragraph.
    """
    start, end = part_of(ground, span, bases)
    inside = [one for one in _every(ground.ranked) if one.score >= SURE and start <= one.cue < end]
    last = max((one.cue for one in inside), default=None)
    if end != span[1] or last not in {one.cue for one in bases}:
        return (start, end)
    for following in ground.sentences:
        if following[0] >= end:
            if not (ground.is_unused(following) and _is_quotation(ground, following)):
                break
            end = following[1]
    return (start, end)


def _is_asserted(text: str, bases: Sequence[Basis], sentence: Span, least: float) -> bool:
    """Whether a sentence tells what the speaker said or did: no question, no condition, no mere mention."""
    if text[sentence[1] - 1] == "?":
        return False
    found = clauses(text)
    for one in bases:
        if one.score >= least and _meet(sentence, (one.start, one.end)):
            start = found[index(found, one.cue)][0]
            if _CONDITION.match(text, start) is None and (one.score >= CLEAR or one.first == start):
                return True
    return False


def _is_quotation(ground: Ground, span: Span) -> bool:
    """Whether all words of a sentence stand in quotation marks."""
    found = quotations(ground.text, ground.open_at_start)
    return any(not one.depth and one.start == span[0] and one.end >= span[1] for one in found)


def _namings(name: str) -> Iterator[re.Pattern[str]]:
    """Patterns for a name, the surest first."""
    last = _OUTER.sub("", (name.split() or [""])[-1])
    for wanted in filter(None, (_OUTER.sub("", name), last)):
        # In scripts without capitals, particles are written as one word with a name, or no blank parts words.
        is_cased = any(sign.isupper() or sign.islower() for sign in wanted)
        yield re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)" if is_cased else re.escape(wanted), re.IGNORECASE)
    if len(last) >= _LONG:
        yield re.compile(rf"(?<!\w){re.escape(last[:-_ENDING])}", re.IGNORECASE)


def words_that_name(ground: Ground, name: str) -> Span | None:
    """The first unused sentence in which a name stands, else the first with its last word, also with another ending."""
    for found in _namings(name):
        for sentence in ground.unused:
            if found.search(ground.text, *sentence):
                return sentence
    return None


def words_of_journalist(ground: Ground) -> Span | None:
    """The evidence of a first statement of the journalist: the first unused sentence that is nobody else's."""
    return next((one for one in ground.unused if is_journalists(ground, one)), None)


def is_journalists(ground: Ground, span: Span) -> bool:
    """Whether nothing in a sentence, or in a part of one, is surely attributed to anybody."""
    strong = [one for one in _every(ground.ranked) if one.score >= STRONG]
    if span == ground.sentence_of(span):
        return not any(_meet(span, (one.start, one.end)) for one in strong)
    return not any(span[0] <= one.cue < span[1] for one in strong)


def is_speakers(bases: Sequence[Basis], sentence: Span) -> bool:
    """Whether something in a sentence is attributed to the speaker of these bases."""
    return any(_meet(sentence, (one.start, one.end)) for one in bases if one.score >= LEAST)


def within(ground: Ground, own: Span, present: Span) -> Span | None:
    """A speaker's own words in place of the present evidence; None where they are the same, or elsewhere.

    They are all taken where they begin in it and no other statement rests on them, else what of them is in it.
    """
    if present[0] <= own[0] < present[1] and ground.is_unused(own):
        return own if own != present else None
    span = (max(own[0], present[0]), min(own[1], present[1]))
    return span if span[0] < span[1] and span != present else None


def next_words(ground: Ground, last: Span | None) -> Span:
    """The evidence of another statement: the rest of the sentence, else the next unused one, else an earlier one.

    Args:
        ground: The paragraph.
        last: The evidence of the statement before; where nothing is left, it is used again.
    """
    before, after = _rests(ground, ground.sentence_of(last)) if last is not None else ([], [])
    unused = ground.unused
    later = [one for one in unused if last is None or one[0] >= last[1]]
    earlier = [last] if last is not None else list(ground.sentences[:1])
    return (after or later or before or unused or earlier or [(0, len(ground.text))])[0]


# a part of a sentence


def part_of(ground: Ground, span: Span, bases: Sequence[Basis]) -> Span:
    """A speaker's part of a sentence, or of the rest of one; all of it where nothing is surely somebody else's."""
    own = [one for one in bases if one.score >= SURE and _is_in(span, one)]
    inside = [clause for clause in clauses(ground.text) if _meet(clause, span)]
    if not own or not inside:
        return span
    cues = {one.cue for one in own}
    others = [one for one in _every(ground.ranked) if one.score >= STRONG and one.cue not in cues and _is_in(span, one)]
    return part(ground.text, inside, own, others)


def _is_in(span: Span, basis: Basis) -> bool:
    return span[0] <= basis.cue < span[1]


def _rests(ground: Ground, sentence: Span) -> tuple[list[Span], list[Span]]:
    """What no statement rests on in a sentence, before and after those that do, where it says something."""
    inside = [span for span in ground.taken if _meet(span, sentence)]
    if not inside:
        return [], []
    before = split_at(ground.text, (), sentence[0], min(start for start, _ in inside))
    after = split_at(ground.text, (), max(end for _, end in inside), sentence[1])
    said = [[piece for piece in pieces if says_something(ground.text, piece)] for pieces in (before, after)]
    return said[0], said[1]


def _every(ranked: Iterable[Suggestion]) -> Iterable[Basis]:
    return (basis for one in ranked for basis in one.bases)


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
