"""Names are freed of titles, dates and opening words; states are known by every name."""

from __future__ import annotations

import pytest

from annotator.speakers.countries import is_seat, state_of, state_of_demonym
from annotator.speakers.names import find_names, is_title_case


def found(text: str, common: frozenset[str] = frozenset()) -> list[str]:
    return [name.text for name in find_names(text, common)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("But on Monday Peter Lund left.", ["Peter Lund"]),
        ("Gov. Peter Lund and Sen. Ann Orm left.", ["Peter Lund", "Ann Orm"]),
        ("Former President Peter J. Lund Jr. left.", ["Peter J. Lund Jr."]),
        ("Presidents Peter Lund of Norway and Ann Orm of Chad met.", ["Peter Lund", "Norway", "Ann Orm", "Chad"]),
        ("The Ministry of Trade and Industry closed.", ["Ministry of Trade and Industry"]),
        ("U.S. Secretary of State Ann Orm left.", ["U.S.", "Ann Orm"]),
        ("Ursula van der Berg met Omar bin Hadi.", ["Ursula van der Berg", "Omar bin Hadi"]),
        ("Mr. King left.", ["King"]),
        ("Ann Orm KC and Peter Lund MP left.", ["Ann Orm", "Peter Lund"]),
        ("The Treasury and the Senate closed.", ["Treasury", "Senate"]),
        ("The Supporters’ Trust and the Women’s Institute met.", ["Supporters’ Trust", "Women’s Institute"]),
        ("Rovers’ Ann Orm met the officers’ Peter Lund.", ["Rovers", "Ann Orm", "Peter Lund"]),
        ("nothing here", []),
    ],
)
def test_names_stand_without_titles_dates_and_openers(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_offsets_are_those_of_the_name_and_of_its_title() -> None:
    text = "Then Gov. Peter Lund left."
    (name,) = find_names(text)

    assert text[name.start : name.end] == "Peter Lund"
    assert text[name.begin : name.end] == "Gov. Peter Lund"


def test_a_word_that_the_article_writes_small_is_no_name_at_the_start() -> None:
    assert found("Bridges fall.", frozenset({"bridges"})) == []


def test_headlines_are_known_by_their_capitals() -> None:
    assert is_title_case("Lund Says Old Bridge Must Stay Shut")
    assert not is_title_case("Lund said the old bridge must stay shut")


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("Moscow", "Russia"),
        ("Kremlin", "Russia"),
        ("Beijing", "China"),
        ("PRC", "China"),
        ("U.S.", "United States"),
        ("Élysée", "France"),
        ("Kyiv", "Ukraine"),
        ("Nuku’alofa", "Tonga"),
        ("Springfield", None),
    ],
)
def test_a_state_is_known_by_capital_seat_and_short_form(name: str, state: str | None) -> None:
    assert state_of(name) == state


def test_demonyms_belong_to_states_and_capitals_are_seats() -> None:
    assert state_of_demonym("Chinese") == "China"
    assert is_seat("Kremlin")
    assert not is_seat("Russia")
