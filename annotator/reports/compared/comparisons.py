"""Every comparison of two codings: where it is, of whom, and whether they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotator.agreement import ReliabilityData
from annotator.agreement.intervals.rate_difference import Counts
from annotator.reports.compared.measures import Measure
from annotator.reports.compared.statement_pairs import Pair, PairCounts
from annotator.reports.compared.units import Belongings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST_PAIRS = 2_000_000
"""Pairs of labels of one variable up to which all are looked at; of more, those of every k-th unit."""


@dataclass(frozen=True, eq=False)
class Comparisons:
    """Comparisons of one variable, or of which statements exist; all arrays have one value a row."""

    paragraph: Ints
    """The paragraph's row in the project file."""
    first: Ints
    """The one coder, as an index."""
    second: Ints
    """The other coder."""
    differing: Floats
    """How many of the comparisons differ."""
    compared: Floats
    """How many comparisons the row stands for."""
    categories: tuple[Ints, Ints] | None = None
    """The categories of a pair of labels, as indexes into those of the data."""

    @property
    def n_differing(self) -> int:
        """How many differ."""
        return round(float(self.differing.sum()))

    @property
    def n_compared(self) -> int:
        """How many there are."""
        return round(float(self.compared.sum()))


def label_comparisons(measure: Measure, data: ReliabilityData, coders: Sequence[str]) -> Comparisons:
    """Every two labels on a unit. They differ or they do not: how far they differ does not count here."""
    if measure.part == "statement":
        rows = np.array([unit[0] for unit in data.units], np.int64)  # type: ignore[index]  # matches are tuples
    else:
        rows = np.array(data.units, np.int64)
    order = np.lexsort((data.coder, data.unit))
    unit, coder, category = data.unit[order], data.coder[order], data.category[order]
    sizes = np.bincount(unit, minlength=len(data.units))
    step = max(1, -(-int((sizes * (sizes - 1) // 2).sum()) // MOST_PAIRS))
    kept = unit % step == 0
    unit, coder, category = unit[kept], coder[kept], category[kept]
    found = [np.zeros((2, 0), np.int64)]
    for distance in range(1, int(sizes.max(initial=0))):
        same = np.flatnonzero(unit[:-distance] == unit[distance:])
        found.append(np.stack([same, same + distance]))
    a, b = np.concatenate(found, axis=1)
    place = {name: i for i, name in enumerate(coders)}
    of_coder = np.array([place[str(name)] for name in data.coders], np.int64)
    differs = (category[a] != category[b]).astype(np.float64)
    return Comparisons(
        rows[unit[a]],
        of_coder[coder[a]],
        of_coder[coder[b]],
        differs,
        np.ones(a.size),
        (category[a], category[b]),
    )


def statement_comparisons(pairs: Mapping[Pair, PairCounts], coders: Sequence[str]) -> Comparisons:
    """Every statement that one of two coders has: matched, or alone; and the paragraphs in which neither has one."""
    place = {name: i for i, name in enumerate(coders)}
    rows = [(one, place[a], place[b]) for (a, b), one in pairs.items()]
    alone = [one.counts[:, 1] + one.counts[:, 2] for one, _, _ in rows]
    return Comparisons(
        _joined([one.paragraph for one, _, _ in rows]),
        _joined([np.full(one.paragraph.size, a) for one, a, _ in rows]),
        _joined([np.full(one.paragraph.size, b) for one, _, b in rows]),
        _joined(alone).astype(np.float64),
        _joined([one.counts.sum(axis=1) for one, _, _ in rows]).astype(np.float64),
    )


def together(several: Iterable[Comparisons]) -> Comparisons:
    """The comparisons of several variables."""
    every = list(several)
    return Comparisons(
        _joined([one.paragraph for one in every]),
        _joined([one.first for one in every]),
        _joined([one.second for one in every]),
        np.concatenate([np.zeros(0), *(one.differing for one in every)]),
        np.concatenate([np.zeros(0), *(one.compared for one in every)]),
    )


def _joined(parts: Sequence[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, np.int64), *parts])


class ByArticle:
    """Counts of comparisons by article."""

    def __init__(self, every: Comparisons, belongings: Belongings) -> None:
        self._every = every
        self._cluster = belongings.clusters("article", every.paragraph).joined().cluster
        self._n = int(self._cluster.max(initial=-1)) + 1

    def of(self, chosen: npt.NDArray[np.bool_]) -> Counts:
        """Those of some comparisons."""
        cluster = self._cluster[chosen]
        return Counts(
            np.bincount(cluster, self._every.differing[chosen], self._n).astype(np.float64),
            np.bincount(cluster, self._every.compared[chosen], self._n).astype(np.float64),
        )
