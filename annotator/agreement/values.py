"""Values in, category indexes out: missing values, declared categories, and the fast way from an array to patterns."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from annotator.agreement.patterns import Ints, Patterns, patterns_of_units, unpack
from annotator.errors import AgreementError

Array = npt.NDArray[Any]
Codes = npt.NDArray[np.int32]
Labels = npt.ArrayLike | Sequence[Sequence[Any]]
"""An array (coders, units), or one row of values a coder; nan or None where a coder gave no value."""

_PACKED = 1 << 20
"""Up to this many possible count vectors, patterns are counted in a table without sorting the units."""
_SPAN = 4096
"""Whole numbers that lie this close together are looked up in a table."""
_BLOCK = 1 << 16
"""Units a step: what is written between two steps stays in the cache."""


@dataclass(frozen=True)
class Coding:
    """Which value is which category."""

    categories: tuple[Hashable, ...]
    level: str

    @classmethod
    def declared(cls, categories: Sequence[Hashable], level: str) -> Coding:
        """The categories of the codebook, in its order.

        Raises:
            AgreementError: one is there twice, or is not a number where the level asks for numbers.
        """
        coding = cls(tuple(_fitting(category, level) for category in categories), level)
        if len(coding._place) < len(coding.categories):
            raise AgreementError("A category is declared twice.")
        return coding

    @classmethod
    def of(cls, values: Iterable[Any], level: str, categories: Sequence[Hashable] | None) -> Coding:
        """The declared categories, or else those that occur in `values`.

        Raises:
            AgreementError: an ordinal variable of names has no declared order.
        """
        if categories is not None:
            return cls.declared(categories, level)
        found = {_fitting(value, level) for value in values}
        if all(isinstance(value, int | float) for value in found):
            return cls(tuple(sorted(found)), level)  # type: ignore[type-var]  # all are numbers
        if level == "ordinal":
            raise AgreementError("Names have no order of their own: declare the categories of an ordinal variable.")
        return cls(tuple(sorted(found, key=_sort_key)), level)

    def index(self, value: Any) -> int:
        """The category a value belongs to.

        Raises:
            AgreementError: it is not among the declared ones.
        """
        try:
            return self._place[_fitting(value, self.level)]
        except KeyError:
            known = ", ".join(str(category) for category in self.categories)
            raise AgreementError(f"{value!r} is not one of the declared categories: {known}.") from None

    @cached_property
    def _place(self) -> dict[Hashable, int]:
        return {category: i for i, category in enumerate(self.categories)}


def numeric_category(category: Hashable, level: str) -> float:
    """The number a category stands for.

    Raises:
        AgreementError: it is none.
    """
    try:
        number = float(category)  # type: ignore[arg-type]  # what is no number raises
    except (TypeError, ValueError):
        raise AgreementError(f"An {level} variable has numbers, but {category!r} is none.") from None
    if not math.isfinite(number):
        raise AgreementError(f"{category!r} is not a finite number.")
    return number


def code_array(data: Labels, level: str, categories: Sequence[Hashable] | None) -> tuple[Codes, tuple[Hashable, ...]]:
    """Category indexes of an array (coders, units), plus one; 0 where a coder gave no value.

    Returns:
        The codes, same shape, and the categories.
    """
    matrix = as_matrix(data)
    if matrix.dtype.kind != "f":
        return _code_objects(matrix, level, categories)
    present = ~np.isnan(matrix)
    found, inverse = np.unique(matrix[present], return_inverse=True)
    coding = Coding.of(found.tolist(), level, categories)
    index = np.array([coding.index(value) + 1 for value in found.tolist()], np.int32)
    codes = np.zeros(matrix.shape, np.int32)
    codes[present] = index[inverse]
    return codes, coding.categories


def as_matrix(data: Labels) -> Array:
    """An array (coders, units): floats with nan where all values are numbers, else objects with None.

    Raises:
        AgreementError: it has not two dimensions, or holds an infinite number.
    """
    array = data if isinstance(data, np.ndarray) else _objects(data)
    if array.ndim != 2:
        raise AgreementError(f"Reliability data have the shape (coders, units), not {array.shape}.")
    if isinstance(array, np.ma.MaskedArray):
        masked = np.ma.getmaskarray(array)
        array = np.asarray(array.data, dtype=object).copy()
        array[masked] = None
    if array.dtype.kind in "US":
        names = array.astype(object)
        names[array.astype(str) == "nan"] = None  # what numpy makes of a nan among names
        return names
    if array.dtype.kind == "O":
        array = _numbers_if_possible(array)
    elif array.dtype.kind in "iub":
        array = array.astype(np.float64)
    if array.dtype.kind == "f" and np.isinf(array).any():
        raise AgreementError("A label is infinite.")
    return array


def patterns_of_array(data: Labels, level: str, categories: Sequence[Hashable] | None) -> Patterns:
    """The patterns of an array (coders, units) without a copy of it, where the values are whole numbers."""
    packed = _packed_patterns(data, level, categories) if _is_plain(data) else None
    if packed is not None:
        return packed
    codes, used = code_array(data, level, categories)
    place, coder = np.nonzero(codes.T)
    sizes = np.bincount(place, minlength=codes.shape[1])
    start = np.concatenate([[0], np.cumsum(sizes[sizes > 0])])
    _, patterns = patterns_of_units(start, codes.T[place, coder].astype(np.int64) - 1, used)
    return _with_coders(patterns, int(np.unique(coder).size))


def _packed_patterns(data: Array, level: str, categories: Sequence[Hashable] | None) -> Patterns | None:
    """Each unit becomes one number whose digits are its counts; None where the values do not allow it."""
    low, high = float(np.fmin.reduce(data, axis=None)), float(np.fmax.reduce(data, axis=None))
    if not (low.is_integer() and high.is_integer()) or high - low >= _SPAN:
        return None
    span = range(int(low), int(high) + 1)
    coding = Coding.declared(span if categories is None else categories, level)
    base, q = len(data) + 1, len(coding.categories)
    if not q or q * np.log2(base) > np.log2(_PACKED):
        return None

    weight = np.full(len(span) + 1, -_PACKED, np.int32 if len(data) < 1000 else np.int64)
    weight[0] = 0
    for value in span:
        if value in coding._place:  # noqa: SLF001 - a category that is not declared keeps its negative weight
            weight[value - span.start + 1] = base ** coding.index(value)
    counted = _count_keys(data, span.start, weight, base**q)
    if counted is None:
        return None
    times, coders = counted
    keys = np.nonzero(times)[0]
    keys = keys[keys > 0]
    patterns = Patterns.of_matrix(unpack(keys, base, q), times[keys], coding.categories, coders)
    return patterns if categories is not None else _drop_unused(patterns)


def _count_keys(data: Array, low: int, weight: Array, size: int) -> tuple[Ints, int] | None:
    """How many units have each key, and how many coders have a label; None when a value is not in the table."""
    times = np.zeros(size, np.int64)
    active = [False] * len(data)
    for begin in range(0, data.shape[1], _BLOCK):
        key = np.zeros(min(_BLOCK, data.shape[1] - begin), weight.dtype)
        for j, row in enumerate(data):
            block = row[begin : begin + _BLOCK]
            shifted = np.fmax(block, low - 1) - (low - 1) if data.dtype.kind == "f" else block - (low - 1)
            code = shifted.astype(np.int16)
            if not (code == shifted).all():
                return None
            active[j] = active[j] or bool(code.any())
            key += weight.take(code)
        if key.min() < 0:
            return None
        times += np.bincount(key, minlength=size)
    return times, sum(active)


def _drop_unused(patterns: Patterns) -> Patterns:
    """Categories that were never used are none when nobody declared them."""
    used = patterns.n > 0
    if used.all():
        return patterns
    index = np.cumsum(used) - 1
    kept = tuple(c for c, is_used in zip(patterns.categories, used.tolist(), strict=True) if is_used)
    return Patterns(
        kept,
        patterns.start,
        index[patterns.category],
        patterns.count,
        patterns.multiplicity,
        patterns.n_coders,
    )


def _with_coders(patterns: Patterns, n_coders: int) -> Patterns:
    return Patterns(
        patterns.categories,
        patterns.start,
        patterns.category,
        patterns.count,
        patterns.multiplicity,
        n_coders,
    )


def _is_plain(data: Labels) -> TypeGuard[Array]:
    """Whether these are numbers in an array (coders, units) without a mask."""
    return (
        isinstance(data, np.ndarray)
        and not isinstance(data, np.ma.MaskedArray)
        and data.ndim == 2
        and data.dtype.kind in "fiu"
        and data.size > 0
    )


def _objects(data: Labels) -> Array:
    """Nested lists as they are, so that a name beside a nan stays a name and the nan stays missing."""
    if hasattr(data, "__array__"):
        return np.asarray(data)
    try:
        return np.array(data, dtype=object)
    except ValueError:
        raise AgreementError("Reliability data have one row a coder, all of the same length.") from None


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _numbers_if_possible(array: Array) -> Array:
    flat = array.ravel().tolist()
    if all(value is None or isinstance(value, int | float | np.number) for value in flat):
        numbers = [math.nan if value is None else float(value) for value in flat]
        return np.array(numbers, np.float64).reshape(array.shape)
    return array


def _code_objects(
    matrix: Array, level: str, categories: Sequence[Hashable] | None
) -> tuple[Codes, tuple[Hashable, ...]]:
    values = matrix.ravel().tolist()
    coding = Coding.of([value for value in values if not _is_missing(value)], level, categories)
    codes = [0 if _is_missing(value) else coding.index(value) + 1 for value in values]
    return np.array(codes, np.int32).reshape(matrix.shape), coding.categories


def _fitting(value: Any, level: str) -> Hashable:
    """A value as a category of its level: a number, a frozenset or what it is; whole floats become whole numbers."""
    if level in ("interval", "ratio"):
        value = numeric_category(value, level)
    elif level == "set":
        return frozenset(value) if isinstance(value, set | frozenset | list | tuple) else frozenset([value])
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, Hashable):
        raise AgreementError(f"{value!r} is not a label; sets of labels need the level 'set'.")
    return value


def _sort_key(value: Any) -> tuple[str, str]:
    """One order for anything, the same on every machine."""
    parts = sorted(map(str, value)) if isinstance(value, frozenset) else [str(value)]
    return type(value).__name__, "\x1f".join(parts)
