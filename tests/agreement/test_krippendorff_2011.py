"""Krippendorff (2011), Computing Krippendorff's alpha-reliability: the worked examples A to D."""

from __future__ import annotations

import pytest

from annotator.agreement import alpha_per_category, krippendorff_alpha

BINARY_A = """
0 1 0 0 0 0 0 0 1 0
1 1 1 0 0 1 0 0 0 0
"""
NOMINAL_B = """
a a b b d c c c e d d a
b a b b b c c c e d d d
"""
MISSING_C = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""


def table(text: str) -> list[list[str | None]]:
    return [[None if value == "." else value for value in line.split()] for line in text.split("\n") if line]


def test_example_a_two_coders_and_binary_data() -> None:
    assert krippendorff_alpha(table(BINARY_A)) == pytest.approx(0.095, abs=5e-4)


def test_example_b_two_coders_and_nominal_data() -> None:
    assert krippendorff_alpha(table(NOMINAL_B)) == pytest.approx(0.692, abs=5e-4)


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_examples_c_and_d_four_coders_missing_data_and_four_metrics(level: str, alpha: float) -> None:
    result = krippendorff_alpha(table(MISSING_C), level, ["1", "2", "3", "4", "5"])

    assert result == pytest.approx(alpha, abs=5e-4)
    assert (result.n_units, result.n_units_paired, result.n_coders, result.n_labels) == (12, 11, 4, 41)


def test_the_rows_of_the_coincidence_matrix_of_example_b_sum_to_the_labels_in_each_category() -> None:
    from annotator.agreement import ReliabilityData, coincidence_matrix

    matrix = coincidence_matrix(ReliabilityData.from_array(table(NOMINAL_B)))

    assert matrix.sum(axis=1).tolist() == [4, 6, 6, 6, 2]
    assert matrix.sum() == 24


def test_alpha_of_a_category_is_alpha_of_it_against_all_others() -> None:
    data = table(NOMINAL_B)
    for category, alpha in alpha_per_category(data).items():
        binary = [[str(value == category) for value in row] for row in data]
        assert alpha == pytest.approx(float(krippendorff_alpha(binary)), abs=1e-14)
