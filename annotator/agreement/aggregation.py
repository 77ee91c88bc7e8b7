"""One label a unit from many coders, with each coder's competence: majority, Dawid-Skene, MACE. Never gold."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotator.agreement.data.reliability import ReliabilityData
from annotator.errors import AgreementError

SMOOTHING = 0.01
"""Labels that each cell of a confusion matrix begins with, so that no coder is taken to be infallible."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Aggregation:
    """The most probable category of each unit, and how far each coder is to be trusted."""

    method: str
    """The method with its settings, in words."""
    units: tuple[Hashable, ...] | range
    categories: tuple[Hashable, ...]
    coders: tuple[Hashable, ...] | range
    probabilities: Floats
    """Shape (units, q); rows sum to 1. For a majority, the shares of the labels."""
    competence: Floats
    """Shape (coders,): the probability of a right label (majority, Dawid-Skene), or of not guessing (MACE)."""
    converged: bool = True
    """Whether the estimates had converged when the iterations ended."""

    @property
    def ties(self) -> tuple[Hashable, ...]:
        """Units on which two categories or more are equally probable; they have no winner."""
        return tuple(self.units[i] for i in np.nonzero(_tied(self.probabilities))[0].tolist())

    @property
    def winners(self) -> tuple[Hashable | None, ...]:
        """The most probable category of each unit; None for a tie, which is never broken silently."""
        best = self.probabilities.argmax(axis=1).tolist()
        return tuple(
            None if tied else self.categories[c]
            for c, tied in zip(best, _tied(self.probabilities).tolist(), strict=True)
        )


@dataclass(frozen=True, eq=False)
class Shares:
    """The probabilities of the categories that can be right, unit by unit, and the winners: however many categories."""

    method: str
    start: Ints
    """The cells of unit i are `start[i]:start[i + 1]`; shape (units + 1,)."""
    category: Ints
    """Index into the categories, one a cell, ascending in each unit."""
    share: Floats
    """Above zero; those of a unit sum to 1."""
    winner: Ints
    """Index into the categories, shape (units,); -1 for a tie."""
    competence: Floats
    """Shape (coders,); as `Aggregation` has it."""
    converged: bool = True

    @classmethod
    def of(cls, result: Aggregation) -> Shares:
        """The probabilities that a model found."""
        unit, category = np.nonzero(result.probabilities)
        start = np.searchsorted(unit, np.arange(len(result.probabilities) + 1))
        winner = np.where(_tied(result.probabilities), -1, result.probabilities.argmax(axis=1))
        share = result.probabilities[unit, category]
        return cls(result.method, start, category, share, winner, result.competence, result.converged)


def majority_shares(data: ReliabilityData) -> Shares:
    """The majority without a matrix of units and categories; see `majority`.

    Raises:
        AgreementError: there are no labels.
    """
    if not data.unit.size:
        raise AgreementError("There are no labels to aggregate.")
    q, n = len(data.categories), len(data.units)
    cells, count = np.unique(data.unit * q + data.category, return_counts=True)
    unit, category = cells // q, cells % q
    start = np.searchsorted(unit, np.arange(n + 1))
    largest = np.flatnonzero(count == np.maximum.reduceat(count, start[:-1])[unit])
    tied = np.bincount(unit[largest], minlength=n) > 1
    best = category[largest][np.unique(unit[largest], return_index=True)[1]]
    clear = ~tied[data.unit]
    hits = np.bincount(data.coder, weights=(data.category == best[data.unit]) & clear, minlength=len(data.coders))
    tries = np.bincount(data.coder, weights=clear, minlength=len(data.coders))
    share = count / data.labels_per_unit[unit]
    return Shares("majority", start, category, share, np.where(tied, -1, best), hits / np.maximum(tries, 1))


def majority(data: ReliabilityData) -> Aggregation:
    """The category most coders gave; a coder's competence is the share of labels that equal a clear majority.

    Raises:
        AgreementError: there are no labels.
    """
    found = majority_shares(data)
    shares = np.zeros((len(data.units), len(data.categories)))
    shares[np.repeat(np.arange(len(shares)), np.diff(found.start)), found.category] = found.share
    return Aggregation(found.method, data.units, data.categories, data.coders, shares, found.competence)


def dawid_skene(data: ReliabilityData, n_iterations: int = 200, tolerance: float = 1e-8) -> Aggregation:
    """Dawid & Skene (1979): every coder has a confusion matrix; EM from the shares of labels, without random numbers.

    Competence is the probability that the coder's label is right.

    Args:
        data: The labels.
        n_iterations: The most iterations.
        tolerance: It ends when no probability changes by more.

    Raises:
        AgreementError: there are no labels.
    """
    counts = _counts(data)
    q, coders = len(data.categories), len(data.coders)
    posterior = counts / counts.sum(axis=1, keepdims=True)
    cell = data.coder * q + data.category
    prior, confusion, change = np.full(q, 1 / q), np.zeros((coders, q, q)), np.inf
    for _ in range(n_iterations):
        prior = posterior.mean(axis=0)
        # confusion[coder, true, given]
        sums = np.stack(
            [np.bincount(cell, weights=posterior[data.unit, c], minlength=coders * q) for c in range(q)], axis=1
        ).reshape(coders, q, q)
        smoothed = sums.transpose(0, 2, 1).astype(np.float64) + SMOOTHING
        confusion = smoothed / smoothed.sum(axis=2, keepdims=True)
        updated = _posterior(data, prior, np.log(confusion))
        change = float(np.abs(updated - posterior).max())
        posterior = updated
        if change <= tolerance:
            break
    competence = np.einsum("c,jcc->j", prior, confusion)
    return Aggregation(
        "Dawid-Skene, EM",
        data.units,
        data.categories,
        data.coders,
        posterior,
        competence,
        change <= tolerance,
    )


def mace(
    data: ReliabilityData,
    n_restarts: int = 10,
    n_iterations: int = 200,
    seed: int = 0,
    tolerance: float = 1e-6,
) -> Aggregation:
    """MACE (Hovy, Berg-Kirkpatrick, Vaswani & Hovy 2013): a coder knows the true category, or guesses.

    Variational EM with the priors of the paper, Beta(.5, .5) on guessing and Dirichlet(10) on what is guessed; of
    several random starts the one with the best bound is kept. Competence is the probability of not guessing.

    Args:
        data: The labels.
        n_restarts: How many random starts.
        n_iterations: The most iterations of each.
        seed: Of the random starts.
        tolerance: A start ends when no competence changes by more.

    Raises:
        AgreementError: there are no labels.
    """
    _counts(data)
    rng = np.random.default_rng(seed)
    starts = [_mace_once(data, rng, n_iterations, tolerance) for _ in range(max(n_restarts, 1))]
    best = max(starts, key=lambda start: start.evidence)
    return Aggregation(
        f"MACE, variational, {len(starts)} starts, seed {seed}",
        data.units,
        data.categories,
        data.coders,
        best.posterior,
        best.competence,
        best.converged,
    )


@dataclass(frozen=True, eq=False)
class _Start:
    """What one random start of MACE led to."""

    evidence: float
    posterior: Floats
    competence: Floats
    converged: bool


def _mace_once(data: ReliabilityData, rng: np.random.Generator, n_iterations: int, tolerance: float) -> _Start:
    q, coders = len(data.categories), len(data.coders)
    cell = data.coder * q + data.category
    knows = rng.uniform(0.5, 1.0, coders)
    guesses, strategy = 1 - knows, rng.dirichlet(np.ones(q), coders)
    for _ in range(max(n_iterations, 1)):
        by_guess = (guesses[:, None] * strategy).ravel()[cell]
        by_knowledge = knows[data.coder]
        score = np.zeros((len(data.units), q))
        np.add.at(score, (data.unit, data.category), np.log1p(by_knowledge / by_guess))
        score += np.bincount(data.unit, weights=np.log(by_guess), minlength=len(data.units))[:, None]
        top = score.max(axis=1, keepdims=True)
        odds = np.exp(score - top)
        posterior = odds / odds.sum(axis=1, keepdims=True)

        knew = posterior[data.unit, data.category] * by_knowledge / (by_guess + by_knowledge)
        known = _sums(data.coder, knew, coders) + 0.5
        guessed = _sums(data.coder, 1 - knew, coders) + 0.5
        what = _sums(cell, 1 - knew, coders * q).reshape(coders, q) + 10.0
        before = knows
        knows, guesses = (np.exp(_digamma(x) - _digamma(known + guessed)) for x in (known, guessed))
        strategy = np.exp(_digamma(what) - _digamma(what.sum(axis=1, keepdims=True)))
        converged = float(np.abs(knows - before).max(initial=0.0)) <= tolerance
        if converged:
            break
    evidence = float((np.log(odds.sum(axis=1)) + top[:, 0]).sum())
    return _Start(evidence, posterior, known / (known + guessed), converged)


def _counts(data: ReliabilityData) -> Floats:
    """How many coders gave each unit each category, shape (units, q)."""
    if not data.unit.size:
        raise AgreementError("There are no labels to aggregate.")
    units, q = len(data.units), len(data.categories)
    counts = np.bincount(data.unit * q + data.category, minlength=units * q)
    return counts.reshape(units, q).astype(np.float64)


def _sums(index: Ints, weights: Floats, length: int) -> Floats:
    """Sums of weights by index, shape (length,)."""
    return np.bincount(index, weights=weights, minlength=length).astype(np.float64)


def _tied(probabilities: Floats) -> npt.NDArray[np.bool_]:
    """Whether the largest probability of each row occurs twice."""
    top = probabilities.max(axis=1, keepdims=True)
    return np.asarray((probabilities >= top - 1e-9).sum(axis=1) > 1)


def _posterior(data: ReliabilityData, prior: Floats, log_confusion: Floats) -> Floats:
    """The probability of each category on each unit, given what each coder's labels mean (coders, true, given)."""
    q = prior.size
    given = log_confusion[data.coder, :, data.category]
    score = np.log(np.maximum(prior, 1e-300)) + np.stack(
        [np.bincount(data.unit, weights=given[:, c], minlength=len(data.units)) for c in range(q)], axis=1
    )
    odds = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _digamma(x: Floats) -> Floats:
    """The derivative of log Γ for positive x (Abramowitz & Stegun 6.3.5, 6.3.18)."""
    shifted, total = x.astype(np.float64), np.zeros_like(x, dtype=np.float64)
    for _ in range(12):
        total -= 1 / shifted
        shifted = shifted + 1
    inverse = 1 / shifted**2
    series = inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse / 132))))
    return np.asarray(total + np.log(shifted) - 0.5 / shifted - series)
