"""Which part of a sentence is a speaker's."""

from __future__ import annotations

import pytest

from annotator.speakers import ArticleSpeakers
from annotator.speakers.own_words import Ground, part_of


def part(text: str, name: str) -> str:
    here = Ground(text, ranked=tuple(ArticleSpeakers([text]).rank(0)))
    (speaker,) = (one for one in here.ranked if one.name == name)
    start, end = part_of(here, here.sentences[0], speaker.bases)
    return text[start:end]


@pytest.mark.parametrize(
    ("lead", "rest"),
    [
        ("While both towns face a hard winter,", "Peter Lund said the bridge would stay shut."),
        ("But as the river rose on Monday,", "Peter Lund called for patience and for help."),
        ("Although critics doubt the price,", "Peter Lund defended the bridge once more."),
    ],
)
def test_what_another_subject_does_before_it_is_not_the_speakers(lead: str, rest: str) -> None:
    assert part(f"{lead} {rest}", "Peter Lund") == rest


@pytest.mark.parametrize(
    "text",
    [
        "While conceding that it is old, Peter Lund defended the bridge once more.",
        "Although he doubts the price, Peter Lund defended the bridge once more.",
        "As part of a wider plan, Peter Lund called for a new bridge.",
        "After the river rose on Monday, Peter Lund called for patience.",
        "The bridge is old and unsafe, as Peter Lund said on Monday.",
        "Karl Orm built the bridge, which Peter Lund opposed for a decade.",
        "Peter Lund said the bridge was old, while the road was new.",
        "“The bridge is old,” Peter Lund said, adding that it must go.",
    ],
)
def test_what_belongs_to_the_speakers_words_is_cut_off_nowhere(text: str) -> None:
    assert part(text, "Peter Lund") == text


@pytest.mark.parametrize(
    ("own", "rest"),
    [
        ("Peter Lund backed the new bridge for years,", "even though engineers had found cracks."),
        ("Peter Lund declared his support for the bridge,", "prompting a swift rebuke from the council."),
        ("Peter Lund said that the bridge was old", "and called for a new one."),
        ("Peter Lund denounced the toll", "and, in line with his party, opposed the bridge."),
        ("While Peter Lund has railed against the toll,", "he has kept it for a decade."),
        ("When Peter Lund talked about bringing the towns together,", "the crowd was drifting off."),
    ],
)
def test_it_ends_where_something_else_is_told(own: str, rest: str) -> None:
    assert part(f"{own} {rest}", "Peter Lund") == own


def test_of_a_sentence_that_tells_something_else_it_is_the_clause() -> None:
    text = "The vote came three days after Peter Lund condemned the new bridge."
    assert part(text, "Peter Lund") == "after Peter Lund condemned the new bridge."

    text = "The toll rose - Peter Lund would call it a theft - but the bridge has stayed open all year."
    assert part(text, "Peter Lund") == "- Peter Lund would call it a theft"


def test_an_aside_that_only_names_a_source_is_not_all_that_the_source_said() -> None:
    text = "The bridge has been shut – according to Peter Lund – for reasons of safety."

    assert part(text, "Peter Lund") == text
