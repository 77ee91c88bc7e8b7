"""Freelon (2010), ReCal: the data sets that come with ReCal2 and ReCal3, and the figures it prints for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.agreement import fleiss_kappa, krippendorff_alpha, percent_agreement, scott_pi

FIXTURE = Path(__file__).parents[1] / "fixtures" / "agreement" / "published.json"
SETS = json.loads(FIXTURE.read_text(encoding="utf-8"))["sets"]

PRINTED = [
    # data set, nominal alpha, percent agreement, Scott's pi (two coders) or Fleiss' kappa (more)
    ("r201", 1.0, 100, 1.0),
    ("r202", 0.1929, 88, 0.185),
    ("r203", 0.8334, 92, 0.832),
    ("r204", 0.807, 94, 0.805),
    ("r205", 1.0, 100, 1.0),
    ("r206", 0.9023, 95, 0.9),
    ("r207", 0.9144, 96.7, 0.913),
    ("r208", 0.7928, 88, 0.791),
    ("r209", 1.0, 100, 1.0),
    ("r210", 0.8889, 95, 0.886),
    ("r301", 0.6354, 90, 0.628),
    ("r302", 0.341, 86.667, 0.337),
    ("r303", 0.0, 97.619, -0.012),
    ("r304", 0.0278, 33.333, -0.042),
    ("r305", 0.8628, 91.453, 0.862),
    ("r306", 0.7227, 86.667, 0.718),
    ("r307", 0.7002, 79.333, 0.698),
    ("r308", 0.7449, 98.667, 0.743),
    ("r309", -0.0068, 96, -0.014),
    ("r310", 0.7462, 80, 0.743),
]


@pytest.mark.parametrize(("name", "alpha", "percent", "pooled"), PRINTED)
def test_the_figures_recal_prints_are_reproduced(name: str, alpha: float, percent: float, pooled: float) -> None:
    data = SETS[f"freelon2010_{name}"]["labels"]
    two_coders = len(data) == 2

    assert krippendorff_alpha(data) == pytest.approx(alpha, abs=5.1e-5)
    assert 100 * percent_agreement(data) == pytest.approx(percent, abs=0.051)
    assert (scott_pi if two_coders else fleiss_kappa)(data) == pytest.approx(pooled, abs=5.1e-4)
