"""The jackknife-t interval: what is deleted one at a time, its standard error, and the bounds where it has none."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.result import RELIABLE, TENTATIVE, Interval
from annotator.agreement.data.clusters import ClusterCounts
from annotator.agreement.data.patterns import Patterns
from annotator.agreement.intervals.scales import Scale
from annotator.agreement.intervals.student_t import t_cdf, t_quantile

Floats = npt.NDArray[np.float64]

EXACT = "exact bound for no observed disagreement"
MIRROR = "exact bound for no observed agreement"
TOO_FEW = "no interval: fewer than two units can be compared"
SAME = "no interval: the coefficient is the same without any one"

_NOTHING = 1e-12
"""A standard error below this is rounding."""


@dataclass(frozen=True, eq=False)
class Deletion:
    """What a jackknife deletes one at a time: units, or whole clusters of them."""

    times: Floats
    """How many of them share each value that is computed, shape (k,); 0 for a cluster where nothing is compared."""
    df: float
    """Degrees of freedom of Student's t."""
    n: int
    """How many there are, clusters that were joined into groups counted one by one."""
    what: str
    """What one of them is: unit, article."""
    clusters: str | None = None
    """In words which clusters are deleted; None where units are."""

    @classmethod
    def of_units(cls, multiplicity: npt.ArrayLike) -> Deletion:
        """One unit at a time; units of one pattern, as many as `multiplicity` says, share a value."""
        times = np.asarray(multiplicity, np.float64)
        n = int(times.sum())
        return cls(times, n - 1.0, n, "unit")

    @classmethod
    def of_clusters(cls, counts: ClusterCounts, sizes: npt.NDArray[np.int64]) -> Deletion:
        """One cluster at a time, of the sizes (n,) in units that can be compared.

        The degrees of freedom are those of as many clusters of equal size as would be worth the same: (Σ n)² / Σ n²
        (Kish 1965), less one.
        """
        is_used = sizes > 0
        used = sizes[is_used].astype(np.float64)
        effective = float(used.sum() ** 2 / (used @ used)) if used.size else 0.0
        n = counts.n_joined or used.size
        return cls(is_used.astype(np.float64), max(effective - 1.0, 1.0), n, counts.what, counts.said_of(used.size))

    @property
    def over(self) -> str:
        """What is deleted, as the name of a method says it."""
        return "units" if self.clusters is None else self.clusters

    @property
    def too_few(self) -> str:
        """Why one of them alone gives no interval."""
        if self.clusters is None:
            return TOO_FEW
        return f"no interval: everything that can be compared stands in one {self.what}"

    @property
    def place(self) -> str:
        """Where nothing was seen, for the name of a bound; empty for units."""
        return "" if self.clusters is None else f" in {self.clusters}"

    def error(self, values: Floats, value: float) -> float:
        """The delete-one standard error from the values without each (k,).

        Without units they vary around their mean; without clusters, of which there are few, around the value itself.
        """
        if self.clusters is None:
            return jackknife_error(values, self.times)
        n = self.times.sum()
        return math.sqrt((n - 1) / n * float(((values - value) ** 2).sum()))


def jackknife_error(values: Floats, w: Floats) -> float:
    """The delete-one standard error from one value a pattern (p,) that `w` units share."""
    units = w.sum()
    mean = w @ values / units
    return math.sqrt((units - 1) / units * float(w @ (values - mean) ** 2))


def without_each(p: Patterns, counts: ClusterCounts) -> list[Floats]:
    """How often each pattern occurs without each cluster, in blocks (some clusters, p)."""
    return [p.multiplicity - rows for rows in counts.blocks()]


def t_interval(
    scale: Scale,
    value: float,
    error: float,
    deletion: Deletion,
    confidence: float,
    method: str,
    *,
    is_alpha: bool = True,
) -> Interval:
    """Student's t around a value on its scale; of α also how probable it is that it lies below .667 and .800."""
    if error < _NOTHING:
        return Interval(None, f"{SAME} {deletion.what}", level=confidence, n_drawn=deletion.n)
    centre = scale.at(value)
    half = t_quantile((1 + confidence) / 2, deletion.df) * error
    low, high = (min(1.0, max(-1.0, scale.alpha(centre + sign * half))) for sign in (-1, 1))

    def below(limit: float) -> float:
        return t_cdf((scale.at(limit) - centre) / error, deletion.df)

    q = (below(TENTATIVE), below(RELIABLE)) if is_alpha else None
    return Interval((low, high), method, q, confidence, deletion.n)


def on_scale(
    scale: Scale, value: float, deleted: Floats, deletion: Deletion, confidence: float, method: str, carried: str
) -> Interval:
    """The interval on a scale; where a value without one falls off it, with the standard error carried to the scale."""
    if (deleted >= scale.ceiling).any() or (deleted <= scale.floor).any():
        error = deletion.error(deleted, value) * scale.slope(value)
        return t_interval(scale, value, error, deletion, confidence, carried)
    error = deletion.error(scale.theta(deleted), scale.at(value))
    return t_interval(scale, value, error, deletion, confidence, method)


def exact_bound(deletion: Deletion, differ: float, confidence: float) -> Interval:
    """None of n disagrees: the share π that does is below 1 - (1 - confidence)^(1/n) (Clopper & Pearson 1934).

    One that disagrees is taken to be as wrong as two different labels drawn at random: then the coefficient is
    1 - π / P(differ). A cluster counts as one, as if its units were one.
    """
    if deletion.n < 2:
        return Interval(None, deletion.too_few, level=confidence)
    share = -math.expm1(math.log(1 - confidence) / deletion.n)

    def below(limit: float) -> float:
        return float((1.0 - min(1.0, (1 - limit) * differ)) ** deletion.n)

    low = max(-1.0, 1.0 - share / differ)
    q = (below(TENTATIVE), below(RELIABLE))
    return Interval((low, 1.0), EXACT + deletion.place, q, confidence, deletion.n)


def mirror_bound(deletion: Deletion, value: float, differ: float, confidence: float) -> Interval:
    """None of n agrees: the share that does is below the same bound, and every one of them adds 1 / P(differ)."""
    if deletion.n < 2:
        return Interval(None, deletion.too_few, level=confidence)
    share = -math.expm1(math.log(1 - confidence) / deletion.n)
    high = min(1.0, value + share / differ)

    def below(limit: float) -> float:
        return 1.0 - float((1.0 - min(1.0, max(0.0, (limit - value) * differ))) ** deletion.n)

    q = (below(TENTATIVE), below(RELIABLE))
    return Interval((max(-1.0, value), high), MIRROR + deletion.place, q, confidence, deletion.n)
