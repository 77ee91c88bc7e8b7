"""How large a share is, from human labels, a model's labels, or both: DSL and PPI++, with intervals.

A model's labels alone give a share that is as wrong as the model is biased, with an interval that hides it. Human
labels of units drawn with known probabilities correct it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.clusters import Clusters
from annotator.agreement.intervals.shares import share_interval
from annotator.agreement.survey_estimators import Given, Linear, linear
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FEW_DIFFER = 5
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
    n_differ: int = 0
    """Coded units in which human and model differ: with few, intervals that use the model may be too narrow."""
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
    probability are coded as the probabilities say, the draw fixed their number, and DSL leaves out its variation. The
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
    given = Given.checked(human, model, probability, clusters, method)
    given.check_shares()
    found = linear(given, method)
    return _estimate(given, found, method, confidence)


def estimate_ratio(
    human: tuple[npt.ArrayLike, npt.ArrayLike] | None,
    model: tuple[npt.ArrayLike, npt.ArrayLike] | None,
    probability: npt.ArrayLike,
    clusters: Clusters | Sequence[Hashable] | npt.NDArray[np.generic] | None = None,
    method: str = "dsl",
    confidence: float = 0.95,
) -> PrevalenceEstimate:
    """Estimate a share among things of which a unit may hold none or several: the statements of a paragraph.

    The share is the total of the parts over the total of the wholes, each estimated as by `estimate_prevalence`; its
    standard error is that of part - share · whole (linearisation). PPI++ chooses λ for that difference, too.

    Args:
        human: For each unit, how many of its statements are of the kind, and how many statements there are; nan where
            no human coded the unit, shape (units,) each. Means of several coders may stand there.
        model: The same of the model.
        probability: See `estimate_prevalence`.
        clusters: See `estimate_prevalence`.
        method: One of `METHODS`.
        confidence: How much the interval is to cover.

    Raises:
        AgreementError: The arrays cannot be what they are said to be, or there is nothing of which to take a share.
    """
    pairs = [(None, None) if one is None else one for one in (human, model)]
    part, whole = (Given.checked(y, f, probability, clusters, method) for y, f in zip(*pairs, strict=True))
    _check_parts(part, whole)
    alone = "model" if method == "model" else "human"
    first = _share(linear(part, alone), linear(whole, alone))
    weight = linear(part.less(whole, first), method).model_weight
    of_part, of_whole = linear(part, method, weight), linear(whole, method, weight)
    share = _share(of_part, of_whole)
    rest = linear(part.less(whole, share), method, weight)
    counted = whole.f if method == "model" else whole.y
    found = replace(rest, value=share, parts=rest.parts / of_whole.value, weight=rest.weight * counted)
    return _estimate(part, found, method, confidence)


def _check_parts(part: Given, whole: Given) -> None:
    for whose, some, every in (("human", part.y, whole.y), ("model", part.f, whole.f)):
        if ((some < 0) | (some > every + 1e-9)).any():
            raise AgreementError(f"A {whose} count is below 0, or larger than the count of which it is a part.")
    if (part.is_coded != whole.is_coded).any():
        raise AgreementError("A unit has one human count and lacks the other.")


def _share(part: Linear, whole: Linear) -> float:
    if whole.value <= 0:
        raise AgreementError("There is nothing of which to take a share.")
    return part.value / whole.value


def _estimate(given: Given, found: Linear, method: str, confidence: float) -> PrevalenceEstimate:
    se = float(np.sqrt((given.sums(found.parts) ** 2).sum()))
    by_cluster = given.sums(found.weight)
    n = int((by_cluster > 0).sum())
    df = float(by_cluster.sum() ** 2 / (by_cluster @ by_cluster)) - 1.0
    ci, how = share_interval(found.value, se, n, df, given.what, confidence)
    return PrevalenceEstimate(
        method,
        found.value,
        se,
        ci,
        how,
        given.f.size,
        int(given.is_coded.sum()),
        n,
        found.model_weight,
        _n_differ(given),
        _remarks(given, method),
    )


def _n_differ(given: Given) -> int:
    return int((given.is_coded & (np.abs(given.f - given.y) >= 0.5)).sum())


def _remarks(given: Given, method: str) -> tuple[str, ...]:
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
        differ = _n_differ(given)
        if differ < FEW_DIFFER:
            said.append(
                f"Human and model differ in only {differ} of the coded units, so that the interval may be too narrow:"
                " have more units coded."
            )
    return tuple(said)
