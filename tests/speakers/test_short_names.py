"""Short names: the shortest form that tells speakers apart."""

from __future__ import annotations

import pytest

from annotator.speakers.short_names import short_name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Wang Yi", "Wang"),
        ("Xi Jinping", "Xi"),
        ("Qin Gang", "Qin"),
        ("Vladimir Putin", "Putin"),
        ("Ursula von der Leyen", "von der Leyen"),
        ("State Department", "State Department"),
        ("the State Department", "State Department"),
        ("United States", "United States"),
        ("European Union", "European Union"),
        ("a fishing union", "fishing union"),
        ("journalist", "journalist"),
        ("Alexandra Wang", "Wang"),
    ],
)
def test_a_short_name_is_the_one_that_people_go_by(name: str, short: str) -> None:
    assert short_name(name) == short


def test_namesakes_are_told_apart() -> None:
    names = ["Ada Stone", "Bo Stone", "Wang Yi", "Wang Wenbin", "Bo Reed"]

    assert [short_name(name, names) for name in names] == ["A. Stone", "B. Stone", "Wang Yi", "Wang Wenbin", "Reed"]


def test_namesakes_with_one_initial_have_their_whole_names() -> None:
    assert short_name("Ada Stone", ["Anna Stone"]) == "Ada Stone"
