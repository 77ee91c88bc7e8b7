"""Invisible characters are folded for names and search; every offset stays one of the raw text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.speakers import ArticleSpeakers
from annotator.text.folding import fold, fold_for_search
from annotator.text.named_span import named_span

SHY, ZWSP, WJ, BOM = "\u00ad", "\u200b", "\u2060", "\ufeff"


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        (f"Mar{SHY}garet Hollo{SHY}way", "Margaret Holloway"),
        (f"Hollo{ZWSP}way{WJ} and{BOM}", "Holloway and"),
        (unicodedata.normalize("NFD", "José Müller"), "José Müller"),
        ("o\ufb03ce of A\ufb03liates", "office of Affiliates"),
        ("Tom\u2009Ather\u202fton", "Tom Ather ton"),
        ("Ho\u200dllo\u200cway", "Holloway"),
        ("\u202bTom\u202c", "Tom"),
    ],
)
def test_a_name_is_read_without_what_nobody_sees(raw: str, folded: str) -> None:
    assert fold(raw).text == folded


@pytest.mark.parametrize("raw", ["می\u200cخواهم", "क्\u200dष", "👩\u200d🚀 said", "O’Brien – “no”", "½ ² ™"])
def test_what_carries_meaning_stays(raw: str) -> None:
    assert fold(raw).text == raw


@pytest.mark.parametrize(
    ("raw", "searched"), [("O’Brien", "O'Brien"), ("“no” – yes", '"no" - yes'), ("ＡＢＣ", "ABC"), ("a\u00a0b", "a b")]
)
def test_for_search_marks_are_those_of_a_keyboard(raw: str, searched: str) -> None:
    assert fold_for_search(raw).text == searched


def test_what_is_found_has_the_offsets_of_the_raw_text() -> None:
    raw = f"Said Jose\u0301 Hol{SHY}lo{SHY}way, of the o\ufb03ce"
    folded = fold_for_search(raw)

    for words, stands in (
        ("José", "Jose\u0301"),
        ("Holloway", f"Hol{SHY}lo{SHY}way"),
        ("office", "o\ufb03ce"),
        ("off", "o\ufb03"),
    ):
        at = folded.text.index(words)
        start, end = folded.raw(at, at + len(words))
        assert raw[start:end] == stands


@given(st.text(alphabet=f"abÉé e\u0301\u0327{SHY}{ZWSP}\ufb03’“—\u00a0\u200d\u3000½界"), st.data())
def test_every_span_of_a_folded_text_is_a_span_of_the_raw_text(raw: str, data: st.DataObject) -> None:
    folded = fold_for_search(raw)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))

    first, last = folded.raw(start, end)

    assert 0 <= first <= last <= len(raw)
    if start < end:
        assert folded.text[start] in fold_for_search(raw[first:last]).text


def test_speakers_are_found_and_their_words_have_raw_offsets() -> None:
    raw = f"“We will strike,” said Mar{SHY}garet Hollo{SHY}way, chair of the un{SHY}ion. Nobody else spoke."
    (first, *_) = ArticleSpeakers([raw]).rank(0)

    assert first.name == "Margaret Holloway"
    assert raw[first.bases[0].start : first.bases[0].end].startswith("“We will strike")
    assert raw[first.bases[-1].cue :].startswith("said") or any(
        raw[one.cue :].startswith("said") for one in first.bases
    )
    assert ArticleSpeakers([raw]).bases_of(0, "Margaret Holloway") == first.bases


@pytest.mark.parametrize("words", ["Margaret Holloway", "“Margaret Holloway”", f"Mar{SHY}garet Hollo{SHY}way"])
def test_evidence_is_given_in_words_without_what_nobody_sees(words: str) -> None:
    raw = f"Said Mar{SHY}garet Hollo{SHY}way."

    start, end = named_span(raw, [(0, len(raw))], words)

    assert raw[start:end] == f"Mar{SHY}garet Hollo{SHY}way"
