"""Reliability data: which coder gave which unit which category, from an array or from (unit, coder, label) triples."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.distances import LEVELS
from annotator.agreement.data.first_seen import first_seen
from annotator.agreement.data.patterns import Ints, Patterns, patterns_of_units
from annotator.agreement.data.values import Coding, Labels, code_array, numeric_category, patterns_of_array
from annotator.errors import AgreementError


@dataclass(frozen=True, eq=False)
class ReliabilityData:
    """The labels of one variable, sorted by unit, then coder; made by `from_array`, `from_codes`, `from_labels`."""

    level: str
    """nominal, ordinal, interval, ratio or set."""
    categories: tuple[Hashable, ...]
    """The declared categories in their order; numbers for interval and ratio, frozensets for set."""
    coders: tuple[Hashable, ...] | range
    """Who coded: the coders with at least one label."""
    units: tuple[Hashable, ...] | range
    """What was coded: the units with at least one label."""
    unit: Ints
    """Index into `units`, one a label, ascending."""
    coder: Ints
    """Index into `coders`, one a label."""
    category: Ints
    """Index into `categories`, one a label."""

    @classmethod
    def from_array(
        cls,
        data: Labels,
        level: str = "nominal",
        categories: Sequence[Hashable] | None = None,
        coders: Sequence[Hashable] | None = None,
    ) -> ReliabilityData:
        """Reliability data from an array (coders, units); nan, None or a masked entry where a coder gave no value.

        Args:
            data: Numbers or names.
            level: The level of measurement.
            categories: The declared categories in their order. Without them, those that occur, numbers ascending;
                names have no order of their own, so that an ordinal variable of names must declare it.
            coders: The coders' names, one a row.

        Raises:
            AgreementError: a value is not a declared category, or does not fit the level.
        """
        codes, used = code_array(data, check_level(level), categories)
        if coders is not None and len(coders) != len(codes):
            raise AgreementError(f"There are {len(codes)} rows of labels, but {len(coders)} coders are named.")
        unit, coder = np.nonzero(codes.T)
        category = codes.T[unit, coder] - 1
        return cls.from_codes(unit, coder, category, categories=used, level=level, coders=coders)

    @classmethod
    def from_codes(
        cls,
        unit: npt.ArrayLike,
        coder: npt.ArrayLike,
        category: npt.ArrayLike,
        *,
        categories: Sequence[Hashable],
        level: str = "nominal",
        units: Sequence[Hashable] | None = None,
        coders: Sequence[Hashable] | None = None,
    ) -> ReliabilityData:
        """Reliability data from three arrays of equal length, one entry a label.

        Args:
            unit: Whole numbers that tell the units apart: indexes into `units`, where that is given.
            coder: The same for coders.
            category: Indexes into `categories`; -1 where there is no value.
            categories: The declared categories in their order.
            level: The level of measurement.
            units: The units' names.
            coders: The coders' names.

        Raises:
            AgreementError: a coder has two labels on one unit, or an index is out of range.
        """
        used = Coding.declared(categories, check_level(level)).categories
        u, c, k = (np.asarray(x, dtype=np.int64) for x in (unit, coder, category))
        if not u.shape == c.shape == k.shape or u.ndim != 1:
            raise AgreementError("Units, coders and categories are three lists of equal length.")
        if k.size and (k.min() < -1 or k.max() >= len(used)):
            raise AgreementError(f"A category index lies outside 0 to {len(used) - 1}.")

        keep = k >= 0
        if not keep.all():
            u, c, k = u[keep], c[keep], k[keep]
        unit_index, unit_names = _names(u, units, "unit")
        coder_index, coder_names = _names(c, coders, "coder")
        place = unit_index * max(len(coder_names), 1) + coder_index
        steps = np.diff(place)
        if (steps <= 0).any():
            order = np.argsort(place, kind="stable")
            unit_index, coder_index, k = unit_index[order], coder_index[order], k[order]
            steps = np.diff(place[order])
        if not steps.all():
            twice = int(np.argmin(steps))
            coder_name, unit_name = coder_names[coder_index[twice]], unit_names[unit_index[twice]]
            raise AgreementError(f"{coder_name} has two labels on unit {unit_name}.")
        return cls(level, used, coder_names, unit_names, unit_index, coder_index, k)

    @classmethod
    def from_values(
        cls,
        unit: Ints,
        coder: Ints,
        value: Ints,
        *,
        values: Sequence[Any],
        coders: Sequence[Hashable],
        level: str = "nominal",
        categories: Sequence[Hashable] | None = None,
        units: Sequence[Hashable] | None = None,
    ) -> ReliabilityData:
        """Reliability data from three arrays of equal length whose labels are indexes into any values.

        Coders are named in the order in which they first occur.

        Args:
            unit: See `from_codes`.
            coder: Indexes into `coders`.
            value: Indexes into `values`; -1 where there is no label.
            values: The labels.
            coders: The coders' names.
            level: The level of measurement.
            categories: The declared categories in their order; without them, the labels that occur.
            units: See `from_codes`.

        Raises:
            AgreementError: a coder has two labels on one unit, or a label does not fit categories or level.
        """
        coding, index = code_values(value, values, check_level(level), categories)
        keep = value >= 0
        if not keep.all():
            unit, coder, value = unit[keep], coder[keep], value[keep]
        order = first_seen(coder)
        rank = np.empty(len(coders), np.int64)
        rank[order] = np.arange(order.size)
        return cls.from_codes(
            unit,
            rank[coder],
            index[value],
            categories=coding.categories,
            level=level,
            units=units,
            coders=[coders[i] for i in order.tolist()],
        )

    @classmethod
    def from_labels(
        cls,
        labels: Iterable[tuple[Hashable, Hashable, Any]],
        level: str = "nominal",
        categories: Sequence[Hashable] | None = None,
    ) -> ReliabilityData:
        """Reliability data from (unit, coder, label) triples in any order; a label of None counts as missing.

        Units and coders are named in the order in which they first occur.

        Raises:
            AgreementError: a coder has two labels on one unit, or a label does not fit categories or level.
        """
        rows = [row for row in labels if row[2] is not None]
        coding = Coding.of([value for _, _, value in rows], check_level(level), categories)
        units: dict[Hashable, int] = {}
        coders: dict[Hashable, int] = {}
        unit = [units.setdefault(u, len(units)) for u, _, _ in rows]
        coder = [coders.setdefault(c, len(coders)) for _, c, _ in rows]
        return cls.from_codes(
            unit,
            coder,
            coding.indexes([value for _, _, value in rows]),
            categories=coding.categories,
            level=level,
            units=tuple(units),
            coders=tuple(coders),
        )

    @property
    def patterns(self) -> Patterns:
        """The distinct count vectors of the units."""
        return self._reduced[1]

    @property
    def unit_pattern(self) -> Ints:
        """The pattern of each unit, shape (units,)."""
        return self._reduced[0]

    @cached_property
    def start(self) -> Ints:
        """Where the labels of each unit begin, shape (units + 1,)."""
        return np.searchsorted(self.unit, np.arange(len(self.units) + 1))

    @cached_property
    def labels_per_unit(self) -> Ints:
        """Number of labels on each unit, shape (units,)."""
        return np.diff(self.start)

    @cached_property
    def by_coder(self) -> Ints:
        """Labels of each coder in each category, shape (coders, q)."""
        q, coders = len(self.categories), len(self.coders)
        return np.bincount(self.coder * q + self.category, minlength=coders * q).reshape(coders, q)

    def patterns_without(self, coder: int) -> Patterns:
        """The patterns of the labels of all coders but one, given by index."""
        keep = self.coder != coder
        sizes = np.bincount(self.unit[keep], minlength=len(self.units))
        start = np.concatenate([[0], np.cumsum(sizes[sizes > 0])])
        _, patterns = patterns_of_units(start, self.category[keep], self.categories)
        return replace(patterns, n_coders=int(np.unique(self.coder[keep]).size))

    def take(self, keep: npt.NDArray[np.bool_]) -> ReliabilityData:
        """Only the labels where `keep` (labels,) is true; units and coders without a label leave the data."""
        return ReliabilityData.from_codes(
            self.unit[keep],
            self.coder[keep],
            self.category[keep],
            categories=self.categories,
            level=self.level,
            units=self.units,
            coders=self.coders,
        )

    @cached_property
    def _reduced(self) -> tuple[Ints, Patterns]:
        pattern, patterns = patterns_of_units(self.start, self.category, self.categories)
        coders = int(np.unique(self.coder).size)
        return pattern, replace(patterns, n_coders=coders)


def code_values(
    value: Ints, values: Sequence[Any], level: str, categories: Sequence[Hashable] | None
) -> tuple[Coding, Ints]:
    """The categories of labels that are given as indexes into `values`, -1 for none.

    Returns:
        The categories, and the category of each of `values` that occurs; -1 for the others and, at the end, for none.

    Raises:
        AgreementError: a label does not fit categories or level.
    """
    used = np.zeros(len(values) + 1, dtype=bool)
    used[value] = True
    there = np.flatnonzero(used[:-1])
    labels = [values[i] for i in there.tolist()]
    coding = Coding.of(labels, level, categories)
    index = np.full(len(values) + 1, -1, np.int64)
    index[there] = coding.indexes(labels)
    return coding, index


def check_level(level: str) -> str:
    """The level, if it is one.

    Raises:
        AgreementError: it is not.
    """
    if level not in LEVELS:
        raise AgreementError(f"The level is one of {', '.join(LEVELS)}; not {level!r}.")
    return level


def as_patterns(
    data: Labels | ReliabilityData | Patterns,
    level: str = "nominal",
    categories: Sequence[Hashable] | None = None,
) -> Patterns:
    """Patterns of whatever a coefficient accepts: an array (coders, units), ReliabilityData or Patterns."""
    if isinstance(data, ReliabilityData):
        data = data.patterns
    if isinstance(data, Patterns):
        if categories is not None and tuple(categories) != data.categories:
            raise AgreementError("These data have categories already; declare them where the data are read.")
        return data
    return patterns_of_array(data, check_level(level), categories)


def numeric_values(categories: Sequence[Hashable], level: str) -> npt.NDArray[np.float64]:
    """The numbers behind the categories of an interval or ratio variable.

    Raises:
        AgreementError: one of them is not a number.
    """
    return np.array([numeric_category(category, level) for category in categories], dtype=np.float64)


def _dense(index: Ints) -> tuple[Ints, Ints]:
    """The different indexes, ascending, and the place of each among them."""
    if not index.size or index.min() < 0 or index.max() > 4 * index.size + 1000:
        return np.unique(index, return_inverse=True)
    there = np.zeros(int(index.max()) + 1, dtype=bool)
    there[index] = True
    return np.nonzero(there)[0], (np.cumsum(there) - 1)[index]


def _names(index: Ints, names: Sequence[Hashable] | None, what: str) -> tuple[Ints, tuple[Hashable, ...] | range]:
    """Indexes 0, 1, … and the names they stand for; units or coders without a label are left out."""
    used, dense = _dense(index)
    if names is None:
        complete = used.size and used[0] == 0 and used[-1] == used.size - 1
        return dense, range(used.size) if complete else tuple(used.tolist())
    if used.size and (used[0] < 0 or used[-1] >= len(names)):
        raise AgreementError(f"A {what} index lies outside the {len(names)} that are named.")
    return dense, tuple(names[i] for i in used.tolist())
