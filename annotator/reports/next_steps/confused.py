"""Which categories and names cost most, with what the codebook says to tell them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annotator.agreement import ReliabilityData, VariableReport
from annotator.codebook.model import Codebook
from annotator.reports.codebook_rules import rules_for
from annotator.reports.compared.comparisons import Comparisons
from annotator.reports.compared.measures import Measure

Ints = npt.NDArray[np.int64]

_MOST = 3
_MOST_OF_A_VARIABLE = 2

Labels = tuple[Measure, ReliabilityData, VariableReport, Comparisons]
"""A variable: its labels, what is reported of them, and every two of them side by side."""


class Confusion(NamedTuple):
    """Two categories that cost much, with what the codebook says to tell them apart."""

    variable: str
    title: str
    categories: tuple[str, str]
    n: int
    """Pairs of labels that are one of each."""
    n_compared: int
    """Pairs of labels of the variable."""
    share: float
    """Of the variable's observed disagreement, by its own metric."""
    rules: tuple[str, ...]
    """Sentences of the codebook, each with the name of what it is about; empty if it says nothing about the two."""
    is_of_registry: bool = False
    """Whether they are entries of the registry, of which the codebook knows nothing."""


class Names(NamedTuple):
    """A variable with several values a unit, and the value that most often only one of two coders has."""

    variable: str
    title: str
    name: str
    n: int
    n_differing: int
    n_compared: int


def confusions(of_labels: Sequence[Labels], codebook: Codebook) -> tuple[Confusion, ...]:
    """The costliest of all variables: share of its variable's disagreement times the labels of it that differ."""
    found: list[tuple[float, Confusion]] = []
    for measure, data, report, one in of_labels:
        variable = codebook.variable(measure.variable or "")
        if data.level not in ("nominal", "ordinal") or variable is None or one.categories is None:
            continue
        counts, is_entity = _pairs_of_categories(data, one.categories), variable.level == "entity"
        for pair in report.confusions[: 1 if is_entity else _MOST_OF_A_VARIABLE]:
            names = (str(pair.categories[0]), str(pair.categories[1]))
            n = counts.get(frozenset(pair.categories), 0)
            rules = rules_for(variable, *names)
            said = Confusion(measure.name, measure.title, names, n, one.n_compared, pair.cost, rules, is_entity)
            found.append((pair.cost * one.n_differing, said))
    found.sort(key=lambda pair: -pair[0])
    return tuple(confusion for weight, confusion in found[:_MOST] if weight > 0)


def _pairs_of_categories(data: ReliabilityData, categories: tuple[Ints, Ints]) -> dict[frozenset[Hashable], int]:
    """How often two different categories were given to one unit."""
    q = len(data.categories)
    low, high = np.minimum(*categories), np.maximum(*categories)
    keys, times = np.unique((low * q + high)[low != high], return_counts=True)
    return {
        frozenset((data.categories[key // q], data.categories[key % q])): n
        for key, n in zip(keys.tolist(), times.tolist(), strict=True)
    }


def costliest_names(
    of_labels: Sequence[Labels],
) -> tuple[Names, ...]:
    """Of the variables with several values a unit, the one in which coders differ most often."""
    every = (_names(measure, data, one) for measure, data, _, one in of_labels)
    found = sorted((one for one in every if one is not None), key=lambda one: -one.n_differing)
    return tuple(found[:1])


def _names(measure: Measure, data: ReliabilityData, one: Comparisons) -> Names | None:
    """Of sets: the member that most often stands in one of two sets alone."""
    if data.level != "set" or one.categories is None:
        return None
    q = len(data.categories)
    a, b = one.categories
    keys, times = np.unique((a * q + b)[a != b], return_counts=True)
    found: Counter[str] = Counter()
    for key, n in zip(keys.tolist(), times.tolist(), strict=True):
        first, second = data.categories[key // q], data.categories[key % q]
        for name in first ^ second:
            found[str(name)] += n
    if not found:
        return None
    name, n = min(found.items(), key=lambda item: (-item[1], item[0]))
    return Names(measure.name, measure.title, name, n, one.n_differing, one.n_compared)
