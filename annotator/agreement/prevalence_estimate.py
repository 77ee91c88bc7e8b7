"""How large a share is, from human labels, a model's labels, or both: DSL and PPI++, with intervals.

A model's labels alone give a share that is as wrong as the model is biased, with an interval that hides it. Human
labels of units drawn with known probabilities correct it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.clusters import Clusters
from annotator.agreement.intervals.shares import share_interval
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

METHODS = ("dsl", "ppi", "human", "model")
"""Both labels by design-based supervised learning, both by PPI++, the humans' alone, the model's alone."""

_SAME = 1e-9
"""Relative difference up to which probabilities, and sums of them, are the same."""
_FEW_DIFFER = 5
"""With fewer coded units in which human and model differ, the interval rests on hardly anything."""
_FAR = 5.0
"""Standard deviations by which the number of coded units may differ from what their probabilities say."""


@dataclass(frozen=True)
class PrevalenceEstimate:
    """A share with its interval."""

    method: str
    """One of `METHODS`."""
    value: float
    """The estimated share. DSL may lie slightly outside 0 to 1."""
    se: float
    """Its standard error, by clusters where they are given."""
    ci: tuple[float, float] | None
    """The interval, within 0 to 1; None where no interval can be computed."""
    ci_method: str
    """How the interval was made, in words, or why there is none."""
    n_units: int
    """All units."""
    n_coded: int
    """Units with a human label."""
    n_clusters: int
    """Clusters that hold the labels behind the estimate; units where there are no clusters."""
    model_weight: float
    """λ, the weight of the model's labels: 1 in DSL, 0 for humans alone, chosen by PPI++."""
    remarks: tuple[str, ...] = ()
    """What a reader must know about the estimate, in sentences."""


def estimate_prevalence(
    human: npt.ArrayLike | None,
    model: npt.ArrayLike | None,
    probability: npt.ArrayLike,
    clusters: Clusters | Sequence[Hashable] | npt.NDArray[np.generic] | None = None,
    method: str = "dsl",
    confidence: float = 0.95,
) -> PrevalenceEstimate:
    """Estimate the share of units that have a property.

    With f the model's label of all N units, y the human label of the units coded (R = 1) and π the probability with
    which each unit was drawn for coding:

    - `dsl`: the mean of ỹ = f - R/π (f - y) (Egami, Hinck, Stewart & Wei 2023, NeurIPS, equation 3), which is unbiased
      whatever the model does. The paper cross-fits a predictor that is trained on the human labels; here the model's
      labels are used as they are, so that nothing is fitted and nothing needs cross-fitting.
    - `ppi`: ȳ + λ (f̄ of the uncoded - f̄ of the coded), λ = cov(y, f) / ((1 + n/N) var f) within 0 to 1 (PPI++,
      Angelopoulos, Duchi & Zrnic 2023, arXiv:2311.01453, example 6.1). λ is fitted on all coded units, as in the paper.
      Of unequal probabilities, means of coded units are weighted by 1/π, f̄ is that of all units, and λ minimises the
      variance (Zrnic & Candès 2024, arXiv:2403.03208).
    - `human`: the mean of y weighted by 1/π (Hájek 1971).
    - `model`: the mean of f. It is biased unless the model is perfect, and its interval hides this.

    The standard error is the linearised one, with sums by cluster. Where as many units, or whole clusters, of one
    probability are coded as the probability says, the draw fixed their number, and DSL leaves out its variation. The
    interval is Wilson's (1927) for the effective number of units value (1 - value) / se² (Franco, Little, Louis & Slud
    2019), with Student's t of the effective number of coded clusters (Kish 1965) less one.

    Args:
        human: 0 or 1 for each unit, nan where no human coded it, shape (units,). Shares of several coders may stand
            between. None for `model`.
        model: 0 or 1, or the model's probability of 1, for each unit, shape (units,). None for `human`.
        probability: The inclusion probability of each unit, shape (units,), or one for all.
        clusters: The cluster (the article) of each unit; without it each unit is its own.
        method: One of `METHODS`.
        confidence: How much the interval is to cover.

    Raises:
        AgreementError: The arrays cannot be what they are said to be; the sentence says why.
    """
    given = _Given.checked(human, model, probability, clusters, method)
    if method == "model":
        linear = _model(given)
    elif method == "human" or given.is_coded.all():
        linear = _human(given)
    else:
        linear = (_dsl if method == "dsl" else _ppi)(given)
    return _estimate(given, linear, method, confidence)


@dataclass(frozen=True, eq=False)
class _Given:
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
    ) -> _Given:
        if method not in METHODS:
            raise AgreementError(f"{method!r} is not a method; choose one of {', '.join(METHODS)}.")
        y, f = _labels(human, "human", method == "model"), _labels(model, "model", method == "human")
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

    def sums(self, values: Floats | Bools) -> Floats:
        """Sums by cluster."""
        return np.asarray(np.bincount(self.cluster, weights=values), np.float64)


def _labels(values: npt.ArrayLike | None, whose: str, is_optional: bool) -> Floats | None:
    if values is None:
        if is_optional:
            return None
        raise AgreementError(f"The {whose} labels are missing, which this method needs.")
    labels = _numbers(values, f"{whose} label")
    if labels.ndim != 1:
        raise AgreementError(f"The {whose} labels must be one list with one label for each unit.")
    if ((labels < 0) | (labels > 1)).any():
        odd = labels[(labels < 0) | (labels > 1)][0]
        raise AgreementError(f"A {whose} label is {odd:g}; labels are 0 or 1, and nan where there is none.")
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
class _Linear:
    """An estimate that is nearly a sum over units."""

    value: float
    parts: Floats
    """What each unit adds to the estimate's deviation from the true share, shape (units,)."""
    weight: Floats
    """How much of the estimate rests on each unit's label, for the degrees of freedom, shape (units,)."""
    model_weight: float = 0.0


def _model(given: _Given) -> _Linear:
    n, f = given.f.size, given.f
    parts = _larger((f - f.mean()) / n, given, np.ones(n, bool))
    return _Linear(float(f.mean()), parts, np.ones(n), 1.0)


def _human(given: _Given) -> _Linear:
    a = _hajek(given)
    value = float(a @ given.y)
    return _Linear(value, _larger(a * (given.y - value), given, given.is_coded), a)


def _dsl(given: _Given) -> _Linear:
    w = given.is_coded / given.pi
    d = np.where(given.is_coded, given.f - given.y, 0.0)
    value = float((given.f - w * d).mean())
    # Where the draw fixed the number, only the differences around their mean vary.
    mean = _means_of_fixed(given, d)
    parts = (given.f - mean - w * (d - mean) - value) / given.f.size
    return _Linear(value, _larger(parts, given, np.ones(d.size, bool)), w, 1.0)


def _means_of_fixed(given: _Given, d: Floats) -> Floats:
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
    return np.asarray(np.where(is_fixed, mean, 0.0)[group])


def _ppi(given: _Given) -> _Linear:
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
    weight = min(1.0, max(0.0, cov / by)) if by > 0 else 0.0
    left = y - weight * f
    coded = _larger(a * (left - a @ left), given, is_coded)
    parts = coded + _larger(weight * v * (f - v @ f), given, others)
    return _Linear(float(a @ left + weight * (v @ f)), parts, a, weight)


def _hajek(given: _Given) -> Floats:
    """1/π of coded units as a share of its sum, 0 for the others (units,)."""
    w: Floats = given.is_coded / given.pi
    return np.asarray(w / w.sum())


def _larger(parts: Floats, given: _Given, among: Bools) -> Floats:
    """Parts whose sum is 0, enlarged by √(G / (G - 1)) for the G clusters they come from."""
    n = np.unique(given.cluster[among]).size
    return parts * math.sqrt(n / (n - 1)) if n > 1 else parts


def _estimate(given: _Given, linear: _Linear, method: str, confidence: float) -> PrevalenceEstimate:
    se = float(np.sqrt((given.sums(linear.parts) ** 2).sum()))
    by_cluster = given.sums(linear.weight)
    n = int((by_cluster > 0).sum())
    df = float(by_cluster.sum() ** 2 / (by_cluster @ by_cluster)) - 1.0
    ci, how = share_interval(linear.value, se, n, df, given.what, confidence)
    return PrevalenceEstimate(
        method,
        linear.value,
        se,
        ci,
        how,
        given.f.size,
        int(given.is_coded.sum()),
        n,
        linear.model_weight,
        _remarks(given, method),
    )


def _remarks(given: _Given, method: str) -> tuple[str, ...]:
    if method == "model":
        return ("A model's errors do not cancel out: this share is biased by them, and its interval hides it.",)
    said = []
    coded, expected = float(given.is_coded.sum()), float(given.pi.sum())
    spread = math.sqrt(float((given.sums(np.sqrt(given.pi * (1 - given.pi))) ** 2).sum()))
    if abs(coded - expected) > _FAR * spread + 0.5:
        said.append(
            f"{coded:.0f} units are coded where their probabilities say {expected:.0f}: if some that were drawn are not"
            " coded yet, the estimate holds only if they do not differ from the others."
        )
    if method != "human":
        differ = int((given.is_coded & (np.abs(given.f - given.y) > 0.5)).sum())
        if differ < _FEW_DIFFER:
            said.append(
                f"Human and model differ in only {differ} of the coded units, so that the interval may be too narrow:"
                " have more units coded."
            )
    return tuple(said)
