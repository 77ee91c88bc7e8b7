"""Sentences, clauses, words and quotations of a paragraph."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.clauses import clauses, sentence_units
from annotator.text.evidence import Span, is_all_quoted, open_at_starts, quotations, sentences, words
from annotator.text.mode import guess_mode, is_english
from tests.timing import processor_seconds

UNITS: list[Callable[[str], tuple[Span, ...]]] = [sentences, sentence_units, clauses, words]
MESSY = st.text(alphabet=st.sampled_from("ab Z.!?…,;:—'\"“”‘’«»「」。，中\u00a0\n19—\u0301"), max_size=80)


def pieces(text: str, spans: tuple[Span, ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


def quoted(text: str, open_at_start: bool = False) -> list[str]:
    return [text[item.start : item.end] for item in quotations(text, open_at_start)]


@given(MESSY | st.text(max_size=60))
@pytest.mark.parametrize("split", UNITS)
def test_every_non_blank_character_is_in_exactly_one_unit(split: Callable[[str], tuple[Span, ...]], text: str) -> None:
    at = 0
    for start, end in split(text):
        assert text[at:start].strip() == ""
        assert start < end
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        at = end

    assert text[at:].strip() == ""


def test_abbreviations_and_initials_end_no_sentence() -> None:
    text = "Mr. Orr of the U.S. Treasury left St. Ives on Feb. 24. J. R. Poe of Acme Inc. stayed. No. 3 won 2.5 points."

    assert pieces(text, sentences(text)) == [
        "Mr. Orr of the U.S. Treasury left St. Ives on Feb. 24.",
        "J. R. Poe of Acme Inc. stayed.",
        "No. 3 won 2.5 points.",
    ]


def test_an_abbreviation_ends_a_sentence_when_an_opening_word_follows() -> None:
    text = "She returned to the U.S. The talks begin at 5 p.m. He will wait."

    assert pieces(text, sentences(text)) == [
        "She returned to the U.S.",
        "The talks begin at 5 p.m.",
        "He will wait.",
    ]


def test_a_closing_quotation_mark_belongs_to_its_sentence() -> None:
    text = "“We will go.” She left. (They stayed.) « Oui. » Il part."

    assert pieces(text, sentences(text)) == [
        "“We will go.”",
        "She left.",
        "(They stayed.)",
        "« Oui. »",
        "Il part.",
    ]


def test_a_question_inside_a_quotation_goes_on_to_its_attribution() -> None:
    text = "“Why now?” he asked. Well … perhaps. Then … Silence!"

    assert pieces(text, sentences(text)) == ["“Why now?” he asked.", "Well … perhaps.", "Then …", "Silence!"]


def test_a_stray_full_stop_stays_with_the_sentence_before_it() -> None:
    text = "It must be checked. . He left."

    assert pieces(text, sentences(text)) == ["It must be checked. .", "He left."]


def test_sentences_of_other_scripts_need_no_blank() -> None:
    text = "他走了。她问：「为什么？」 谁知道！「行く。」と言った。"

    assert pieces(text, sentences(text)) == [
        "他走了。",
        "她问：「为什么？」",
        "谁知道！",
        "「行く。」と言った。",
    ]


def test_a_lost_blank_between_sentences_is_still_an_end() -> None:
    text = "They signed the papers.Share this page"

    assert pieces(text, sentences(text)) == ["They signed the papers.", "Share this page"]


def test_a_no_break_space_is_a_blank() -> None:
    text = "\u00a0One here.\u00a0Two there.\u00a0"

    assert pieces(text, sentences(text)) == ["One here.", "Two there."]


def test_words_keep_their_punctuation_and_ideographs_stand_alone() -> None:
    text = "“Yes,” she—quietly—said. 他走了。"

    assert pieces(text, words(text)) == ["“Yes,”", "she—", "quietly—", "said.", "他", "走", "了。"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "no way" and "yes."', ['"no way"', '"yes."']),
        ("She said “it’s the workers’ day” again.", ["“it’s the workers’ day”"]),
        ("‘It is Ann’s,’ he said.", ["‘It is Ann’s,’"]),
        ("The ‘90s, rock 'n' roll and 'tis don't quote.", []),
        ("« Oui », dit-il. »Nein«, sagte er. „Ja“, sagte sie.", ["« Oui »", "»Nein«", "„Ja“"]),
        ('He said: “mixed marks are common."', ['“mixed marks are common."']),
        ("“One,” ”like this one,” he said.", ["“One,”", "”like this one,”"]),
        ("「本当だ」と言った。", ["「本当だ」"]),
    ],
)
def test_quotations_are_found_whatever_marks_are_used(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


def test_a_quotation_inside_a_quotation_is_deeper() -> None:
    text = "“She said, ‘Go home,’ and left,” he said."

    assert [(text[q.start : q.end], q.depth) for q in quotations(text)] == [
        ("“She said, ‘Go home,’ and left,”", 0),
        ("‘Go home,’", 1),
    ]


def test_an_unclosed_quotation_ends_with_its_sentence_when_another_opens() -> None:
    text = "He said, “The cause must be found. He urged all to avoid “charges” now."

    assert quoted(text) == ["“The cause must be found.", "“charges”"]


def test_a_quotation_left_open_goes_on_in_the_next_paragraph() -> None:
    first, second = "She said: “We must act.", "“And we will,” she added."

    assert quotations(first)[0].is_open
    assert not quotations(first)[0].continues
    assert quotations(second, open_at_start=True)[0].continues
    assert not quotations(second, open_at_start=False)[0].continues


def test_a_continued_quotation_needs_no_second_opening_mark() -> None:
    text = "and we will,” she added. “Soon.”"

    assert [(q.start, q.end, q.continues) for q in quotations(text, open_at_start=True)] == [
        (0, 13, True),
        (25, 32, False),
    ]


def test_an_open_quotation_survives_a_link_in_between_but_not_for_ever() -> None:
    paragraphs = [
        "“We start here.",
        "READ MORE",
        "“We go on.”",
        "Plain.",
        "“Left open.",
        "One.",
        "Two.",
        "Three.",
    ]

    assert open_at_starts(paragraphs) == [False, True, True, False, False, True, True, False]


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "word. ",
        "“word ",
        "a",
        "Mr. ",
        ". ",
        '" a',
        "'a ",
        "中",
        ", ",
        "「",
        "‘a “b ",
        "“No,” he said. ",
        "said refused, ",
    ],
)
def test_the_time_grows_with_the_length_and_not_with_its_square(unit: str) -> None:
    def work(text: str) -> None:
        for split in UNITS:
            split(text)
        quotations(text)
        guess_mode(text, (0, len(text)), claim="commitment")
        is_english(text)

    def seconds(length: int) -> float:
        return processor_seconds(lambda: work(unit * (length // len(unit))), n_times=3)

    seconds(1_000)  # patterns are compiled on first use

    assert seconds(160_000) < 40 * max(seconds(16_000), 0.001)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Am 3. Mai kam Frau Orm. Der 2. Zug fiel aus.", ["Am 3. Mai kam Frau Orm.", "Der 2. Zug fiel aus."]),
        ("„Nein.“ Er ging. „Ja!“, rief sie.", ["„Nein.“", "Er ging.", "„Ja!“, rief sie."]),
        ("Τι θα γίνει; Κανείς δεν ξέρει.", ["Τι θα γίνει;", "Κανείς δεν ξέρει."]),
        ("A Dra. Orm saiu. Choveu.", ["A Dra. Orm saiu.", "Choveu."]),
        ("Լավ։ Այո։", ["Լավ։", "Այո։"]),
        ("He came 3. Then it rained; Orm left.", ["He came 3.", "Then it rained; Orm left."]),
    ],
)
def test_sentences_of_other_languages_end_where_they_do(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@pytest.mark.parametrize(
    ("text", "is_open", "expected"),
    [
        ("“The ferry is late again.”", False, True),
        ("“The ferry is late. It was late in May, too.", False, True),
        ("“The ferry is late,” she said.", False, True),
        ("and it will be late tomorrow.”", True, True),
        ("„Das Schiff kommt nie.“", False, True),
        ("“The ferry is late,” Berg said.", False, False),
        ("“The ferry is late,” said the council's own lawyer.", False, False),
        ("He calls it “late”.", False, False),
        ("The ferry is late.", False, False),
        ("「船は遅い」山田氏。", False, False),
    ],
)
def test_a_paragraph_that_is_hardly_more_than_a_quotation_names_no_speaker(
    text: str, is_open: bool, expected: bool
) -> None:
    assert is_all_quoted(text, is_open) == expected


@given(MESSY, st.booleans())
def test_any_text_is_all_quoted_or_not(text: str, is_open: bool) -> None:
    if is_all_quoted(text, is_open):
        assert quotations(text, is_open)
