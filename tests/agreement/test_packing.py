"""The fast way from arrays to patterns gives what the slow way gives, or steps aside."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from annotator.agreement import Patterns, krippendorff_alpha
from annotator.agreement.data.packing import packed_patterns
from annotator.agreement.data.values import patterns_of_array
from annotator.errors import AgreementError


def names(data: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same labels as objects, which only the slow way takes."""
    flat = [None if value != value else float(value) for value in data.ravel().tolist()]
    objects = np.empty(len(flat), dtype=object)
    objects[:] = [None if value is None else f"n{value}" for value in flat]
    return objects.reshape(data.shape)


def rows(patterns: Patterns) -> set[tuple[Any, ...]]:
    return {(*row, times) for row, times in zip(patterns.matrix.tolist(), patterns.multiplicity.tolist(), strict=True)}


@pytest.mark.parametrize(
    "values", [[1, 2, 3, 4, 5], [0, 1], [-1, 0, 1], [1, 2, 3, 99, 999], [0.5, 1.5, 2.25], [2019, 2020, 2021, 2024]]
)
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_both_ways_find_the_same_patterns(values: list[float], missing: float) -> None:
    rng = np.random.default_rng(1)
    data = rng.choice(np.array(values, float), (4, 300))
    data[rng.random(data.shape) < missing] = np.nan

    fast, slow = patterns_of_array(data, "nominal", None), patterns_of_array(names(data), "nominal", None)

    order = [slow.categories.index(f"n{float(str(category))}") for category in fast.categories]
    reordered = zip(slow.matrix[:, order].tolist(), slow.multiplicity.tolist(), strict=True)
    assert rows(fast) == {(*row, times) for row, times in reordered}
    assert (fast.n_units, fast.n_coders, fast.n_labels) == (slow.n_units, slow.n_coders, slow.n_labels)


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.uint16, np.float32, ">f8"])
def test_other_number_types_and_strides_count_the_same(dtype: Any) -> None:
    base = np.random.default_rng(2).integers(1, 5, (3, 500))
    expected = krippendorff_alpha(base.astype(float))

    assert krippendorff_alpha(base.astype(dtype)) == expected
    assert krippendorff_alpha(np.asfortranarray(base.astype(dtype))) == expected
    assert krippendorff_alpha(np.repeat(base, 2, axis=1).astype(dtype)[:, ::2]) == expected


def test_a_category_that_occurs_late_and_rarely_is_found() -> None:
    data = np.ones((2, 50_000))
    data[:, -1] = 7
    data[0, 100] = 2

    patterns = patterns_of_array(data, "nominal", None)

    assert patterns.categories == (1, 2, 7)
    assert patterns.n.tolist() == [2 * 49_999 - 1, 1, 2]


def test_declared_categories_keep_their_order_and_their_unused_ones() -> None:
    data = np.array([[3.0, 1.0, np.nan], [3.0, 3.0, 1.0]])

    patterns = packed_patterns(data, (3, 2, 1))

    assert patterns is not None
    assert patterns.categories == (3, 2, 1)
    assert rows(patterns) == {(2, 0, 0, 1), (1, 0, 1, 1), (0, 0, 1, 1)}


def test_numbers_that_share_their_upper_bits_are_left_to_the_slow_way() -> None:
    data = np.array([[33.0, 32.0, 33.0, 32.5], [33.0, 32.0, 32.0, 32.5]])

    assert packed_patterns(np.array([[97.0, 98.0], [97.0, 97.0]]), (97, 98)) is None
    assert krippendorff_alpha(data) == krippendorff_alpha(names(data))
    # 33 is no category here, although its upper bits are those of 32.
    with pytest.raises(AgreementError, match=r"33\.0 is not one of the declared categories"):
        krippendorff_alpha(np.array([[32.0, 33.0], [32.0, 32.0]]), "nominal", [32])


def test_both_zeros_are_one_category() -> None:
    data = np.array([[0.0, -0.0, 1.0, 1.0], [-0.0, 0.0, 1.0, 0.0]])

    assert patterns_of_array(data, "nominal", None).categories == (0, 1)
    assert krippendorff_alpha(data) == krippendorff_alpha(np.abs(data))


def test_counts_that_are_no_counts_are_refused() -> None:
    for bad in ([[1.5, 0.5]], [[-1, 3]]):
        with pytest.raises(AgreementError, match="whole numbers"):
            Patterns.from_counts(bad)
    with pytest.raises(AgreementError, match="one row a unit"):
        Patterns.from_counts([[1, 1]], [1, 2])
