"""Lines of the screen: no sign is lost, no line is too long, and scripts break where they may."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from annotator.app.line_wrapping import Wrapped, broken_at_signs, cut_apart, cut_to_lines

MIXED = st.text(st.sampled_from("ab —,。“”北京é́\u0301👩\u200d🇩🇪👍🏽किתע \n"), max_size=60)


def lines(text: str, width: int) -> list[str]:
    wrapped = Wrapped(text, width)
    found: list[str] = []
    while (line := wrapped.line(len(found))) is not None:
        found.append(text[line[0] : line[1]])
    return found


@given(MIXED, st.integers(1, 12))
def test_no_sign_but_a_blank_at_a_break_is_lost(text: str, width: int) -> None:
    assert "".join("".join(lines(text, width)).split()) == "".join(text.split())


@given(MIXED, st.integers(8, 12))
def test_no_line_is_wider_than_the_view(text: str, width: int) -> None:
    short = text.replace("\u200d", "").replace("\u0301", "")  # signs of one cluster only
    assert all(cell_len(line) <= width for line in lines(short, width))


def test_chinese_fills_the_line_and_keeps_its_full_stop() -> None:
    assert lines("北京 — 中国外交部发言人说。他说", 16) == ["北京 — 中国外交", "部发言人说。他说"]
    assert lines("中国外交部发言人。他说", 16) == ["中国外交部发言", "人。他说"]


def test_words_are_kept_together_among_wide_signs() -> None:
    assert lines("北京 said harbour", 10) == ["北京 said", "harbour"]


def test_flags_and_skin_tones_are_not_cut() -> None:
    assert lines("🇩🇪🇫🇷", 3) == ["🇩🇪", "🇫🇷"]
    assert lines("👍🏽👍🏽", 3) == ["👍🏽", "👍🏽"]


def test_names_that_look_alike_when_cut_keep_their_ends() -> None:
    names = ["Harbour Ministry", "Harbour Ministry spokesperson", "Ada Stone", "Harbour Ministry"]

    assert cut_apart(names, 14) == ["Harbou…inistry", "Harbou…sperson", "Ada Stone", "Harbou…inistry"]


def test_a_name_alone_keeps_its_beginning() -> None:
    assert cut_apart(["Harbour Ministry spokesperson"], 14) == ["Harbour Minis…"]


@given(st.lists(st.text(max_size=40), max_size=5), st.integers(5, 30))
def test_no_name_that_is_cut_is_wider_than_its_room(names: list[str], width: int) -> None:
    assert all(cell_len(one) <= width for one in cut_apart(names, width))


def test_a_text_that_is_cut_in_a_line_of_long_words_says_so() -> None:
    text = "“The harbour was opened in the year of the great storm, and nobody has mended it since”"

    assert cut_to_lines(text, 30, 2, "…”") == "“The harbour was opened in the\nyear of the great storm, and…”"
    assert cut_to_lines(text, 30, 3, "…”").replace("\n", " ") == text


@given(st.text(max_size=120), st.integers(5, 30), st.integers(1, 3))
def test_no_line_of_a_text_that_is_cut_is_wider_than_its_room(text: str, width: int, most: int) -> None:
    lines = cut_to_lines(text, width, most).split("\n")

    assert len(lines) <= most
    assert all(cell_len(line) <= width for line in lines)


def test_a_row_of_keys_breaks_between_keys() -> None:
    assert broken_at_signs("/ finds · n next · Esc leaves", 18) == "/ finds · n next\nEsc leaves"
    assert broken_at_signs("/ finds · n next · Esc leaves", 40) == "/ finds · n next · Esc leaves"
    assert broken_at_signs("longer than the line · Esc leaves", 10) == "longer than the line\nEsc leaves"
