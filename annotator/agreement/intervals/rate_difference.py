"""The difference of two rates of disagreement, with an interval that keeps clusters whole."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotator.agreement.intervals.student_t import t_quantile
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]

FEWEST_CLUSTERS = 5
"""With fewer clusters on either side no interval is computed."""


@dataclass(frozen=True, eq=False)
class Counts:
    """Comparisons of one side, by cluster; a cluster without any has zeros."""

    differing: Floats
    """How many of them differ, shape (clusters,)."""
    compared: Floats
    """How many there are, shape (clusters,)."""

    @property
    def rate(self) -> float:
        """The share that differs; nan without comparisons."""
        n = float(self.compared.sum())
        return float(self.differing.sum()) / n if n else math.nan

    @property
    def n_effective(self) -> float:
        """As many clusters of equal size as are worth the same (Kish 1965)."""
        squares = float((self.compared**2).sum())
        return float(self.compared.sum()) ** 2 / squares if squares else 0.0


@dataclass(frozen=True)
class RateDifference:
    """The rate of one side less that of the other."""

    first: float
    second: float
    ci: tuple[float, float] | None
    """Of the difference; None where there are too few clusters."""

    @property
    def value(self) -> float:
        """The difference."""
        return self.first - self.second

    @property
    def is_told_from_chance(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.ci is not None and (self.ci[0] > 0 or self.ci[1] < 0)


def rate_difference(first: Counts, second: Counts, confidence: float = 0.95) -> RateDifference:
    """The difference, with the t interval of the jackknife over clusters.

    The degrees of freedom are the effective clusters of the side that has fewer, less one. That is cautious where the
    sides have clusters of their own, as two halves of a time have.

    Raises:
        AgreementError: The sides do not have the same clusters.
    """
    if first.compared.shape != second.compared.shape:
        raise AgreementError("The two sides need the same clusters in the same order.")
    found = RateDifference(first.rate, second.rate, None)
    fewest = min(first.n_effective, second.n_effective)
    if fewest < FEWEST_CLUSTERS:
        return found
    there = (first.compared + second.compared) > 0
    without = _without(first)[there] - _without(second)[there]
    n = without.size
    deviation = float(np.sqrt((n - 1) / n * np.square(without - without.mean()).sum()))
    half = t_quantile(0.5 + confidence / 2, fewest - 1) * deviation
    return RateDifference(found.first, found.second, (found.value - half, found.value + half))


def _without(side: Counts) -> Floats:
    """The rate without each cluster in turn."""
    left = side.compared.sum() - side.compared
    return np.asarray((side.differing.sum() - side.differing) / np.where(left > 0, left, np.nan))
