"""Quotation marks are never doubled."""

from __future__ import annotations

import pytest

from annotator.text.quotation import quoted


@pytest.mark.parametrize(
    "words", ["“We shall pay,” she said.", "a «gift»", 'a "gift"', "shall pay,” she said", "「港」"]
)
def test_words_that_hold_quotation_marks_stand_as_they_are(words: str) -> None:
    assert quoted(words) == words


@pytest.mark.parametrize("words", ["the pier's price", "dogs’ homes", ""])
def test_other_words_stand_between_marks(words: str) -> None:
    assert quoted(words) == f"“{words}”"
