from __future__ import annotations

import pytest

from annotator.speakers import ArticleSpeakers, KnownSpeaker
from annotator.speakers.identity import Identities, identity, is_no_name

KNOWN = [
    KnownSpeaker("United States"),
    KnownSpeaker("Ada Stone", ("the mayor",)),
    KnownSpeaker("Norway's Fisheries Ministry spokesperson"),
    KnownSpeaker("Bo Reed"),
    KnownSpeaker("Cy Reed"),
    KnownSpeaker("some experts"),
]


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("the U.S.", "United States"),
        ("US", "United States"),
        ("Washington", "United States"),
        ("The Mayor", "Ada Stone"),
        ("a Norwegian Fisheries Ministry spokeswoman", "Norway's Fisheries Ministry spokesperson"),
        ("experts", "some experts"),
        ("Sweden", None),
        ("Swedish Fisheries Ministry spokesperson", None),
        ("mayors", None),
    ],
)
def test_one_speaker_has_one_name(name: str, entry: str | None) -> None:
    found = Identities(KNOWN).find(name)

    assert (found.name if found else None) == entry


def test_a_surname_is_that_of_its_only_bearer() -> None:
    known = Identities(KNOWN)

    assert (known.of_surname("Stone"), known.of_surname("Reed"), known.of_surname("States")) == (
        KNOWN[1],
        None,
        KNOWN[0],
    )


def offered(text: str) -> list[str]:
    return [one.name for one in ArticleSpeakers([text]).rank(0, (), KNOWN)]


def test_a_registered_surname_is_offered_as_the_person_unless_the_article_names_another() -> None:
    assert "Ada Stone" in offered("“We will not sign,” Stone said on Monday.")

    names = offered("“We will not sign,” Mary Stone said on Monday. Stone walked out.")
    assert "Mary Stone" in names
    assert "Ada Stone" not in names


def test_the_owner_of_a_possessive_is_named() -> None:
    names = offered("Peter Moe said no on Monday. His allies said that the vote was a farce.")

    assert "Peter Moe’s allies" in names
    assert "his allies" not in names


def test_the_same_speaker_is_listed_once() -> None:
    names = offered(
        "Washington said no. The U.S. said so twice, and US officials agreed. Experts said that, and experts agreed."
    )

    assert names.count("United States") == 1
    assert len({identity(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", ["countries", "the countries", "many", "Posts", "joint military", "Russia China"])
def test_what_names_nobody_is_no_name(name: str) -> None:
    assert is_no_name(name)


@pytest.mark.parametrize("name", ["South Korean", "China-Russia", "Sino-Russian", "Norwegian"])
def test_a_word_of_origin_names_nobody(name: str) -> None:
    assert is_no_name(name)


@pytest.mark.parametrize(
    "name", ["South Korea", "Ada Stone", "officials", "some analysts", "many in the West", "China"]
)
def test_who_can_speak_has_a_name(name: str) -> None:
    assert not is_no_name(name)


def test_a_spokesperson_for_a_body_is_the_bodys_spokesperson() -> None:
    assert identity("a spokeswoman for the Harbour Board") == identity("Harbour Board spokesman")
    assert identity("spokesman for China") == identity("Chinese spokesperson")


def test_a_party_and_a_state_after_a_name_are_nobody() -> None:
    assert is_no_name("R-Texas")
    assert is_no_name("D-New York")
    assert not is_no_name("R-Tech Group")
