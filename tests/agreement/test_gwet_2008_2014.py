"""Gwet (2008), the paradox of kappa, and data sets of Gwet (2014), Handbook of inter-rater reliability."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from annotator.agreement import (
    ReliabilityData,
    brennan_prediger,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
)

FIXTURE = Path(__file__).parents[1] / "fixtures" / "agreement" / "published.json"
SETS = json.loads(FIXTURE.read_text(encoding="utf-8"))["sets"]

PARADOX = np.array([[118, 5], [2, 0]])
"""Two raters who agree on 118 of 125 subjects, nearly all in one category."""

FOUR_RATERS = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . .
. 3 3 3 2 3 4 2 2 5 1 3
1 2 3 3 2 4 4 1 2 5 1 .
"""
"""Table 4.10: four raters, twelve subjects, labels missing."""


def test_kappa_is_negative_and_ac1_high_where_raters_agree_on_one_category() -> None:
    cells = np.repeat(np.arange(4), PARADOX.ravel())
    data = ReliabilityData.from_array(np.stack(np.divmod(cells, 2)), "nominal", [0, 1])

    assert percent_agreement(data) == pytest.approx(0.944)
    assert cohen_kappa(data) == pytest.approx(-0.0234, abs=5e-5)
    assert gwet_ac1(data) == pytest.approx(0.9408, abs=5e-5)


def test_coefficients_with_missing_labels_follow_gwets_definitions() -> None:
    data = [
        [None if value == "." else int(value) for value in line.split()] for line in FOUR_RATERS.strip().split("\n")
    ]

    assert percent_agreement(data) == pytest.approx(0.8181818, abs=5e-8)
    assert gwet_ac1(data) == pytest.approx(0.77544, abs=5e-6)
    assert fleiss_kappa(data) == pytest.approx(0.76117, abs=5e-6)
    assert brennan_prediger(data) == pytest.approx(0.77273, abs=5e-6)
    assert krippendorff_alpha(data) == pytest.approx(0.74342, abs=5e-6)


@pytest.mark.parametrize("name", [name for name in SETS if name.startswith("gwet_")])
def test_ac2_with_identity_weights_is_ac1(name: str) -> None:
    data, categories = SETS[name]["labels"], SETS[name]["categories"]

    assert gwet_ac1(data, np.eye(len(categories)), categories) == pytest.approx(
        float(gwet_ac1(data, categories=categories)), abs=1e-14
    )
