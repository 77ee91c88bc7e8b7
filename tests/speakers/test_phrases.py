"""Words for somebody that stand in the paragraph need not be typed to their end."""

from __future__ import annotations

import pytest

from annotator.session import Session
from annotator.speakers.phrases import speaker_phrases
from tests.conftest import MakeProject

TEXT = (
    "Langavik will pay, according to a study by researchers with the Institute for Harbours and Tides, since "
    "nobody else will. Her friends have argued that some elders of the Pier Society say no. A leaked harbour "
    "report warns of it. Then Ada Stone against all met Ada Stone’s."
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("res", ["researchers with the Institute for Harbours and Tides"]),
        ("her", ["Her friends"]),
        ("some e", ["some elders of the Pier Society", "some elders of the Pier Society say"]),
        ("a l", ["A leaked harbour", "A leaked harbour report warns of it"]),
        ("pier", ["Pier Society", "Pier Society say"]),
        ("zzz", []),
        ("ada", ["Ada Stone"]),
        ("", []),
    ],
)
def test_a_run_of_words_ends_before_the_verb(typed: str, found: list[str]) -> None:
    assert speaker_phrases(TEXT, typed)[:2] == found[:2]


def test_the_box_for_speakers_offers_them_and_keeps_what_was_typed(make_project: MakeProject) -> None:
    session = Session(make_project(TEXT), "a", lambda: 0.0)

    found = session.suggestions.find("resear")
    assert "researchers with the Institute for Harbours and Tides" in [one.name for one in found if one.is_new]
    assert found[-1].name == "resear"
    session.statements.type_speaker("some elders of the Pier Society")
    assert next(one.is_new for one in session.suggestions.find("some el")) is False
    assert next(one.name for one in session.suggestions.find("nobody at all")) == "nobody at all"
