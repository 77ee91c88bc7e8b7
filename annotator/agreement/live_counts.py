"""Agreement while coders code: a label changes the counts in microseconds, α follows in less than a millisecond."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.disagreement import alpha_of_coincidences, disagreement
from annotator.agreement.coefficients.result import ALL_EQUAL, NO_PAIRS, Coefficient, one_category
from annotator.agreement.data.distances import Metric
from annotator.agreement.data.patterns import Patterns
from annotator.agreement.data.reliability import ReliabilityData
from annotator.agreement.data.values import Coding
from annotator.errors import AgreementError


class LiveCounts:
    """The labels of one variable, of which one at a time is added, replaced or taken back.

    For each number m of labels on a unit, the pairs of labels on such units are kept as whole numbers, so that millions
    of changes leave no rounding error behind.
    """

    def __init__(
        self, categories: Sequence[Hashable], level: str = "nominal", metric: Metric | str | None = None
    ) -> None:
        self.categories = Coding.declared(categories, level).categories
        self.level = level
        self._measure = disagreement(level, self.categories, metric)
        self._labels: dict[Hashable, dict[Hashable, int]] = {}
        self._pairs: dict[int, npt.NDArray[np.int64]] = {}
        self._patterns: Counter[tuple[int, ...]] = Counter()
        self._coders: Counter[Hashable] = Counter()

    @classmethod
    def of(cls, data: ReliabilityData, metric: Metric | str | None = None) -> LiveCounts:
        """Start from labels that are there already."""
        live = cls(data.categories, data.level, metric)
        for unit, coder, category in zip(data.unit.tolist(), data.coder.tolist(), data.category.tolist(), strict=True):
            live._labels.setdefault(data.units[unit], {})[data.coders[coder]] = category
            live._coders[data.coders[coder]] += 1
        for unit in live._labels:
            live._count(unit, 1)
        return live

    def record(self, unit: Hashable, coder: Hashable, category: int | None) -> int | None:
        """Set a coder's label on a unit to a category index, or take it back with None.

        Returns:
            The label that was there before.

        Raises:
            AgreementError: there is no category with this index.
        """
        if category is not None and not 0 <= category < len(self.categories):
            raise AgreementError(f"A category index lies outside 0 to {len(self.categories) - 1}.")
        labels = self._labels.setdefault(unit, {})
        before = labels.get(coder)
        if before == category:
            if not labels:
                del self._labels[unit]
            return before
        self._count(unit, -1)
        if category is None:
            del labels[coder]
        else:
            labels[coder] = category
        self._coders[coder] += (category is not None) - (before is not None)
        self._count(unit, 1)
        if not labels:
            del self._labels[unit]
        return before

    def alpha(self) -> Coefficient:
        """Krippendorff's α of the labels as they are now."""
        q = len(self.categories)
        o = np.zeros((q, q))
        for m, pairs in self._pairs.items():
            o += pairs / (m - 1)
        n = o.sum(axis=1)
        value, reason = None, None
        if not n.any():
            reason = NO_PAIRS
        else:
            found = alpha_of_coincidences(o, self._measure.matrix(n))
            value = None if np.isnan(found) else found
            if value is None:
                used = self._used()
                reason = ALL_EQUAL if len(used) > 1 else one_category(used)
        sizes = Counter[int]()
        for pattern, times in self._patterns.items():
            sizes[sum(pattern)] += times
        return Coefficient(
            "krippendorff_alpha",
            value,
            reason,
            self.level,
            n_units=len(self._labels),
            n_units_paired=sum(times for m, times in sizes.items() if m > 1),
            n_coders=sum(1 for labels in self._coders.values() if labels),
            n_labels=sum(m * times for m, times in sizes.items()),
        )

    def patterns(self) -> Patterns:
        """The patterns of the labels as they are now, for intervals and every other coefficient."""
        counts = np.array(list(self._patterns), np.int64).reshape(-1, len(self.categories))
        times = list(self._patterns.values())
        coders = sum(1 for labels in self._coders.values() if labels)
        return Patterns.from_counts(counts, times, self.categories, coders)

    def _count(self, unit: Hashable, sign: int) -> None:
        """Add or take away what one unit contributes."""
        labels = self._labels[unit]
        if not labels:
            return
        counts = [0] * len(self.categories)
        for category in labels.values():
            counts[category] += 1
        pattern = tuple(counts)
        self._patterns[pattern] += sign
        if not self._patterns[pattern]:
            del self._patterns[pattern]
        m = len(labels)
        if m > 1:
            k = np.array(counts, np.int64)
            pairs = np.outer(k, k)
            np.fill_diagonal(pairs, k * (k - 1))
            self._pairs[m] = self._pairs.get(m, 0) + sign * pairs

    def _used(self) -> list[Hashable]:
        """The categories that occur."""
        occurs = (any(counts) for counts in zip(*self._patterns, strict=True))
        return [category for category, is_used in zip(self.categories, occurs, strict=True) if is_used]
