"""How many statements nobody found: capture and recapture by two coders (Chapman), and a second look at skipped texts.

Two coders who read the same paragraphs are two catches of one population of statements: what both found says how
likely each was to find one, and so how many both missed.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from annotator.agreement.intervals.student_t import t_quantile

Interval = tuple[float, float]

NOTHING = "undefined: neither coder recorded a statement"
NO_MATCH = "undefined: no statement was found by both"


_LARGEST = 700.0
"""The largest exponent that a float can take."""
_MANY = 500
"""An expected number from which on a Poisson distribution is taken to be normal."""


@dataclass(frozen=True)
class Caught:
    """What two coders found in the paragraphs that both read: statements of both, of the first alone, of the second."""

    both: int
    only_a: int
    only_b: int

    @property
    def seen(self) -> int:
        """Statements that at least one of them found."""
        return self.both + self.only_a + self.only_b

    @property
    def missed(self) -> float:
        """Statements that both missed, by Chapman's estimator.

        Chapman (1951) estimates all as (n₁ + 1)(n₂ + 1) / (m + 1) − 1, with n₁ and n₂ found by each and m by both;
        without the statements seen, ab / (m + 1) is left, with a and b found by one alone. It has no bias where
        n₁ + n₂ is at least as large as the number of all statements.
        """
        return self.only_a * self.only_b / (self.both + 1)

    @property
    def smoothed(self) -> float:
        """(a + ½)(b + ½) / (m + ½), on which the interval rests (Sadinle 2009)."""
        return (self.only_a + 0.5) * (self.only_b + 0.5) / (self.both + 0.5)

    @property
    def log_error(self) -> float:
        """The standard error of its logarithm (Sadinle 2009)."""
        a, b, m = self.only_a + 0.5, self.only_b + 0.5, self.both + 0.5
        return math.sqrt(1 / a + 1 / b + 1 / m + m / (a * b))


@dataclass(frozen=True)
class Missed:
    """An estimate of the statements that nobody of a pair of coders found, for one pair or several.

    Attributes:
        seen: Statements that at least one of the pair found, summed over pairs.
        value: Statements that both missed, summed over pairs; None where it is undefined.
        ci: Its interval.
        undefined: The reason that is given for a missing value.
    """

    seen: int
    value: float | None
    ci: Interval | None
    undefined: str | None = None

    def share(self, found: int) -> tuple[float, Interval] | None:
        """The share that `found` statements are of all, those that both missed included, with its interval."""
        if self.value is None or self.ci is None:
            return None
        low, high = (found / (self.seen + missed) for missed in reversed(self.ci))
        return found / (self.seen + self.value), (low, high)


def missed_statements(pairs: Iterable[Caught], confidence: float = 0.95) -> Missed:
    """Estimate the statements that both coders missed, summed over pairs.

    The interval of one pair is the transformed logit interval of Sadinle (2009, Communications in Statistics –
    Simulation and Computation 38, 1909–1924): −½ + f · exp(± z σ), with f and σ as in `Caught`. It holds in small
    samples, and also where one coder found all that the other did. Of several pairs f is added, and their standard
    errors too, because pairs of three coders read the same statements: the interval is then too wide rather than too
    narrow.

    Where few are missed its upper end runs away, beyond all that was seen. It is then replaced by the lower bound that
    two steps give: the upper end of the expected number, and the Poisson quantile of the number there.

    Args:
        pairs: What each pair found; pairs that found nothing say nothing.
        confidence: How much the interval is to cover.
    """
    caught = [one for one in pairs if one.seen]
    seen = sum(one.seen for one in caught)
    if not caught:
        return Missed(0, None, None, NOTHING)
    if not any(one.both for one in caught):
        return Missed(seen, None, None, NO_MATCH)
    value = sum(one.missed for one in caught)
    smoothed = sum(one.smoothed for one in caught)
    error = sum(one.smoothed * one.log_error for one in caught) / smoothed
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    low, high = (smoothed * math.exp(min(sign * z * error, _LARGEST)) - len(caught) / 2 for sign in (-1, 1))
    high = min(high, sum(_in_two_steps(one, z, (1 + confidence) / 2) for one in caught))
    return Missed(seen, value, (max(0.0, min(low, value)), max(high, value)))


def _in_two_steps(one: Caught, z: float, probability: float) -> float:
    """An upper bound of the number that both missed: of the expected number first, then of the number by chance."""
    a, b, m = one.only_a + 0.5, one.only_b + 0.5, one.both + 0.5
    expected = one.smoothed * math.exp(z * math.sqrt(1 / a + 1 / b + 1 / m))
    if expected > _MANY:
        return expected + z * math.sqrt(expected)
    found, chance = 0, math.exp(-expected)
    reached = chance
    while reached < probability:
        found += 1
        chance *= expected / found
        reached += chance
    return max(1.0, float(found))


def hypergeometric_interval(found: int, drawn: int, population: int, confidence: float = 0.95) -> tuple[int, int]:
    """The exact interval of how many of a population have a property, from a sample without replacement.

    It holds every number that a one-sided test at (1 − confidence) / 2 does not reject (Buonaccorsi 1987, The American
    Statistician 41, 215–218; Wright 1991).

    Args:
        found: How many of those drawn have it.
        drawn: How many were drawn.
        population: How many there are.
        confidence: How much the interval is to cover.
    """
    alpha = (1 - confidence) / 2
    possible = range(found, population - (drawn - found) + 1)
    # Both probabilities are monotonic in the number that have the property.
    low = bisect_right(possible, alpha, key=lambda having: 1 - _at_most(found - 1, drawn, having, population))
    high = bisect_left(possible, -alpha, key=lambda having: -_at_most(found, drawn, having, population))
    return possible[min(low, len(possible) - 1)], possible[max(high - 1, 0)]


def _at_most(found: int, drawn: int, having: int, population: int) -> float:
    """The probability to draw at most so many that have the property."""
    return sum(_probability(n, drawn, having, population) for n in range(min(found, having, drawn) + 1))


def _probability(n: int, drawn: int, having: int, population: int) -> float:
    if drawn - n > population - having:
        return 0.0
    logs = (_log_choose(having, n), _log_choose(population - having, drawn - n), -_log_choose(population, drawn))
    return math.exp(sum(logs))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def total_of_sample(values: Sequence[int], population: int, confidence: float = 0.95) -> tuple[float, Interval]:
    """The sum over a population of which most are 0, from a simple random sample without replacement.

    The estimate is N ȳ (Cochran 1977, section 2.3). For the interval it is the product of how many are above 0 and of
    their mean: the exact interval of the one and the t interval of the other are joined on the log scale by the method
    of variance estimates recovery (Zou and Donner 2008, Statistics in Medicine 27, 1693–1702). Where none is above 0,
    each counts as 1 for the upper end.

    Args:
        values: The values in the sample.
        population: How many there are.
        confidence: How much the interval is to cover.
    """
    above = [value for value in values if value > 0]
    low, high = hypergeometric_interval(len(above), len(values), population, confidence)
    if not above:
        return 0.0, (0.0, float(high))
    mean = sum(above) / len(above)
    total = population * sum(values) / len(values)
    reach = _relative_reach(above, mean, confidence)
    down, up = (math.hypot(math.log(end * mean / total), reach) for end in (low, high))
    return total, (max(float(sum(values)), total * math.exp(-down)), total * math.exp(up))


def _relative_reach(values: Sequence[int], mean: float, confidence: float) -> float:
    """Half the width of the t interval of a mean, as a share of it; 0 where one value tells nothing of its variance."""
    n = len(values)
    if n < 2:
        return 0.0
    error = math.sqrt(sum((value - mean) ** 2 for value in values) / (n - 1) / n)
    return error * t_quantile((1 + confidence) / 2, n - 1) / mean
