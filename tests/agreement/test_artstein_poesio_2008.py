"""Artstein & Poesio (2008), Inter-coder agreement for computational linguistics: the table of dialogue acts."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.agreement import ReliabilityData, cohen_kappa, krippendorff_alpha, percent_agreement, scott_pi

TABLE = np.array([[46, 6, 0], [0, 32, 0], [0, 6, 10]])
"""Statements, information requests and checks of two coders."""


def test_agreement_pi_and_kappa_are_as_printed() -> None:
    cells = np.repeat(np.arange(9), TABLE.ravel())
    data = ReliabilityData.from_array(np.stack(np.divmod(cells, 3)), "nominal", [0, 1, 2])

    assert percent_agreement(data) == pytest.approx(0.88)
    assert scott_pi(data) == pytest.approx(0.79953, abs=5e-6)
    assert cohen_kappa(data) == pytest.approx(0.8013, abs=5e-5)
    assert krippendorff_alpha(data) > scott_pi(data)
