"""Intervals that delete whole clusters, such as the articles that paragraphs stand in."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from annotator.agreement import Coefficient, ReliabilityData, alpha_interval, units_still_needed, variable_report
from annotator.agreement.data.clusters import MOST_GROUPS, Clusters
from annotator.agreement.data.pair_tables import pair_tables
from annotator.agreement.intervals.student_t import t_quantile
from annotator.agreement.report import VariableReport
from benchmarks.agreement_coverage import FIGURES, SHARES, figures, study

Ints = npt.NDArray[np.int64]
Scale = tuple[Callable[[float], float], Callable[[float], float]]
FISHER: Scale = (lambda x: 2 * math.atanh(x), lambda x: math.tanh(x / 2))
LOGIT: Scale = (lambda x: math.log(x / (1 - x)), lambda x: 1 / (1 + math.exp(-x)))


def coded(
    rng: np.random.Generator, articles: int, coders: int = 3, level: str = "nominal", missing: float = 0.15
) -> tuple[ReliabilityData, Ints]:
    """Coders on articles of unequal length, with missing labels; and the article of each unit."""
    n = rng.integers(2, 9, articles)
    article = np.repeat(np.arange(articles), n)
    true = rng.integers(0, 4, article.size)
    labels = np.where(rng.random((coders, article.size)) < 0.7, true, rng.integers(0, 4, (coders, article.size)))
    labels[rng.random(labels.shape) < missing] = -1
    unit, coder = np.tile(np.arange(article.size), coders), np.repeat(np.arange(coders), article.size)
    data = ReliabilityData.from_codes(unit, coder, labels.ravel(), categories=range(4), level=level)
    return data, article[np.asarray(data.units)]


def without(data: ReliabilityData, article: Ints, one: int) -> ReliabilityData:
    return data.take((article != one)[data.unit])


def pairable(data: ReliabilityData, article: Ints) -> Ints:
    """Units of each article that two coders labelled."""
    return np.bincount(article[data.labels_per_unit >= 2], minlength=int(article.max()) + 1)


def expected(
    data: ReliabilityData,
    article: Ints,
    value: Callable[[ReliabilityData], float],
    sizes: Ints,
    scale: Scale = FISHER,
) -> tuple[float, float]:
    """The interval from the definition, on a scale and back."""
    there, back = scale
    whole = there(value(data))
    deleted = np.array([there(value(without(data, article, i))) for i in range(sizes.size)])
    error = math.sqrt((sizes.size - 1) / sizes.size * float(((deleted - whole) ** 2).sum()))
    df = sizes.sum() ** 2 / (sizes @ sizes) - 1
    half = t_quantile(0.975, float(df)) * error
    return back(whole - half), back(whole + half)


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
@pytest.mark.parametrize("name", ["percent_agreement", "fleiss_kappa", "gwet_ac1", "brennan_prediger"])
def test_every_coefficient_of_patterns_is_computed_without_each_article(level: str, name: str) -> None:
    data, article = coded(np.random.default_rng(5), 12, level=level)

    def value(part: ReliabilityData) -> float:
        return float(variable_report(part).coefficients[name])

    found = variable_report(data, clusters=Clusters(article, "article")).coefficients[name]

    scale = LOGIT if name == "percent_agreement" else FISHER
    assert found.ci == pytest.approx(expected(data, article, value, pairable(data, article), scale), abs=1e-12)
    assert found.ci_method == "jackknife-t over 12 articles"


@pytest.mark.parametrize("name", ["cohen_kappa", "scott_pi"])
@pytest.mark.parametrize("weights", ["nominal", "linear"])
def test_the_mean_of_pairs_and_each_pair_are_computed_without_each_article(name: str, weights: str) -> None:
    data, article = coded(np.random.default_rng(6), 10)
    found = variable_report(data, weights=weights, clusters=Clusters(article, "article"))

    def mean(part: ReliabilityData) -> float:
        return float(variable_report(part, weights=weights).coefficients[name])

    shared = np.zeros(10, np.int64)
    unit_coders = [set(data.coder[data.unit == unit].tolist()) for unit in range(len(data.units))]
    for unit, coders in enumerate(unit_coders):
        shared[article[unit]] += len(coders) * (len(coders) - 1) // 2
    assert found.coefficients[name].ci == pytest.approx(expected(data, article, mean, shared), abs=1e-12)

    first = found.pairs[0]
    assert first.coders == (0, 1)
    of_pair = np.bincount(article[[{0, 1} <= coders for coders in unit_coders]], minlength=10)

    def pair(part: ReliabilityData) -> float:
        return float(getattr(variable_report(part, weights=weights).pairs[0], name))

    assert getattr(first, name).ci == pytest.approx(expected(data, article, pair, of_pair), abs=1e-12)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_is_computed_without_each_article_on_its_scale(level: str) -> None:
    data, article = coded(np.random.default_rng(8), 9, level=level)
    m = float(data.labels_per_unit[data.labels_per_unit >= 2].mean())

    def theta(part: ReliabilityData) -> float:
        alpha = float(alpha_interval(part))
        return math.log((1 + (m - 1) * alpha) / (1 - alpha))

    found = alpha_interval(data, clusters=Clusters(article, "article"))

    scale = lambda x: x, lambda x: (math.exp(x) - 1) / (math.exp(x) + m - 1)
    assert found.ci == pytest.approx(expected(data, article, theta, pairable(data, article), scale), abs=1e-10)
    assert str(found.ci_method).startswith("jackknife-t over 9 articles on θ")


def test_units_that_are_their_own_clusters_have_the_interval_of_units() -> None:
    data, _ = coded(np.random.default_rng(2), 20, missing=0)

    by_unit, by_cluster = variable_report(data), variable_report(data, clusters=range(len(data.units)))

    assert by_cluster.alpha.ci == pytest.approx(by_unit.alpha.ci, abs=2e-3)
    for name, figure in by_unit.coefficients.items():
        assert by_cluster.coefficients[name].ci == pytest.approx(figure.ci, abs=0.03)


def test_clusters_move_no_value() -> None:
    data, article = coded(np.random.default_rng(3), 15)

    by_unit, by_cluster = variable_report(data), variable_report(data, clusters=Clusters(article))

    def values(report: VariableReport) -> list[float | None]:
        pairs = [one.krippendorff_alpha.value for one in report.pairs]
        return [*(one.value for one in report.coefficients.values()), *pairs]

    assert values(by_cluster) == values(by_unit)


def test_many_clusters_are_joined_into_groups_and_the_interval_says_so() -> None:
    data, article = coded(np.random.default_rng(4), 900, missing=0)

    found = variable_report(data, clusters=Clusters(article, "batch"))
    by_unit = variable_report(data)

    for name, figure in found.coefficients.items():
        assert f"over 900 batches in {MOST_GROUPS} groups" in str(figure.ci_method)
        low, high = by_unit.coefficients[name].ci or (math.nan, math.nan)
        assert np.diff(figure.ci or (math.nan, math.nan))[0] == pytest.approx(high - low, rel=0.25)


def test_the_tables_of_pairs_share_the_clusters_units() -> None:
    from annotator.agreement.data.pair_tables import cell_clusters

    data, article = coded(np.random.default_rng(9), 6)
    pairs = pair_tables(data)

    for table, counts in zip(pairs.tables, cell_clusters(data, pairs, Clusters(article)), strict=True):
        assert np.array_equal(counts.rows(0, counts.n).sum(axis=0), table.count)


def alike(per_article: int, articles: int) -> tuple[ReliabilityData, Clusters]:
    labels = np.tile(np.arange(per_article * articles) % 2, (2, 1))
    return ReliabilityData.from_array(labels), Clusters(np.repeat(np.arange(articles), per_article), "article")


def test_without_disagreement_each_article_counts_once() -> None:
    data, articles = alike(8, 6)
    found = variable_report(data, clusters=articles)

    share, differ = 1 - 0.05 ** (1 / 6), 1 - 2 * 48 * 47 / (96 * 95)
    assert found.alpha.ci == pytest.approx((1 - share / differ, 1.0))
    assert found.alpha.ci_method == "exact bound for no observed disagreement in 6 articles"
    assert found.coefficients["percent_agreement"].ci == pytest.approx((1 - share, 1.0))


def test_total_disagreement_has_the_mirrored_bound() -> None:
    labels = np.stack([np.arange(12) % 2, 1 - np.arange(12) % 2])
    found = variable_report(ReliabilityData.from_array(labels))

    share = 1 - 0.05 ** (1 / 12)
    assert found.alpha.ci == pytest.approx((float(found.alpha), float(found.alpha) + share * (1 - float(found.alpha))))
    assert found.alpha.ci_method == "exact bound for no observed agreement"
    assert found.coefficients["percent_agreement"].ci == pytest.approx((0.0, share))
    assert found.alpha.q == pytest.approx((1.0, 1.0), abs=1e-3)


def test_articles_that_are_all_alike_have_no_interval_of_width_zero() -> None:
    labels = np.tile([[0, 1, 1, 0], [0, 1, 0, 0]], 5)
    found = variable_report(
        ReliabilityData.from_array(labels), clusters=Clusters(np.repeat(np.arange(5), 4), "article")
    )

    percent = found.coefficients["percent_agreement"]
    assert (percent.ci, percent.ci_method) == (None, "no interval: the coefficient is the same without any one article")


def test_one_article_has_no_interval_and_few_have_a_warning() -> None:
    data, articles = alike(8, 1)
    found = variable_report(data, clusters=articles)

    assert {one.ci for one in found.coefficients.values()} == {None}
    assert found.alpha.ci_method == "no interval: everything that can be compared stands in one article"
    assert any("10 articles or more" in said for said in found.warnings)
    assert found.verdict == "tentative (≥ .800, but no interval), only 8 units"

    few, many = (_of_articles(n).warnings for n in (9, 10))
    assert any("9 articles only" in said for said in few)
    assert not any("articles only" in said for said in many)


def _of_articles(n: int) -> VariableReport:
    data, article = coded(np.random.default_rng(1), n)
    return variable_report(data, clusters=Clusters(article, "article"))


@pytest.mark.parametrize(
    ("value", "ci", "units", "words"),
    [
        (0.9, (0.82, 0.95), 40, "reliable (≥ .800)"),
        (0.9, (0.79, 0.95), 40, "tentative (.800 inside the interval)"),
        (0.9, (0.6, 0.95), 40, "tentative (.667 and .800 inside the interval)"),
        (0.75, (0.7, 0.82), 40, "tentative (.667–.799)"),
        (0.75, (0.6, 0.82), 40, "tentative (.667 inside the interval)"),
        (0.6, (0.5, 0.7), 40, "not reliable (< .667)"),
        (0.9, (0.82, 0.95), 9, "reliable (≥ .800), only 9 units"),
        (0.9, (0.82, 0.95), 10, "reliable (≥ .800)"),
        (None, None, 0, "undefined"),
    ],
)
def test_the_verdict_looks_at_the_interval_and_the_units(
    value: float | None, ci: tuple[float, float] | None, units: int, words: str
) -> None:
    assert Coefficient("krippendorff_alpha", value, ci=ci, n_units_paired=units).verdict == words


def test_units_still_needed_follow_the_formula_of_the_bound() -> None:
    three = alpha_interval([[1, 2, 1], [1, 2, 1]])
    needed = units_still_needed(three)
    assert needed is not None

    # As many units as are said to be needed, with the same shares of labels, have an interval of ± .05.
    share, differ = 1 - 0.05 ** (1 / (3 + needed)), 1 - (4 * 3 + 2 * 1) / (6 * 5)
    assert share / differ == pytest.approx(0.1, rel=0.03)
    assert share / differ <= 0.1


@pytest.mark.slow
@pytest.mark.parametrize("world", ["mild", "strong"])
def test_intervals_over_articles_cover_what_they_say(world: str) -> None:
    whole = figures(study(np.random.default_rng(7), world, SHARES["skewed"], 2, 20_000))
    rng = np.random.default_rng(1)
    covered = dict.fromkeys(FIGURES, 0)
    for _ in range(600):
        for name, (_, low, high) in figures(study(rng, world, SHARES["skewed"], 2, 20)).items():
            covered[name] += low <= whole[name][0] <= high

    assert min(covered.values()) >= 0.92 * 600
