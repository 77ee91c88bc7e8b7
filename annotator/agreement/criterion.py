"""A coder against a criterion such as gold, which is taken to be right: what was taken for what, and how much is right.

`annotator.agreement.model_scores` has precision, recall and F1 of each category.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

NONE = "none"
"""What stands in a confusion for no label."""


@dataclass(frozen=True)
class Confusion:
    """How often the coder gave one value where the criterion has another."""

    criterion: Hashable
    coder: Hashable
    n: int


Pair = tuple[Any, Any]
"""The coder's label and the criterion's; None for no label. Sets are frozensets."""


def confusions(pairs: Iterable[Pair]) -> tuple[Confusion, ...]:
    """What was taken for what, the most frequent first; of sets, the members that only one has."""
    found: Counter[tuple[Hashable, Hashable]] = Counter()
    for own, right in pairs:
        given, wanted = members(own), members(right)
        missed, wrong = wanted - given, given - wanted
        found.update((name, other) for name in missed or {NONE} for other in wrong or {NONE} if missed or wrong)
    ranked = sorted(found.items(), key=lambda one: (-one[1], str(one[0])))
    return tuple(Confusion(wanted, given, n) for (wanted, given), n in ranked)


def share_equal(pairs: Sequence[Pair]) -> float | None:
    """The share of units on which the coder has the criterion's label; None without units."""
    return sum(own == right for own, right in pairs) / len(pairs) if pairs else None


def members(label: Any) -> frozenset[Hashable]:
    """The categories of a label: one, those of a set, or none."""
    if label is None:
        return frozenset()
    return label if isinstance(label, frozenset) else frozenset([label])
