"""A coder against a criterion: precision, recall and F1 by category, and confusions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.criterion import NONE, Confusion, category_scores, confusions, share_equal

NAMES = ("a", "b", "c")
PAIRS = [("a", "a"), ("a", "a"), ("a", "b"), ("b", "b"), ("c", "b"), (None, "c"), ("c", "c")]
"""The coder's label and the criterion's."""


def test_precision_recall_and_f1_of_a_worked_example() -> None:
    a, b, c = category_scores(PAIRS, NAMES)

    assert [a.precision, a.recall, a.f1] == pytest.approx([2 / 3, 1.0, 0.8])
    assert [b.precision, b.recall, b.f1] == pytest.approx([1.0, 1 / 3, 0.5])
    assert (c.precision, c.recall, c.f1) == (0.5, 0.5, 0.5)


def test_what_nobody_gave_is_left_out_and_what_is_undefined_is_none() -> None:
    (only,) = category_scores([("a", "b")], ("b", "d"))

    assert (only.category, only.precision, only.recall, only.f1) == ("b", None, 0.0, 0.0)


def test_confusions_name_both_sides_the_most_frequent_first() -> None:
    found = confusions([*PAIRS, ("a", "b")])

    assert found[0] == Confusion("b", "a", 2)
    assert {(one.criterion, one.coder) for one in found} == {("b", "a"), ("b", "c"), ("c", NONE)}


def test_a_set_counts_for_each_member() -> None:
    pairs = [(frozenset("ab"), frozenset("bc")), (frozenset("a"), frozenset("a"))]

    assert [(one.category, one.n_both, one.n_coder, one.n_criterion) for one in category_scores(pairs, NAMES)] == [
        ("a", 1, 2, 1),
        ("b", 1, 1, 1),
        ("c", 0, 0, 1),
    ]
    assert confusions(pairs) == (Confusion("c", "a", 1),)
    assert share_equal(pairs) == 0.5


label = st.sampled_from([*NAMES, None])


@given(st.lists(st.tuples(label, st.sampled_from(NAMES))))
def test_scores_are_those_of_the_definition(pairs: list[tuple[Any, Any]]) -> None:
    scores = {one.category: one for one in category_scores(pairs, NAMES)}

    for name in NAMES:
        true = sum(own == right == name for own, right in pairs)
        false = sum(own == name != right for own, right in pairs)
        missed = sum(own != name == right for own, right in pairs)
        if true + false + missed:
            assert scores[name].f1 == pytest.approx(2 * true / (2 * true + false + missed))
        else:
            assert name not in scores
    found = Counter({(one.criterion, one.coder): one.n for one in confusions(pairs)})
    assert found == Counter((right, own or NONE) for own, right in pairs if own != right)
