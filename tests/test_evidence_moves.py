"""Moves of evidence by the arrow keys, and what the screen calls it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.evidence import Span
from annotator.text.evidence_moves import Grain, Move, Trail, moved, place_of

TEXT = "One came, two left. “Three stayed, in fear,” he said. Four went."
MESSY = st.text(alphabet=st.sampled_from("ab Z.!?…,;:—'\"“”‘’«»「」。，中\u00a0\n19—\u0301"), max_size=80)
MOVES: tuple[Move, ...] = (
    "end later", "end earlier", "start later", "start earlier", "next sentence", "previous sentence",
)  # fmt: skip
BACK: dict[Move, Move] = dict(zip(MOVES, (MOVES[i] for i in (1, 0, 3, 2, 5, 4)), strict=True))


def span_of(words: str) -> Span:
    start = TEXT.index(words)
    return (start, start + len(words))


def after(words: str, *moves: Move, grain: Grain = "clause") -> str:
    trail = Trail(span_of(words))
    for move in moves:
        trail = moved(TEXT, trail, move, grain)
    return TEXT[slice(*trail.span)]


@pytest.mark.parametrize(
    ("words", "move", "expected"),
    [
        ("One came,", "end later", "One came, two left."),
        ("One came, two left.", "end later", "One came, two left. “Three stayed, in fear,” he said."),
        ("One came, two left.", "end earlier", "One came,"),
        ("One came,", "end earlier", "One came,"),
        ("One came, two left.", "start later", "two left."),
        ("two left.", "start later", "two left."),
        ("two left.", "start earlier", "One came, two left."),
        ("Four went.", "start earlier", "“Three stayed, in fear,” he said. Four went."),
        ("One came, two left.", "start earlier", "One came, two left."),
        ("Four went.", "end later", "Four went."),
        ("came", "end later", "came,"),
        ("One came, two left.", "next sentence", "“Three stayed, in fear,” he said."),
        ("two left.", "next sentence", "One came, two left."),
        ("two left.", "previous sentence", "One came, two left."),
        ("Four went.", "previous sentence", "“Three stayed, in fear,” he said."),
        ("Four went.", "next sentence", "Four went."),
        (TEXT, "next sentence", "Four went."),
        (TEXT, "previous sentence", "One came, two left."),
    ],
)
def test_an_arrow_key_moves_an_end_or_goes_to_a_sentence(words: str, move: Move, expected: str) -> None:
    assert after(words, move) == expected


def test_words_move_an_end_by_a_word_over_the_end_of_a_sentence_too() -> None:
    assert after("One came,", "end later", grain="word") == "One came, two"
    assert after("two left.", "end later", grain="word") == "two left. “Three"
    assert after("One came, two left.", "end earlier", grain="word") == "One came, two"
    assert after("two left.", "start later", grain="word") == "left."
    assert after("two left.", "start earlier", grain="word") == "came, two left."


def test_an_arrow_that_reverses_the_last_one_restores_what_was_there() -> None:
    assert after("came", "next sentence", "previous sentence") == "came"
    assert after("One came, two left.", "end later", "end earlier") == "One came, two left."
    assert after("came", "end later", "end later", "end later", "end earlier", "end earlier", "end earlier") == "came"


def test_an_arrow_that_moved_nothing_is_not_reversed() -> None:
    assert after("Four went.", "next sentence", "previous sentence") == "“Three stayed, in fear,” he said."


@given(
    MESSY.filter(lambda text: text.strip() != ""),
    st.tuples(st.integers(-3, 90), st.integers(-3, 90)),
    st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from(["clause", "word"])), max_size=6),
)
def test_moves_stay_in_the_paragraph_and_are_reversed_exactly(
    text: str, span: Span, moves: list[tuple[Move, Grain]]
) -> None:
    start = max(0, min(span[0], len(text) - 1))
    trail = Trail((start, max(start + 1, min(span[1], len(text)))))
    for move, grain in moves:
        before = trail
        trail = moved(text, before, move, grain)

        assert 0 <= trail.span[0] < trail.span[1] <= len(text)
        is_reversal = before.steps[-1:] and BACK[before.steps[-1][0]] == move
        if trail.span != before.span and not is_reversal:
            assert moved(text, trail, BACK[move], grain) == before


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("One came, two left.", "sentence 1 of 3"),
        ("One came, two left. “Three stayed, in fear,” he said.", "sentences 1–2 of 3"),
        (TEXT, "sentences 1–3 of 3"),
        ("two left.", "clause 2 of 6"),
        ("One came, two left. “Three stayed,", "clauses 1–3 of 6"),
        ("came", "word 2 of 12"),
        ("came, two", "words 2–3 of 12"),
        (" ", "nothing"),
    ],
)
def test_the_unit_and_its_place_are_said(words: str, place: str) -> None:
    assert place_of(TEXT, span_of(words)) == place
