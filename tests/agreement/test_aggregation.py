"""Majority, Dawid-Skene (1979) and MACE (Hovy et al. 2013) on coders whose competence is known."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import Aggregation, ReliabilityData, aggregation, dawid_skene, mace, majority
from annotator.agreement.aggregation import _digamma, majority_shares
from annotator.errors import AgreementError

FIXTURE = Path(__file__).parents[1] / "fixtures" / "agreement" / "crowd.json"
CROWD = json.loads(FIXTURE.read_text(encoding="utf-8"))

COMPETENCE = [0.95, 0.9, 0.7, 0.2, 0.0]
"""The probability that a coder knows the category; the last one always guesses."""


@pytest.fixture(scope="module")
def study() -> tuple[ReliabilityData, np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    rng = np.random.default_rng(11)
    true = rng.integers(4, size=600)
    labels = np.array([np.where(rng.random(600) < c, true, rng.integers(4, size=600)) for c in COMPETENCE], float)
    labels[rng.random(labels.shape) < 0.1] = np.nan
    labels[0, :] = np.where(np.isnan(labels).all(axis=0), true, labels[0, :])
    return ReliabilityData.from_array(labels, categories=[0, 1, 2, 3]), true


def accuracy(result: Aggregation, true: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> float:
    return float(np.mean([winner == truth for winner, truth in zip(result.winners, true.tolist(), strict=True)]))


def test_weighing_coders_by_competence_beats_the_majority(study) -> None:  # type: ignore[no-untyped-def]
    data, true = study
    simple = accuracy(majority(data), true)

    assert accuracy(dawid_skene(data), true) > simple
    assert accuracy(mace(data), true) > simple
    assert accuracy(mace(data), true) > 0.95


def test_mace_finds_how_often_each_coder_knows(study) -> None:  # type: ignore[no-untyped-def]
    data, _ = study
    result = mace(data)

    assert result.competence.tolist() == pytest.approx(COMPETENCE, abs=0.08)
    assert result.converged


def test_dawid_skene_finds_how_often_each_coder_is_right(study) -> None:  # type: ignore[no-untyped-def]
    data, _ = study
    right = [c + (1 - c) / 4 for c in COMPETENCE]

    assert dawid_skene(data).competence.tolist() == pytest.approx(right, abs=0.07)


@pytest.mark.parametrize("method", [majority, dawid_skene, mace])
def test_probabilities_sum_to_one_and_repeat(study, method) -> None:  # type: ignore[no-untyped-def]
    data, _ = study
    result = method(data)

    assert result.probabilities.sum(axis=1) == pytest.approx(1.0)
    assert (result.probabilities == method(data).probabilities).all()


@pytest.mark.parametrize("case", CROWD["cases"], ids=("two categories", "three", "four"))
def test_crowd_kit_finds_the_same_probabilities(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aggregation, "SMOOTHING", 1e-10)
    data = ReliabilityData.from_labels([tuple(row) for row in case["labels"]])

    found = {
        "majority": majority(data),
        "dawid-skene": dawid_skene(data, n_iterations=5000, tolerance=1e-14),
        "mace": mace(data, n_iterations=2000, tolerance=1e-13),
    }

    assert found["majority"].probabilities == pytest.approx(np.array(case["probabilities"]["majority"]), abs=1e-12)
    assert found["mace"].probabilities == pytest.approx(np.array(case["probabilities"]["mace"]), abs=1e-6)
    assert found["dawid-skene"].probabilities == pytest.approx(np.array(case["probabilities"]["dawid-skene"]), abs=1e-6)
    assert found["mace"].competence.tolist() == pytest.approx(case["knows"], abs=0.02)


def test_ties_are_reported_and_have_no_winner() -> None:
    data = ReliabilityData.from_labels(
        [("p1", "ana", "x"), ("p1", "ben", "y"), ("p2", "ana", "x"), ("p2", "ben", "x"), ("p2", "eva", "y")]
    )
    result = majority(data)

    assert result.ties == ("p1",)
    assert result.winners == (None, "x")
    # Only p2 has a majority that coders can be measured by.
    assert dict(zip(result.coders, result.competence.tolist(), strict=True)) == {"ana": 1.0, "ben": 1.0, "eva": 0.0}


def test_the_seed_is_shown() -> None:
    data = ReliabilityData.from_labels([(unit, coder, unit % 2) for unit in range(6) for coder in "ab"])

    assert "seed 4" in mace(data, seed=4).method


def test_nothing_to_aggregate_is_refused() -> None:
    for method in (majority, dawid_skene, mace):
        with pytest.raises(AgreementError, match="no labels"):
            method(ReliabilityData.from_labels([]))


def test_the_digamma_function_has_its_known_values() -> None:
    euler = 0.5772156649015329
    x = np.array([1.0, 2.0, 0.5, 10.0])

    assert _digamma(x).tolist() == pytest.approx(
        [-euler, 1 - euler, -euler - 2 * np.log(2), sum(1 / k for k in range(1, 10)) - euler], abs=1e-13
    )


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=40))
def test_shares_without_a_matrix_are_those_of_counting(rows: list[tuple[int, int, int]]) -> None:
    labels = {(unit, coder): category for unit, coder, category in rows}
    data = ReliabilityData.from_labels([(*key, category) for key, category in labels.items()], categories=range(6))
    counts = {unit: Counter(c for (u, _), c in labels.items() if u == unit) for unit in data.units}

    found = majority_shares(data)

    for i, unit in enumerate(data.units):
        cells = slice(int(found.start[i]), int(found.start[i + 1]))
        expected = {category: n / counts[unit].total() for category, n in sorted(counts[unit].items())}
        shares = dict(zip(found.category[cells].tolist(), found.share[cells].tolist(), strict=True))
        assert shares == pytest.approx(expected)
        (best, most), *others = counts[unit].most_common()
        assert found.winner[i] == (-1 if any(n == most for _, n in others) else best)
    assert found.competence.tolist() == majority(data).competence.tolist()


def test_twenty_thousand_names_need_no_matrix_of_units_and_names() -> None:
    rng = np.random.default_rng(4)
    data = ReliabilityData.from_codes(
        np.repeat(np.arange(60_000), 2),
        np.tile([0, 1], 60_000),
        rng.integers(20_000, size=120_000),
        categories=range(20_000),
    )

    found = majority_shares(data)

    # A matrix would have 1.2e9 cells.
    assert found.share.size <= 120_000
    assert found.winner.size == 60_000
