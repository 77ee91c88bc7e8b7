"""Mathet, Widlöcher & Métivier (2015), The unified and holistic method gamma: alignment, disorder, chance."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import Continuum, gamma
from annotator.agreement.coefficients.gamma import alignment_cost

SPANS = [(0, 10, "x"), (30, 45, "y"), (60, 70, "x"), (80, 95, "y")]


def brute_force(
    a: np.ndarray[tuple[int, ...], np.dtype[np.float64]], b: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> float:
    """The least cost over all alignments, with as many empty partners as spans."""

    def d(u: int, v: int) -> float:
        if u >= len(a) and v >= len(b):
            return 0.0
        if u >= len(a) or v >= len(b):
            return 1.0
        apart = abs(a[u, 0] - b[v, 0]) + abs(a[u, 1] - b[v, 1])
        return float((apart / (a[u, 1] - a[u, 0] + b[v, 1] - b[v, 0])) ** 2 + (a[u, 2] != b[v, 2]))

    size = len(a) + len(b)
    return min(sum(d(u, v) for u, v in enumerate(order)) for order in permutations(range(size)))


spans = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8), st.integers(0, 1)), max_size=3).map(
    lambda rows: np.array([(start, start + length, kind) for start, length, kind in rows], float).reshape(-1, 3)
)


@given(spans, spans)
def test_the_best_alignment_is_that_of_all_alignments(a, b) -> None:  # type: ignore[no-untyped-def]
    assert alignment_cost(a, b) == pytest.approx(brute_force(a, b), abs=1e-9)


def test_equal_spans_have_gamma_one_and_small_shifts_little_less() -> None:
    moved = [(start + 1, end + 1, category) for start, end, category in SPANS]

    assert gamma([Continuum(100, {"a": SPANS, "b": SPANS})]) == 1.0
    assert 0.9 < gamma([Continuum(100, {"a": SPANS, "b": moved})]) < 1


def test_random_spans_have_gamma_near_zero() -> None:
    rng = np.random.default_rng(2)

    def coder() -> list[tuple[int, int, str]]:
        starts = np.sort(rng.choice(np.arange(0, 1000, 20), 15, replace=False)).tolist()
        return [(start, start + int(rng.integers(5, 20)), "xy"[int(rng.integers(2))]) for start in starts]

    texts = [Continuum(1020, {"a": coder(), "b": coder()}) for _ in range(6)]
    assert abs(gamma(texts)) < 0.1


def test_the_seed_and_the_number_of_samples_are_shown_and_decide_the_result() -> None:
    texts = [Continuum(100, {"a": SPANS, "b": SPANS[:3]})]

    one, again, other = gamma(texts, 20, 1), gamma(texts, 20, 1), gamma(texts, 20, 2)

    assert one == again != other
    assert str(one.ci_method).startswith("20 random texts a pair, seed 1")


def test_gamma_of_three_coders_is_the_mean_of_pairs() -> None:
    three = gamma([Continuum(100, {"a": SPANS, "b": SPANS, "c": SPANS})])

    assert three == 1.0
    assert three.n_coders == 3


def test_without_spans_or_second_coder_gamma_is_undefined() -> None:
    assert gamma([Continuum(10, {"a": [(0, 5, "x")]})]).undefined == "undefined: no text was divided by two coders"
    assert gamma([Continuum(10, {"a": [], "b": []})]).undefined == "undefined: there are no spans"
