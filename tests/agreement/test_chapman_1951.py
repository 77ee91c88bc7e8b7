"""Statements that both missed: Chapman's estimator, Sadinle's interval, and a second look at skipped texts."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.missed import (
    Caught,
    hypergeometric_interval,
    missed_statements,
    total_of_sample,
)


def test_the_turtles_of_the_textbook() -> None:
    """Ten marked, fifteen caught, five of them marked: 28 in all by Chapman; by Sadinle's interval 22 to 65."""
    turtles = Caught(both=5, only_a=5, only_b=10)

    found = missed_statements([turtles])

    assert found.value is not None
    assert found.ci is not None
    assert turtles.seen + found.value == pytest.approx(11 * 16 / 6 - 1)
    assert [round(turtles.seen + end) for end in found.ci] == [22, 65]


@pytest.mark.parametrize(("total", "first", "second"), [(12, 8, 6), (9, 5, 5), (20, 13, 9)])
def test_it_has_no_bias_where_both_together_find_as_many_as_there_are(total: int, first: int, second: int) -> None:
    """The exact expectation over the hypergeometric distribution of what both find (Chapman 1951)."""
    expected = Fraction(0)
    for both in range(max(0, first + second - total), min(first, second) + 1):
        weight = Fraction(comb(first, both) * comb(total - first, second - both), comb(total, second))
        seen = first + second - both
        expected += weight * (seen + Fraction((first - both) * (second - both), both + 1))

    assert expected == total


def test_the_estimate_is_chapmans_without_what_was_seen() -> None:
    for both, only_a, only_b in combinations(range(1, 9), 3):
        caught = Caught(both, only_a, only_b)
        n_1, n_2 = both + only_a, both + only_b

        assert caught.seen + caught.missed == pytest.approx((n_1 + 1) * (n_2 + 1) / (both + 1) - 1)


counts = st.integers(0, 60)


@given(st.integers(1, 60), counts, counts)
def test_the_interval_holds_the_estimate_is_symmetric_and_never_of_width_zero(m: int, a: int, b: int) -> None:
    found, turned = missed_statements([Caught(m, a, b)]), missed_statements([Caught(m, b, a)])

    assert found.ci is not None
    assert found.value is not None
    assert 0 <= found.ci[0] <= found.value <= found.ci[1]
    assert found.ci[1] > found.ci[0]
    assert found.ci == pytest.approx(turned.ci)
    share = found.share(found.seen)
    assert share is not None
    assert share[1][0] <= share[0] <= share[1][1] <= 1


@pytest.mark.parametrize(("m", "a", "b", "most"), [(28, 0, 1, 5), (95, 2, 2, 5), (1000, 5, 5, 5), (33_333, 0, 0, 1)])
def test_where_few_are_missed_the_interval_does_not_run_away(m: int, a: int, b: int, most: int) -> None:
    ci = missed_statements([Caught(m, a, b)]).ci

    assert ci is not None
    assert ci[0] < ci[1] <= most


def test_what_cannot_be_estimated_is_said() -> None:
    assert missed_statements([]).undefined == "undefined: neither coder recorded a statement"
    assert missed_statements([Caught(0, 3, 2)]).undefined == "undefined: no statement was found by both"
    assert missed_statements([Caught(0, 3, 2)]).share(3) is None


def test_pairs_of_the_same_texts_widen_the_interval_as_if_they_were_one() -> None:
    one = missed_statements([Caught(20, 5, 8)])
    twice = missed_statements([Caught(20, 5, 8)] * 2)

    assert twice.value == pytest.approx(2 * (one.value or 0))
    assert one.ci is not None
    assert twice.ci == pytest.approx([2 * end for end in one.ci])


@pytest.mark.parametrize(
    ("found", "drawn", "population"), [(0, 10, 50), (1, 10, 50), (3, 12, 40), (10, 10, 30), (0, 7, 7), (2, 5, 9)]
)
def test_the_hypergeometric_interval_is_that_of_its_definition(found: int, drawn: int, population: int) -> None:
    def probability(n: int, having: int) -> Fraction:
        return Fraction(comb(having, n) * comb(population - having, drawn - n), comb(population, drawn))

    not_rejected = [
        having
        for having in range(found, population - drawn + found + 1)
        if sum(probability(n, having) for n in range(found, drawn + 1)) > Fraction(1, 40)
        and sum(probability(n, having) for n in range(found + 1)) > Fraction(1, 40)
    ]

    assert hypergeometric_interval(found, drawn, population) == (not_rejected[0], not_rejected[-1])


def test_a_large_population_costs_little() -> None:
    low, high = hypergeometric_interval(3, 2000, 400_000)

    assert low < 3 / 2000 * 400_000 < high


def test_the_total_of_a_sample_rests_on_how_many_have_one_and_on_their_mean() -> None:
    """By hand: two of four hold 1 and 3; of 20 there are 2 to 17 such, and the mean of 2 reaches ± 12.7062."""
    total, (low, high) = total_of_sample([1, 0, 3, 0], 20)

    few, many = hypergeometric_interval(2, 4, 20)
    reach = 12.706205 * 1.0 / 2
    assert total == 20.0
    assert low == max(4.0, 20 * np.exp(-np.hypot(np.log(2 * few / 20), reach)))
    assert high == pytest.approx(20 * np.exp(np.hypot(np.log(2 * many / 20), reach)), rel=1e-6)
    assert total_of_sample([0, 2, 0, 2], 20)[1] == pytest.approx((2 * few, 2 * many))


def test_the_total_of_a_sample_without_any_has_an_upper_end() -> None:
    assert total_of_sample([0] * 10, 50) == (0.0, (0.0, float(hypergeometric_interval(0, 10, 50)[1])))
    assert total_of_sample([1, 0], 2) == (1.0, (1.0, 1.0))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("total", "first", "second"), [(40, 0.8, 0.7), (100, 0.8, 0.8), (100, 0.6, 0.9), (400, 0.85, 0.8)]
)
def test_the_interval_covers_what_both_missed(total: int, first: float, second: float) -> None:
    """10,000 simulated pairs of coders who find statements independently, each statement as easily as any other."""
    r = np.random.default_rng(1)
    a, b = (r.random((10_000, total)) < p for p in (first, second))
    both, only_a, only_b = (a & b).sum(1), (a & ~b).sum(1), (~a & b).sum(1)
    covered = 0
    for m, x, y in zip(both.tolist(), only_a.tolist(), only_b.tolist(), strict=True):
        ci = missed_statements([Caught(m, x, y)]).ci
        assert ci is not None
        covered += ci[0] <= total - m - x - y <= ci[1]

    assert 0.93 <= covered / 10_000 <= 0.995


@pytest.mark.slow
def test_the_hypergeometric_interval_covers_the_number_in_the_population() -> None:
    r = np.random.default_rng(2)
    for having in (3, 20, 60):
        found = r.hypergeometric(having, 400 - having, 40, 5000).tolist()
        intervals = {n: hypergeometric_interval(n, 40, 400) for n in set(found)}
        covered = sum(intervals[n][0] <= having <= intervals[n][1] for n in found)
        assert covered / 5000 >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize(("population", "drawn", "having"), [(400, 40, 20), (1000, 100, 100), (400, 40, 80)])
def test_the_interval_of_the_total_covers_it(population: int, drawn: int, having: int) -> None:
    """2,000 samples of paragraphs of which some hold one statement and every third of these two."""
    r = np.random.default_rng(3)
    values = np.zeros(population, int)
    values[:having] = 1 + (np.arange(having) % 3 == 0)
    covered = 0
    for _ in range(2000):
        _, (low, high) = total_of_sample(r.choice(values, drawn, replace=False).tolist(), population)
        covered += low <= values.sum() <= high

    assert covered / 2000 >= 0.94
