"""Data that leave coefficients undefined, or nearly: a value or a reason, never nan, 1.0 by default or a traceback."""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from annotator.agreement import (
    Coefficient,
    Patterns,
    ReliabilityData,
    alpha_interval,
    alpha_per_category,
    bootstrap_alpha,
    brennan_prediger,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
    variable_report,
)
from annotator.agreement.coefficients.result import ALL_EQUAL, ONE_CATEGORY
from annotator.errors import AgreementError

FIXTURE = Path(__file__).parents[1] / "fixtures" / "agreement" / "published.json"
CASES = json.loads(FIXTURE.read_text(encoding="utf-8"))["edge_cases"]
NUMERIC_ONLY = {"ordinal_strings", "negative_values_ratio"}
"""Here the reference is missing only because it needs numbers, or refuses the ratio scale."""


def compute(name: str, data: Any, categories: list[Any]) -> Coefficient:
    if name.startswith("alpha_"):
        return krippendorff_alpha(data, name.removeprefix("alpha_"), categories)
    kind, _, weights = name.partition("_")
    if kind in ("ac2", "cohen") and weights in ("linear", "quadratic"):
        return (gwet_ac1 if kind == "ac2" else cohen_kappa)(data, weights, categories)
    if name == "percent_agreement":
        return percent_agreement(data, categories=categories)
    by_name = {
        "ac1": gwet_ac1,
        "fleiss_kappa": fleiss_kappa,
        "bp": brennan_prediger,
        "cohen_kappa": cohen_kappa,
        "scott_pi": scott_pi,
    }
    return by_name[name](data, "nominal", categories)


@pytest.mark.parametrize("name", [name for name in CASES if name not in NUMERIC_ONLY])
def test_edge_cases_have_the_reference_value_or_a_reason(name: str) -> None:
    data, categories = CASES[name]["labels"] or [[], []], CASES[name]["categories"]
    for measure, reference in CASES[name]["exact"].items():
        result = compute(measure, data, categories)
        if reference is None:
            assert result.value is None, measure
            assert result.undefined is not None, measure
            assert result.undefined.startswith("undefined: "), measure
        else:
            assert result == pytest.approx(reference, abs=1e-12), measure
            assert result.undefined is None


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_the_whole_report_of_an_edge_case_is_json_without_nan(name: str, level: str) -> None:
    data, categories = CASES[name]["labels"] or [[], []], CASES[name]["categories"]
    try:
        report = variable_report(ReliabilityData.from_array(data, level, categories))
    except AgreementError as error:
        assert name in NUMERIC_ONLY  # names are no numbers, negative numbers no ratio
        assert str(error).endswith(".")  # noqa: PT017 - a sentence, whichever of the two it is
        return
    text = json.dumps(report.to_dict(), allow_nan=False)

    for one in report.coefficients.values():
        assert (one.value is None) == (one.undefined is not None)
    assert json.loads(text)["n_coders"] == report.alpha.n_coders


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name]["exact"]["alpha_nominal"] is None])
def test_intervals_of_an_undefined_alpha_say_so_too(name: str) -> None:
    data, categories = CASES[name]["labels"] or [[], []], CASES[name]["categories"]

    jackknife = alpha_interval(data, "nominal", categories)
    bootstrap = bootstrap_alpha(data, "nominal", 50, categories=categories)

    assert jackknife.ci is bootstrap.ci is None
    assert "undefined" in str(jackknife.ci_method)
    assert bootstrap.n_undefined == bootstrap.n_samples == 50
    with pytest.raises(AgreementError, match="no interval"):
        _ = bootstrap.low


def test_a_sentence_names_the_reason() -> None:
    assert krippendorff_alpha([[1, 2, 3]]).undefined == "undefined: no unit was labelled by two coders"
    assert krippendorff_alpha([[1, 1], [1, 1]]).undefined == "undefined: only one category was used"
    nobody_else: list[list[int | None]] = [[1, 1, 2], [1, 1, None]]
    alone = krippendorff_alpha(nobody_else)
    assert alone.undefined == "undefined: the labels that can be compared are all the same"


def test_sets_that_are_all_empty_use_no_category() -> None:
    def of(said: frozenset[str]) -> list[str | None]:
        data = ReliabilityData.from_labels([(unit, coder, said) for unit in "xyz" for coder in "ab"], "set")
        report = variable_report(data)
        found = [*report.coefficients.values(), *(one.krippendorff_alpha for one in report.pairs)]
        found += [one for pair in report.pairs for one in (pair.cohen_kappa, pair.scott_pi)]
        return [one.undefined for one in found if one.value is None]

    assert set(of(frozenset())) == {"undefined: no category was used"}
    assert set(of(frozenset({"sea"}))) == {"undefined: only one category was used"}


def test_an_undefined_coefficient_raises_instead_of_counting_as_a_number() -> None:
    alpha = krippendorff_alpha([[1, 1], [1, 1]])

    for use in (float, abs, lambda x: x + 1, lambda x: x < 0.8, lambda x: round(x, 2), lambda x: f"{x:.2f}"):
        with pytest.raises(AgreementError, match="only one category"):
            use(alpha)
    assert str(alpha) == alpha.undefined
    assert alpha.verdict == "undefined"


def test_a_defined_coefficient_counts_as_a_number() -> None:
    alpha = krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, 2]])

    assert isinstance(float(alpha), float)
    assert 0.6 < alpha < 0.7
    assert round(alpha, 2) == round(float(alpha), 2)
    assert f"{alpha:.3f}" == f"{float(alpha):.3f}"
    assert np.isclose(alpha, float(alpha))
    assert alpha + 1 == 1 + alpha == float(alpha) + 1
    assert math.floor(alpha) == 0


def test_a_category_that_is_declared_and_never_used_changes_chance_but_not_alpha() -> None:
    data = [list("abab"), list("abbb")]

    assert krippendorff_alpha(data) == krippendorff_alpha(data, "nominal", ["a", "b", "c"])
    assert brennan_prediger(data) < brennan_prediger(data, "nominal", ["a", "b", "c"])
    reason = alpha_per_category(data, ["a", "b", "c"])["c"].undefined
    assert reason == "undefined: the category was not used on a unit that two coders labelled"


def test_zero_on_a_ratio_scale_is_fine_and_a_negative_number_is_refused() -> None:
    assert krippendorff_alpha([[0, 0, 1, 2], [0, 1, 1, 2]], "ratio").value is not None
    with pytest.raises(AgreementError, match="-1 is negative"):
        krippendorff_alpha([[-1, 2], [1, 2]], "ratio")


def test_four_hundred_coders_on_one_unit_and_two_on_another() -> None:
    data = np.full((400, 2), np.nan)
    data[:, 0] = np.arange(400) % 3
    data[:2, 1] = 1

    alpha = krippendorff_alpha(data)

    assert alpha.value is not None
    assert alpha.n_labels == 402
    assert krippendorff_alpha(ReliabilityData.from_array(data)) == pytest.approx(float(alpha), abs=1e-12)
    counts = [[134, 133, 133], [0, 2, 0]]
    assert krippendorff_alpha(Patterns.from_counts(counts)) == pytest.approx(float(alpha), abs=1e-12)
    report = variable_report(ReliabilityData.from_array(data[:40]))
    assert len(report.pairs) == 40 * 39 / 2


def test_continuous_values_by_the_thousand_are_compared_one_by_one() -> None:
    rng = np.random.default_rng(3)
    first = rng.normal(size=4000)
    data = np.stack([first, first + rng.normal(scale=0.3, size=4000)])

    for level in ("interval", "ordinal"):
        assert 0.8 < krippendorff_alpha(data, level) < 1
    correlation = float(np.corrcoef(data).ravel()[1])
    assert krippendorff_alpha(data, "interval") == pytest.approx(correlation, abs=0.02)
    assert alpha_interval(data[:, :500], "interval").ci is not None


def test_names_without_a_declared_order_are_not_ordinal() -> None:
    with pytest.raises(AgreementError, match="declare the categories"):
        krippendorff_alpha([["low", "high"], ["low", "mid"]], "ordinal")
    assert krippendorff_alpha([["low", "high"], ["low", "mid"]], "ordinal", ["low", "mid", "high"]).value is not None


def test_the_declared_order_counts_and_not_the_alphabet() -> None:
    data = [["low", "mid", "high", "high", "low"], ["mid", "mid", "high", "mid", "low"]]

    declared = krippendorff_alpha(data, "ordinal", ["low", "mid", "high"])
    alphabet = krippendorff_alpha(data, "ordinal", ["high", "low", "mid"])

    assert declared == krippendorff_alpha([[1, 2, 3, 3, 1], [2, 2, 3, 2, 1]], "ordinal")
    assert declared > alphabet


def test_a_value_outside_the_declared_categories_is_named() -> None:
    with pytest.raises(AgreementError, match=r"'neutrl' is not one of the declared categories: oppose, neutral"):
        krippendorff_alpha([["oppose"], ["neutrl"]], "nominal", ["oppose", "neutral"])
    with pytest.raises(AgreementError, match=r"7\.0 is not one of the declared categories"):
        krippendorff_alpha(np.array([[1.0, 7.0], [1.0, 2.0]]), "nominal", [1, 2])


def test_a_name_where_numbers_are_due_is_named() -> None:
    with pytest.raises(AgreementError, match="interval variable has numbers, but 'many' is none"):
        krippendorff_alpha([["1", "2"], ["1", "many"]], "interval")


def test_a_coder_with_two_labels_on_a_unit_is_named() -> None:
    with pytest.raises(AgreementError, match="ana has two labels on unit p1"):
        ReliabilityData.from_labels([("p1", "ana", "a"), ("p2", "ben", "a"), ("p1", "ana", "b")])


def test_bad_shapes_are_refused_in_a_sentence() -> None:
    bad: tuple[Any, ...] = ([1, 2, 3], [[1, 2], [1]], np.zeros((2, 2, 2)))
    for data in bad:
        with pytest.raises(AgreementError, match=r"shape|same length"):
            krippendorff_alpha(data)
    with pytest.raises(AgreementError, match="infinite"):
        krippendorff_alpha(np.array([[np.inf, 1.5], [1.0, 2.0]]), "interval")
    with pytest.raises(AgreementError, match="level is one of"):
        krippendorff_alpha([[1], [1]], "cardinal")


def test_missing_values_may_be_nan_none_masked_or_the_word_numpy_makes_of_nan() -> None:
    with_none: list[list[str | None]] = [["a", "b", None], ["a", "b", "a"]]
    with_nan: list[list[Any]] = [["a", "b", float("nan")], ["a", "b", "a"]]
    expected = krippendorff_alpha(with_none)

    assert krippendorff_alpha(np.array([["a", "b", np.nan], ["a", "b", "a"]])) == expected
    assert krippendorff_alpha(with_nan) == expected
    numbers = np.ma.masked_equal(np.array([[1, 2, -9], [1, 2, 1]]), -9)
    assert krippendorff_alpha(numbers) == pytest.approx(float(expected))


def _rated() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Forty units on a scale of five, on a quarter of which the second coder is one higher."""
    unit = np.arange(40)
    first = (7 * unit % 5 + 1).astype(float)
    return first, np.where(unit % 4 == 0, np.minimum(5, first + 1), first)


@pytest.mark.parametrize("outlier", [1e7, 3e8, 1e9, 1e10, 1e16, 1e150])
def test_a_label_without_a_partner_does_not_move_the_interval_alpha(outlier: float) -> None:
    first, second = _rated()

    found = alpha_interval([[*first, outlier], [*second, math.nan]], "interval")

    assert found.value == pytest.approx(0.9503768844221105, rel=1e-14)
    assert found.ci == pytest.approx(alpha_interval([first, second], "interval").ci, rel=1e-12)


@pytest.mark.parametrize("offset", [1e6, 1e9, 1e12, -1e12])
def test_a_large_offset_does_not_move_the_interval_alpha(offset: float) -> None:
    first, second = _rated()

    assert krippendorff_alpha([first + offset, second + offset], "interval").value == pytest.approx(
        0.9503768844221105, rel=1e-14
    )


@pytest.mark.parametrize("value", [2.4, 0.1, 800000.7, -1e12 / 3])
@pytest.mark.parametrize("coders", [2, 3, 7])
def test_numbers_that_do_not_vary_leave_alpha_undefined_and_without_a_warning(value: float, coders: int) -> None:
    alone = [3.3, *[math.nan] * (coders - 1)]
    data = [[value] * 5 + [other] for other in alone]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert alpha_interval(data, "interval").undefined == ALL_EQUAL
        assert alpha_interval([[value] * 5] * coders, "interval", [value, 2.5, 2.7]).undefined == ONE_CATEGORY


def test_a_number_whose_square_is_infinite_is_refused() -> None:
    with pytest.raises(AgreementError, match="too large"):
        krippendorff_alpha([[1.0, 1e200], [2.0, 1e200]], "interval")
