"""Precision, recall and F1 of a model's labels for each category, against reference labels."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.result import Coefficient
from annotator.agreement.data.clusters import Clusters
from annotator.agreement.intervals.shares import ratio

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CategoryScore:
    """How well a model finds one category."""

    category: Hashable
    n_reference: int
    """Units in which the reference has it."""
    n_model: int
    """Units in which the model has it."""
    precision: Coefficient
    """The share of the model's that the reference has, too."""
    recall: Coefficient
    """The share of the reference's that the model has, too."""
    f1: Coefficient
    """2 · both / (reference + model)."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "n_reference": self.n_reference,
            "n_model": self.n_model,
            "precision": self.precision.to_dict(),
            "recall": self.recall.to_dict(),
            "f1": self.f1.to_dict(),
        }


def category_scores(
    reference: Bools,
    model: Bools,
    categories: Sequence[Hashable],
    clusters: Clusters | None = None,
) -> tuple[CategoryScore, ...]:
    """Precision, recall and F1 of each category, with intervals that keep clusters whole.

    Args:
        reference: Whether the reference has the category, shape (categories, units).
        model: Whether the model has it, of the same shape.
        categories: Their names.
        clusters: The cluster of each unit; without it each unit is its own.
    """
    whole = Clusters(np.arange(reference.shape[1]), "unit") if clusters is None else clusters
    found = []
    for category, is_true, is_said in zip(categories, reference, model, strict=True):
        both, true, said = (np.asarray(one, np.float64) for one in (is_true & is_said, is_true, is_said))
        found.append(
            CategoryScore(
                category,
                int(true.sum()),
                int(said.sum()),
                ratio("precision", both, said, whole, "the model never says it"),
                ratio("recall", both, true, whole, "the reference never has it"),
                ratio("f1", 2 * both, true + said, whole, "neither ever has it"),
            )
        )
    return tuple(found)
