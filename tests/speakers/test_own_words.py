"""Which words of a paragraph a new statement begins with."""

from __future__ import annotations

import pytest

from annotator.speakers import ArticleSpeakers
from annotator.speakers.own_words import (
    Ground,
    is_journalists,
    next_words,
    part_of,
    within,
    words_of,
    words_of_journalist,
    words_that_name,
)
from annotator.text.evidence import Span


def ground(text: str, *taken: str) -> Ground:
    spans = tuple((text.index(one), text.index(one) + len(one)) for one in taken)
    return Ground(text, taken=spans, ranked=tuple(ArticleSpeakers([text]).rank(0)))


def first(text: str, name: str, *taken: str) -> str | None:
    here = ground(text, *taken)
    (speaker,) = (one for one in here.ranked if one.name == name)
    return words(here, words_of(here, speaker.bases))


def words(here: Ground, span: Span | None) -> str | None:
    return None if span is None else here.text[slice(*span)]


def test_the_first_sentence_wins_over_the_surest() -> None:
    text = "Peter Lund opposed the bridge. “It is old,” Peter Lund said. It rained."

    assert first(text, "Peter Lund") == "Peter Lund opposed the bridge."
    assert first(text, "Peter Lund", "Peter Lund opposed the bridge.") == "“It is old,” Peter Lund said."
    assert first(text, "Peter Lund", text) is None


def test_a_source_alone_is_cut_off_nothing() -> None:
    text = "According to the Kalmar summary, Karl Orm said the bridge would stay shut all winter."

    assert first(text, "Karl Orm") == text


def test_the_parts_of_two_speakers_meet_at_the_clause_of_the_second() -> None:
    text = "Peter Lund said it would stay shut, but Karl Orm denied it at once."

    assert first(text, "Peter Lund") == "Peter Lund said it would stay shut,"
    assert first(text, "Karl Orm") == "but Karl Orm denied it at once."


def test_words_before_a_cue_at_the_end_are_its_speakers() -> None:
    text = "“It stays shut for now,” Peter Lund said, and “it will never open again,” Karl Orm said."

    assert first(text, "Peter Lund") == "“It stays shut for now,” Peter Lund said,"
    assert first(text, "Karl Orm") == "and “it will never open again,” Karl Orm said."


def test_speakers_of_one_cue_are_not_parted() -> None:
    text = "Peter Lund and Karl Orm said, in one voice, that it would stay shut."

    assert first(text, "Karl Orm") == first(text, "Peter Lund") == text


def test_the_journalists_words_are_those_that_nobody_is_sure_to_have_said() -> None:
    here = ground("Peter Lund said it would stay shut. The bridge is old.")

    assert words(here, words_of_journalist(here)) == "The bridge is old."
    assert not is_journalists(here, here.sentences[0])
    assert is_journalists(here, here.sentences[1])
    assert words_of_journalist(ground("Peter Lund said it would stay shut.")) is None


def test_a_speaker_nothing_is_attributed_to_has_the_sentence_with_the_name() -> None:
    here = ground("Il pleut. «On attend», dit le maire Karl Orm. Orm part.", "Il pleut.")

    assert words(here, words_that_name(here, "Karl Orm")) == "«On attend», dit le maire Karl Orm."
    assert words(here, words_that_name(here, "Mme Orm")) == "«On attend», dit le maire Karl Orm."
    assert words_that_name(here, "Or") is None


def test_a_paragraph_without_words_still_has_evidence() -> None:
    assert next_words(Ground("—"), None) == (0, 1)
    assert part_of(Ground("—"), (0, 1), ()) == (0, 1)


def test_own_words_take_the_place_of_evidence_that_they_begin_in() -> None:
    here = Ground("x" * 40, taken=((30, 40),))

    assert within(here, (5, 9), (5, 20)) == (5, 9)
    assert within(here, (5, 25), (5, 20)) == (5, 25)
    assert within(here, (5, 35), (5, 20)) is None
    assert within(here, (0, 9), (5, 20)) == (5, 9)
    assert within(here, (0, 9), (9, 20)) is None
    assert within(here, (0, 29), (5, 20)) is None


def test_a_quotation_without_a_source_goes_with_the_one_before_it() -> None:
    text = "“It is old,” Peter Lund said. “We cannot pay for it. It must go.” “Never,” Karl Orm said. “Not here.”"

    assert first(text, "Peter Lund") == "“It is old,” Peter Lund said. “We cannot pay for it. It must go.”"
    assert first(text, "Peter Lund", "“We cannot pay for it. It must go.”") == "“It is old,” Peter Lund said."
    assert first(text, "Karl Orm") == "“Never,” Karl Orm said. “Not here.”"


def test_a_quotation_after_another_speakers_words_is_left_alone() -> None:
    text = "Peter Lund said it would stay shut, but Karl Orm denied it at once. “It opens today.”"

    assert first(text, "Peter Lund") == "Peter Lund said it would stay shut,"
    assert first(text, "Karl Orm") == "but Karl Orm denied it at once. “It opens today.”"


@pytest.mark.parametrize(
    "before",
    [
        "What is Peter Lund’s view of it?",
        "But if Peter Lund opposes it, it falls.",
        "That Peter Lund waits is no secret.",
    ],
)
def test_a_question_a_condition_and_a_mention_give_way_to_what_somebody_said(before: str) -> None:
    assert first(f"{before} Peter Lund said it would stay shut.", "Peter Lund") == "Peter Lund said it would stay shut."
    assert first(f"{before} It rained.", "Peter Lund") == before


def test_words_before_a_statement_come_after_the_next_sentence() -> None:
    text = "While both towns wait for help, Peter Lund said it would stay shut. The bridge is old."
    coded = "Peter Lund said it would stay shut."
    here = ground(text, coded)
    last = here.taken[0]

    assert words(here, next_words(here, last)) == "The bridge is old."
    here = ground(text, coded, "The bridge is old.")
    assert words(here, next_words(here, last)) == "While both towns wait for help,"


def test_where_no_word_of_the_language_is_known_the_first_sentence_with_the_name_is_taken() -> None:
    text = "Il pleuvait. « On attend », a dit le maire Karl Orm. Orm est parti."

    assert first(text, "Karl Orm") == "« On attend », a dit le maire Karl Orm."


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("Дождь шёл. По словам Анны Лисицыной, мост стар.", "Анна Лисицына", "По словам Анны Лисицыной, мост стар."),
        ("下雨了。陈国强否认了指控。", "陈国强", "陈国强否认了指控。"),
        ("비가 왔다. 박지영은 소송을 예고했다.", "박지영", "박지영은 소송을 예고했다."),
        ("نزل المطر. وقال المنصوري ذلك.", "كريم المنصوري", "وقال المنصوري ذلك."),
        ("It rained. The stone fell.", "Ada Stonehill", None),
    ],
)
def test_a_name_is_found_with_other_endings_and_without_blanks(text: str, name: str, words: str | None) -> None:
    span = words_that_name(Ground(text), name)

    assert (None if span is None else text[slice(*span)]) == words
