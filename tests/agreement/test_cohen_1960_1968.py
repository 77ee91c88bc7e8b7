"""Cohen (1960), A coefficient of agreement for nominal scales, and Cohen (1968), Weighted kappa."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.agreement import ReliabilityData, cohen_kappa, scott_pi

DIAGNOSES = ("personality", "neurosis", "psychosis")
TABLE = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
COST = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])
"""How much worse one confusion is than another (1968, table 1)."""


def two_judges(table: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> ReliabilityData:
    cells = np.repeat(np.arange(table.size), table.ravel())
    labels = np.stack(np.divmod(cells, table.shape[1])).astype(float)
    named = [[DIAGNOSES[int(c)] for c in row] for row in labels]
    return ReliabilityData.from_array(named, "nominal", DIAGNOSES)


def test_kappa_of_1960_is_as_printed() -> None:
    kappa = cohen_kappa(two_judges(TABLE))

    assert kappa == pytest.approx(0.492, abs=5e-4)
    assert kappa.n_units_paired == 200


def test_weighted_kappa_of_1968_is_as_printed() -> None:
    assert cohen_kappa(two_judges(TABLE), 1 - COST / COST.max()) == pytest.approx(0.348, abs=5e-4)


def test_kappa_keeps_each_judges_own_marginals_and_pi_pools_them() -> None:
    data = two_judges(TABLE)

    assert cohen_kappa(data) > scott_pi(data)
    assert scott_pi(data) == pytest.approx(0.48717948717948717, abs=1e-14)
