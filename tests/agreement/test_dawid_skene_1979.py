"""Dawid & Skene (1979), Applied Statistics 28: five anaesthetists judge 45 patients, the first of them three times."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.agreement import ReliabilityData, dawid_skene

TABLE_1 = """
111 1 1 1 1|333 4 3 3 4|112 2 1 2 2|222 3 1 2 1|222 3 2 2 2|222 3 3 2 2|122 2 1 1 1|333 3 4 3 3|222 2 2 2 3
232 2 2 2 3|444 4 4 4 4|222 3 3 4 3|111 1 1 1 1|222 3 2 1 2|121 1 1 1 1|111 2 1 1 1|111 1 1 1 1|111 1 1 1 1
222 2 2 2 1|222 1 3 2 2|222 2 2 2 2|222 2 2 2 1|222 3 2 2 2|221 2 2 2 2|111 1 1 1 1|111 1 1 1 1|232 2 2 2 2
111 1 1 1 1|111 1 1 1 1|112 1 1 2 1|111 1 1 1 1|333 3 2 3 3|111 1 1 1 1|222 2 2 2 2|222 3 2 3 2|433 4 3 4 3
221 2 2 3 2|232 3 2 3 3|333 3 4 3 2|111 1 1 1 1|111 1 1 1 1|121 2 1 1 1|232 2 2 2 2|121 1 1 1 1|222 2 2 2 2
"""
"""A patient in each cell: what each observer said, of the first all three answers."""


@pytest.fixture(scope="module")
def anaesthetists() -> ReliabilityData:
    cells = TABLE_1.strip().replace("\n", "|").split("|")
    labels = [
        (unit, coder, int(answer) - 1)
        for unit, cell in enumerate(cells)
        for coder, answers in enumerate(cell.split())
        for answer in answers
    ]
    # Made as it is: a coder of the program has one label on a unit, not three.
    unit, coder, category = (np.array(column) for column in zip(*labels, strict=True))
    return ReliabilityData("nominal", (1, 2, 3, 4), tuple(range(5)), tuple(range(45)), unit, coder, category)


def test_the_marginal_probabilities_are_those_of_table_2(anaesthetists: ReliabilityData) -> None:
    result = dawid_skene(anaesthetists)

    assert result.converged
    assert result.probabilities.mean(axis=0) == pytest.approx([0.40, 0.42, 0.11, 0.07], abs=0.005)


def test_the_error_rates_of_the_first_observer_are_those_of_table_3(anaesthetists: ReliabilityData) -> None:
    data, result = anaesthetists, dawid_skene(anaesthetists)

    rates = np.zeros((4, 4))
    for unit, category in zip(data.unit[data.coder == 0], data.category[data.coder == 0], strict=True):
        rates[:, category] += result.probabilities[unit]
    rates /= rates.sum(axis=1, keepdims=True)

    printed = [[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]]
    assert rates == pytest.approx(np.array(printed), abs=0.005)
    # How often the first observer is right, over all patients.
    assert result.competence[0] == pytest.approx(0.40 * 0.89 + 0.42 * 0.88 + 0.11 * 0.66 + 0.07 * 0.44, abs=0.01)


def test_the_first_patients_are_classed_as_in_table_4(anaesthetists: ReliabilityData) -> None:
    result = dawid_skene(anaesthetists)

    assert result.winners[:6] == (1, 4, 2, 2, 2, 2)
    assert result.probabilities[:6].max(axis=1) == pytest.approx(1.0, abs=0.005)
