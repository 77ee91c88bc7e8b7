"""Statement matching: one to one, most shared evidence, ties by speaker, the same whoever is A."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import match_statements, presence_alpha, statement_f1
from annotator.agreement.data.linear_assignment import assign
from annotator.agreement.statement_matching import Span


def statement(start: int | None, end: int | None, *speakers: str) -> Span:
    return start, end, frozenset(speakers)


def test_statements_are_matched_by_the_characters_they_share() -> None:
    a = [statement(0, 40, "x"), statement(50, 90, "y")]
    b = [statement(45, 95, "y"), statement(10, 40, "z")]

    matching = match_statements(a, b)

    assert matching.pairs == ((0, 1), (1, 0))
    assert matching.only_a == matching.only_b == ()


def test_statements_that_share_no_character_are_not_matched() -> None:
    matching = match_statements([statement(0, 10, "x")], [statement(10, 20, "x")])

    assert matching.pairs == ()
    assert (matching.only_a, matching.only_b) == ((0,), (0,))


def test_the_sum_over_all_pairs_counts_and_not_the_best_single_pair() -> None:
    # The greedy choice (A0 with B0, 60 characters) would leave A1 and B1 alone.
    a = [statement(0, 100), statement(0, 50)]
    b = [statement(0, 60), statement(50, 100)]

    assert match_statements(a, b).pairs == ((1, 0), (0, 1))


def test_two_statements_on_the_same_words_are_told_apart_by_their_speakers() -> None:
    a = [statement(0, 30, "minister"), statement(0, 30, "envoy")]
    b = [statement(0, 30, "envoy"), statement(0, 30, "minister")]

    assert set(match_statements(a, b).pairs) == {(0, 1), (1, 0)}


def test_a_statement_without_evidence_counts_as_the_whole_paragraph() -> None:
    a = [statement(None, None, "x")]
    b = [statement(20, 30, "y"), statement(40, 80, "x")]

    matching = match_statements(a, b)

    assert matching.pairs == ((0, 1),)
    assert matching.only_b == (0,)


def test_paragraphs_without_statements_match_nothing() -> None:
    assert match_statements([], []).pairs == ()
    assert match_statements([], [statement(0, 5)]).only_b == (0,)


spans = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 12), st.frozensets(st.sampled_from("xyz"), max_size=2)).map(
        lambda t: (t[0], t[0] + t[1], t[2])
    ),
    max_size=6,
    unique=True,
)


@given(spans, spans, st.randoms(use_true_random=False))
def test_neither_the_order_of_statements_nor_who_is_a_changes_the_pairs(a: list[Span], b: list[Span], rng) -> None:  # type: ignore[no-untyped-def]
    pairs = {(a[i], b[j]) for i, j in match_statements(a, b).pairs}

    shuffled_a, shuffled_b = rng.sample(a, len(a)), rng.sample(b, len(b))
    shuffled = match_statements(shuffled_a, shuffled_b)
    assert {(shuffled_a[i], shuffled_b[j]) for i, j in shuffled.pairs} == pairs

    assert {(a[i], b[j]) for j, i in match_statements(b, a).pairs} == pairs


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_assignments_cost_as_little_as_the_best_of_all_permutations(n: int, m: int, seed: int) -> None:
    cost = np.random.default_rng(seed).integers(-20, 20, (n, m)).astype(float)

    columns = assign(cost)

    chosen = [(i, j) for i, j in enumerate(columns.tolist()) if j >= 0]
    assert len(chosen) == min(n, m) == len({j for _, j in chosen})
    table = cost if n <= m else cost.T
    best = min(sum(table[i, j] for i, j in enumerate(p)) for p in permutations(range(max(n, m)), min(n, m)))
    assert sum(cost[i, j] for i, j in chosen) == best


def test_f1_and_presence_alpha_of_a_small_table() -> None:
    # 8 statements in common, 3 of A alone, 1 of B alone; 4 paragraphs where neither has one.
    assert statement_f1(8, 3, 1) == pytest.approx(2 * 8 / 20)

    alpha = presence_alpha(8, 3, 1, 4)

    absent, present = 2 * 4 + 4, 2 * 8 + 4
    expected = 2 * absent * present / (32 * 31)
    assert alpha == pytest.approx(1 - (2 * 4 / 32) / expected)
    assert alpha.n_units == 16


def test_without_statements_f1_and_presence_alpha_say_why_they_are_undefined() -> None:
    assert statement_f1(0, 0, 0).undefined == "undefined: neither coder recorded a statement"
    assert presence_alpha(5, 0, 0).undefined == "undefined: only one category was used"
