"""The results: a coefficient that counts as a number, says why when it is undefined, and carries its interval."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.errors import AgreementError

RELIABLE = 0.800
"""From here on conclusions may rest on the data (Krippendorff 2018, p. 356)."""
TENTATIVE = 0.667
"""Below this, data are not used; between the two, for tentative conclusions only."""
FEWEST_UNITS = 10
"""With fewer units than this, every verdict says how few."""

NO_PAIRS = "undefined: no unit was labelled by two coders"
ONE_CATEGORY = "undefined: only one category was used"
NO_CATEGORY = "undefined: no category was used"
ALL_EQUAL = "undefined: the labels that can be compared are all the same"


def one_category(used: Iterable[Hashable]) -> str:
    """Say why a coefficient is undefined if all labels are the same.

    Args:
        used: The one category; of labels that are sets, the empty one says that no category was used at all.
    """
    return NO_CATEGORY if set(used) == {frozenset()} else ONE_CATEGORY


class _Number(Real):
    """Arithmetic and comparison through `float(self)`, so that an undefined value raises and never becomes nan."""

    def __add__(self, other: Any) -> Any:
        return float(self) + other

    def __radd__(self, other: Any) -> Any:
        return other + float(self)

    def __mul__(self, other: Any) -> Any:
        return float(self) * other

    def __rmul__(self, other: Any) -> Any:
        return other * float(self)

    def __truediv__(self, other: Any) -> Any:
        return float(self) / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / float(self)

    def __floordiv__(self, other: Any) -> Any:
        return float(self) // other

    def __rfloordiv__(self, other: Any) -> Any:
        return other // float(self)

    def __mod__(self, other: Any) -> Any:
        return float(self) % other

    def __rmod__(self, other: Any) -> Any:
        return other % float(self)

    def __pow__(self, other: Any) -> Any:
        return float(self) ** other

    def __rpow__(self, other: Any) -> Any:
        return other ** float(self)

    def __neg__(self) -> float:
        return -float(self)

    def __pos__(self) -> float:
        return float(self)

    def __abs__(self) -> float:
        return abs(float(self))

    def __trunc__(self) -> int:
        return math.trunc(float(self))

    def __floor__(self) -> int:
        return math.floor(float(self))

    def __ceil__(self) -> int:
        return math.ceil(float(self))

    def __round__(self, ndigits: int | None = None) -> Any:
        return round(float(self), ndigits)

    def __lt__(self, other: Any) -> bool:
        return bool(float(self) < float(other))

    def __le__(self, other: Any) -> bool:
        return bool(float(self) <= float(other))

    def __gt__(self, other: Any) -> bool:
        return bool(float(self) > float(other))

    def __ge__(self, other: Any) -> bool:
        return bool(float(self) >= float(other))

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else str(self)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return np.array(float(self), dtype=dtype)


@dataclass(frozen=True, eq=False)
class Coefficient(_Number):
    """One agreement coefficient: usable as a number where it is defined, a sentence where it is not.

    `value` is None exactly when `undefined` says why; `float()`, arithmetic and comparison then raise
    AgreementError with that sentence.
    """

    name: str
    """What was computed, e.g. `krippendorff_alpha`."""
    value: float | None
    """The coefficient; 1 is perfect agreement. None when it is undefined."""
    undefined: str | None = None
    """Why there is no value: "undefined: only one category was used"."""
    level: str | None = None
    """The level of measurement, or the scheme of weights."""
    ci: tuple[float, float] | None = None
    """The 95 % interval, or the one that was asked for."""
    ci_method: str | None = None
    """How the interval was made, in words; or why there is none."""
    q: tuple[float, float] | None = None
    """How probable it is that the true value lies below .667, and below .800."""
    n_units: int = 0
    """Units with at least one label."""
    n_units_paired: int = 0
    """Units with labels of at least two coders."""
    n_coders: int = 0
    """Coders with at least one label."""
    n_labels: int = 0
    """All labels, those of units with one coder included."""
    n_labels_paired: int = 0
    """The labels of units with at least two coders: those that are compared."""
    n_drawn: int = 0
    """Number of units or clusters behind the interval; 0 without an interval."""

    def __float__(self) -> float:
        if self.value is None:
            raise AgreementError(f"{self.name} is {self.undefined}")
        return self.value

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Coefficient):
            return (self.name, self.value, self.undefined, self.level) == (
                other.name,
                other.value,
                other.undefined,
                other.level,
            )
        return self.value is not None and self.value == other

    def __hash__(self) -> int:  # type: ignore[override]  # numbers.Real leaves it out
        return hash(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return str(self.undefined) if self.value is None else f"{self.value:.4f}"

    @property
    def verdict(self) -> str:
        """Krippendorff's verdict on the value and its interval, in words; it says so where few units were compared."""
        said = verdict(self.value, self.ci, is_without=(self.ci_method or "").startswith("no interval"))
        is_thin = self.value is not None and 0 < self.n_units_paired < FEWEST_UNITS
        return f"{said}, only {self.n_units_paired} unit{'s' * (self.n_units_paired != 1)}" if is_thin else said

    def with_interval(self, interval: Interval) -> Coefficient:
        """The same coefficient with an interval and its q values."""
        return replace(self, ci=interval.ci, ci_method=interval.method, q=interval.q, n_drawn=interval.n_drawn)

    def to_dict(self) -> dict[str, Any]:
        """The four keys of the JSON contract: value, ci, ci_method, undefined."""
        return {
            "value": self.value,
            "ci": None if self.ci is None else list(self.ci),
            "ci_method": self.ci_method,
            "undefined": self.undefined,
        }


@dataclass(frozen=True)
class Interval:
    """An interval with the method that made it; unpacks as `low, high`."""

    ci: tuple[float, float] | None
    """Lower and upper limit, or None where no interval can be computed."""
    method: str
    """The method in words, or why there is no interval."""
    q: tuple[float, float] | None = None
    """P(α < .667) and P(α < .800)."""
    level: float = 0.95
    """The confidence level."""
    n_drawn: int = 0
    """How many units or clusters it deletes, draws or counts."""

    def __iter__(self) -> Iterator[float]:
        return iter(self._limits())

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> float:
        return self._limits()[index]

    def _limits(self) -> tuple[float, float]:
        if self.ci is None:
            raise AgreementError(f"There is no interval: {self.method}.")
        return self.ci

    @property
    def low(self) -> float:
        """The lower limit."""
        return self._limits()[0]

    @property
    def high(self) -> float:
        """The upper limit."""
        return self._limits()[1]


def verdict(value: float | None, ci: tuple[float, float] | None = None, *, is_without: bool = False) -> str:
    """Krippendorff's verdict on an α, in the words every report uses (2018, p. 356).

    Args:
        value: α, or None where it is undefined.
        ci: Its interval: where .667 or .800 lies inside, the verdict is tentative at best.
        is_without: Whether no interval could be computed.
    """
    if value is None:
        return "undefined"
    if value < TENTATIVE:
        return "not reliable (< .667)"
    low = value if ci is None else ci[0]
    inside = [f".{round(1000 * limit)}" for limit in (TENTATIVE, RELIABLE) if low < limit <= value]
    if inside:
        return f"tentative ({' and '.join(inside)} inside the interval)"
    if value < RELIABLE:
        return "tentative (.667–.799)"
    return "tentative (≥ .800, but no interval)" if is_without else "reliable (≥ .800)"
