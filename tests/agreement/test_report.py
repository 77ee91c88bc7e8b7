"""The report of one variable: the contract's keys, values equal to the functions', verdicts in words."""

from __future__ import annotations

import json

import numpy as np
import pytest

from annotator.agreement import (
    ReliabilityData,
    cohen_kappa,
    gwet_ac1,
    krippendorff_alpha,
    variable_report,
    verdict,
)
from annotator.agreement.report import COEFFICIENTS
from tests.timing import processor_seconds


def study(level: str = "ordinal", coders: int = 3) -> ReliabilityData:
    rng = np.random.default_rng(3)
    true = rng.integers(1, 5, 60)
    labels = np.where(rng.random((coders, 60)) < 0.8, true, rng.integers(1, 5, (coders, 60))).astype(float)
    labels[rng.random(labels.shape) < 0.1] = np.nan
    return ReliabilityData.from_array(labels, level, [1, 2, 3, 4], coders=["ana", "ben", "eva"][:coders])


def test_the_dict_has_the_keys_of_the_contract() -> None:
    found = variable_report(study()).to_dict()

    for key in ("level", "n_units", "n_units_paired", "n_coders", "n_labels", "pairs", "categories", "warnings"):
        assert key in found
    assert tuple(found["coefficients"]) == COEFFICIENTS
    for one in found["coefficients"].values():
        assert set(one) == {"value", "ci", "ci_method", "undefined"}
        assert one["ci"][0] <= one["value"] <= one["ci"][1]
        assert one["ci_method"]
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_figures_are_those_of_the_functions() -> None:
    data = study()
    report = variable_report(data)

    assert report.alpha.value == krippendorff_alpha(data).value
    assert report.coefficients["cohen_kappa"].value == cohen_kappa(data).value
    assert report.coefficients["gwet_ac1"].value == gwet_ac1(data).value
    assert report.weighted["gwet_ac1"].value == gwet_ac1(data, "ordinal").value
    assert report.weighted["gwet_ac1"].name == "gwet_ac2"
    assert [one.coders for one in report.pairs] == [("ana", "ben"), ("ana", "eva"), ("ben", "eva")]
    mean = sum(float(one.cohen_kappa) for one in report.pairs) / 3
    assert report.coefficients["cohen_kappa"] == pytest.approx(mean)


def test_weights_that_are_asked_for_turn_ac1_into_ac2() -> None:
    report = variable_report(study(), weights="linear")

    assert report.coefficients["gwet_ac1"].name == "gwet_ac2"
    assert report.coefficients["gwet_ac1"].value == gwet_ac1(study(), "linear").value


def test_a_bootstrap_replaces_the_jackknife_when_samples_are_asked_for() -> None:
    report = variable_report(study(), n_samples=500, seed=9)

    assert "B = 500, seed 9" in str(report.alpha.ci_method)
    articles = tuple(int(str(unit)) // 6 for unit in study().units)
    by_article = variable_report(study(), n_samples=500, clusters=articles)
    assert "10 clusters" in str(by_article.alpha.ci_method)


def test_nominal_reports_have_no_weighted_figures_and_numbers_no_categories() -> None:
    assert variable_report(study("nominal")).weighted == {}
    assert len(variable_report(study("nominal")).categories) == 4
    assert variable_report(study("interval")).categories == ()


def test_two_coders_have_one_pair_and_no_influence() -> None:
    report = variable_report(study(coders=2))

    assert len(report.pairs) == 1
    assert report.pairs[0].cohen_kappa.value == report.coefficients["cohen_kappa"].value
    assert report.pairs[0].krippendorff_alpha.value == report.alpha.value
    assert report.coders == ()


@pytest.mark.parametrize(
    ("alpha", "words"),
    [
        (0.8, "reliable (≥ .800)"),
        (0.7999, "tentative (.667–.799)"),
        (0.667, "tentative (.667–.799)"),
        (0.6669, "not reliable (< .667)"),
        (None, "undefined"),
    ],
)
def test_the_verdict_is_in_krippendorffs_words(alpha: float | None, words: str) -> None:
    assert verdict(alpha) == words


def test_sets_are_reported_as_sorted_lists() -> None:
    rows = [(unit, coder, {"ana", "ben"} if unit % 2 else {"ben"}) for unit in range(6) for coder in "xy"]
    found = variable_report(ReliabilityData.from_labels(rows, "set")).to_dict()

    assert [one["category"] for one in found["categories"]] == [["ana", "ben"], ["ben"]]
    assert found["coefficients"]["krippendorff_alpha"]["value"] == 1.0


def test_thousands_of_categories_take_time_in_step_with_the_labels() -> None:
    """Three coders name 2,000 speakers: what is computed from cells with a unit needs no table of all pairs."""
    rng = np.random.default_rng(8)
    true = rng.integers(2000, size=6000)
    labels = np.where(rng.random((3, 6000)) < 0.8, true, rng.integers(2000, size=(3, 6000)))
    data = ReliabilityData.from_array(labels, categories=range(2000))

    # A table of 2,000 × 2,000 for each pair and each deleted unit took minutes.
    assert processor_seconds(lambda: variable_report(data)) < 4
