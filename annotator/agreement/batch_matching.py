"""The statements of many coders in many paragraphs matched at once, by the rule of `statement_matching`.

Statements whose evidence overlaps hang together in small groups, and each group can be matched alone. Groups of one
shape are matched together: all ways of matching them are weighed. Only paragraphs with a large group, or with two ways
of the same weight, are matched one by one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.linked_groups import LinkedGroups, SameShape
from annotator.agreement.data.patterns import Ints
from annotator.agreement.statement_matching import match_statements, weight_of

Bools = npt.NDArray[np.bool_]

_OVERLAPS = 1_000_000
"""Pairs of statements that are looked at at once."""
_MOST_WAYS = 24
"""Ways to match a group up to which all are weighed."""


@dataclass(frozen=True, eq=False)
class StatementLists:
    """Statements as arrays; those of one coder in one paragraph are a list and stand together."""

    sizes: Ints
    """How many statements each list has, shape (lists,)."""
    start: Ints
    """Where the evidence of each statement begins, shape (statements,)."""
    end: Ints
    """Where it ends."""
    speakers: Ints
    """Index into `speaker_sets`, one a statement."""
    speaker_sets: Sequence[frozenset[Hashable]]
    """The sets of speakers that occur, each once."""

    @cached_property
    def begin(self) -> Ints:
        """The first statement of each list, shape (lists,)."""
        return np.cumsum(self.sizes) - self.sizes

    @cached_property
    def position(self) -> Ints:
        """The place of each statement among those of its list in the order of the text: start, end, speakers."""
        names = [sorted(map(str, one)) for one in self.speaker_sets]
        rank = np.empty(len(names), np.int64)
        rank[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        of_list = np.repeat(np.arange(self.sizes.size), self.sizes)
        order = np.lexsort((rank[self.speakers], self.end, self.start, of_list))
        found = np.empty(order.size, np.int64)
        found[order] = np.arange(order.size) - self.begin[of_list]
        return found

    def spans(self, number: int) -> list[tuple[int, int, frozenset[Hashable]]]:
        """The statements of one list, as `match_statements` takes them."""
        part = slice(int(self.begin[number]), int(self.begin[number] + self.sizes[number]))
        columns = (x[part].tolist() for x in (self.start, self.end, self.speakers))
        return [(start, end, self.speaker_sets[i]) for start, end, i in zip(*columns, strict=True)]


class Matches(NamedTuple):
    """Matched statements of pairs of lists, in the order of the pairs and of the first list's text."""

    pair: Ints
    """Which pair of lists."""
    first: Ints
    """The statement of its first list."""
    second: Ints
    """The statement of its second list."""


def match_lists(statements: StatementLists, first: Ints, second: Ints) -> Matches:
    """Match the statements of list `first[i]` with those of list `second[i]`, for every i.

    Args:
        statements: All statements.
        first: Indexes of lists, shape (pairs,).
        second: The same; the two lists of a pair are of two coders in one paragraph.
    """
    sizes = statements.sizes[first] * statements.sizes[second]
    block = np.cumsum(sizes) // _OVERLAPS
    parts = [np.flatnonzero((block == i) & (sizes > 0)) for i in np.unique(block).tolist()]
    found = [np.stack(_Overlaps(statements, first[part], second[part], part).matches()) for part in parts]
    pair, a, b = np.concatenate([np.zeros((3, 0), np.int64), *found], axis=1)
    order = np.lexsort((statements.position[a], pair))
    return Matches(pair[order], a[order], b[order])


class _Overlaps:
    """All pairs of statements that share a character, in some pairs of lists."""

    def __init__(self, statements: StatementLists, first: Ints, second: Ints, number: Ints) -> None:
        self._statements = statements
        self._lists = first, second
        self._number = number
        n_first, n_second = statements.sizes[first], statements.sizes[second]
        self._fewer, self._more = np.minimum(n_first, n_second), np.maximum(n_first, n_second)

        n_both = n_first * n_second
        pair = np.repeat(np.arange(first.size), n_both)
        i, j = np.divmod(np.arange(pair.size) - np.repeat(np.cumsum(n_both) - n_both, n_both), n_second[pair])
        a, b = statements.begin[first][pair] + i, statements.begin[second][pair] + j
        shared = np.minimum(statements.end[a], statements.end[b]) - np.maximum(statements.start[a], statements.start[b])
        there = shared > 0
        self.pair, self.a, self.b, self.shared = pair[there], a[there], b[there], shared[there]
        # A statement is another one in each pair of lists.
        self._in_first = (np.cumsum(n_first) - n_first)[self.pair] + i[there]
        self._in_second = int(n_first.sum()) + (np.cumsum(n_second) - n_second)[self.pair] + j[there]

    def matches(self) -> tuple[Ints, Ints, Ints]:
        """Number of the pair of lists, statement of the first and of the second; in any order."""
        groups = LinkedGroups(self._in_first, self._in_second)
        weight, is_hard = self._weights(), np.zeros(self._number.size, dtype=bool)
        chosen = [np.zeros(0, np.int64)]
        for same in groups.by_shape():
            if math.perm(max(same.size), min(same.size)) > _MOST_WAYS:
                is_hard[self.pair[same.link]] = True
                continue
            best, tied = _best(groups, same, weight)
            is_hard[self.pair[tied]] = True
            chosen.append(best)
        found = np.concatenate(chosen)
        found = found[~is_hard[self.pair[found]]]
        rows = [(self._number[self.pair[found]], self.a[found], self.b[found])]
        rows += [self._one_by_one(pair) for pair in np.flatnonzero(is_hard).tolist()]
        number, a, b = (np.concatenate(column) for column in zip(*rows, strict=True))
        return number, a, b

    def _weights(self) -> Ints:
        x, y = self._statements.speakers[self.a], self._statements.speakers[self.b]
        sets = self._statements.speaker_sets
        alike = np.where(x == y, 2, 0)
        other = np.flatnonzero(x != y)
        columns = (x[other].tolist(), y[other].tolist())
        alike[other] = [not sets[i].isdisjoint(sets[j]) for i, j in zip(*columns, strict=True)]
        apart = np.abs(self._statements.position[self.a] - self._statements.position[self.b])
        weights: Ints = weight_of(self.shared, alike, apart, self._fewer[self.pair], self._more[self.pair])
        return weights

    def _one_by_one(self, pair: int) -> tuple[Ints, Ints, Ints]:
        lists = [int(x[pair]) for x in self._lists]
        matching = match_statements(*(self._statements.spans(i) for i in lists))
        rows = np.array(matching.pairs, np.int64).reshape(-1, 2) + self._statements.begin[lists]
        return np.full(len(rows), self._number[pair]), rows[:, 0], rows[:, 1]


def _best(groups: LinkedGroups, same: SameShape, weight: Ints) -> tuple[Ints, Ints]:
    """The overlaps that match groups of one shape best, and those of groups with two best ways."""
    (first, second), size = (place[same.link] for place in groups.place), same.size
    if size[0] > size[1]:
        first, second, size = second, first, (size[1], size[0])
    _, index = np.unique(same.group, return_inverse=True)
    overlap = np.full((int(index.max()) + 1, *size), -1, np.int64)
    overlap[index, first, second] = np.arange(index.size)
    ways = np.array(list(itertools.permutations(range(size[1]), size[0])), np.int64)
    taken = overlap[:, np.arange(size[0]), ways]
    total = np.append(weight[same.link], 0)[taken].sum(axis=-1)
    best = total.argmax(axis=1)
    of_best = taken[np.arange(len(best)), best]
    # Ways that differ in statements that share nothing are the same.
    is_tied = ((total == total.max(axis=1)[:, None]) & (taken != of_best[:, None]).any(axis=-1)).any(axis=1)
    return same.link[of_best[of_best >= 0]], same.link[is_tied[index]]
