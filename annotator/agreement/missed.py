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
        undefined: Why there is no value.
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
    low, high = (smoothed * math.exp(sign * z * error) - len(caught) / 2 for sign in (-1, 1))
    return Missed(seen, value, (max(0.0, min(low, value)), max(high, value)))


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


def expanded_total(values: Sequence[int], population: int, confidence: float = 0.95) -> tuple[float, Interval | None]:
    """The sum over a population from a simple random sample without replacement, with its interval.

    N ȳ, with the standard error N √((1 − n/N) s² / n) (Cochran 1977, equations 2.20 and 2.23) and a t interval, which
    begins no lower than what was found. None where the sample has no variance: then nothing is known of it.
    """
    n = len(values)
    mean = sum(values) / n
    variance = sum((value - mean) ** 2 for value in values) / (n - 1) if n > 1 else 0.0
    if n < population and not variance:
        return population * mean, None
    error = population * math.sqrt((1 - n / population) * variance / n)
    reach = error * t_quantile((1 + confidence) / 2, n - 1) if error else 0.0
    return population * mean, (max(float(sum(values)), population * mean - reach), population * mean + reach)
