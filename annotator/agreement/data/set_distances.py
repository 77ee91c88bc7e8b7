"""Set-valued labels: the distances of all pairs of sets at once, Jaccard or MASI."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]
Array = npt.NDArray[np.int64] | Floats

SET_METRICS = ("masi", "jaccard")
"""MASI (Passonneau 2006) and Jaccard."""


def set_distances(sets: Sequence[Hashable], metric: str = "masi") -> Floats:
    """The distances of all pairs of sets, shape (q, q); of MASI equal to `distances.masi` pair by pair.

    Args:
        sets: Frozensets; anything else counts as the set of itself alone.
        metric: "masi" or "jaccard".

    Raises:
        AgreementError: there is no such metric.
    """
    if metric not in SET_METRICS:
        raise AgreementError(f"Sets are compared by {' or '.join(SET_METRICS)}; not {metric!r}.")
    member = _membership(sets)
    common = member @ member.T
    size = np.diagonal(common)
    return 1.0 - similarity(metric, size[:, None], size[None, :], common)


def similarity(metric: str, a: Array, b: Array, common: Array) -> Floats:
    """How similar sets of `a` and `b` elements are that share `common`: 1 for equal ones, 0 for nothing shared."""
    union = a + b - common
    share = common / np.where(union > 0, union, 1.0)
    share[union == 0] = 1.0
    if metric == "masi":
        nested = (common == a) | (common == b)
        share = share * np.where(common == union, 1.0, np.where(nested, 2 / 3, 1 / 3))
    return np.asarray(share)


def _membership(sets: Sequence[Hashable]) -> Floats:
    """Which set holds which element: shape (sets, elements), 0 or 1."""
    place: dict[Hashable, int] = {}
    rows, columns = [], []
    for row, label in enumerate(sets):
        for element in label if isinstance(label, frozenset) else (label,):
            rows.append(row)
            columns.append(place.setdefault(element, len(place)))
    member = np.zeros((len(sets), max(len(place), 1)))
    member[rows, columns] = 1.0
    return member
