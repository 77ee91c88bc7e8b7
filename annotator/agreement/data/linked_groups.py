"""Links between two kinds of things, such as overlapping spans of two coders, and the groups that hang together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from annotator.agreement.data.patterns import Ints


class SameShape(NamedTuple):
    """The groups with equally many things on each side."""

    link: Ints
    """Indexes of their links."""
    group: Ints
    """The group of each of these links."""
    size: tuple[int, int]
    """How many things a group has on either side."""


@dataclass(frozen=True, eq=False)
class LinkedGroups:
    """Links that share a thing, and those that share one with them, are a group."""

    first: Ints
    """What each link begins at, shape (links,)."""
    second: Ints
    """What it ends at; never a number that occurs in `first`."""

    @cached_property
    def group(self) -> Ints:
        """The group of each link, numbered from 0."""
        label = np.arange(max(int(self.first.max(initial=-1)), int(self.second.max(initial=-1))) + 1)
        while True:
            least = np.minimum(label[self.first], label[self.second])
            lower = label.copy()
            np.minimum.at(lower, self.first, least)
            np.minimum.at(lower, self.second, least)
            lower = lower[lower]
            if np.array_equal(lower, label):
                return np.unique(label[self.first], return_inverse=True)[1]
            label = lower

    @cached_property
    def place(self) -> tuple[Ints, Ints]:
        """The place of each link's first thing among those of its group, and of its second."""
        return self._sides[0][0], self._sides[1][0]

    def by_shape(self) -> Iterator[SameShape]:
        """The groups, those of one shape together."""
        n_first, n_second = self._sides[0][1], self._sides[1][1]
        shape = n_first * (int(n_second.max(initial=0)) + 1) + n_second
        for number in np.unique(shape).tolist():
            link = np.flatnonzero(shape[self.group] == number)
            group = self.group[link]
            yield SameShape(link, group, (int(n_first[group[0]]), int(n_second[group[0]])))

    @cached_property
    def _sides(self) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
        return _places(self.group, self.first), _places(self.group, self.second)


def _places(group: Ints, thing: Ints) -> tuple[Ints, Ints]:
    """The place of each link's thing among those of its group, in ascending order; how many those are, by group."""
    found, index = np.unique(thing, return_inverse=True)
    group_of = np.empty(found.size, np.int64)
    group_of[index] = group
    sizes = np.bincount(group_of)
    order = np.argsort(group_of, kind="stable")
    place = np.empty(found.size, np.int64)
    place[order] = np.arange(found.size) - (np.cumsum(sizes) - sizes)[group_of[order]]
    return place[index], sizes
