"""Clauses of a paragraph, and the sentences of one quotation as one unit."""

from __future__ import annotations

import pytest

from annotator.text.clauses import clauses, sentence_units


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in clauses(text)]


def units(text: str, open_at_start: bool = False) -> list[str]:
    return [text[start:end] for start, end in sentence_units(text, open_at_start)]


def test_clauses_end_at_commas_dashes_conjunctions_and_quotations() -> None:
    text = "In 1,000 towns, people waited because “the road is shut” — all day long, alas."

    assert pieces(text) == ["In 1,000 towns,", "people waited", "because “the road is shut”", "— all day long, alas."]


@pytest.mark.parametrize(
    "text",
    [
        "It would be a “red rag” for the harbour.",
        "The council’s “new deal” (so called) fell.".replace(" (so called)", ""),
        "Ships and boats lay in the bay.",
        "She spoke of reports and images from the pier.",
        "The clause, in which he believes.".replace(",", ""),
        "They waited as long as the others.",
        "Orm spoke of what he had seen and of when it fell.",
    ],
)
def test_what_is_one_clause_is_not_cut(text: str) -> None:
    assert pieces(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Orm called the pier a risk and urged a vote.", ["Orm called the pier a risk", "and urged a vote."]),
        ("Orm left the hall and then refused to speak.", ["Orm left the hall", "and then refused to speak."]),
        ("Orm left after calling the plan a farce.", ["Orm left", "after calling the plan a farce."]),
        ("Orm left even as the mayor was speaking.", ["Orm left", "even as the mayor was speaking."]),
        ("He stayed even though nobody asked him.", ["He stayed", "even though nobody asked him."]),
        ("It was the pier which Orm had built.", ["It was the pier", "which Orm had built."]),
        ("It was a step toward what Orm called a farce.", ["It was a step toward", "what Orm called a farce."]),
        ("It fell on Monday when Orm withdrew it.", ["It fell on Monday", "when Orm withdrew it."]),
        ("“It is late.” Orm then left the hall.", ["“It is late.”", "Orm then left the hall."]),
        ("Orm waited “for rain,” Lund said.", ["Orm waited “for rain,”", "Lund said."]),
        ("Orm paid and, as always, complained.", ["Orm paid", "and, as always, complained."]),
    ],
)
def test_a_conjunction_before_a_verb_and_a_question_word_begin_a_clause(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_the_sentences_of_one_quotation_are_one_unit() -> None:
    text = "It rained. “We wait. Nobody comes. We go,” Orm said. He left."

    assert units(text) == ["It rained.", "“We wait. Nobody comes. We go,” Orm said.", "He left."]


def test_a_quotation_that_goes_on_joins_the_sentences_before_its_end() -> None:
    text = "We wait. Nobody comes,” Orm said. He left."

    assert units(text, open_at_start=True) == ["We wait. Nobody comes,” Orm said.", "He left."]
    assert len(units(text)) == 3


def test_the_source_behind_a_quotation_is_one_unit_with_it() -> None:
    signed = "“It is old. It must go.” ― Ada Reed"
    assert units(signed) == [signed]

    asked = "“Who would pay for it?” Ada Reed asked, looking at the crowd. It rained."
    assert units(asked) == [asked.removesuffix(" It rained."), "It rained."]

    apart = "“Who would pay for it?” Ada Reed said she did not know. — It rained all day."
    assert len(units(apart)) == 3
    assert len(units("“It is old.” — It was late.")) == 2
