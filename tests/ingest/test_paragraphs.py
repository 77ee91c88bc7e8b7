"""The splitter: spans in code points that lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.ingest import By, Read, read
from annotator.ingest.paragraphs import is_hard_wrapped, spans, split
from tests.conftest import REAL, SAMPLES, VARIABLE
from tests.timing import processor_seconds

_SIGNS = [*"ab.” \t\n\r\x0b\x0c\x1c\x85\u2028\u2029\u00a0\u200b\ufeff\u3000é😀", "\r\n", "\n\n"]
_MESSY = st.lists(st.sampled_from(_SIGNS)).map("".join)


@pytest.mark.skipif(REAL is None, reason=f"needs the five real articles: {VARIABLE}=FOLDER")
def test_the_five_real_articles_have_22_37_19_18_and_18_paragraphs(five_articles: Path) -> None:
    articles = [item.article for item in read(five_articles) if isinstance(item, Read)]

    assert [len(article.paragraphs) for article in articles] == [22, 37, 19, 18, 18]


def test_the_sample_articles_have_the_paragraphs_that_their_readme_says() -> None:
    articles = [item.article for path in sorted(SAMPLES.glob("*.txt")) for item in read(path) if isinstance(item, Read)]

    assert [len(article.paragraphs) for article in articles] == [22, 36, 19, 18, 19]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\n\n", "\r\n\r\n"])
def test_every_line_end_ends_a_paragraph(end: str) -> None:
    assert spans(f"one{end}two") == [(0, 3), (3 + len(end), 6 + len(end))]


def test_blanks_around_a_line_are_not_part_of_it_but_zero_width_characters_are() -> None:
    assert spans("\u00a0\u3000one \u200b\u00a0\n") == [(2, 7)]


def test_offsets_count_code_points_not_bytes() -> None:
    text = "😀é\nb"

    assert [text[start:end] for start, end in spans(text)] == ["😀é", "b"]


@given(_MESSY, st.sampled_from(["line", "block"]))
def test_every_non_blank_character_is_in_exactly_one_paragraph(text: str, by: By) -> None:
    at = 0
    for paragraph in split(text, by):
        assert not text[at : paragraph.start].strip()
        assert text[paragraph.start : paragraph.end].strip() == text[paragraph.start : paragraph.end] != ""
        at = paragraph.end
    assert not text[at:].strip()


@given(_MESSY)
def test_blocks_are_whole_lines_joined(text: str) -> None:
    lines, blocks = spans(text, "line"), spans(text, "block")

    assert {start for start, _ in blocks} <= {start for start, _ in lines}
    assert {end for _, end in blocks} <= {end for _, end in lines}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_a_block_goes_on_over_one_line_end_and_stops_at_a_blank_line(end: str) -> None:
    text = f"one{end}two{end} {end}three"

    assert [text[start:stop] for start, stop in spans(text, "block")] == [f"one{end}two", "three"]


@pytest.mark.parametrize("text", ["a" + " " * 1_000_000, " " * 1_000_000 + "a", "a b" * 350_000, "\n" * 1_000_000])
def test_a_megabyte_on_one_line_is_split_at_once(text: str) -> None:
    assert processor_seconds(lambda: spans(text)) < 1
    assert len(spans(text)) <= 1


_PROSE = (
    "The committee met on Monday to look at the plan and found that it would cost a good deal more than the "
    "town had put aside for it. “Nobody told us,” said its chair. The plan is to be looked at again in the "
    "spring, when the new members have taken their seats and the engineers have measured the bridge once more. "
) * 2


def test_wrapped_text_is_recognised() -> None:
    words, lines = _PROSE.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 70:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()

    assert is_hard_wrapped("\n".join(lines))
    assert len(spans("\n".join(lines), "block")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n".join([_PROSE] * 9),
        "\n".join(["Bread", "Butter", "A pound of plums", "Salt"] * 9),
        "\n".join(["A line that ends where its sentence ends, as verse may do here."] * 20),
    ],
)
def test_other_text_is_not_taken_for_wrapped(text: str) -> None:
    assert not is_hard_wrapped(text)
