"""Clusters: articles, batches or paragraphs whose units hang together, and how often each pattern occurs in each."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.patterns import Ints
from annotator.agreement.data.reliability import ReliabilityData
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]

MOST_GROUPS = 250
"""Clusters that a jackknife deletes one at a time; more are joined into so many groups (Kott 2001)."""

_BLOCK = 1_000_000
"""Counts held at once."""
_DENSE = 2_000_000
"""Clusters times patterns up to which their matrix is made."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """The cluster of each unit."""

    cluster: Ints
    """Whole numbers that tell clusters apart, one a unit."""
    what: str = "cluster"
    """What a cluster is, in the singular: article, batch, paragraph."""
    n_joined: int = 0
    """How many clusters there were before they were joined into groups; 0 where they were not."""

    @classmethod
    def of(cls, names: Clusters | Sequence[Hashable], what: str = "cluster") -> Clusters:
        """Clusters by name, one a unit."""
        if isinstance(names, Clusters):
            return names
        place: dict[Hashable, int] = {}
        return cls(np.array([place.setdefault(name, len(place)) for name in names], np.int64), what)

    def __len__(self) -> int:
        return self.cluster.size

    def __getitem__(self, chosen: npt.NDArray[np.bool_] | Ints) -> Clusters:
        """Those of some units."""
        return Clusters(self.cluster[chosen], self.what, self.n_joined)

    def joined(self, most: int = MOST_GROUPS) -> Clusters:
        """Numbered from 0; where there are more than `most`, joined at random into groups, always the same ones."""
        used, dense = np.unique(self.cluster, return_inverse=True)
        if used.size <= most:
            return Clusters(dense, self.what, self.n_joined)
        group = np.random.default_rng(0).permutation(used.size) % most
        return Clusters(group[dense], self.what, self.n_joined or used.size)

    def counts(self, data: ReliabilityData) -> ClusterCounts:
        """How often each pattern of the data occurs in each cluster.

        Raises:
            AgreementError: There is not one cluster for each unit.
        """
        if len(self) != len(data.units):
            raise AgreementError(f"There are {len(data.units)} units, but {len(self)} cluster names.")
        return ClusterCounts.of(self.cluster, data.unit_pattern, len(data.patterns), self.what, None, self.n_joined)


@dataclass(frozen=True, eq=False)
class ClusterCounts:
    """How often each pattern occurs in each cluster, by the cells that are not zero; cells ascend by pattern."""

    n: int
    """How many clusters, or groups of joined clusters, there are."""
    n_patterns: int
    cluster: Ints
    pattern: Ints
    count: Ints
    what: str = "cluster"
    """What a cluster is, in the singular."""
    n_joined: int = 0
    """How many clusters there were before they were joined into groups; 0 where they were not."""

    @classmethod
    def of(
        cls,
        cluster: Ints,
        pattern: Ints,
        n_patterns: int,
        what: str = "cluster",
        times: Ints | None = None,
        n_joined: int = 0,
    ) -> ClusterCounts:
        """Count units by cluster and pattern, given both of each unit; clusters without a unit are left out.

        Args:
            cluster: Whole numbers that tell clusters apart.
            pattern: Patterns 0 to `n_patterns` - 1.
            n_patterns: How many patterns there are.
            what: What a cluster is.
            times: How often each of these units occurs; once without it.
            n_joined: See `ClusterCounts.n_joined`.
        """
        used, dense = np.unique(cluster, return_inverse=True)
        n = max(used.size, 1)
        keys, index = np.unique(pattern * n + dense, return_inverse=True)
        count = np.bincount(index, weights=times, minlength=keys.size).astype(np.int64)
        return cls(used.size, n_patterns, keys % n, keys // n, count, what, n_joined)

    @property
    def words(self) -> str:
        """What is drawn or deleted: 23 articles, or 1200 articles in 250 groups."""
        return self.said_of(self.n)

    def said_of(self, n: int) -> str:
        """The same where only `n` of them hold what is compared."""
        clusters = self.n_joined or n
        found = f"{clusters} {plural_of(self.what, clusters)}"
        return f"{found} in {self.n} groups" if self.n_joined else found

    @cached_property
    def sizes(self) -> Ints:
        """Units of each cluster, shape (n,)."""
        return np.bincount(self.cluster, weights=self.count, minlength=self.n).astype(np.int64)

    def mapped(self, to: Ints, n_patterns: int) -> ClusterCounts:
        """The same with other patterns: `to` (n_patterns,) says which, -1 for those that are left out."""
        kept = to[self.pattern] >= 0
        pattern, cluster = to[self.pattern[kept]], self.cluster[kept]
        return ClusterCounts.of(cluster, pattern, n_patterns, self.what, self.count[kept], self.n_joined)

    def select(self, keep: npt.NDArray[np.bool_]) -> ClusterCounts:
        """Only the patterns where `keep` (n_patterns,) is true."""
        if keep.all():
            return self
        return self.mapped(np.where(keep, np.cumsum(keep) - 1, -1), int(keep.sum()))

    def joined(self, most: int = MOST_GROUPS) -> ClusterCounts:
        """The same with clusters joined into groups where there are more than `most`."""
        if self.n <= most:
            return self
        found = Clusters(self.cluster, self.what, self.n_joined).joined(most)
        return ClusterCounts.of(found.cluster, self.pattern, self.n_patterns, self.what, self.count, found.n_joined)

    def patterns(self, drawn: Ints | npt.NDArray[np.uint8]) -> Floats:
        """How often each pattern occurs when clusters are drawn so often: (b, clusters) to (b, p)."""
        if self.n * self.n_patterns <= _DENSE:
            return np.asarray(drawn @ self._matrix)
        begin = np.flatnonzero(np.diff(self.pattern, prepend=-1))
        found = np.zeros((len(drawn), self.n_patterns))
        found[:, self.pattern[begin]] = np.add.reduceat(drawn[:, self.cluster] * self.count, begin, axis=1)
        return found

    def rows(self, first: int, last: int) -> Floats:
        """The patterns of some clusters, shape (last - first, p)."""
        found = np.zeros((last - first, self.n_patterns))
        cells = (self.cluster >= first) & (self.cluster < last)
        found[self.cluster[cells] - first, self.pattern[cells]] = self.count[cells]
        return found

    def blocks(self, width: int | None = None) -> Iterator[Floats]:
        """The patterns of all clusters, some clusters at a time; `width` says how many numbers a cluster takes."""
        step = max(1, _BLOCK // max(self.n_patterns if width is None else width, 1))
        for first in range(0, self.n, step):
            yield self.rows(first, min(first + step, self.n))

    @cached_property
    def _matrix(self) -> Floats:
        return self.rows(0, self.n)


def plural_of(noun: str, n: int) -> str:
    """A noun as it stands after a number: 1 batch, 2 batches."""
    if n == 1:
        return noun
    return f"{noun}es" if noun.endswith(("ch", "sh", "s", "x")) else f"{noun}s"
