"""Statements matched at once are matched as they are paragraph by paragraph."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import batch_matching, match_statements
from annotator.agreement.batch_matching import StatementLists, match_lists

SETS = [frozenset[str](), frozenset({"ada"}), frozenset({"ben"}), frozenset({"ada", "ben"})]
Row = tuple[int, int, int]
"""Start, length and speakers of a statement."""

rows = st.tuples(st.integers(0, 12), st.integers(1, 9), st.integers(0, 3))
lists = st.lists(st.lists(rows, max_size=5), min_size=2, max_size=6)


def statements(found: list[list[Row]]) -> StatementLists:
    table = np.array([row for one in found for row in one], np.int64).reshape(-1, 3)
    sizes = np.array([len(one) for one in found], np.int64)
    return StatementLists(sizes, table[:, 0], table[:, 0] + table[:, 1], table[:, 2], SETS)


def all_pairs(n: int) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...]:
    first, second = np.triu_indices(n, 1)
    return first.astype(np.int64), second.astype(np.int64)


def one_by_one(found: StatementLists) -> list[tuple[int, int, int]]:
    expected = []
    for number, (i, j) in enumerate(zip(*all_pairs(found.sizes.size), strict=True)):
        for a, b in match_statements(found.spans(int(i)), found.spans(int(j))).pairs:
            expected.append((number, int(found.begin[i]) + a, int(found.begin[j]) + b))
    return expected


def at_once(found: StatementLists) -> list[tuple[int, int, int]]:
    return list(zip(*(column.tolist() for column in match_lists(found, *all_pairs(found.sizes.size))), strict=True))


@given(lists)
def test_the_matches_are_those_of_each_pair_of_lists(found: list[list[Row]]) -> None:
    whole = statements(found)

    assert at_once(whole) == one_by_one(whole)


def test_they_do_not_depend_on_how_many_are_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    whole = statements([[tuple(rng.integers(1, 9, 3) % (13, 9, 4) + (0, 1, 0)) for _ in range(4)] for _ in range(12)])
    expected = at_once(whole)
    monkeypatch.setattr(batch_matching, "_OVERLAPS", 5)

    assert at_once(whole) == expected == one_by_one(whole)


def test_two_ways_that_are_as_good_are_decided_as_for_one_paragraph() -> None:
    # The two first statements share 19 characters and their speaker. Each shares 10 and 9 with the other's second one
    # and half its speakers: the sums of overlaps, speakers and places are equal.
    a, b = [(0, 20, 1), (1, 9, 3)], [(0, 19, 1), (10, 10, 3)]

    for found in ([a, b], [b, a], [a[::-1], b]):
        whole = statements(found)
        assert at_once(whole) == one_by_one(whole)


def test_many_statements_on_the_same_words_are_matched_in_their_order() -> None:
    same = [(0, 10, 1)] * 6
    whole = statements([same, same])

    assert at_once(whole) == [(0, i, 6 + i) for i in range(6)]


def test_without_statements_there_is_no_match() -> None:
    assert at_once(statements([[], [], []])) == []
    assert at_once(statements([[(0, 5, 1)], [(5, 5, 1)], []])) == []
