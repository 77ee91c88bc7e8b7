"""A coder against a criterion: what was taken for what."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.criterion import NONE, Confusion, confusions, share_equal

NAMES = ("a", "b", "c")
PAIRS = [("a", "a"), ("a", "a"), ("a", "b"), ("b", "b"), ("c", "b"), (None, "c"), ("c", "c")]
"""The coder's label and the criterion's."""


def test_confusions_name_both_sides_the_most_frequent_first() -> None:
    found = confusions([*PAIRS, ("a", "b")])

    assert found[0] == Confusion("b", "a", 2)
    assert {(one.criterion, one.coder) for one in found} == {("b", "a"), ("b", "c"), ("c", NONE)}


def test_of_sets_the_members_that_only_one_has_are_confused() -> None:
    pairs = [(frozenset("ab"), frozenset("bc")), (frozenset("a"), frozenset("a"))]

    assert confusions(pairs) == (Confusion("c", "a", 1),)
    assert share_equal(pairs) == 0.5


label = st.sampled_from([*NAMES, None])


@given(st.lists(st.tuples(label, st.sampled_from(NAMES))))
def test_confusions_are_those_of_the_definition(pairs: list[tuple[Any, Any]]) -> None:
    found = Counter({(one.criterion, one.coder): one.n for one in confusions(pairs)})
    assert found == Counter((right, own or NONE) for own, right in pairs if own != right)
