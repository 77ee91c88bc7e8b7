"""Live counts: after any sequence of labels they equal a fresh count, and a label costs less than a millisecond."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import LiveCounts, ReliabilityData, krippendorff_alpha
from annotator.errors import AgreementError
from tests.timing import processor_seconds

CATEGORIES = ("oppose", "neutral", "support")
changes = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 2))), max_size=60
)


@given(changes, st.sampled_from(["nominal", "ordinal"]))
def test_adding_replacing_and_taking_back_labels_equals_a_fresh_count(
    steps: list[tuple[int, str, int | None]], level: str
) -> None:
    live = LiveCounts(CATEGORIES, level)
    labels: dict[tuple[int, str], int] = {}
    for unit, coder, category in steps:
        before = live.record(unit, coder, category)
        assert before == labels.pop((unit, coder), None)
        if category is not None:
            labels[unit, coder] = category

    fresh = ReliabilityData.from_labels(
        [(unit, coder, CATEGORIES[category]) for (unit, coder), category in labels.items()], level, CATEGORIES
    )
    expected, alpha = krippendorff_alpha(fresh), live.alpha()
    assert alpha.value == pytest.approx(expected.value, abs=1e-12)
    assert alpha.undefined == expected.undefined
    for name in ("n_units", "n_units_paired", "n_coders", "n_labels"):
        assert getattr(alpha, name) == getattr(expected, name)
    from_patterns = krippendorff_alpha(live.patterns(), level)
    assert from_patterns.value == pytest.approx(expected.value, abs=1e-12)


def test_a_hundred_thousand_changes_leave_no_rounding_error() -> None:
    live = LiveCounts(CATEGORIES)
    for unit in range(50):
        for coder in "abc":
            live.record(unit, coder, (unit + (coder == "c") * (unit % 7 == 0)) % 3)
    before = live.alpha()
    for step in range(30_000):
        live.record(step % 50, "d", step % 3)
        live.record(step % 50, "d", None)

    assert live.alpha().value == before.value


def test_a_label_and_the_new_alpha_take_less_than_a_millisecond() -> None:
    data = ReliabilityData.from_codes(
        [unit for unit in range(5000) for _ in range(3)],
        list(range(3)) * 5000,
        [(unit * 7 + coder * (unit % 5 == 0)) % 8 for unit in range(5000) for coder in range(3)],
        categories=range(8),
        level="ordinal",
    )
    live = LiveCounts.of(data)

    def work(step: int) -> None:
        live.record(step, step % 3, step % 8)
        live.alpha()

    times = [processor_seconds(partial(work, step)) for step in range(300)]

    assert sorted(times)[150] < 0.001


def test_a_category_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AgreementError, match="outside 0 to 2"):
        LiveCounts(CATEGORIES).record("p1", "ana", 3)
