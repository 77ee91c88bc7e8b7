"""Scales on which a coefficient is nearly normal: θ of α, the logit of a share, the coefficient itself."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Scale:
    """The transformation θ of α for a mean of `m` labels on a unit; None leaves a coefficient as it is."""

    def __init__(self, m: float | None) -> None:
        self.m = m
        self.floor = -math.inf if m is None else -1.0 / (m - 1)
        self.ceiling = math.inf if m is None else 1.0

    def theta(self, alpha: Floats) -> Floats:
        """θ of α; infinite at 1 and at the floor."""
        if self.m is None:
            return alpha
        return np.asarray(np.log1p((self.m - 1) * alpha) - np.log1p(-alpha))

    def at(self, alpha: float) -> float:
        """θ of one α, infinite outside its range."""
        if not self.floor < alpha < self.ceiling:
            return math.inf if alpha >= self.ceiling else -math.inf
        return float(self.theta(np.float64(alpha)))  # type: ignore[arg-type]  # a number is an array of no dimension

    def slope(self, alpha: float) -> float:
        """dθ/dα."""
        if self.m is None:
            return 1.0
        return self.m / ((1 + (self.m - 1) * alpha) * (1 - alpha))

    def alpha(self, theta: float) -> float:
        """α of θ."""
        if self.m is None:
            return theta
        if theta > 700:
            return 1.0
        grown = math.exp(theta)
        return (grown - 1) / (grown + self.m - 1)


class Logit(Scale):
    """log(x / (1 - x)) of a share such as F1."""

    def __init__(self) -> None:
        super().__init__(2.0)
        self.floor = 0.0

    def theta(self, alpha: Floats) -> Floats:
        """The logit of a share; infinite at 0 and at 1."""
        return np.asarray(np.log(alpha) - np.log1p(-alpha))

    def slope(self, alpha: float) -> float:
        """The slope of the logit."""
        return 1.0 / (alpha * (1 - alpha))

    def alpha(self, theta: float) -> float:
        """The share of a logit."""
        return 1.0 if theta > 700 else 1.0 - 1.0 / (1.0 + math.exp(theta))
