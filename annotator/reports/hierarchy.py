"""Agreement at each level of a variable whose categories have narrower ones."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np

from annotator.agreement import Coefficient, ReliabilityData, alpha_interval, percent_agreement
from annotator.agreement.data.clusters import Clusters
from annotator.reports.compared.measures import Measure


class LevelAgreement(NamedTuple):
    """The agreement on a variable whose labels are read as broader categories.

    Attributes:
        depth: The level that labels are read at: 1 for the broadest categories.
        n_categories: How many categories there are at it.
        percent_agreement: The share of agreement.
        krippendorff_alpha: α, at the variable's own level of measurement.
    """

    depth: int
    n_categories: int
    percent_agreement: Coefficient
    krippendorff_alpha: Coefficient

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "depth": self.depth,
            "n_categories": self.n_categories,
            "percent_agreement": self.percent_agreement.to_dict(),
            "krippendorff_alpha": self.krippendorff_alpha.to_dict(),
        }


def level_agreements(
    measure: Measure, data: ReliabilityData, clusters: Clusters | None = None
) -> tuple[LevelAgreement, ...]:
    """The agreement at every level, the broadest first; none where no category has narrower ones.

    At a level, a label counts as the category above it that stands at this level; a label that stands higher counts as
    it is. At the last level every label counts as it is.

    Args:
        measure: What is compared.
        data: The labels that count.
        clusters: The cluster of each unit, which intervals delete whole; without it they delete units.
    """
    found = []
    for depth in range(1, measure.depth + 1 if measure.depth > 1 else 0):
        broader, n = at_depth(measure, data, depth)
        alpha = alpha_interval(broader, clusters=clusters)
        found.append(LevelAgreement(depth, n, percent_agreement(broader), alpha))
    return tuple(found)


def at_depth(measure: Measure, data: ReliabilityData, depth: int) -> tuple[ReliabilityData, int]:
    """The same labels read at a level of the hierarchy, and the number of categories that it has."""
    broader = {name: (*above, name)[:depth][-1] for name, above in measure.paths}
    declared = list(dict.fromkeys(broader[name] for name, _ in measure.paths if name not in measure.outside))
    read = [_read(category, broader) for category in data.categories]
    place: dict[Hashable, int] = {}
    if data.level != "set":
        place = {name: i for i, name in enumerate(declared)}
    index = np.array([place.setdefault(category, len(place)) for category in read], np.int64)
    used = tuple(place)
    labels = ReliabilityData(data.level, used, data.coders, data.units, data.unit, data.coder, index[data.category])
    return labels, len(declared)


def _read(category: Hashable, broader: dict[str, str]) -> Hashable:
    if isinstance(category, frozenset):
        return frozenset(broader.get(str(name), str(name)) for name in category)
    return broader.get(str(category), category)
