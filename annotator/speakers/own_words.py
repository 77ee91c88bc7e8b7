"""Words of a paragraph that a new statement most likely rests on: its speaker's, and not used by another statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from annotator.speakers import lexicon
from annotator.speakers.ranking import Basis, Suggestion
from annotator.text.clauses import clauses, sentence_units
from annotator.text.evidence import Span, split_at

LEAST = 2.0
"""From this score on a sentence is a speaker's."""

SURE = 3.5
"""From this score on a part of a sentence can be a speaker's own."""

STRONG = 6.0
"""From this score on it is not the journalist's, and another speaker's part of a sentence is parted from it."""

_WORDS = re.compile(r"\w+(?:[’'.-]\w+)*")
_FEW = 3
_CUE_ONLY = 4
_MARKS = '“”«»"'


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
    theirs = next((one for one in ground.unused if is_speakers(bases, one)), None)
    return part_of(ground, theirs, bases) if theirs is not None else None


def words_that_name(ground: Ground, name: str) -> Span | None:
    """The first unused sentence in which a name stands, else the first with its last word."""
    for wanted in (name, *name.split()[-1:]):
        found = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)", re.IGNORECASE)
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


def within(part: Span, present: Span) -> Span | None:
    """What a speaker's part of a sentence leaves of the present evidence; None where that is all or nothing of it."""
    span = (max(part[0], present[0]), min(part[1], present[1]))
    return span if span[0] < span[1] and span != present else None


def next_words(ground: Ground, last: Span | None) -> Span:
    """The evidence of another statement: the rest of the sentence, else the next unused one, else an earlier one.

    Args:
        ground: The paragraph.
        last: The evidence of the statement before; where nothing is left, it is used again.
    """
    if last is not None:
        rest = _rest(ground, ground.sentence_of(last))
        if rest is not None:
            return rest
    unused = ground.unused
    after = [one for one in unused if last is None or one[0] >= last[1]]
    earlier = [last] if last is not None else list(ground.sentences[:1])
    return (after or unused or earlier or [(0, len(ground.text))])[0]


# a part of a sentence


def part_of(ground: Ground, sentence: Span, bases: Sequence[Basis]) -> Span:
    """A speaker's clauses of a sentence where others speak in it too; else the whole sentence."""
    own = [one for one in bases if one.score >= SURE and _meet(sentence, (one.start, one.end))]
    if not own:
        return sentence
    cues = {one.cue for one in own}
    others = [
        one
        for one in _every(ground.ranked)
        if one.score >= STRONG and one.cue not in cues and _meet(sentence, (one.start, one.end))
    ]
    inside = [span for span in clauses(ground.text) if _meet(span, sentence)]
    best = max(own, key=lambda one: one.score)
    here = _index(inside, best.first)
    before = [_index(inside, one.first) for one in others if one.cue < best.cue]
    after = [_index(inside, one.first) for one in others if one.cue > best.cue]
    if here in before or here in after:
        return sentence
    start = inside[_begin(ground.text, inside, here, max(before))][0] if before else sentence[0]
    end = inside[_begin(ground.text, inside, min(after), here) - 1][1] if after else sentence[1]
    left = split_at(ground.text, (), sentence[0], start) + split_at(ground.text, (), end, sentence[1])
    # A source alone ("according to the summary") is cut off nothing.
    return (start, end) if start < end and all(_says_something(ground.text, one) for one in left) else sentence


def _begin(text: str, inside: Sequence[Span], clause: int, before: int) -> int:
    """The first clause of a speaker's part; what a last clause attributes (`and “…,” said Reed`) stands before it."""
    is_after_quotation = text[inside[clause - 1][1] - 1] in "”»\"’'"
    is_last = clause == len(inside) - 1 or is_after_quotation
    is_cue_only = len(_WORDS.findall(text, *inside[clause])) <= _CUE_ONLY
    return before + 1 if is_last and is_cue_only and clause - before > 1 else clause


def _index(spans: Sequence[Span], offset: int) -> int:
    return max((i for i, span in enumerate(spans) if span[0] <= offset), default=0)


def _rest(ground: Ground, sentence: Span) -> Span | None:
    """What no statement rests on in a sentence, the part after the last one first; None if it says nothing."""
    inside = [span for span in ground.taken if _meet(span, sentence)]
    if not inside:
        return None
    ends = [max(end for _, end in inside), min(start for start, _ in inside)]
    pieces = [split_at(ground.text, (), ends[0], sentence[1]), split_at(ground.text, (), sentence[0], ends[1])]
    found = [piece for one in pieces for piece in one if piece[0] < piece[1]]
    return next((piece for piece in found if _says_something(ground.text, piece)), None)


def _says_something(text: str, span: Span) -> bool:
    """Whether a piece of a sentence is more than a few words and more than its source ("…, a spokesperson said")."""
    piece = text[slice(*span)].casefold()
    found = _WORDS.findall(piece)
    if len(found) < _FEW or piece.startswith("according"):
        return False
    if any(mark in piece for mark in _MARKS):
        return True
    is_short = len(found) <= 2 * _CUE_ONLY
    if found[0] in _saying():
        return not (text[: span[0]].rstrip()[-1:] in _MARKS or (is_short and "that" not in found))
    return not (is_short and found[-1] in _saying())


@lru_cache(maxsize=1)
def _saying() -> frozenset[str]:
    return frozenset(form for form, verb in lexicon.verbs().items() if verb.weight == 1.0 and not verb.is_gerund)


def _every(ranked: Iterable[Suggestion]) -> Iterable[Basis]:
    return (basis for one in ranked for basis in one.bases)


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
