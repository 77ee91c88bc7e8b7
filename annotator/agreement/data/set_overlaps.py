"""Similarity of many different sets, from the subsets that they share: linear in the number of sets.

How similar two sets are depends on their sizes and on how many elements they share. The sets that share exactly c
elements with a set are counted by inclusion and exclusion over its subsets, so that no pair of sets is looked at.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import comb

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.patterns import Ints
from annotator.agreement.data.set_distances import similarity

Floats = npt.NDArray[np.float64]

MOST_SUBSETS = 3_000_000
"""Subsets of all sets together, beyond which they are not counted."""


class SetOverlaps:
    """Some different sets, each once, with the similarity of any two of them: 1 for equal ones, 0 without overlap."""

    def __init__(self, sets: Sequence[Hashable], metric: str) -> None:
        """Number the subsets of each set.

        Args:
            sets: Frozensets; anything else counts as the set of itself alone.
            metric: "masi" or "jaccard".
        """
        owner, element, self.sizes = members(sets)
        self._metric = metric
        self._n_elements = int(element.max(initial=-1)) + 1
        self._keys = np.sort(owner * max(self._n_elements, 1) + element)
        self._element = self._keys % max(self._n_elements, 1)
        self._begin = np.cumsum(self.sizes) - self.sizes
        self._kinds, self._kind = np.unique(self.sizes, return_inverse=True)
        self._levels = self._number_subsets()
        self._coefficients = [self._of_level(level) for level in range(1, len(self._levels) + 1)]

    def similar_to(self, n: Floats) -> Floats:
        """Σ_k s_ck n_k for each set c, where n (q,) says how often each set occurs."""
        found = np.where(self.sizes == 0, n, 0.0)
        for (owner, subset), coefficients in zip(self._levels, self._coefficients, strict=True):
            times = self._by_kind(owner, subset, n)
            worth = (coefficients[self._kind[owner]] * times[subset]).sum(axis=1)
            found += np.bincount(owner, weights=worth, minlength=n.size)
        return found

    def similar_pairs(self, n: Floats) -> float:
        """Σ_ck n_c n_k s_ck."""
        found = float((n[self.sizes == 0] ** 2).sum())
        for (owner, subset), coefficients in zip(self._levels, self._coefficients, strict=True):
            times = self._by_kind(owner, subset, n)
            found += float((coefficients * (times.T @ times)).sum())
        return found

    def least_similar(self) -> float:
        """The smallest similarity of two sets; 1 for fewer than two."""
        shared = self._shared()
        least = 1.0
        for common in range(len(shared)):
            exactly = sum((-1) ** (k - common) * comb(k, common) * shared[k] for k in range(common, len(shared)))
            first, kind = np.nonzero(np.asarray(exactly) > 0.5)
            values = similarity(self._metric, self.sizes[first], self._kinds[kind], np.full(first.size, common))
            least = min(least, float(values.min(initial=1.0)))
        return least

    def _shared(self) -> Floats:
        """Over the sets of each size, the subsets of 0, 1, … elements shared with each set: (levels, q, kinds)."""
        found = np.zeros((len(self._levels) + 1, self.sizes.size, self._kinds.size))
        found[0] = np.bincount(self._kind, minlength=self._kinds.size)
        for level, (owner, subset) in enumerate(self._levels, 1):
            np.add.at(found[level], owner, self._by_kind(owner, subset, np.ones(self.sizes.size))[subset])
        return found

    def between(self, first: Ints, second: Ints) -> Floats:
        """The similarity of the sets `first[i]` and `second[i]`, for every i."""
        sizes = self.sizes[first]
        of_pair = np.repeat(np.arange(first.size), sizes)
        place = np.arange(of_pair.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        wanted = second[of_pair] * max(self._n_elements, 1) + self._element[self._begin[first][of_pair] + place]
        at = np.minimum(np.searchsorted(self._keys, wanted), max(self._keys.size - 1, 0))
        shared = self._keys[at] == wanted if self._keys.size else np.zeros(0, dtype=bool)
        common = np.bincount(of_pair[shared], minlength=first.size)
        return similarity(self._metric, sizes, self.sizes[second], common)

    def _number_subsets(self) -> list[tuple[Ints, Ints]]:
        """For 1, 2, … elements: whose subset each is, and its number; equal subsets have one number."""
        owner = np.repeat(np.arange(self.sizes.size), self.sizes)
        last = np.arange(owner.size)
        subset = self._element
        levels = []
        while owner.size:
            subset = np.unique(subset, return_inverse=True)[1]
            levels.append((owner, subset))
            # A subset grows by each later element of its set.
            left = self._begin[owner] + self.sizes[owner] - last - 1
            at = np.repeat(np.arange(owner.size), left)
            last = last[at] + 1 + np.arange(at.size) - np.repeat(np.cumsum(left) - left, left)
            owner, subset = owner[at], subset[at] * self._n_elements + self._element[last]
        return levels

    def _of_level(self, level: int) -> Floats:
        """What a shared subset of so many elements adds to the similarity of sets of two sizes: (kinds, kinds)."""
        a, b = self._kinds[:, None], self._kinds[None, :]
        found = np.zeros((self._kinds.size, self._kinds.size))
        for common in range(1, level + 1):
            possible = (common <= a) & (common <= b)
            value = similarity(self._metric, a, b, np.where(possible, common, 0))
            found += (-1) ** (level - common) * comb(level, common) * np.where(possible, value, 0.0)
        return found

    def _by_kind(self, owner: Ints, subset: Ints, n: Floats) -> Floats:
        """How many sets of each size have each subset: (subsets, kinds)."""
        kinds = self._kinds.size
        shape = (int(subset.max()) + 1, kinds)
        cell = subset * kinds + self._kind[owner]
        return np.bincount(cell, weights=n[owner], minlength=shape[0] * kinds).reshape(shape).astype(np.float64)


def members(sets: Sequence[Hashable]) -> tuple[Ints, Ints, Ints]:
    """Set and element of each membership, both numbered from 0, and the size of each set.

    Args:
        sets: Frozensets; anything else counts as the set of itself alone.
    """
    place: dict[Hashable, int] = {}
    parts = [one if isinstance(one, frozenset) else (one,) for one in sets]
    sizes = np.array([len(part) for part in parts], np.int64)
    element = np.array([place.setdefault(one, len(place)) for part in parts for one in part], np.int64)
    return np.repeat(np.arange(sizes.size), sizes), element, sizes


def n_subsets(sets: Sequence[Hashable]) -> int:
    """How many subsets these sets have together, the empty ones left out."""
    return sum(2 ** len(one) - 1 if isinstance(one, frozenset) else 1 for one in sets)
