"""γ: agreement on spans by the best alignment of two coders' spans (Mathet, Widlöcher & Métivier 2015).

For two coders the best alignment is an assignment problem, solved here without approximation. For more, γ is the mean
over pairs of coders. The disorder of chance is estimated from random texts; their number and the seed are part of the
result.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.result import Coefficient
from annotator.agreement.coefficients.unitizing import NO_CODERS
from annotator.agreement.data.continua import Continuum, Span
from annotator.agreement.data.linear_assignment import assign

Floats = npt.NDArray[np.float64]

EMPTY = 1.0
"""Δ∅: the disorder of a span that nothing is aligned with."""


def gamma(
    continua: Sequence[Continuum],
    n_samples: int = 30,
    seed: int = 0,
    *,
    positional: float = 1.0,
    categorical: float = 1.0,
) -> Coefficient:
    """γ = 1 - observed disorder / mean disorder of random texts; `ci_method` says samples, seed and precision.

    A random text takes a random coder's spans in place of each coder's and shifts them, round the end, by a random
    distance; the distances of two coders differ by at least half the mean length of a span (2015, section 5.2).

    Args:
        continua: The texts; those that one coder alone divided are left out.
        n_samples: Random texts for each pair of coders.
        seed: Of the random numbers.
        positional: The weight of the positional dissimilarity ((|Δstart| + |Δend|) / (sum of lengths))².
        categorical: The weight of the categorical dissimilarity, 1 for different categories.
    """
    used = [one for one in continua if len(one.spans) > 1]
    coders = list(dict.fromkeys(coder for one in used for coder in one.spans))
    rng = np.random.default_rng(seed)
    found, precision = [], 0.0
    for first, second in combinations(coders, 2):
        both = [one for one in used if first in one.spans and second in one.spans]
        if not any(one.spans[first] or one.spans[second] for one in both):
            continue
        names = _numbered(both)
        texts = [(one.length, _table(one.spans[first], names), _table(one.spans[second], names)) for one in both]
        observed = _disorder([(a, b) for _, a, b in texts], positional, categorical)
        by_chance = np.array(
            [_disorder([_shuffled(text, rng) for text in texts], positional, categorical) for _ in range(n_samples)]
        )
        if by_chance.mean() > 0:
            found.append(1 - observed / by_chance.mean())
            error = by_chance.std(ddof=1) / math.sqrt(n_samples) if n_samples > 1 else math.inf
            precision = max(precision, float(1.96 * error / by_chance.mean()))
    method = f"{n_samples} random texts a pair, seed {seed}, disorder of chance within ±{precision:.1%}"
    reason = None if found else (NO_CODERS if not used else "undefined: there are no spans")
    return Coefficient(
        "gamma",
        float(np.mean(found)) if found else None,
        reason,
        f"positional {positional:g}, categorical {categorical:g}",
        ci_method=method if found else None,
        n_units=len(continua),
        n_units_paired=len(used),
        n_coders=len(coders),
        n_labels=sum(len(spans) for one in used for spans in one.spans.values()),
    )


def alignment_cost(a: Floats, b: Floats, positional: float = 1.0, categorical: float = 1.0) -> float:
    """The least sum of disorders of an alignment of spans (n, 3) and (k, 3): start, end, category number."""
    everyone_alone = EMPTY * (len(a) + len(b))
    if not len(a) or not len(b):
        return everyone_alone
    gain = np.minimum(_dissimilarities(a, b, positional, categorical) - 2 * EMPTY, 0.0)
    total = 0.0
    for rows, columns in _components(gain < 0):
        block = gain[np.ix_(rows, columns)]
        chosen = assign(block)
        kept = np.nonzero(chosen >= 0)[0]
        total += float(block[kept, chosen[kept]].sum())
    return everyone_alone + total


def _disorder(texts: Sequence[tuple[Floats, Floats]], positional: float, categorical: float) -> float:
    """Disorder of the best alignment: its cost over the mean number of spans of a coder (2015, eq. 3)."""
    spans = sum(len(a) + len(b) for a, b in texts) / 2
    return sum(alignment_cost(a, b, positional, categorical) for a, b in texts) / spans


def _dissimilarities(a: Floats, b: Floats, positional: float, categorical: float) -> Floats:
    """Dissimilarity of every span of `a` (n, 3) with every span of `b` (k, 3), shape (n, k) (2015, eq. 4-6)."""
    apart = np.abs(a[:, None, 0] - b[None, :, 0]) + np.abs(a[:, None, 1] - b[None, :, 1])
    lengths = (a[:, 1] - a[:, 0])[:, None] + (b[:, 1] - b[:, 0])[None, :]
    differ = a[:, None, 2] != b[None, :, 2]
    return np.asarray(EMPTY * (positional * (apart / lengths) ** 2 + categorical * differ))


def _components(linked: npt.NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Rows and columns of a matrix that hang together; the best alignment can be found in each alone."""
    rows_left = set(np.nonzero(linked.any(axis=1))[0].tolist())
    found = []
    while rows_left:
        todo, rows, columns = [rows_left.pop()], set[int](), set[int]()
        while todo:
            row = todo.pop()
            rows.add(row)
            new = set(np.nonzero(linked[row])[0].tolist()) - columns
            columns |= new
            reached = set(np.nonzero(linked[:, sorted(new)].any(axis=1))[0].tolist()) & rows_left if new else set()
            rows_left -= reached
            todo += sorted(reached)
        found.append((sorted(rows), sorted(columns)))
    return found


def _shuffled(text: tuple[int, Floats, Floats], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """A random text of two coders: spans of a randomly chosen coder, shifted round the end by a random distance."""
    length, a, b = text
    spans = np.concatenate([a, b])
    apart = float((spans[:, 1] - spans[:, 0]).mean()) / 2 if len(spans) else 0.0
    first, second = rng.integers(2, size=2).tolist()
    shift = int(rng.integers(length))
    if 2 * apart < length:
        other = (shift + int(rng.integers(math.ceil(apart), math.floor(length - apart) + 1))) % length
    else:
        other = int(rng.integers(length))
    return _shift((a, b)[first], shift, length), _shift((a, b)[second], other, length)


def _shift(spans: Floats, distance: int, length: int) -> Floats:
    """Spans moved to the right; one that would begin behind the end begins at the front."""
    moved = spans.copy()
    moved[:, :2] += distance
    moved[moved[:, 0] >= length, :2] -= length
    return moved


def _numbered(continua: Sequence[Continuum]) -> dict[Hashable, int]:
    names: dict[Hashable, int] = {}
    for one in continua:
        for spans in one.spans.values():
            for _, _, category in spans:
                names.setdefault(category, len(names))
    return names


def _table(spans: Sequence[Span], names: dict[Hashable, int]) -> Floats:
    return np.array([(start, end, names[category]) for start, end, category in spans], np.float64).reshape(-1, 3)
