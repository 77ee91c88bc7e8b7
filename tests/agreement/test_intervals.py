"""Intervals of α: they cover what they say, name their method, and fall back where a transformation would break."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from annotator.agreement import (
    Patterns,
    ReliabilityData,
    alpha_interval,
    bootstrap_alpha,
    cohen_kappa,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
)
from annotator.agreement.coefficients.disagreement import disagreement
from annotator.agreement.coefficients.gwet import CHANCE, chance_corrected
from annotator.agreement.coefficients.kappa import table_values
from annotator.agreement.data.pair_tables import PairTable, pair_tables
from annotator.agreement.intervals import jackknife
from annotator.agreement.intervals.deletion import EXACT, TOO_FEW, jackknife_error
from annotator.agreement.intervals.jackknife import pairs_interval, table_interval
from annotator.agreement.intervals.student_t import t_quantile
from annotator.errors import AgreementError

SHARES = np.array([0.4, 0.3, 0.2, 0.1])
JACKKNIFE = "jackknife-t on θ = log((1+(m̄−1)α)/(1−α))"
CARRIED = "jackknife-t, standard error of α carried to θ because one unit carries all disagreement"


def study(rng: np.random.Generator, coders: int, units: int, alpha: float) -> Patterns:
    """Coders who know the category of a unit together with probability α and guess by the marginals otherwise."""
    known = rng.random(units) < alpha
    true = rng.choice(4, units, p=SHARES)
    labels = np.where(known[:, None], true[:, None], rng.choice(4, (units, coders), p=SHARES))
    return Patterns.from_counts((labels[:, :, None] == np.arange(4)).sum(axis=1), categories=range(4))


@pytest.mark.slow
@pytest.mark.parametrize("coders", [2, 3])
def test_the_default_interval_covers_alpha_in_94_to_97_and_a_half_percent_of_small_studies(coders: int) -> None:
    rng = np.random.default_rng(2022)
    covered = 0
    for _ in range(1500):
        low, high = alpha_interval(study(rng, coders, 50, 0.667)).ci or (math.nan, math.nan)
        covered += low <= 0.667 <= high

    assert 0.94 <= covered / 1500 <= 0.975


def test_q_is_small_where_alpha_is_clearly_high_and_large_where_it_is_clearly_low() -> None:
    rng = np.random.default_rng(1)
    high, low = alpha_interval(study(rng, 3, 400, 0.95)), alpha_interval(study(rng, 3, 400, 0.4))

    assert high.q is not None
    assert low.q is not None
    assert high.q[1] < 0.01
    assert low.q[0] > 0.99


def test_q_is_the_tail_that_the_interval_leaves() -> None:
    result = alpha_interval(study(np.random.default_rng(4), 2, 60, 0.667))
    assert result.ci is not None
    assert result.q is not None

    assert (result.q[0] > 0.025) == (result.ci[0] < 0.667)
    assert (result.q[1] > 0.975) == (result.ci[1] < 0.800)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_the_jackknife_deletes_units_one_by_one(level: str) -> None:
    rng = np.random.default_rng(8)
    data = np.where(rng.random((3, 30)) < 0.7, rng.integers(1, 5, 30), rng.integers(1, 5, (3, 30))).astype(float)
    data[rng.random(data.shape) < 0.2] = np.nan
    reliability = ReliabilityData.from_array(data, level, [1, 2, 3, 4])
    p = reliability.patterns.paired

    deleted = disagreement(level, p.categories).deletions(p)

    paired = [unit for unit in range(30) if np.isfinite(data[:, unit]).sum() > 1]
    expected = [float(krippendorff_alpha(np.delete(data, unit, axis=1), level, [1, 2, 3, 4])) for unit in paired]
    assert sorted(np.repeat(deleted, p.multiplicity).tolist()) == pytest.approx(sorted(expected), abs=1e-10)


def test_a_single_disagreement_takes_the_fallback_and_none_the_exact_bound() -> None:
    agreeing = [[1] * 10 + [2] * 10, [1] * 10 + [2] * 10]
    one = [[1] * 10 + [2] * 10, [1] * 9 + [2] * 11]

    assert alpha_interval(agreeing).ci_method == EXACT
    assert alpha_interval(one).ci_method == CARRIED
    assert alpha_interval([[1, 2, 1, 2, 2, 1], [2, 2, 1, 1, 2, 1]]).ci_method == JACKKNIFE


def test_the_exact_bound_is_that_of_clopper_and_pearson() -> None:
    # 20 units without a disagreement: at most 1 - .05^(1/20) = 13.9 % would disagree.
    result = alpha_interval([[1] * 10 + [2] * 10, [1] * 10 + [2] * 10])

    share = 1 - 0.05 ** (1 / 20)
    differ = 1 - 2 * 20 * 19 / (40 * 39)
    assert result.ci == pytest.approx((1 - share / differ, 1.0))
    assert result.q is not None
    assert result.q[0] == pytest.approx((1 - (1 - 0.667) * differ) ** 20)


def test_one_comparable_unit_has_no_interval() -> None:
    result = alpha_interval([[1, 2, None], [2, None, 1]])

    assert result.value == 0.0
    assert (result.ci, result.ci_method) == (None, TOO_FEW)


def test_a_wider_confidence_gives_a_wider_interval() -> None:
    patterns = study(np.random.default_rng(6), 3, 80, 0.7)
    narrow, wide = (alpha_interval(patterns, confidence=level).ci for level in (0.8, 0.99))

    assert narrow is not None
    assert wide is not None
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_the_multinomial_bootstrap_draws_as_resampling_units_does() -> None:
    rng = np.random.default_rng(12)
    data = np.where(rng.random((3, 40)) < 0.6, rng.integers(1, 4, 40), rng.integers(1, 4, (3, 40))).astype(float)

    fast = bootstrap_alpha(data, "ordinal", 4000, 1, categories=[1, 2, 3])
    slow = [float(krippendorff_alpha(data[:, rng.integers(40, size=40)], "ordinal", [1, 2, 3])) for _ in range(1500)]

    assert fast.samples.mean() == pytest.approx(np.mean(slow), abs=0.015)
    assert fast.samples.std() == pytest.approx(np.std(slow), rel=0.1)


def test_bca_corrects_the_percentile_interval_and_both_name_themselves() -> None:
    patterns = study(np.random.default_rng(20), 2, 40, 0.8)
    percentile = bootstrap_alpha(patterns, n_samples=4000, seed=3)
    bca = bootstrap_alpha(patterns, n_samples=4000, seed=3, method="bca")

    assert percentile.method.startswith("percentile bootstrap of 40 units, B = 4000, seed 3")
    assert bca.method.startswith("bca bootstrap")
    # The distribution of a high α leans to the left, which BCa moves to the left still.
    assert bca.low < percentile.low
    assert percentile.value == bca.value == krippendorff_alpha(patterns).value


def test_undefined_replicates_are_dropped_and_counted() -> None:
    rare = [[1] * 19 + [2], [1] * 19 + [2]]

    result = bootstrap_alpha(rare, n_samples=1000, seed=0)

    # The only unit with the second category is left out of (19/20)^20 = 36 % of the samples.
    assert 300 < result.n_undefined < 420
    assert result.samples.size == 1000 - result.n_undefined
    assert f"{result.n_undefined} undefined" in result.method


def test_units_of_one_article_resampled_together_give_a_wider_interval() -> None:
    rng = np.random.default_rng(15)
    articles = np.repeat(np.arange(20), 10)
    # Coders agree in some articles and not in others.
    good = rng.random(20)[articles] < 0.6
    true = rng.integers(0, 3, 200)
    data = np.stack([true, np.where(good, true, rng.integers(0, 3, 200))]).astype(float)

    by_unit = bootstrap_alpha(data, n_samples=2000, seed=1)
    by_article = bootstrap_alpha(data, n_samples=2000, seed=1, clusters=articles.tolist())
    triples = ReliabilityData.from_array(data)
    again = bootstrap_alpha(triples, n_samples=2000, seed=1, clusters=articles.tolist(), method="bca")

    assert by_article.high - by_article.low > 1.5 * (by_unit.high - by_unit.low)
    assert "20 clusters" in by_article.method
    assert again.value == by_article.value
    with pytest.raises(AgreementError, match="200 units"):
        bootstrap_alpha(triples, clusters=["a"] * 3)


@pytest.mark.parametrize("name", ["cohen_kappa", "scott_pi"])
def test_the_interval_of_a_mean_of_pairs_deletes_units_too(name: str) -> None:
    rng = np.random.default_rng(30)
    data = np.where(rng.random((3, 40)) < 0.7, rng.integers(0, 3, 40), rng.integers(0, 3, (3, 40))).astype(float)
    data[rng.random(data.shape) < 0.2] = np.nan
    reliability = ReliabilityData.from_array(data, categories=[0, 1, 2])
    measure = cohen_kappa if name == "cohen_kappa" else scott_pi
    whole = measure(reliability)

    interval = pairs_interval(whole, name, reliability, pair_tables(reliability), "nominal")

    paired = [unit for unit in range(40) if np.isfinite(data[:, unit]).sum() > 1]
    deleted = np.array([float(measure(np.delete(data, u, axis=1), "nominal", [0, 1, 2])) for u in paired])
    n = deleted.size
    error = math.sqrt((n - 1) / n * ((deleted - deleted.mean()) ** 2).sum())
    assert interval.low == pytest.approx(whole - t_quantile(0.975, n - 1) * error, abs=1e-10)


def test_the_interval_of_one_pair_is_that_of_the_mean_of_one_pair() -> None:
    rng = np.random.default_rng(31)
    true = rng.integers(0, 3, 50)
    data = ReliabilityData.from_array(
        np.stack([true, np.where(rng.random(50) < 0.7, true, rng.integers(0, 3, 50))]), categories=[0, 1, 2]
    )
    tables = pair_tables(data)

    single = table_interval("cohen_kappa", tables.tables[0], "linear")
    mean = pairs_interval(cohen_kappa(data, "linear"), "cohen_kappa", data, tables, "linear")

    assert single.ci == pytest.approx(mean.ci, abs=1e-12)


@pytest.mark.parametrize("terms", [0, 4_000_000], ids=["from margins", "term by term"])
@pytest.mark.parametrize("q", [1, 2, 5, 130])
@pytest.mark.parametrize("weights", ["nominal", "quadratic"])
@pytest.mark.parametrize("name", ["cohen_kappa", "scott_pi"])
def test_an_interval_is_that_of_the_tables_with_one_unit_less(
    name: str, weights: str, q: int, terms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jackknife, "_TERMS", terms)
    rng = np.random.default_rng(q)
    table = rng.integers(0, 4, (q, q)) * (rng.random((q, q)) < max(0.05, 1 / q)) + np.eye(q, dtype=np.int64)
    cells = np.argwhere(table)
    less = np.repeat(table[None], len(cells), axis=0)
    less[np.arange(len(cells)), cells[:, 0], cells[:, 1]] -= 1
    whole, deleted = (table_values(name, tables, weights) for tables in (table[None], less))
    times = table[tuple(cells.T)].astype(np.float64)

    found = table_interval(name, PairTable.of(table), weights)

    if q == 1:
        assert found.ci is None
        return
    deleted = np.where(np.isnan(deleted), whole, deleted)
    half = t_quantile(0.975, times.sum() - 1) * jackknife_error(deleted, times)
    assert found.ci == pytest.approx((max(-1.0, whole[0] - half), min(1.0, whole[0] + half)), abs=1e-13)


@pytest.mark.parametrize("weights", ["nominal", "linear"])
def test_units_of_many_patterns_are_deleted_as_those_of_few(weights: str, monkeypatch: pytest.MonkeyPatch) -> None:
    p = study(np.random.default_rng(8), 4, 60, 0.6)
    found = {name: chance_corrected(name, p, weights) for name in CHANCE} | {"percent_agreement": percent_agreement(p)}
    few = jackknife.pattern_intervals(found, p, weights)
    monkeypatch.setattr(jackknife, "_TERMS", 0)

    many = jackknife.pattern_intervals(found, p, weights)

    for name, interval in few.items():
        assert many[name].ci == pytest.approx(interval.ci, abs=1e-12)


def test_two_coders_of_thousands_of_categories_have_an_interval_in_moments() -> None:
    rng = np.random.default_rng(6)
    true = rng.integers(2000, size=4000)
    labels = np.where(rng.random((2, 4000)) < 0.8, true, rng.integers(2000, size=(2, 4000)))
    table = pair_tables(ReliabilityData.from_array(labels, categories=range(2000))).tables[0]
    begin = time.process_time()

    low, high = table_interval("cohen_kappa", table, "nominal")

    assert low < 0.64 < high
    # A new table for each of 2,000 cells would take minutes.
    assert time.process_time() - begin < 20
