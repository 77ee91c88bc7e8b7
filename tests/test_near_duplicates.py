"""Reprints are found by the runs of words that they share; other texts are left alone."""

from __future__ import annotations

import random

import pytest

from annotator.text.near_duplicates import Hasher, groups_of, near_duplicates
from tests.timing import processor_seconds

WORDS = [
    f"{first}{second}{third}" for first in "bdfglmnprst" for second in "aeiou" for third in ("n", "rk", "ss", "lt", "m")
]


def story(seed: int, n: int = 24) -> list[str]:
    rng = random.Random(seed)  # noqa: S311
    return [" ".join(rng.choices(WORDS, k=20)) + "." for _ in range(n)]


ORIGINAL = story(1)
REPRINTS = {
    "a byline added": ["By Ida Moss in Vale", *ORIGINAL],
    "cut to seventy percent": ORIGINAL[:17],
    "some sentences edited": [*ORIGINAL[:5], *story(2, 1), *ORIGINAL[6:14], *story(3, 1), *ORIGINAL[15:]],
    "in capitals and other marks": [line.upper().replace(".", " –") for line in ORIGINAL],
}


def pairs(*texts: str) -> list[tuple[int, int]]:
    return [(first, second) for first, second, _ in near_duplicates(len(texts), texts.__getitem__)]


@pytest.mark.parametrize("kind", REPRINTS)
def test_a_reprint_is_found(kind: str) -> None:
    others = [" ".join(story(seed)) for seed in range(10, 40)]

    assert pairs(" ".join(ORIGINAL), *others, " ".join(REPRINTS[kind])) == [(0, 31)]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(story(2)),
        " ".join([*ORIGINAL[:6], *story(4, 18)]),
        "",
        "One two three four.",
        " ".join(sorted(WORDS * 2)),
    ],
)
def test_another_text_is_not(text: str) -> None:
    assert pairs(" ".join(ORIGINAL), text) == []


def test_short_notices_are_not_compared() -> None:
    assert pairs("The office is closed on Monday.", "The office is closed on Monday.") == []


def test_texts_without_blanks_between_words_are_compared_by_signs() -> None:
    text = "市議會星期二押後表決港口收費司庫表示需要先看數字然後再作決定議員都同意這個做法並且會再開會"

    assert pairs(text, f"{text}。記者林文報道", text[::-1]) == [(0, 1)]


def test_groups_join_what_is_alike_through_a_third() -> None:
    long, first, second = ORIGINAL, ORIGINAL[:17], ORIGINAL[8:]
    found = near_duplicates(3, [" ".join(first), " ".join(long), " ".join(second)].__getitem__)

    assert groups_of(3, found) == [[0, 1, 2]]


def test_the_shared_part_is_that_of_the_shorter_text() -> None:
    ((_, _, shared),) = near_duplicates(2, [" ".join(ORIGINAL), " ".join(ORIGINAL[:17])].__getitem__)

    assert shared == pytest.approx(1.0)


def test_hashes_use_all_their_bits() -> None:
    """With factors of 32 bits the smallest hashes would be those of the same words in every text."""
    runs = Hasher().runs(" ".join(ORIGINAL))

    assert runs.max() > 2**63
    assert len(runs) == 24 * 20 - 4


@pytest.mark.slow
def test_ten_thousand_articles_take_seconds() -> None:
    texts = [" ".join(story(seed)) for seed in range(10_000)]

    assert processor_seconds(lambda: near_duplicates(len(texts), texts.__getitem__)) < 10
