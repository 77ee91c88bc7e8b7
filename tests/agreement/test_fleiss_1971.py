"""Fleiss (1971), Measuring nominal scale agreement among many raters: table 1, thirty patients and six raters."""

from __future__ import annotations

import pytest

from annotator.agreement import Patterns, fleiss_kappa, percent_agreement

# Depression, personality disorder, schizophrenia, neurosis, other: how many raters chose each.
TABLE_1 = """
0 0 0 6 0
0 3 0 0 3
0 1 4 0 1
0 0 0 0 6
0 3 0 3 0
2 0 4 0 0
0 0 4 0 2
2 0 3 1 0
2 0 0 4 0
0 0 0 0 6
1 0 0 5 0
1 1 0 4 0
0 3 3 0 0
1 0 0 5 0
0 2 0 3 1
0 0 5 0 1
3 0 0 1 2
5 1 0 0 0
0 2 0 4 0
1 0 2 0 3
0 0 0 0 6
0 1 0 5 0
0 2 0 1 3
2 0 0 4 0
1 0 0 4 1
0 5 0 1 0
4 0 0 0 2
0 2 0 4 0
1 0 5 0 0
0 0 0 0 6
"""


def patients() -> Patterns:
    return Patterns.from_counts([[int(n) for n in line.split()] for line in TABLE_1.split("\n") if line])


def test_kappa_and_observed_agreement_are_as_printed() -> None:
    assert fleiss_kappa(patients()) == pytest.approx(0.430, abs=5e-4)
    assert percent_agreement(patients()) == pytest.approx(0.556, abs=5e-4)


def test_the_patients_are_thirty_units_in_fewer_patterns() -> None:
    kappa = fleiss_kappa(patients())

    assert (kappa.n_units, kappa.n_labels) == (30, 180)
    assert len(patients()) < 30
