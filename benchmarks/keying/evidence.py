"""The fewest keys from one piece of evidence to another."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from annotator.text.evidence import Span
from annotator.text.evidence_moves import Grain, Move, Trail, moved
from benchmarks.keying.hands import Hands

MOVES: tuple[tuple[str, Move], ...] = (
    ("evidence_longer", "end later"),
    ("evidence_shorter", "end earlier"),
    ("evidence_start_later", "start later"),
    ("evidence_start_earlier", "start earlier"),
    ("evidence_next", "next sentence"),
    ("evidence_back", "previous sentence"),
)
"""The commands that move evidence, with the moves."""

MOST_STATES = 100_000


def key_evidence(hands: Hands, wanted: Span, least: float) -> None:
    """Move the evidence of the current statement as near to the wanted words as its keys allow."""
    cursor = hands.session.cursor
    present = cursor.evidence or (0, len(cursor.text))
    is_open = cursor.article.is_open_at(cursor.index)
    for command in path(cursor.text, present, wanted, least, open_at_start=is_open):
        hands.run(command, "evidence")


def is_reached(text: str, span: Span, wanted: Span, least: float) -> bool:
    """Whether a span has the same letters and digits as the wanted one, or overlaps it by `least`, if below 1."""
    return core(text, span) == core(text, wanted) or (least < 1 and overlap(span, wanted) >= least)


def core(text: str, span: Span) -> Span:
    """A span without blanks and punctuation at its ends."""
    start, end = span
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return (start, end)


def overlap(one: Span, other: Span) -> float:
    """Intersection over union of two spans, in characters."""
    both = max(0, min(one[1], other[1]) - max(one[0], other[0]))
    return both / (one[1] - one[0] + other[1] - other[0] - both) if both else 0.0


State = tuple[Trail, Grain]


def path(text: str, present: Span, wanted: Span, least: float, *, open_at_start: bool = False) -> list[str]:
    """The commands that lead to the wanted evidence, or as near to it as they can; as few as possible."""
    start: State = (Trail(present), "clause")
    came: dict[State, tuple[State, str] | None] = {start: None}
    seen = {_sight(start)}
    queue = deque([start])
    best = start
    while queue and len(came) < MOST_STATES:
        state = queue.popleft()
        if is_reached(text, state[0].span, wanted, least):
            return _commands(came, state)
        if overlap(state[0].span, wanted) > overlap(best[0].span, wanted):
            best = state
        for command, following in _following(text, state, open_at_start):
            if _sight(following) not in seen:
                seen.add(_sight(following))
                came[following] = (state, command)
                queue.append(following)
    return _commands(came, best)


def _sight(state: State) -> object:
    """What tells states apart: the next key goes on from the evidence, or reverses the last step."""
    return (state[0].span, state[0].steps[-1:], state[1])


def _following(text: str, state: State, is_open: bool) -> Iterator[tuple[str, State]]:
    trail, grain = state
    for command, move in MOVES:
        yield command, (moved(text, trail, move, grain, open_at_start=is_open), grain)
    yield "grain", (trail, "word" if grain == "clause" else "clause")


def _commands(came: dict[State, tuple[State, str] | None], state: State) -> list[str]:
    commands: list[str] = []
    while (step := came[state]) is not None:
        state, command = step
        commands.append(command)
    return commands[::-1]


def span_in(paragraph: Span, evidence: Span) -> Span:
    """Evidence within a paragraph, from its place in the article."""
    start, end = evidence[0] - paragraph[0], evidence[1] - paragraph[0]
    return (max(0, start), min(paragraph[1] - paragraph[0], end))
