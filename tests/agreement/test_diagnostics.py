"""The diagnostics name the category, the coder and the rule that cost agreement."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.agreement import (
    ReliabilityData,
    alpha_by_group,
    alpha_interval,
    coder_influence,
    coincidence_matrix,
    confusions,
    krippendorff_alpha,
    mergers,
    prevalence,
    units_still_needed,
)
from annotator.agreement.diagnostics import warnings
from annotator.errors import AgreementError

STANCES = ("oppose", "neutral", "support")
ANA = "oppose oppose neutral neutral support support oppose neutral support oppose".split()
BEN = "oppose oppose neutral oppose support support oppose support support oppose".split()


def study() -> ReliabilityData:
    return ReliabilityData.from_array([ANA, BEN], "ordinal", STANCES, coders=["ana", "ben"])


def test_prevalence_counts_labels_units_and_coders() -> None:
    oppose, neutral, support = prevalence(study())

    assert (oppose.n_labels, neutral.n_labels, support.n_labels) == (9, 4, 7)
    assert (oppose.n_units, neutral.n_units, support.n_units) == (5, 3, 4)
    assert neutral.by_coder == (0.3, 0.1)
    assert oppose.share + neutral.share + support.share == pytest.approx(1)


def test_the_costliest_confusion_comes_first() -> None:
    found = confusions(study())

    assert [one.categories for one in found] == [("oppose", "neutral"), ("neutral", "support")]
    assert sum(one.cost for one in found) == pytest.approx(1)
    # Midranks 4.5, 11, 16.5: confusing oppose with neutral is the longer way.
    assert found[0].cost == pytest.approx(6.5**2 / (6.5**2 + 5.5**2))
    assert found[0].coincidences == 2
    assert found[0].expected == pytest.approx(2 * 9 * 4 / 19)


def test_the_coincidence_matrix_is_symmetric_and_sums_to_the_pairable_labels() -> None:
    matrix = coincidence_matrix(study())

    assert (matrix == matrix.T).all()
    assert matrix.sum() == 20


def test_the_coder_whose_leaving_helps_most_comes_first() -> None:
    rng = np.random.default_rng(0)
    true = rng.integers(0, 3, 60)
    data = np.stack([true, true, np.where(rng.random(60) < 0.9, true, 0), rng.integers(0, 3, 60)])
    found = coder_influence(ReliabilityData.from_array(data, coders=["ana", "ben", "eva", "guess"]))

    assert found[0].coder == "guess"
    assert found[0].change is not None
    assert found[0].change > 0.2
    assert found[-1].change is not None
    assert found[-1].change < 0
    assert coder_influence(study()) == ()


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_a_merger_is_alpha_of_the_data_with_the_second_category_counted_as_the_first(level: str) -> None:
    rng = np.random.default_rng(1)
    true = rng.integers(1, 5, 40)
    data = np.where(rng.random((3, 40)) < 0.6, true, rng.integers(1, 5, (3, 40)))
    found = mergers(ReliabilityData.from_array(data, level, [1, 2, 3, 4]))

    assert len(found) == (6 if level == "nominal" else 3)
    assert [one.gain for one in found] == sorted((one.gain for one in found), reverse=True, key=lambda x: x or 0)
    for one in found:
        first, second = map(str, one.categories)
        merged = krippendorff_alpha(np.where(data == int(second), int(first), data), level, [1, 2, 3, 4])
        assert one.alpha == pytest.approx(float(merged), abs=1e-12)


def test_drift_is_alpha_of_each_group_of_units() -> None:
    weeks = ["2024-W02"] * 5 + ["2024-W01"] * 5

    found = alpha_by_group(study(), weeks)

    assert [one.group for one in found] == ["2024-W01", "2024-W02"]
    second_half = ReliabilityData.from_array([ANA[5:], BEN[5:]], "ordinal", STANCES)
    assert found[0].alpha == krippendorff_alpha(second_half)
    with pytest.raises(AgreementError, match="10 units, but 1 groups"):
        alpha_by_group(study(), ["2024-W01"])


def test_more_units_are_needed_until_the_interval_is_narrow() -> None:
    alpha = alpha_interval(study())
    more = units_still_needed(alpha)

    assert more is not None
    assert more > 100
    assert units_still_needed(alpha, half_width=1.0) == 0
    assert units_still_needed(krippendorff_alpha(study())) is None


def test_small_rare_and_unused_are_warned_of_in_sentences() -> None:
    rows: list[list[str | None]] = [[*ANA, "mixed", "oppose"], [*BEN, "mixed", None]]
    data = ReliabilityData.from_array(rows, "nominal", [*STANCES, "mixed", "unclear"])
    text = "\n".join(warnings(data, krippendorff_alpha(data)))

    assert "Only 11 units were labelled by two coders or more" in text
    assert "1 unit has one label only and does not enter α." in text
    assert "Declared and never used: unclear." in text
    assert "mixed (1)" in text
    assert "neutral (3)" in text


def test_high_percent_agreement_with_a_low_alpha_is_explained() -> None:
    data = ReliabilityData.from_array([[0] * 96 + [1, 1, 0, 0], [0] * 96 + [1, 0, 1, 1]], categories=[0, 1])
    alpha = krippendorff_alpha(data)

    (text,) = [line for line in warnings(data, alpha) if "and yet" in line]
    assert text.startswith(f"Coders agree on 97%, and yet α is {alpha:.2f}: 98% of all labels are 0")
    assert alpha < 0.4


def test_good_data_get_no_warning() -> None:
    data = ReliabilityData.from_array([[0, 1] * 20, [0, 1] * 20], categories=[0, 1])

    assert warnings(data, krippendorff_alpha(data)) == ()


def test_only_neighbours_on_a_scale_are_merged() -> None:
    low, mid, high = "low", "mid", "high"
    data = ReliabilityData.from_array(
        [[low, low, high, high, mid, high, low], [low, high, low, high, mid, low, low]], "ordinal", [low, mid, high]
    )

    assert {one.categories for one in mergers(data)} == {(low, mid), (mid, high)}
