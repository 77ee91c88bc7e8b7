"""The labels of a measure as arrays: those that count, and how many do not and why."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.agreement import ReliabilityData
from annotator.agreement.data.first_seen import first_seen
from annotator.codebook.model import Variable
from annotator.reports.compared.measures import ASIDE, NO_LABEL, OUTSIDE, Measure, Reader

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

COUNTS = -1
"""In the place of a reason: the label counts."""


@dataclass(frozen=True, eq=False)
class Tally:
    """The labels of one measure that count."""

    measure: Measure
    coders: tuple[str, ...]
    """All coders that are compared."""
    unit: Ints
    """One a label: the row of the paragraph, or an index into `units`."""
    coder: Ints
    """Index into `coders`, one a label."""
    value: Ints
    """Index into `values`, one a label; labels outside the scale included."""
    values: Sequence[Hashable]
    """The labels that occur."""
    origins: dict[str, int]
    """How the labels that count came about."""
    left_out: dict[str, int] = field(default_factory=dict)
    """How many labels do not count, by reason."""
    units: Sequence[Hashable] | None = None
    """The names of the units, if they are not rows of paragraphs."""

    @classmethod
    def of_values(
        cls, measure: Measure, coders: tuple[str, ...], unit: Ints, coder: Ints, value: Ints, values: Sequence[Hashable]
    ) -> Tally:
        """Labels that follow from what a coder did, all of which count."""
        return cls(measure, coders, unit, coder, value, values, {"coder": unit.size} if unit.size else {})

    @classmethod
    def of_decisions(
        cls,
        measure: Measure,
        coders: tuple[str, ...],
        unit: Ints,
        coder: Ints,
        decision: Ints,
        decided: DecidedLabels,
        *,
        is_aside: Bools | None = None,
        units: Sequence[Hashable] | None = None,
    ) -> Tally:
        """Labels that coders gave: those that count, and how many do not, by reason.

        Args:
            measure: What is compared.
            coders: All coders that are compared.
            unit: See `Tally.unit`; one a label, as are the next two and `is_aside`.
            coder: Index into `coders`.
            decision: Index into the decisions, -1 for none.
            decided: What the decisions mean.
            is_aside: Whether the coder set the paragraph aside, so that the label does not count.
            units: See `Tally.units`.
        """
        reason, value = decided.reason[decision], decided.value[decision]
        is_asked = np.ones(reason.size, np.bool_)
        if is_aside is not None:
            reason[is_aside] = len(decided.reasons)
            is_asked = ~is_aside | (decision >= 0)  # who sets a paragraph aside is not asked for its labels
        counts = reason == COUNTS
        # A label outside the scale counts, and is left out of the figures on the scale.
        is_outside = counts & np.append(are_in(decided.values, measure.outside), False)[value]
        reason[is_outside] = len(decided.reasons) + 1 + value[is_outside]
        reasons = (*decided.reasons, ASIDE, *outside_names(decided.values))
        return cls(
            measure,
            coders,
            unit[counts],
            coder[counts],
            value[counts],
            decided.values,
            decided.count_origins(decision[counts]),
            count(reason[is_asked & (reason != COUNTS)], reasons),
            units,
        )

    @cached_property
    def is_on_scale(self) -> Bools:
        """Whether each label stands on the scale."""
        return ~are_in(self.values, self.measure.outside)[self.value]

    def on_scale(self, declared: Sequence[Hashable] | None) -> ReliabilityData:
        """The labels on the scale, with the declared categories."""
        return self._data(np.where(self.is_on_scale, self.value, -1), self.measure.level, declared)

    def with_outside(self) -> ReliabilityData:
        """All labels as categories without an order."""
        return self._data(self.value, "nominal", self.measure.categories)

    def _data(self, value: Ints, level: str, categories: Sequence[Hashable] | None) -> ReliabilityData:
        return ReliabilityData.from_values(
            self.unit,
            self.coder,
            value,
            values=self.values,
            coders=self.coders,
            level=level,
            categories=categories,
            units=self.units,
        )


class DecidedLabels:
    """What each of some decisions means to the codebook in force; the last place is that of no decision."""

    def __init__(self, reader: Reader, variable: Variable, decisions: Sequence[tuple[Any, str]]) -> None:
        """Ask the reader.

        Args:
            reader: Knows the codebook in force.
            variable: What was decided.
            decisions: The values, each with how it came about.
        """
        values: dict[Hashable, int] = {}
        reasons: dict[str, int] = {}
        origins: dict[str, int] = {}
        value, reason, origin = [], [], []
        read = [(*reader.label(variable, said, came), came) for said, came in decisions]
        for label, why, came in (*read, (None, NO_LABEL, "coder")):
            value.append(-1 if why is not None else values.setdefault(label, len(values)))
            reason.append(COUNTS if why is None else reasons.setdefault(why, len(reasons)))
            origin.append(origins.setdefault(came, len(origins)))
        self.values: tuple[Hashable, ...] = tuple(values)
        """The labels that count."""
        self.reasons: tuple[str, ...] = tuple(reasons)
        """Why others do not."""
        self.origins: tuple[str, ...] = tuple(origins)
        """How they came about."""
        self.value: Ints = np.array(value, np.int64)
        """Index into `values`, one a decision; -1 for a label that does not count."""
        self.reason: Ints = np.array(reason, np.int64)
        """Index into `reasons`, one a decision, or `COUNTS`."""
        self.origin: Ints = np.array(origin, np.int64)
        """Index into `origins`, one a decision."""

    def count_origins(self, decision: Ints) -> dict[str, int]:
        """How many of these labels came about in which way."""
        return count(self.origin[decision], self.origins)


def outside_names(values: Sequence[Hashable]) -> list[str]:
    """What is said of labels outside the scale."""
    return [f"{OUTSIDE}: {value}" for value in values]


def are_in(values: Sequence[Hashable], names: frozenset[str]) -> Bools:
    """Which values are among some names."""
    return np.array([value in names for value in values], dtype=bool)


def count(index: Ints, names: Sequence[str]) -> dict[str, int]:
    """How often each name occurs, in the order in which they first occur."""
    times = np.bincount(index, minlength=len(names)).tolist()
    return {names[i]: times[i] for i in first_seen(index).tolist()}


def ranges(begin: Ints, sizes: Ints) -> Ints:
    """The numbers from each `begin` on, as many as `sizes` says, one after the other."""
    offset = np.cumsum(sizes) - sizes
    return np.asarray(np.arange(int(sizes.sum())) + np.repeat(begin - offset, sizes))
