"""The fast way from an array of numbers to patterns: each unit becomes one whole number whose digits are its counts.

The upper 16 bits of a float tell the small numbers that stand for categories apart, and nan from all of them, so that
one look into a table turns a label into its digit. Units with equal sums of digits show the same pattern.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.patterns import Ints, Patterns, unpack

Array = npt.NDArray[Any]

_TABLE = 1 << 20
"""Up to this many possible count vectors, they are counted in a table without sorting the units."""
_BLOCK = 1 << 15
"""Units a step: what is written between two steps stays in the cache."""
_MANY = 20
"""More distinct numbers than this are looked up by sorting."""
_SAMPLE = 4096
"""Units in which categories are looked for first."""
_NAN = np.array([np.nan, -np.nan]).view(np.uint64)


@dataclass(frozen=True, eq=False)
class _Digits:
    """Which digit a label adds to its unit's number, by the upper 16 bits of the label."""

    weight: npt.NDArray[np.int32]
    """Shape (65536,); negative for a value that is not a category."""
    bits: npt.NDArray[np.uint64]
    """All 64 bits of the category, shape (65536,)."""
    is_short: bool
    """Whether the lower 48 bits of all categories are zero."""


def packed_patterns(data: Array, categories: tuple[Hashable, ...] | None) -> Patterns | None:
    """The patterns of numbers in an array (coders, units), or None where this way does not lead to them.

    Args:
        data: Numbers; nan where a coder gave no value.
        categories: The declared categories, or None for those that occur, ascending.
    """
    if categories is not None:
        return _count(data, categories)
    for part in (data[:, :_SAMPLE], data):
        found = distinct(part)
        patterns = None if found is None else _count(data, found)
        if found is None or patterns is not None or part.size == data.size:
            return patterns
    return None


def whole(value: float) -> float:
    """A float without a fraction as the whole number it is."""
    return int(value) if value.is_integer() else value


def _count(data: Array, categories: tuple[Hashable, ...]) -> Patterns | None:
    base, q = len(data) + 1, len(categories)
    if not q or q * np.log2(base) > np.log2(_TABLE) or len(data) >= 1000:
        return None
    digits = _digits(categories, base)
    if digits is None:
        return None
    times, active = np.zeros(base**q, np.int64), np.zeros(len(data), dtype=bool)
    for begin in range(0, data.shape[1], _BLOCK):
        keys = _keys(data[:, begin : begin + _BLOCK], digits, active)
        if keys is None:
            return None
        times += np.bincount(keys, minlength=times.size)
    used = np.nonzero(times)[0]
    used = used[used > 0]
    return Patterns.of_matrix(unpack(used, base, q), times[used], categories, int(active.sum()))


def _keys(block: Array, digits: _Digits, active: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32] | None:
    """The number of each unit of a block; None when a label is not a category. Marks the coders with a label."""
    keys = np.zeros(block.shape[1], np.int32)
    for j, row in enumerate(block):
        bits = np.ascontiguousarray(row, dtype=np.float64).view(np.uint64)
        upper = (bits >> np.uint64(48)).view(np.int64)
        digit = digits.weight.take(upper, mode="clip")
        if digits.is_short:
            exact = not int(np.bitwise_or.reduce(bits)) & ((1 << 48) - 1)
        else:
            exact = np.array_equal(digits.bits.take(upper, mode="clip"), bits)
        if not exact:
            return None
        active[j] = active[j] or bool(digit.any())
        keys += digit
    return None if keys.min(initial=0) < 0 else keys


def _digits(categories: tuple[Hashable, ...], base: int) -> _Digits | None:
    """The table for these categories; None where the upper bits of two are the same."""
    weight = np.full(1 << 16, -_TABLE, np.int32)
    bits = np.zeros(1 << 16, np.uint64)
    weight[_upper(_NAN)], bits[_upper(_NAN)] = 0, _NAN
    for index, category in enumerate(categories):
        if not isinstance(category, int | float):
            continue  # no number equals it
        # Zero has two signs and is one category.
        for value in (0.0, -0.0) if category == 0 else (category,):
            pattern = np.array([value], np.float64).view(np.uint64)
            place = _upper(pattern)
            if weight[place[0]] != -_TABLE:
                return None
            weight[place], bits[place] = base**index, pattern
    return _Digits(weight, bits, not (bits & np.uint64((1 << 48) - 1)).any())


def _upper(bits: npt.NDArray[np.uint64]) -> Ints:
    return (bits >> np.uint64(48)).astype(np.int64)


def distinct(data: Array) -> tuple[Hashable, ...] | None:
    """The numbers that occur, ascending; None when they are many or not all finite."""
    found = np.zeros(0)
    for begin in range(0, data.shape[1], _SAMPLE):
        block = np.asarray(data[:, begin : begin + _SAMPLE], dtype=np.float64)
        found = np.unique(np.concatenate([found, np.unique(block[~np.isnan(block)])]))
        if found.size > _MANY or not np.isfinite(found).all():
            return None
    return tuple(whole(value) for value in found.tolist())
