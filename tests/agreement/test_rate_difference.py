"""The difference of two rates: against the formula for equal clusters, and how often it cries wolf."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.agreement.intervals.rate_difference import Counts, rate_difference
from annotator.agreement.intervals.student_t import t_quantile
from annotator.errors import AgreementError


def halves(first: list[float], second: list[float], size: float = 10) -> tuple[Counts, Counts]:
    zeros = [0.0] * max(len(first), len(second))
    a, b = (first + zeros[: len(second)]), (zeros[: len(first)] + second)
    n_a, n_b = ([size] * len(first) + zeros[: len(second)]), (zeros[: len(first)] + [size] * len(second))
    return Counts(np.array(a), np.array(n_a)), Counts(np.array(b), np.array(n_b))


def test_the_interval_of_equal_clusters_is_that_of_two_means() -> None:
    one, other = [1.0, 2, 3, 4, 2, 6], [5.0, 7, 6, 9, 8, 7, 8]

    found = rate_difference(*halves(one, other))

    means = np.mean(one) / 10, np.mean(other) / 10
    variance = 12 / 13 * (np.var(one, ddof=1) / 100 / 5 + np.var(other, ddof=1) / 100 / 6)
    # The mean of the values without each cluster is the difference itself: deleting balances out on both sides.
    half = t_quantile(0.975, 5) * np.sqrt(variance)
    assert found.value == pytest.approx(means[0] - means[1])
    assert found.ci == pytest.approx((found.value - half, found.value + half))
    assert found.is_told_from_chance


def test_few_clusters_give_no_interval() -> None:
    found = rate_difference(*halves([1.0, 2, 3, 2], [9.0, 8, 9, 8]))

    assert found.ci is None
    assert not found.is_told_from_chance


def test_sides_of_other_clusters_are_refused() -> None:
    with pytest.raises(AgreementError, match="same clusters"):
        rate_difference(Counts(np.ones(3), np.ones(3)), Counts(np.ones(4), np.ones(4)))


@pytest.mark.parametrize("n", [12, 30])
def test_where_nothing_differs_it_says_so_in_about_one_of_twenty_cases(n: int) -> None:
    chance = np.random.default_rng(1)
    cries = 0
    for _ in range(400):
        rate = chance.beta(2, 6, size=n)
        size = chance.integers(4, 20, size=n).astype(float)
        differing = chance.binomial(size.astype(int), rate).astype(float)
        early = np.arange(n) < n // 2
        first, second = (Counts(differing * side, size * side) for side in (early, ~early))
        cries += rate_difference(first, second).is_told_from_chance

    assert cries / 400 < 0.07
