"""A coder against a criterion such as gold: precision, recall and F1 of each category, and what was taken for what.

Unlike agreement between coders this is not symmetric: the criterion is taken to be right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

NONE = "none"
"""What stands in a confusion for no label."""


@dataclass(frozen=True)
class CategoryScore:
    """How well a coder finds one category.

    Precision is the share of the coder's uses that the criterion confirms, recall the share of the criterion's uses
    that the coder has, and F1 their harmonic mean (van Rijsbergen 1979, chapter 7, E with β = 1).
    """

    category: Hashable
    n_both: int
    """Units to which both give it."""
    n_coder: int
    """Units to which the coder gives it."""
    n_criterion: int
    """Units to which the criterion gives it."""

    @property
    def precision(self) -> float | None:
        """None where the coder never gave it."""
        return self.n_both / self.n_coder if self.n_coder else None

    @property
    def recall(self) -> float | None:
        """None where the criterion never gives it."""
        return self.n_both / self.n_criterion if self.n_criterion else None

    @property
    def f1(self) -> float | None:
        """None where neither gave it."""
        total = self.n_coder + self.n_criterion
        return 2 * self.n_both / total if total else None

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "category": self.category,
            "n_both": self.n_both,
            "n_coder": self.n_coder,
            "n_gold": self.n_criterion,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
        }


@dataclass(frozen=True)
class Confusion:
    """How often the coder gave one value where the criterion has another."""

    criterion: Hashable
    coder: Hashable
    n: int


Pair = tuple[Any, Any]
"""The coder's label and the criterion's; None for no label. Sets are frozensets."""


def category_scores(pairs: Iterable[Pair], categories: Sequence[Hashable]) -> tuple[CategoryScore, ...]:
    """Scores of the categories that either gave, in their order; a set counts for each of its members."""
    both: Counter[Hashable] = Counter()
    coder: Counter[Hashable] = Counter()
    criterion: Counter[Hashable] = Counter()
    for own, right in pairs:
        given, wanted = _members(own), _members(right)
        coder.update(given)
        criterion.update(wanted)
        both.update(given & wanted)
    return tuple(
        CategoryScore(name, both[name], coder[name], criterion[name])
        for name in categories
        if coder[name] or criterion[name]
    )


def confusions(pairs: Iterable[Pair]) -> tuple[Confusion, ...]:
    """What was taken for what, the most frequent first; of sets, the members that only one has."""
    found: Counter[tuple[Hashable, Hashable]] = Counter()
    for own, right in pairs:
        given, wanted = _members(own), _members(right)
        missed, wrong = wanted - given, given - wanted
        found.update((name, other) for name in missed or {NONE} for other in wrong or {NONE} if missed or wrong)
    ranked = sorted(found.items(), key=lambda one: (-one[1], str(one[0])))
    return tuple(Confusion(wanted, given, n) for (wanted, given), n in ranked)


def share_equal(pairs: Sequence[Pair]) -> float | None:
    """The share of units on which the coder has the criterion's label; None without units."""
    return sum(own == right for own, right in pairs) / len(pairs) if pairs else None


def _members(label: Any) -> frozenset[Hashable]:
    if label is None:
        return frozenset()
    return label if isinstance(label, frozenset) else frozenset([label])
