"""The fewest keys from one piece of evidence to another."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from annotator.session.cursor import GRAINS
from annotator.text.evidence import Grain, Span, move
from benchmarks.keying.hands import Hands

MOVES: tuple[tuple[str, int, bool], ...] = (
    ("evidence_next", 1, False),
    ("evidence_back", -1, False),
    ("evidence_longer", 1, True),
    ("evidence_shorter", -1, True),
)
MOST_STATES = 60_000


def key_evidence(hands: Hands, wanted: Span, least: float) -> None:
    """Move the evidence of the current statement as near to the wanted words as its keys allow."""
    cursor = hands.session.cursor
    present = cursor.evidence or (0, len(cursor.text))
    for command in path(cursor.text, present, wanted, cursor.grain, least):
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


State = tuple[Span, Grain]


def path(text: str, present: Span, wanted: Span, grain: Grain, least: float) -> list[str]:
    """The commands that lead to the wanted evidence, or as near to it as they can; as few as possible."""
    start: State = (present, grain)
    came: dict[State, tuple[State, str] | None] = {start: None}
    queue = deque([start])
    best = start
    while queue and len(came) < MOST_STATES:
        state = queue.popleft()
        if is_reached(text, state[0], wanted, least):
            return _commands(came, state)
        if overlap(state[0], wanted) > overlap(best[0], wanted):
            best = state
        for command, following in _following(text, state):
            if following not in came:
                came[following] = (state, command)
                queue.append(following)
    return _commands(came, best)


def _following(text: str, state: State) -> Sequence[tuple[str, State]]:
    span, grain = state
    moved = [(command, (move(text, span, way, grain, extend), grain)) for command, way, extend in MOVES]
    following = GRAINS[(GRAINS.index(grain) + 1) % len(GRAINS)]
    return [*moved, ("grain", (span, following))]


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
