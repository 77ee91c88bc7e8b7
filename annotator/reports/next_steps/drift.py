"""Whether coders differ more, or less, as time goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annotator.agreement.intervals.rate_difference import RateDifference, rate_difference
from annotator.reports.compared.comparisons import ByArticle, Comparisons
from annotator.reports.compared.units import Belongings

Ints = npt.NDArray[np.int64]

CONFIDENCE = 0.95
"""Of all intervals about drift, taken together (Bonferroni)."""


class Drift(NamedTuple):
    """Rates of disagreement in the earlier and the later half of the comparisons."""

    what: str
    """The title of a variable, the name of a coder, or empty for everything."""
    kind: str
    """all, variable or coder."""
    until: date
    """The last day of the earlier half."""
    rates: RateDifference
    """The later half less the earlier."""


def drifts(
    every: Comparisons,
    titled: Sequence[tuple[str, Comparisons]],
    coders: Sequence[str],
    belongings: Belongings,
) -> Iterator[Drift]:
    """The later half of the comparisons against the earlier one."""
    until = _middle(every, belongings)
    if until is None:
        return
    day = date(until // 10_000, until // 100 % 100, until % 100)
    used = np.unique(np.concatenate([every.first, every.second])).tolist()
    of_coders = used if len(used) > 2 else []
    confidence = 1 - (1 - CONFIDENCE) / (1 + len(titled) + len(of_coders))

    def rates(some: Comparisons, takes_part: Callable[[Ints], Any] = np.ones_like) -> RateDifference:
        chosen = np.asarray(takes_part(some.first), bool) | np.asarray(takes_part(some.second), bool)
        is_late = belongings.day[np.searchsorted(belongings.row, some.paragraph)] > until
        sides = ByArticle(some, belongings)
        return rate_difference(sides.of(chosen & is_late), sides.of(chosen & ~is_late), confidence)

    yield Drift("", "all", day, rates(every))
    for title, one in titled:
        yield Drift(title, "variable", day, rates(one))
    for coder in of_coders:
        yield Drift(coders[coder], "coder", day, rates(every, lambda some, own=coder: some == own))  # type: ignore[misc]


def _middle(every: Comparisons, belongings: Belongings) -> int | None:
    """The last day of the earlier half of the comparisons; None if they were all made on one day."""
    days, index = np.unique(belongings.day[np.searchsorted(belongings.row, every.paragraph)], return_inverse=True)
    if days.size < 2:
        return None
    so_far = np.cumsum(np.bincount(index, every.compared))[:-1]
    return int(days[int(np.argmin(np.abs(so_far - every.compared.sum() / 2)))])


def told(drift: Sequence[Drift]) -> Mapping[str, list[Drift]]:
    """The drifts that are told from chance, by kind."""
    found: dict[str, list[Drift]] = {}
    for one in drift:
        if one.rates.is_told_from_chance:
            found.setdefault(one.kind, []).append(one)
    return found
