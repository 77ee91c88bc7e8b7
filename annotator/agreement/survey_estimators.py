"""DSL, PPI++, Hájek's and the plain mean as sums over units, for linearised standard errors."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.clusters import Clusters
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

METHODS = ("dsl", "ppi", "human", "model")
"""Both labels by design-based supervised learning, both by PPI++, the humans' alone, the model's alone."""

_SAME = 1e-9
"""Relative difference up to which probabilities, and sums of them, are the same."""


@dataclass(frozen=True, eq=False)
class Given:
    """The arguments, checked."""

    y: Floats
    """Human labels; 0 where there is none."""
    f: Floats
    """The model's labels."""
    is_coded: Bools
    pi: Floats
    cluster: npt.NDArray[np.int64]
    """Clusters numbered from 0."""
    what: str
    """What is drawn: unit, article."""

    @classmethod
    def checked(
        cls,
        human: npt.ArrayLike | None,
        model: npt.ArrayLike | None,
        probability: npt.ArrayLike,
        clusters: Clusters | Sequence[Hashable] | npt.NDArray[np.generic] | None,
        method: str,
    ) -> Given:
        """Take the arguments of `estimate_prevalence`.

        Raises:
            AgreementError: They cannot be what they are said to be.
        """
        if method not in METHODS:
            raise AgreementError(f"{method!r} is not a method; choose one of {', '.join(METHODS)}.")
        y = _labels(human, "human", is_optional=method == "model")
        f = _labels(model, "model", is_optional=method == "human")
        if y is None and f is None:
            raise AgreementError("There are no labels.")
        n = (f if y is None else y).size  # type: ignore[union-attr]  # one of them is given
        y = np.full(n, np.nan) if y is None else y
        f = np.zeros(n) if f is None else f
        pi = _numbers(probability, "inclusion probability")
        pi = np.full(n, pi) if pi.ndim == 0 else pi
        cluster = Clusters(np.arange(n), "unit") if clusters is None else _clusters(clusters)
        for name, size in (("model labels", f.size), ("inclusion probabilities", pi.size), ("clusters", len(cluster))):
            if size != n:
                raise AgreementError(f"There are {n} human labels, but {size} {name}; give one for each unit.")
        if n == 0:
            raise AgreementError("There are no units.")
        is_coded = ~np.isnan(y)
        if method != "human" and np.isnan(f).any():
            raise AgreementError(
                f"{_units(np.isnan(f))} without a model label; the model must label every unit, also the coded ones."
            )
        if method != "model":
            _check_draw(is_coded, pi)
        dense = np.unique(cluster.cluster, return_inverse=True)[1].astype(np.int64)
        return cls(np.where(is_coded, y, 0.0), f, is_coded, pi, dense, cluster.what)

    def check_shares(self) -> None:
        """Refuse labels that are not between 0 and 1."""
        for whose, labels in (("human", self.y), ("model", self.f)):
            odd = labels[(labels < 0) | (labels > 1)]
            if odd.size:
                raise AgreementError(f"A {whose} label is {odd[0]:g}; labels are 0 or 1, and nan where there is none.")

    def less(self, other: Given, times: float) -> Given:
        """The labels less so many times other labels of the same units."""
        return replace(self, y=self.y - times * other.y, f=self.f - times * other.f)

    def sums(self, values: Floats | Bools) -> Floats:
        """Sums by cluster."""
        return np.asarray(np.bincount(self.cluster, weights=values), np.float64)


def _labels(values: npt.ArrayLike | None, whose: str, *, is_optional: bool) -> Floats | None:
    if values is None:
        if is_optional:
            return None
        raise AgreementError(f"The {whose} labels are missing, which this method needs.")
    labels = _numbers(values, f"{whose} label")
    if labels.ndim != 1:
        raise AgreementError(f"The {whose} labels must be one list with one label for each unit.")
    return labels


def _numbers(values: npt.ArrayLike, what: str) -> Floats:
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise AgreementError(f"At least one {what} is not a number.") from None


def _clusters(clusters: Clusters | Sequence[Hashable] | npt.NDArray[np.generic]) -> Clusters:
    return Clusters.of(clusters.tolist() if isinstance(clusters, np.ndarray) else clusters)


def _units(chosen: Bools) -> str:
    n = int(chosen.sum())
    return f"{n} unit{'s are' if n > 1 else ' is'}"


def _check_draw(is_coded: Bools, pi: Floats) -> None:
    """Whether the units coded can have been drawn with these probabilities."""
    if not is_coded.any():
        raise AgreementError("No unit has a human label; without any, only the model's own share can be computed.")
    if np.isnan(pi).any() or (pi < 0).any() or (pi > 1).any():
        raise AgreementError("An inclusion probability is not a number from 0 to 1.")
    if (is_coded & (pi == 0)).any():
        raise AgreementError(
            f"{_units(is_coded & (pi == 0))} coded by a human though the inclusion probability is 0; "
            "a unit that was drawn has a probability above 0."
        )
    if (pi == 0).any():
        raise AgreementError(
            f"{_units(pi == 0)} never drawn, because the inclusion probability is 0; "
            "no estimate holds for such units, so leave them out and say so."
        )
    if (~is_coded & (pi == 1)).any():
        raise AgreementError(
            f"{_units(~is_coded & (pi == 1))} without a human label though the inclusion probability is 1; "
            "give the probability with which each unit was drawn for coding."
        )


@dataclass(frozen=True, eq=False)
class Linear:
    """An estimate that is nearly a sum over units."""

    value: float
    parts: Floats
    """What each unit adds to the estimate's deviation from the true share, shape (units,)."""
    weight: Floats
    """How much of the estimate rests on each unit's label, for the degrees of freedom, shape (units,)."""
    model_weight: float = 0.0


def linear(given: Given, method: str, model_weight: float | None = None) -> Linear:
    """The estimate by one of `METHODS`; `model_weight` fixes the λ of PPI++."""
    if method == "model":
        return _model(given)
    if method == "human" or given.is_coded.all():
        return _human(given)
    return _dsl(given) if method == "dsl" else _ppi(given, model_weight)


def _model(given: Given) -> Linear:
    n, f = given.f.size, given.f
    parts = _larger((f - f.mean()) / n, given, np.ones(n, bool))
    return Linear(float(f.mean()), parts, np.ones(n), 1.0)


def _human(given: Given) -> Linear:
    a = _hajek(given)
    value = float(a @ given.y)
    return Linear(value, _larger(a * (given.y - value), given, given.is_coded), a)


def _dsl(given: Given) -> Linear:
    w = given.is_coded / given.pi
    d = np.where(given.is_coded, given.f - given.y, 0.0)
    value = float((given.f - w * d).mean())
    # Where the draw fixed the number, only the differences around their mean vary.
    mean = _means_of_fixed(given, d)
    parts = (given.f - mean - w * (d - mean) - value) / given.f.size
    return Linear(value, _larger(parts, given, np.ones(d.size, bool)), w, 1.0)


def _means_of_fixed(given: Given, d: Floats) -> Floats:
    """The mean difference of what was drawn with the same probability, where the draw fixed its number (units,).

    That is of units, or of clusters that were drawn whole; 0 for all others.
    """
    means = _group_means(given.is_coded, given.pi, d)
    sizes, coded, total = given.sums(np.ones(d.size)), given.sums(given.is_coded), given.sums(given.pi)
    is_whole = bool(np.isin(coded / sizes, (0, 1)).all())
    pi = total / sizes
    if means.any() or not is_whole or (np.abs(given.pi - pi[given.cluster]) > _SAME).any():
        return means
    return (_group_means(coded > 0, np.round(pi, 12), given.sums(d)) / sizes)[given.cluster]


def _group_means(is_coded: Bools, pi: Floats, d: Floats) -> Floats:
    """The mean of d among the coded ones of each probability whose number is what the probability says; else 0."""
    group = np.unique(pi, return_inverse=True)[1]
    n, coded, expected = np.bincount(group), np.bincount(group, weights=is_coded), np.bincount(group, weights=pi)
    is_fixed = (np.abs(coded - expected) <= _SAME * n) & (coded > 1)
    mean = np.bincount(group, weights=d) / np.maximum(coded, 1)
    if not is_fixed.any() and abs(coded.sum() - pi.sum()) <= _SAME * pi.size and coded.sum() > 1:
        # Of unequal probabilities, d is compared with what is proportional to them (Hájek 1964; Deville & Tillé 2005).
        left = is_coded * (1 - pi)
        return np.asarray(pi * float((left * d / pi).sum() / left.sum())) if left.sum() > 0 else np.zeros(pi.size)
    return np.asarray(np.where(is_fixed, mean, 0.0)[group])


def _ppi(given: Given, model_weight: float | None) -> Linear:
    y, f, is_coded = given.y, given.f, given.is_coded
    a = _hajek(given)
    n, rest = int(is_coded.sum()), int((~is_coded).sum())
    is_equal = bool(np.ptp(given.pi) <= _SAME)
    others = ~is_coded if is_equal else np.ones(f.size, bool)
    v = others / others.sum()
    if is_equal:
        cov = float((y - a @ y)[is_coded] @ (f - a @ f)[is_coded]) / max(n - 1, 1)
        by = (1 + n / rest) * float(f.var(ddof=1))
    else:
        cov, by = float(a**2 @ ((y - a @ y) * (f - a @ f))), float(a**2 @ (f - a @ f) ** 2)
    weight = model_weight
    if weight is None:
        weight = min(1.0, max(0.0, cov / by)) if by > 0 else 0.0
    left = y - weight * f
    coded = _larger(a * (left - a @ left), given, is_coded)
    parts = coded + _larger(weight * v * (f - v @ f), given, others)
    return Linear(float(a @ left + weight * (v @ f)), parts, a, weight)


def _hajek(given: Given) -> Floats:
    """1/π of coded units as a share of its sum, 0 for the others (units,)."""
    w: Floats = given.is_coded / given.pi
    return np.asarray(w / w.sum())


def _larger(parts: Floats, given: Given, among: Bools) -> Floats:
    """Parts whose sum is 0, enlarged by √(G / (G - 1)) for the G clusters they come from."""
    n = np.unique(given.cluster[among]).size
    return parts * math.sqrt(n / (n - 1)) if n > 1 else parts
