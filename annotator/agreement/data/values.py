"""Values in, category indexes out: missing values and declared categories."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.packing import distinct, packed_patterns, whole
from annotator.agreement.data.patterns import Patterns, patterns_of_units
from annotator.errors import AgreementError

Array = npt.NDArray[Any]
Codes = npt.NDArray[np.int32]
Labels = npt.ArrayLike | Sequence[Sequence[Any]]
"""An array (coders, units), or one row of values a coder; nan or None where a coder gave no value."""


_LARGEST = 1e150
"""The largest number whose square is still finite, with room for sums of squares."""


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
        found = {_fitting(value, level) for value in _different(values)}
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

    def indexes(self, values: Sequence[Any]) -> list[int]:
        """The categories of many values, each distinct value looked up once.

        Raises:
            AgreementError: one is not among the declared ones.
        """
        try:
            known = {value: self.index(value) for value in dict.fromkeys(values)}
        except TypeError:  # sets and lists have no hash
            return [self.index(value) for value in values]
        return [known[value] for value in values]

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
    if abs(number) > _LARGEST:
        raise AgreementError(f"{category!r} is too large: its square has no digits left.")
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
    few = distinct(matrix)
    found = np.unique(matrix[present]) if few is None else np.array(few, np.float64)
    coding = Coding.of(found.tolist(), level, categories)
    index = np.array([coding.index(value) + 1 for value in found.tolist()], np.int32)
    codes = np.zeros(matrix.shape, np.int32)
    codes[present] = index[np.searchsorted(found, matrix[present])]
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
    if _is_plain(data):
        declared = None if categories is None else Coding.declared(categories, level).categories
        found = packed_patterns(data, declared)
        if found is not None:
            return found
    codes, used = code_array(data, level, categories)
    place, coder = np.nonzero(codes.T)
    sizes = np.bincount(place, minlength=codes.shape[1])
    start = np.concatenate([[0], np.cumsum(sizes[sizes > 0])])
    _, patterns = patterns_of_units(start, codes.T[place, coder].astype(np.int64) - 1, used)
    return replace(patterns, n_coders=int(np.unique(coder).size))


def _different(values: Iterable[Any]) -> Iterable[Any]:
    """Each value once, where values can be told apart by their hash."""
    values = list(values)
    try:
        return dict.fromkeys(values)
    except TypeError:
        return values


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
    codes = np.zeros(len(values), np.int32)
    there = [i for i, value in enumerate(values) if not _is_missing(value)]
    codes[there] = np.array(coding.indexes([values[i] for i in there]), np.int32) + 1
    return codes.reshape(matrix.shape), coding.categories


def _fitting(value: Any, level: str) -> Hashable:
    """A value as a category of its level: a number, a frozenset or what it is; whole floats become whole numbers."""
    if level in ("interval", "ratio"):
        value = numeric_category(value, level)
    elif level == "set":
        return frozenset(value) if isinstance(value, set | frozenset | list | tuple) else frozenset([value])
    if isinstance(value, float):
        return whole(value)
    if not isinstance(value, Hashable):
        raise AgreementError(f"{value!r} is not a label; sets of labels need the level 'set'.")
    return value


def _sort_key(value: Any) -> tuple[str, str]:
    """One order for anything, the same on every machine."""
    parts = sorted(map(str, value)) if isinstance(value, frozenset) else [str(value)]
    return type(value).__name__, "\x1f".join(parts)
