"""Text made harmless for a terminal: one character for one, and nothing left that a terminal obeys."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotator.text.terminal_text import one_line, plain

EVERY_CHARACTER = [chr(code) for code in range(0x110000)]


def test_every_character_of_unicode_becomes_exactly_one() -> None:
    shown = plain("".join(EVERY_CHARACTER))

    assert len(shown) == len(EVERY_CHARACTER)


def test_no_control_character_is_left_but_tab_and_line_feed() -> None:
    shown = set(plain("".join(EVERY_CHARACTER)))

    controls = {one for one in shown if unicodedata.category(one) == "Cc"}
    assert controls == {"\t", "\n"}
    assert not {one for one in shown if unicodedata.category(one) == "Cs"}
    assert not {one for one in shown if unicodedata.bidirectional(one) in ("LRE", "RLE", "LRO", "RLO", "PDF")}
    assert not {one for one in shown if unicodedata.bidirectional(one) in ("LRI", "RLI", "FSI", "PDI")}


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]52;c;ZXZpbA==\x07", "␛]52;c;ZXZpbA==␇"),
        ("a\x9b2Jb", "a�2Jb"),
        ("a\u202egpj.exe", "a◇gpj.exe"),
        ("soft\u00adhyphen \u200bzero \ufeffbom", "soft·hyphen ·zero ·bom"),
        ("one\u2028two\u2029three", "one⏎two⏎three"),
        ("\x7f\x00", "␡␀"),
        ("half \ud800 a character", "half � a character"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_instead(hostile: str, shown: str) -> None:
    assert plain(hostile) == shown


def test_words_in_any_script_stay_as_they_are() -> None:
    text = "Þórdís “naïve” 新聞 خبر עיתון 👩‍👩‍👧 ❤️ é e\u0301 [/b] & <i>"

    assert plain(text) == text


def test_one_line_shows_tabs_and_line_feeds_too() -> None:
    assert one_line("a\tb\nc\r") == "a␉b␊c␍"


@given(st.text(max_size=200))
@example("\n\t\r")
def test_made_plain_twice_is_made_plain_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert len(one_line(text)) == len(text)
    assert "\n" not in one_line(text)
