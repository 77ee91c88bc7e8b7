"""What is searched is found whatever its case, accents, hamza and article."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.session import Session
from annotator.session.search_query import find
from annotator.store import Store
from annotator.text.search_text import begins_a_word, fold_searchable, holds_words, searchable
from tests.conftest import MakeProject, article

PAIRS = [
    ("ｱｻﾋｶﾞｽ", "アサヒガス"),
    ("٢٠٢٦", "2026"),
    ("Uferstraße", "uferstrasse"),
    ("Ковалёва", "ковалева"),
    ("المنصوري", "منصوري"),
    ("والمنصوري", "المنصوري"),
    ("أحمد", "احمد"),
    ("مُدرسة", "مدرسه"),
    ("Αθήνα", "αθηνα"),
    ("Łódź", "lodz"),
    ("Ærø", "aero"),
    ("Đorđević", "dordevic"),
    ("José", "JOSE"),
    ("Ngân hàng", "ngan hang"),
    ("O’Brien", "o'brien"),
]
APART = [("йод", "иод"), ("їжак", "іжак"), ("が", "か"), ("दिन", "दन")]


@pytest.mark.parametrize(("text", "typed"), PAIRS)
def test_what_is_typed_without_accents_is_the_same(text: str, typed: str) -> None:
    assert searchable(text) == searchable(typed)
    assert searchable(unicodedata.normalize("NFD", text)) == searchable(typed)
    assert holds_words(f"word {text} word", typed)
    assert begins_a_word(f"word {text}", typed[:3])


@pytest.mark.parametrize(("one", "other"), APART)
def test_letters_of_their_own_stay_apart(one: str, other: str) -> None:
    assert searchable(one) != searchable(other)


@given(st.text())
def test_both_ways_of_folding_agree_and_places_are_those_of_the_text(text: str) -> None:
    folded = fold_searchable(text)

    assert folded.text == searchable(text)
    for at in range(len(folded.text)):
        start, end = folded.raw(at, at + 1)
        assert 0 <= start < end <= len(text)


@pytest.fixture(params=PAIRS, ids=[typed for _, typed in PAIRS])
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    found: tuple[str, str] = request.param
    return found


@pytest.fixture
def store(make_project: MakeProject, pair: tuple[str, str]) -> Store:
    text, _ = pair
    return make_project(article(f"Nothing.\nAda Stone met {text} at noon.\nNothing else.", f"{text} today"))


def test_the_search_of_paragraphs_finds_it_with_its_place(store: Store, pair: tuple[str, str]) -> None:
    text, typed = pair
    (hit,) = store.coding("a").search().find(typed).hits

    found = f"Ada Stone met {text} at noon."[slice(*hit.span)]
    assert searchable(found) in searchable(typed)
    assert [searchable(hit.snippet[slice(*span)]) for span in hit.spans]


def test_notes_articles_and_speakers_are_found_too(store: Store, pair: tuple[str, str]) -> None:
    text, typed = pair
    session = Session(store, "a", lambda: 0.0)
    session.navigation.move(1)
    session.statements.type_speaker(f"{text} Berg")
    session.statements.set_note(f"compare {text}")

    kinds = {hit.kind for hit in store.coding("a").search().find(typed).hits}
    assert "note" in kinds
    assert len(session.navigation.articles(typed)) == 1
    assert f"{text} Berg" in [one.name for one in session.suggestions.find(typed)]
    assert session.targets.find(typed)[0].name == text
    speaker = f'speaker:"{typed} berg"'
    assert [place.paragraph for place in find(store.coding("a"), session.instrument.codebook, speaker)] == [2]
