"""Moves of evidence by the arrow keys: both ends by clauses or words, whole sentences, and exact reversal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from annotator.text.clauses import clauses, sentence_units
from annotator.text.evidence import Span, words

Grain = Literal["clause", "word"]
"""The unit by which an end of the evidence moves."""

Move = Literal["end later", "end earlier", "start later", "start earlier", "next sentence", "previous sentence"]
"""A move of the evidence."""

_REVERSE: dict[Move, Move] = {
    "end later": "end earlier",
    "end earlier": "end later",
    "start later": "start earlier",
    "start earlier": "start later",
    "next sentence": "previous sentence",
    "previous sentence": "next sentence",
}


class Trail(NamedTuple):
    """Moves that can be reversed.

    Attributes:
        span: Where they led.
        steps: Each move with the evidence before it, the oldest first.
    """

    span: Span
    steps: tuple[tuple[Move, Span], ...] = ()


def moved(text: str, trail: Trail, move: Move, grain: Grain = "clause", *, open_at_start: bool = False) -> Trail:
    """The evidence after a move; it never leaves the paragraph and is never empty.

    A move that reverses the last one restores exactly what was there. The end moves by a unit of the grain; in clauses,
    from the end of a sentence it moves on by a whole sentence. So does the start, backwards from the beginning of one.
    The next or the previous sentence of a part of a sentence is the sentence that it is part of.

    Args:
        text: The paragraph.
        trail: The present evidence, with the moves that led to it.
        move: The move.
        grain: The unit.
        open_at_start: As for `quotations`.
    """
    if trail.steps and _REVERSE[trail.steps[-1][0]] == move:
        return Trail(trail.steps[-1][1], trail.steps[:-1])
    sentences = sentence_units(text, open_at_start)
    if not sentences:
        return trail
    last = sentences[-1][1]
    start = min(max(trail.span[0], sentences[0][0]), last - 1)
    end = min(max(trail.span[1], start + 1), last)
    if move in ("next sentence", "previous sentence"):
        span = _beside(sentences, start, end, is_next=move == "next sentence")
    elif move in ("end later", "end earlier"):
        span = (start, _end_moved(text, sentences, start, end, grain, is_later=move == "end later"))
    else:
        span = (_start_moved(text, sentences, start, end, grain, is_later=move == "start later"), end)
    return trail if span == trail.span else Trail(span, (*trail.steps, (move, trail.span)))


def _units(text: str, grain: Grain) -> Sequence[Span]:
    return words(text) if grain == "word" else clauses(text)


def _beside(sentences: Sequence[Span], start: int, end: int, *, is_next: bool) -> Span:
    touched = [i for i, (first, last) in enumerate(sentences) if first < end and start < last]
    touched = touched or [next(i for i, (_, last) in enumerate(sentences) if last > start)]
    at = touched[-1] if is_next else touched[0]
    if len(touched) == 1 and sentences[at] == (start, end):
        at = min(max(at + (1 if is_next else -1), 0), len(sentences) - 1)
    return sentences[at]


def _end_moved(text: str, sentences: Sequence[Span], start: int, end: int, grain: Grain, *, is_later: bool) -> int:
    if not is_later:
        return max((last for _, last in _units(text, grain) if start < last < end), default=end)
    if grain == "clause" and any(last == end for _, last in sentences):
        return min((last for _, last in sentences if last > end), default=end)
    return min((last for _, last in _units(text, grain) if last > end), default=end)


def _start_moved(text: str, sentences: Sequence[Span], start: int, end: int, grain: Grain, *, is_later: bool) -> int:
    if is_later:
        return min((first for first, _ in _units(text, grain) if start < first < end), default=start)
    if grain == "clause" and any(first == start for first, _ in sentences):
        return max((first for first, _ in sentences if first < start), default=start)
    return max((first for first, _ in _units(text, grain) if first < start), default=start)


def place_of(text: str, span: Span, *, open_at_start: bool = False) -> str:
    """The unit that evidence is, and its place in the paragraph, such as "clause 2 of 5" or "sentences 1–2 of 3".

    Args:
        text: The paragraph.
        span: The evidence within it.
        open_at_start: As for `quotations`.
    """
    named = (("sentence", sentence_units(text, open_at_start)), ("clause", clauses(text)))
    for name, units in named:
        starts, ends = [first for first, _ in units], [last for _, last in units]
        if span[0] in starts and span[1] in ends:
            return _place(name, starts.index(span[0]), ends.index(span[1]), len(units))
    found = words(text)
    touched = [i for i, (first, last) in enumerate(found) if first < span[1] and span[0] < last]
    return _place("word", touched[0], touched[-1], len(found)) if touched else "nothing"


def _place(name: str, first: int, last: int, n: int) -> str:
    return f"{name} {first + 1} of {n}" if first == last else f"{name}s {first + 1}–{last + 1} of {n}"
