"""Mathet, Widlöcher & Métivier (2015), The unified and holistic method gamma: alignment, disorder, chance."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import Continuum, gamma
from annotator.agreement.coefficients.gamma import Disorders, SpanLists, alignment_costs, disorders
from annotator.agreement.data.continua import Continua
from annotator.agreement.intervals.gamma import _without_each, gamma_interval
from annotator.agreement.intervals.student_t import t_quantile

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


def lists(texts: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]) -> SpanLists:
    size = np.array([len(one) for one in texts], np.int64)
    return SpanLists(size, *np.concatenate([np.zeros((0, 3)), *texts]).astype(np.int64).T)


@given(st.lists(st.tuples(spans, spans), max_size=4))
def test_the_best_alignment_is_that_of_all_alignments(texts) -> None:  # type: ignore[no-untyped-def]
    a, b = lists([one for one, _ in texts]), lists([other for _, other in texts])

    assert alignment_costs(a, b) == pytest.approx([brute_force(one, other) for one, other in texts], abs=1e-9)


def test_many_spans_that_hang_together_are_aligned_too() -> None:
    close = np.array([(5 * i, 5 * i + 8, 0) for i in range(12)], float)

    # Each is aligned with the one that lies where it lies.
    assert alignment_costs(lists([close]), lists([close])) == pytest.approx([0.0])
    assert alignment_costs(lists([close]), lists([close[:5]])) == pytest.approx([7.0])


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


def test_random_texts_are_drawn_one_after_the_other() -> None:
    texts = [
        Continuum(100 + i, {"a": SPANS[i % 3 :], "b": [(start + i, end + i, kind) for start, end, kind in SPANS]})
        for i in range(5)
    ] + [Continuum(8, {"a": [(0, 8, "x")], "b": []})]
    rng = np.random.default_rng(7)
    disorders = []
    for _ in range(4):
        drawn = [one_random_text(one, rng) for one in texts]
        cost = alignment_costs(lists([a for a, _ in drawn]), lists([b for _, b in drawn])).sum()
        disorders.append(cost / (sum(len(a) + len(b) for a, b in drawn) / 2))
    a, b = (lists([table(one, coder) for one in texts]) for coder in "ab")
    observed = alignment_costs(a, b).sum() / ((a.start.size + b.start.size) / 2)

    assert gamma(texts, 4, 7).value == pytest.approx(1 - observed / np.mean(disorders), abs=1e-12)


def table(text: Continuum, coder: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    rows = [(start, end, "xy".index(str(kind))) for start, end, kind in text.spans[coder]]
    return np.array(rows, float).reshape(-1, 3)


def one_random_text(  # type: ignore[no-untyped-def]
    text: Continuum, rng: np.random.Generator
):
    """Spans of a coder drawn at random, shifted round the end of the text (2015, section 5.2)."""
    both = [table(text, coder) for coder in "ab"]
    lengths = np.concatenate([one[:, 1] - one[:, 0] for one in both])
    apart = float(lengths.mean()) / 2
    first, second = rng.integers(2, size=2).tolist()
    shift = int(rng.integers(text.length))
    if 2 * apart < text.length:
        least, most = int(np.ceil(apart)), int(np.floor(text.length - apart))
        other = (shift + int(rng.integers(least, most + 1))) % text.length
    else:
        other = int(rng.integers(text.length))
    moved = []
    for which, distance in ((first, shift), (second, other)):
        spans = both[which].copy()
        spans[:, :2] += distance
        spans[spans[:, 0] >= text.length, :2] -= text.length
        moved.append(spans)
    return moved


def test_how_many_spans_are_looked_at_at_once_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [Continuum(100, {"a": SPANS[i % 4 :], "b": SPANS[: i % 5]}) for i in range(20)]
    whole = gamma(texts).value
    monkeypatch.setattr("annotator.agreement.coefficients.gamma._PAIRS", 5)

    assert gamma(texts).value == whole


def test_gamma_of_three_coders_is_the_mean_of_pairs() -> None:
    three = gamma([Continuum(100, {"a": SPANS, "b": SPANS, "c": SPANS})])

    assert three == 1.0
    assert three.n_coders == 3


def test_without_spans_or_second_coder_gamma_is_undefined() -> None:
    assert gamma([Continuum(10, {"a": [(0, 5, "x")]})]).undefined == "undefined: no text was divided by two coders"
    assert gamma([Continuum(10, {"a": [], "b": []})]).undefined == "undefined: there are no spans"


def many_texts(n: int, coders: str = "abc") -> Continua:
    """Texts in which coders place spans alike, more or less; every fifth was divided by two of them."""
    rng = np.random.default_rng(n)
    texts = []
    for i in range(n):
        own: dict[Hashable, list[tuple[int, int, Hashable]]] = {}
        for coder in coders[: 2 if i % 5 == 0 else None]:
            moved: list[tuple[int, int, Hashable]] = [
                (start + int(rng.integers(5)), end + int(rng.integers(5)), kind) for start, end, kind in SPANS
            ]
            own[coder] = moved[: int(rng.integers(2, 5))]
        texts.append(Continuum(110, own))
    return Continua.of(texts)


def test_the_interval_of_gamma_leaves_out_one_text_at_a_time() -> None:
    texts = many_texts(40)
    pairs = disorders(texts, 6, 1)
    deleted = []
    for text in range(40):
        values = []
        for pair in pairs:
            kept = pair.text != text
            less = Disorders(
                pair.text[kept],
                pair.observed[kept],
                pair.spans[kept],
                pair.by_chance[:, kept],
                pair.spans_by_chance[:, kept],
            )
            observed, by_chance = less.value
            values.append(1 - observed / by_chance.mean())
        deleted.append(np.mean(values))

    found = gamma_interval(texts, 6, 1)

    assert _without_each(pairs, 40).tolist() == pytest.approx(deleted, abs=1e-12)
    assert found.value == gamma(texts, 6, 1).value
    half = t_quantile(0.975, 39) * np.sqrt(39 / 40 * ((deleted - np.mean(deleted)) ** 2).sum())
    assert found.ci == pytest.approx((found.value - half, found.value + half), abs=1e-12)
    assert str(found.ci_method).startswith("jackknife-t over 40 texts; 6 random texts a pair, seed 1")


def test_of_too_many_texts_some_are_drawn_and_the_interval_says_so() -> None:
    texts = many_texts(300)

    whole, part = gamma_interval(texts), gamma_interval(texts, most=60)

    assert str(part.ci_method).startswith(
        "jackknife-t over 60 texts, drawn from 300 with seed 0; 30 random texts a pair"
    )
    assert (part.n_units, part.n_units_paired) == (300, 60)
    assert part.ci[0] < whole.value < part.ci[1]  # type: ignore[index,operator]  # both have a value
    assert part.ci[1] - part.ci[0] > whole.ci[1] - whole.ci[0]  # type: ignore[index]
    assert gamma_interval(texts, most=60) == part != gamma_interval(texts, seed=1, most=60)


def test_texts_that_all_agree_have_no_interval_of_width_zero() -> None:
    found = gamma_interval(Continua.of([Continuum(100, {"a": SPANS, "b": SPANS}) for _ in range(5)]))

    assert (found.value, found.ci) == (1.0, None)
    assert str(found.ci_method).startswith("no interval: without any of 5 texts γ is the same")


def test_one_text_has_a_gamma_and_no_interval() -> None:
    found = gamma_interval(Continua.of([Continuum(100, {"a": SPANS, "b": SPANS})]))

    assert (found.value, found.ci) == (1.0, None)
    assert str(found.ci_method).startswith("no interval: fewer than two texts")
