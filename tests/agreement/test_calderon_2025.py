"""The alternative annotator test against a literal reading of the paper, and its worked figures."""

from __future__ import annotations

import math
from statistics import mean, stdev
from typing import Any

import numpy as np
import pytest

from annotator.agreement import ReliabilityData, alternative_annotator_test
from annotator.agreement.alternative_annotator import AlternativeTest
from annotator.agreement.data.distances import masi
from annotator.agreement.intervals.student_t import t_cdf
from annotator.errors import AgreementError

HUMANS = {"kim": (5, 0), "lou": (4, 1), "mo": (7, 3)}


def label(unit: int, step: int, offset: int) -> str:
    return str((unit % 3 + ((unit + offset) % step == 0)) % 3)


def worked(step: int, offset: int, epsilon: float) -> AlternativeTest:
    rows = [(unit, who, label(unit, *how)) for who, how in HUMANS.items() for unit in range(1, 61)]
    rows += [(unit, "bot", label(unit, step, offset)) for unit in range(1, 61)]
    return alternative_annotator_test(ReliabilityData.from_labels(rows), "bot", epsilon)


@pytest.mark.parametrize(
    ("model", "epsilon", "differences", "p", "omega", "rho"),
    [
        ((6, 2), 0.2, (0.0167, -0.0667, 0.05), (0.00084, 0.00009, 0.00198), 1.0, 0.9),
        ((6, 2), 0.1, (0.0167, -0.0667, 0.05), (0.06998, 0.00761, 0.1607), 1 / 3, 0.9),
        ((4, 3), 0.2, (0.1, 0.0, 0.1167), (0.06741, 0.00692, 0.09654), 1 / 3, 0.817),
        ((3, 0), 0.2, (0.0833, 0.05, 0.1), (0.04677, 0.02213, 0.06741), 0.0, 0.817),
    ],
)
def test_three_humans_and_sixty_units_worked_by_hand(
    model: tuple[int, int],
    epsilon: float,
    differences: tuple[float, ...],
    p: tuple[float, ...],
    omega: float,
    rho: float,
) -> None:
    found = worked(*model, epsilon)

    assert [one.coder for one in found.humans] == ["kim", "lou", "mo"]
    assert [one.difference for one in found.humans] == pytest.approx(differences, abs=5e-5)
    assert [one.p for one in found.humans] == pytest.approx(p, abs=5e-6)
    assert found.omega == pytest.approx(omega)
    assert found.rho == pytest.approx(rho, abs=5e-4)
    assert found.passes is (omega >= 0.5)
    assert found.remarks == ()


def agreement(level: str, one: Any, others: list[Any]) -> float:
    if level in ("interval", "ratio"):
        return -math.sqrt(mean((one - other) ** 2 for other in others))
    if level == "set":
        return float(mean(1 - masi(one, other) for other in others))
    return float(mean(one == other for other in others))


def literal(rows: list[tuple[int, str, Any]], level: str, epsilon: float, q: float) -> dict[str, Any]:
    """The procedure step by step, as the paper describes it."""
    given: dict[int, dict[str, Any]] = {}
    for unit, coder, value in rows:
        given.setdefault(unit, {})[coder] = value
    kept = [one for one in given.values() if "bot" in one and len(one) >= 3]
    p: dict[str, float] = {}
    advantage: dict[str, float] = {}
    for human in sorted({coder for _, coder, _ in rows} - {"bot"}):
        d, won = [], []
        for one in kept:
            others = [value for coder, value in one.items() if coder not in (human, "bot")]
            if human not in one or not others:
                continue
            of_model = agreement(level, one["bot"], others)
            of_human = agreement(level, one[human], others)
            tie = math.isclose(of_model, of_human, abs_tol=1e-12)
            won.append(int(of_model > of_human or tie))
            d.append(int(of_human > of_model or tie) - won[-1])
        if len(d) < 30:
            continue
        advantage[human] = mean(won)
        p[human] = t_cdf((mean(d) - epsilon) / (stdev(d) / math.sqrt(len(d))), len(d) - 1)
    ordered = sorted(p, key=lambda human: p[human])
    correction = sum(1 / i for i in range(1, len(p) + 1))
    last = max((r for r in range(1, len(p) + 1) if p[ordered[r - 1]] <= r / len(p) * q / correction), default=0)
    return {"p": p, "rejected": set(ordered[:last]), "omega": last / len(p), "rho": mean(advantage.values())}


def values_of(level: str, rng: np.random.Generator) -> list[Any]:
    if level == "set":
        return [frozenset(), frozenset("a"), frozenset("ab"), frozenset("bc"), frozenset("abc")]
    return [1.0, 2.0, 3.5, 7.0] if level in ("interval", "ratio") else ["a", "b", "c"]


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio", "set"])
@pytest.mark.parametrize("seed", range(6))
def test_random_labels_with_gaps_give_what_the_literal_procedure_gives(level: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = values_of(level, rng)
    humans = ["ada", "ben", "cy", "di"][: 2 + seed % 3]
    skill = {**dict.fromkeys(humans, 0.75), "bot": [0.6, 0.8, 0.95][seed % 3]}
    rows = []
    for unit in range(110):
        true = int(rng.integers(len(values)))
        for coder, p in skill.items():
            if rng.random() < 0.85:
                pick = true if rng.random() < p else int(rng.integers(len(values)))
                rows.append((unit, coder, values[pick]))

    categories = values if level == "ordinal" else None
    found = alternative_annotator_test(ReliabilityData.from_labels(rows, level, categories), "bot", 0.1)

    expected = literal(rows, level, 0.1, 0.05)
    assert {str(one.coder): one.p for one in found.humans} == pytest.approx(expected["p"], abs=1e-12)
    assert {one.coder for one in found.humans if one.rejected} == expected["rejected"]
    assert (found.omega, found.rho) == pytest.approx((expected["omega"], expected["rho"]))


def test_a_model_that_is_always_right_replaces_everybody_and_one_that_is_always_wrong_nobody() -> None:
    rows = [(unit, coder, unit % 2) for coder in ("ada", "ben", "cy") for unit in range(40)]
    for shift, omega in ((0, 1.0), (1, 0.0)):
        data = ReliabilityData.from_labels([*rows, *((unit, "bot", (unit + shift) % 2) for unit in range(40))])

        found = alternative_annotator_test(data, "bot")

        assert (found.omega, {one.p for one in found.humans}) == (omega, {1.0 - omega})


def test_two_humans_are_tested_with_a_warning_and_one_is_not() -> None:
    rows = [(unit, coder, unit % 2) for coder in ("ada", "ben", "bot") for unit in range(40)]
    two = alternative_annotator_test(ReliabilityData.from_labels(rows), "bot")
    one = alternative_annotator_test(ReliabilityData.from_labels([row for row in rows if row[1] != "ben"]), "bot")

    assert two.omega == 1.0
    assert "rests on 2 human coders" in two.remarks[0]
    assert (one.omega, one.rho, one.n_units) == (None, None, 0)
    assert "rests on 1 human coder:" in one.remarks[0]


def test_a_human_with_few_units_is_not_tested_but_counts_among_the_others() -> None:
    rows = [(unit, coder, unit % 3) for coder in ("ada", "ben", "bot") for unit in range(40)]
    rows += [(unit, "cy", 0) for unit in range(29)]

    found = alternative_annotator_test(ReliabilityData.from_labels(rows), "bot")

    few = next(one for one in found.humans if one.coder == "cy")
    assert (few.units, few.p, few.rejected) == (29, None, False)
    assert found.omega == 1.0
    assert any(
        said.startswith("Not tested, because fewer than 30 units") and "cy (29)" in said for said in found.remarks
    )


def test_without_enough_units_nothing_is_decided() -> None:
    rows = [(unit, coder, unit % 2) for coder in ("ada", "ben", "cy", "bot") for unit in range(10)]

    found = alternative_annotator_test(ReliabilityData.from_labels(rows), "bot")

    assert (found.omega, found.passes, found.rho) == (None, None, 1.0)
    assert found.remarks[-1] == "No human could be tested, so that ω is undefined."


def test_what_cannot_be_tested_is_said() -> None:
    data = ReliabilityData.from_labels([(1, "ada", "x"), (1, "bot", "x")])

    with pytest.raises(AgreementError, match="gpt is not among the coders: ada, bot"):
        alternative_annotator_test(data, "gpt")
    with pytest.raises(AgreementError, match="ε is a number from 0"):
        alternative_annotator_test(data, "bot", epsilon=1.5)


@pytest.mark.parametrize(("level", "same"), [("nominal", "none"), ("set", frozenset())])
def test_a_variable_that_nobody_used_says_nothing_about_the_model(level: Any, same: Any) -> None:
    coders = ("kim", "lou", "mo", "bot")
    rows = [(unit, who, same) for who in coders for unit in range(40)]

    found = alternative_annotator_test(ReliabilityData.from_labels(rows, level, [same]), "bot")

    assert (found.omega, found.passes, found.n_units) == (None, None, 40)
    assert "one and the same label everywhere" in found.remarks[0]
    rows[0] = (0, "kim", "other" if level == "nominal" else frozenset({"other"}))
    one = alternative_annotator_test(ReliabilityData.from_labels(rows, level), "bot")
    assert one.passes
