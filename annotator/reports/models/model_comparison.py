"""A model beside the human coders: the alternative annotator test, and precision, recall and F1 of each category."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.agreement import (
    AlternativeTest,
    CategoryScore,
    ReliabilityData,
    alternative_annotator_test,
    category_scores,
)
from annotator.agreement.alternative_annotator import EPSILON
from annotator.agreement.data.clusters import Clusters
from annotator.text.counted import counted

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

GOLD, MAJORITY = "gold", "majority of the human coders"

_MOST_CATEGORIES = 200
"""Categories that are scored, those that the reference has most often first."""


@dataclass(frozen=True, eq=False)
class ModelComparison:
    """One measure of a model."""

    test: AlternativeTest
    reference: str
    """gold, or the majority of the human coders."""
    n_units: int
    """Units with a reference label and a label of the model."""
    n_ties: int
    """Units without a majority, which are left out."""
    scores: tuple[CategoryScore, ...]
    """Empty where labels are numbers."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What weakens the figures, in sentences."""
        return self.test.remarks

    def to_dict(self) -> dict[str, Any]:
        """As the key `model` of the JSON holds it."""
        return {
            "name": str(self.test.model),
            **self.test.to_dict(),
            "reference": {"labels": self.reference, "n_units": self.n_units, "n_ties": self.n_ties},
            "categories": [{"category": str(one.category), **one.to_dict()} for one in self.scores],
            "warnings": list(self.warnings),
        }


def compare_model(
    data: ReliabilityData,
    model: Hashable,
    epsilon: float | None = None,
    gold: ReliabilityData | None = None,
    clusters_of: Callable[[Sequence[Hashable]], Clusters | None] = lambda _: None,
) -> ModelComparison:
    """Compare a model with the human coders.

    Args:
        data: The labels of the humans and of the model.
        model: The model's name among the coders.
        epsilon: See `alternative_annotator_test`.
        gold: Adjudicated labels of the same units; where there are none, the majority of the humans is the reference.
        clusters_of: The clusters of some units, which the intervals keep whole.

    Raises:
        AgreementError: The model is not among the coders, or ε is out of range.
    """
    test = alternative_annotator_test(data, model, EPSILON if epsilon is None else epsilon)
    held = _Held(data, model, gold)
    chosen = np.flatnonzero(held.is_compared)
    clusters = clusters_of([data.units[i] for i in chosen.tolist()])
    scores = tuple(_scores(held, chosen, clusters)) if data.level in ("nominal", "ordinal", "set") else ()
    return ModelComparison(
        test, GOLD if gold is not None else MAJORITY, chosen.size - held.n_ties(chosen), held.n_ties(chosen), scores
    )


class _Held:
    """Which categories the model's label of each unit holds, and which the reference."""

    def __init__(self, data: ReliabilityData, model: Hashable, gold: ReliabilityData | None) -> None:
        self.is_set = data.level == "set"
        self.names = _members(data) if self.is_set else list(data.categories)
        place = {name: i for i, name in enumerate(self.names)}
        self._members = [
            [place[name] for name in (sorted(one, key=str) if self.is_set else [one])]  # type: ignore[call-overload]
            for one in data.categories
        ]
        n = len(data.units)
        is_model = data.coder == list(data.coders).index(model)
        self._model = self._counts(data, is_model, n)
        if gold is None:
            self._reference = self._counts(data, ~is_model, n)
        else:
            self._reference = self._of_gold(data, gold, place)
        model_n, self._n = (counts[-1] for counts in (self._model, self._reference))
        self.is_compared: Bools = (model_n > 0) & (self._n > 0)

    def _counts(self, data: ReliabilityData, chosen: Bools, n: int) -> Ints:
        """How many labels of each unit hold each category, and in the last row how many there are."""
        found = np.zeros((len(self.names) + 1, n), np.int64)
        for unit, category in zip(data.unit[chosen].tolist(), data.category[chosen].tolist(), strict=True):
            found[self._members[category], unit] += 1
            found[-1, unit] += 1
        return found

    def _of_gold(self, data: ReliabilityData, gold: ReliabilityData, place: dict[Hashable, int]) -> Ints:
        found = np.zeros((len(self.names) + 1, len(data.units)), np.int64)
        at = {unit: i for i, unit in enumerate(data.units)}
        for unit, category in zip(gold.unit.tolist(), gold.category.tolist(), strict=True):
            where, label = at.get(gold.units[unit]), gold.categories[category]
            if where is not None:
                names = label if isinstance(label, frozenset) and self.is_set else (label,)
                found[[place[name] for name in names if name in place], where] = 1
                found[-1, where] = 1
        return found

    def category(self, i: int, chosen: Ints) -> tuple[Bools, Bools, Bools]:
        """Whether reference and model hold a category in some units; and in which the reference is clear."""
        votes, n = self._reference[i, chosen], self._n[chosen]
        if self.is_set:
            return votes * 2 > n, self._model[i, chosen] > 0, votes * 2 != n
        most = self._reference[:-1, chosen].max(axis=0, initial=0)
        return votes == most, self._model[i, chosen] > 0, ~self._is_tied(chosen)

    def n_ties(self, chosen: Ints) -> int:
        """Units without one most frequent label; of sets, ties are counted category by category and not here."""
        return 0 if self.is_set else int(self._is_tied(chosen).sum())

    def frequency(self, i: int) -> int:
        """How often the reference has a category."""
        return int(self._reference[i].sum())

    def _is_tied(self, chosen: Ints) -> Bools:
        votes = self._reference[:-1, chosen]
        return np.asarray((votes == votes.max(axis=0, initial=0)).sum(axis=0) > 1)


def _members(data: ReliabilityData) -> list[Hashable]:
    """The names that sets hold."""
    found: dict[Hashable, None] = {}
    for one in data.categories:
        found |= dict.fromkeys(sorted(one, key=str) if isinstance(one, frozenset) else [one])
    return sorted(found, key=str)


def _scores(held: _Held, chosen: Ints, clusters: Clusters | None) -> Iterator[CategoryScore]:
    order = range(len(held.names))
    if len(order) > _MOST_CATEGORIES:
        order = sorted(sorted(order, key=lambda i: -held.frequency(i))[:_MOST_CATEGORIES])  # type: ignore[assignment]
    for i in order:
        reference, model, is_clear = held.category(i, chosen)
        part = None if clusters is None else clusters[is_clear]
        yield from category_scores(reference[None, is_clear], model[None, is_clear], [held.names[i]], part)


def reference_said(one: ModelComparison) -> str:
    """What the model is compared with, in a sentence."""
    said = f"Precision, recall and F1 against the {one.reference} on {counted(one.n_units, 'unit')}"
    ties = f"; {counted(one.n_ties, 'unit')} without a majority left out" if one.n_ties else ""
    return f"{said}{ties}."
