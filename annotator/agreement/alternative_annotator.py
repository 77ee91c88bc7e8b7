"""May a model stand in for a coder? The alternative annotator test (Calderon, Reichart & Dror 2025, ACL).

Each human in turn is compared with the model: which of the two agrees better with the other humans?
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.reliability import ReliabilityData, numeric_values
from annotator.agreement.data.set_distances import similarity
from annotator.agreement.intervals.student_t import t_cdf
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EPSILON = 0.15
"""How much worse than a human the model may be: .2 for experts, .15 for trained coders, .1 for crowd workers."""
ALPHA = 0.05
"""The false discovery rate of the test."""
CONSTANT = "The model and the humans gave one and the same label everywhere, so the test cannot tell them apart."
FEWEST_HUMANS = 3
"""With fewer humans, one of them decides whether the model passes."""
FEWEST_UNITS = 30
"""With fewer units, the t test of a human does not hold."""

_CLOSE = 1e-12
"""Agreements that differ by less are ties."""

SIMILARITY = {
    "nominal": "share of the other humans with the same label",
    "ordinal": "share of the other humans with the same label",
    "interval": "minus the root mean squared difference from the other humans",
    "ratio": "minus the root mean squared difference from the other humans",
    "set": "mean MASI similarity to the other humans",
}
"""How a label agrees with those of the other humans, by level."""


@dataclass(frozen=True)
class ReplacedHuman:
    """One human against the model."""

    coder: Hashable
    units: int
    """Units that this human, another one and the model labelled."""
    advantage: float | None
    """Share of them in which the model agrees with the others at least as well; None without units."""
    difference: float | None
    """Mean over units of: the human at least as good (1 or 0), less the model at least as good."""
    p: float | None
    """P of the test that the human is better by ε or more; None with too few units."""
    rejected: bool
    """Whether that is rejected: the model may replace this human."""


@dataclass(frozen=True)
class AlternativeTest:
    """The result of the test."""

    model: Hashable
    omega: float | None
    """Winning rate: the share of tested humans whom the model may replace. It passes from .5 on."""
    rho: float | None
    """Average advantage probability: the mean of the humans' `advantage`, by which models are compared."""
    epsilon: float
    q: float
    """The false discovery rate."""
    humans: tuple[ReplacedHuman, ...]
    n_units: int
    """Units that the model and at least two humans labelled."""
    similarity: str
    """How agreement with the others was measured, in words."""
    remarks: tuple[str, ...] = ()
    is_constant: bool = False
    """Whether everybody gave one and the same label everywhere, so that the test could not fail."""

    @property
    def passes(self) -> bool | None:
        """Whether the model may stand in for the humans: ω ≥ .5."""
        return None if self.omega is None else self.omega >= 0.5

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "omega": self.omega,
            "rho": self.rho,
            "epsilon": self.epsilon,
            "q": self.q,
            "passes": self.passes,
            "n_units": self.n_units,
            "similarity": self.similarity,
            "humans": [
                {
                    "coder": str(one.coder),
                    "units": one.units,
                    "advantage": one.advantage,
                    "difference": one.difference,
                    "p": one.p,
                    "rejected": one.rejected,
                }
                for one in self.humans
            ],
        }


def alternative_annotator_test(
    data: ReliabilityData, model: Hashable, epsilon: float = EPSILON, q: float = ALPHA
) -> AlternativeTest:
    """Test whether a model represents the humans as well as one of them does.

    Of every unit that the model and at least two humans labelled, and of each human j: S(f) is how well the model's
    label agrees with those of the other humans, S(j) how well j's does. d = [S(j) ≥ S(f)] - [S(f) ≥ S(j)]. A one-sided
    t test of H0: mean d ≥ ε gives p; the false discovery rate over all humans is kept at q (Benjamini & Yekutieli
    2001). Humans with fewer than 30 units are not tested, and still count among the others.

    Args:
        data: The labels of the humans and of the model.
        model: The model's name among the coders.
        epsilon: How much worse the model may be, because it costs less.
        q: The false discovery rate.

    Raises:
        AgreementError: The model is not among the coders, or ε or q is not between 0 and 1.
    """
    if model not in data.coders:
        raise AgreementError(f"{model} is not among the coders: {', '.join(map(str, data.coders))}.")
    if not 0 <= epsilon < 1 or not 0 < q < 1:
        raise AgreementError("ε is a number from 0 to below 1, and q one between 0 and 1.")
    labels = _by_unit(data)
    at = list(data.coders).index(model)
    names = [name for name in data.coders if name != model]
    humans = np.delete(labels, at, axis=0)
    kept = (labels[at] >= 0) & ((humans >= 0).sum(axis=0) >= 2)
    compare = _Similarity(data)
    found = [_differences(humans[:, kept], labels[at, kept], j, compare) for j in range(len(names))]
    used = np.unique(labels[:, kept])
    is_constant = bool((used >= 0).sum() == 1)
    p = [None if is_constant else _p_value(d, epsilon) for d, _ in found]
    rejected = _rejected(p, q)
    tested = [
        ReplacedHuman(
            name,
            d.size,
            float(won.mean()) if d.size else None,
            float(d.mean()) if d.size else None,
            value,
            is_rejected,
        )
        for name, (d, won), value, is_rejected in zip(names, found, p, rejected, strict=True)
    ]
    return _result(tested, int(kept.sum()), model, (epsilon, q), data.level, is_constant=is_constant)


def _result(
    tested: Sequence[ReplacedHuman],
    n_units: int,
    model: Hashable,
    rule: tuple[float, float],
    level: str,
    *,
    is_constant: bool,
) -> AlternativeTest:
    counted = [one for one in tested if one.p is not None]
    omega = sum(one.rejected for one in counted) / len(counted) if counted else None
    known = [one.advantage for one in counted or tested if one.advantage is not None]
    rho = sum(known) / len(known) if known else None
    remarks = (CONSTANT,) if is_constant else tuple(_remarks(tested, len(counted)))
    return AlternativeTest(model, omega, rho, *rule, tuple(tested), n_units, SIMILARITY[level], remarks, is_constant)


def _by_unit(data: ReliabilityData) -> Ints:
    """The category of each coder's label on each unit, -1 for none, shape (coders, units)."""
    found = np.full((len(data.coders), len(data.units)), -1, np.int64)
    found[data.coder, data.unit] = data.category
    return found


class _Similarity:
    """How well labels agree with those of others, at the level of the data."""

    def __init__(self, data: ReliabilityData) -> None:
        self._level = data.level
        self._numbers = numeric_values(data.categories, data.level) if data.level in ("interval", "ratio") else None
        self._sets = data.categories

    def __call__(self, label: Ints, others: Ints) -> Floats:
        """S of one label a unit (units,) with the others' (coders, units), -1 for none."""
        is_there = others >= 0
        n = is_there.sum(axis=0)
        if self._numbers is not None:
            squares = np.where(is_there, (self._numbers[others] - self._numbers[label]) ** 2, 0.0)
            return np.asarray(-np.sqrt(squares.sum(axis=0) / n))
        same = self._of_sets(label, others) if self._level == "set" else np.where(others == label, 1.0, 0.0)
        return np.asarray(np.where(is_there, same, 0.0).sum(axis=0) / n)

    def _of_sets(self, label: Ints, others: Ints) -> Floats:
        one, other = np.broadcast_to(label, others.shape).ravel(), others.ravel()
        pairs, index = np.unique(np.stack([one, other]), axis=1, return_inverse=True)
        sets = [frozenset(one) if isinstance(one, frozenset) else frozenset([one]) for one in self._sets]
        both = [(sets[a], sets[b]) for a, b in pairs.T.tolist()]
        sizes = np.array([(len(a), len(b), len(a & b)) for a, b in both], np.float64).reshape(-1, 3)
        return similarity("masi", *sizes.T)[index.ravel()].reshape(others.shape)


def _differences(humans: Ints, model: Ints, j: int, compare: _Similarity) -> tuple[Floats, Floats]:
    """The d of each unit that human j and another labelled, and whether the model is at least as good there."""
    others = np.delete(humans, j, axis=0)
    chosen = (humans[j] >= 0) & (others >= 0).any(axis=0)
    of_model = compare(model[chosen], others[:, chosen])
    of_human = compare(humans[j, chosen], others[:, chosen])
    won = (of_model >= of_human - _CLOSE).astype(np.float64)
    return (of_human >= of_model - _CLOSE) - won, won


def _p_value(d: Floats, epsilon: float) -> float | None:
    """P of H0: mean d ≥ ε; None with too few units."""
    if d.size < FEWEST_UNITS:
        return None
    mean, s = float(d.mean()), float(d.std(ddof=1))
    if s == 0:
        return 0.0 if mean < epsilon else 1.0
    return t_cdf((mean - epsilon) / (s / d.size**0.5), d.size - 1)


def _rejected(p: Sequence[float | None], q: float) -> list[bool]:
    """Which hypotheses Benjamini & Yekutieli (2001) reject."""
    values = sorted(value for value in p if value is not None)
    m = len(values)
    harmonic = sum(1 / rank for rank in range(1, m + 1))
    below = [value for rank, value in enumerate(values, 1) if value <= rank / m * q / harmonic]
    return [value is not None and bool(below) and value <= below[-1] for value in p]


def _remarks(tested: Sequence[ReplacedHuman], n_tested: int) -> list[str]:
    said = []
    if len(tested) < FEWEST_HUMANS:
        n = f"{len(tested)} human coder{'s' * (len(tested) != 1)}"
        said.append(
            f"The test of the model rests on {n}: it needs two, and with fewer than {FEWEST_HUMANS} one of them"
            " decides whether it passes. Have a third person code the same units."
        )
    few = [one for one in tested if one.p is None]
    if few:
        told = ", ".join(f"{one.coder} ({one.units})" for one in few)
        said.append(
            f"Not tested, because fewer than {FEWEST_UNITS} units were also labelled by the model and by another"
            f" human: {told}. Have at least {FEWEST_UNITS} units coded by each, better 50 to 100."
        )
    if few and not n_tested:
        said.append("No human could be tested, so that ω is undefined.")
    return said
