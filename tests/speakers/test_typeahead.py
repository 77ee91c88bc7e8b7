"""Type-ahead over the registry finds by alias, order, accent and slip, and warns of near-duplicates."""

from __future__ import annotations

import itertools
from functools import partial

import pytest

from annotator.speakers import KnownSpeaker, SpeakerIndex, find_known, near_duplicates
from annotator.speakers.coreference import folded
from annotator.speakers.identity import Identities
from tests.timing import processor_seconds

KNOWN = [
    KnownSpeaker("Marta Velásquez", ("Velásquez", "the bridge minister")),
    KnownSpeaker("Peter Lund", ("P. Lund",)),
    KnownSpeaker("Petra Lundgren"),
    KnownSpeaker("Association of Bridge Keepers", ("Keepers",)),
    KnownSpeaker("United Nations", ("UN",)),
]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("mar", "Marta Velásquez"),
        ("velasquez", "Marta Velásquez"),
        ("Velasquez, Marta", "Marta Velásquez"),
        ("lund pet", "Peter Lund"),
        ("velasqeuz", "Marta Velásquez"),
        ("petter lund", "Peter Lund"),
        ("minister bridge", "Marta Velásquez"),
        ("abk", "Association of Bridge Keepers"),
        ("un", "United Nations"),
    ],
)
def test_a_query_finds_its_speaker_first(query: str, name: str) -> None:
    assert find_known(query, KNOWN)[0].speaker.name == name


def test_every_word_of_the_query_must_fit() -> None:
    assert find_known("peter velasquez", KNOWN) == []


def test_a_speaker_comes_once_whatever_aliases_fit() -> None:
    assert [match.speaker.name for match in find_known("velasquez", KNOWN)] == ["Marta Velásquez"]


def test_an_empty_query_finds_nothing() -> None:
    assert find_known("  ,", KNOWN) == []
    assert near_duplicates("", KNOWN) == []


@pytest.mark.parametrize(
    "name", ["Marta Velasquez", "M. Velasquez", "Velasquez, Marta", "Marta Velasques", "marta velásquez"]
)
def test_a_name_that_is_nearly_known_is_a_near_duplicate(name: str) -> None:
    assert near_duplicates(name, KNOWN)[0].speaker.name == "Marta Velásquez"


def test_an_acronym_is_a_near_duplicate() -> None:
    assert near_duplicates("ABK", KNOWN)[0].speaker.name == "Association of Bridge Keepers"


@pytest.mark.parametrize("name", ["Peter Orm", "Clara Lund", "Bridge Commission"])
def test_another_name_is_no_near_duplicate(name: str) -> None:
    assert near_duplicates(name, KNOWN) == []


@pytest.mark.slow
def test_a_key_press_is_answered_at_once_in_a_registry_of_fifty_thousand() -> None:
    syllables = ["ba", "ko", "li", "mu", "ne", "ra", "so", "ti", "vu", "za", "de", "gi", "ho", "pa", "fe"]
    words = ["".join(parts).title() for parts in itertools.product(syllables, repeat=3)]
    known = [KnownSpeaker(f"{words[i % 3375]} {words[(i * 7 + i // 3375) % 3375]}") for i in range(50_000)]
    index = SpeakerIndex(known)
    typed = [
        query[:length] for query in ("Bakoli Rasoti", "Zadegi hopafee", "sovuza") for length in range(1, len(query) + 1)
    ]

    seconds = [processor_seconds(partial(index.find, query)) for query in typed]

    assert sorted(seconds)[len(seconds) // 2] < 0.010


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("田中 健一", "田中健一"),
        ("김민수", "김 민수"),
        ("ジョン・スミス", "ジョン スミス"),
        ("ｱｻﾋ新聞", "アサヒ新聞"),
        ("Müller", "Mueller"),
        ("Işık", "ISIK"),
        ("ΠΑΠΑΔΑΚΗΣ", "Παπαδάκης"),
        ("Nguyễn Văn Đức", "Nguyen Van Duc"),
    ],
)
def test_other_spellings_of_a_name_are_found_and_asked_about(name: str, typed: str) -> None:
    index = SpeakerIndex([KnownSpeaker(name), KnownSpeaker("Ada Stone")])

    assert [match.speaker.name for match in index.find(typed)] == [name]
    assert [match.speaker.name for match in index.near_duplicates(typed)] == [name]


@pytest.mark.parametrize(("name", "other"), [("ガス会社", "カス会社"), ("バス", "パス"), ("शर्मा", "शरमा")])
def test_marks_that_are_part_of_a_letter_make_another_name(name: str, other: str) -> None:
    assert Identities([KnownSpeaker(name)]).find(other) is None
    assert folded(name) != folded(other)
