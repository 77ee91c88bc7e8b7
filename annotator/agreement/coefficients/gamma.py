"""γ: agreement on spans by the best alignment of two coders' spans (Mathet, Widlöcher & Métivier 2015).

For two coders the best alignment is an assignment problem, solved here without approximation. For more, γ is the mean
over pairs of coders. The disorder of chance is estimated from random texts; their number and the seed are part of the
result.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.result import Coefficient
from annotator.agreement.coefficients.unitizing import NO_CODERS
from annotator.agreement.data.continua import Continua, Continuum
from annotator.agreement.data.first_seen import first_seen
from annotator.agreement.data.linear_assignment import assign
from annotator.agreement.data.linked_groups import LinkedGroups
from annotator.agreement.data.patterns import Ints

Floats = npt.NDArray[np.float64]

EMPTY = 1.0
"""Δ∅: the disorder of a span that nothing is aligned with."""
_MOST_WAYS = 24
"""Ways to align a group of spans up to which all are tried."""
_PAIRS = 1_000_000
"""Pairs of spans that are looked at at once."""


class SpanLists(NamedTuple):
    """One coder's spans in many texts, one text after the other."""

    size: Ints
    """How many spans each text has, shape (texts,)."""
    start: Ints
    """Shape (spans,), as are the next two."""
    end: Ints
    category: Ints

    def part(self, first: int, last: int) -> SpanLists:
        """The spans of the texts from `first` up to `last`."""
        begin, end = int(self.size[:first].sum()), int(self.size[:last].sum())
        return SpanLists(self.size[first:last], *(column[begin:end] for column in self[1:]))


class _Texts(NamedTuple):
    """What two coders made of the texts that both divided."""

    length: Ints
    """Shape (texts,)."""
    first: SpanLists
    second: SpanLists


def gamma(
    continua: Continua | Sequence[Continuum],
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
    whole = Continua.of(continua)
    pairs = disorders(whole, n_samples, seed, positional, categorical)
    return gamma_of(whole, pairs, n_samples, seed, positional, categorical)


class Disorders(NamedTuple):
    """The disorder of two coders' alignments, text by text, before it is divided by the number of spans."""

    text: Ints
    """Which texts both divided, shape (texts,)."""
    observed: Floats
    """Cost of the best alignment of each text, shape (texts,)."""
    spans: Ints
    """Spans of both coders in each text, shape (texts,)."""
    by_chance: Floats
    """Cost in each random text, shape (samples, texts)."""
    spans_by_chance: Ints
    """Spans in each random text, shape (samples, texts)."""

    @property
    def value(self) -> tuple[float, Floats]:
        """Observed disorder, and the disorder of each random text (samples,) (2015, eq. 3)."""
        chance = [_disorder(costs, spans) for costs, spans in zip(self.by_chance, self.spans_by_chance, strict=True)]
        return _disorder(self.observed, self.spans), np.array(chance)


def disorders(
    continua: Continua, n_samples: int, seed: int, positional: float = 1.0, categorical: float = 1.0
) -> list[Disorders]:
    """The disorders of each pair of coders who have a span in a text that both divided; see `gamma`."""
    rng = np.random.default_rng(seed)
    found = []
    for first, second in itertools.combinations(first_seen(_shared(continua).coder).tolist(), 2):
        texts, number = _of_both(continua, first, second)
        if not (texts.first.start.size or texts.second.start.size):
            continue
        observed = alignment_costs(texts.first, texts.second, positional, categorical)
        drawn = [_shuffled(texts, rng) for _ in range(n_samples)]
        costs = [alignment_costs(*one, positional, categorical) for one in drawn]
        sizes = [one.size + other.size for one, other in drawn]
        spans = texts.first.size + texts.second.size
        found.append(Disorders(number, observed, spans, np.array(costs), np.array(sizes, np.int64)))
    return found


def gamma_of(
    continua: Continua,
    pairs: Sequence[Disorders],
    n_samples: int,
    seed: int,
    positional: float = 1.0,
    categorical: float = 1.0,
) -> Coefficient:
    """γ from the disorders of the pairs of coders."""
    used = _shared(continua)
    found, precision = [], 0.0
    for pair in pairs:
        observed, by_chance = pair.value
        if by_chance.mean() > 0:
            found.append(1 - observed / by_chance.mean())
            error = by_chance.std(ddof=1) / math.sqrt(n_samples) if n_samples > 1 else math.inf
            precision = max(precision, float(1.96 * error / by_chance.mean()))
    method = f"{n_samples} random texts a pair, seed {seed}, disorder of chance within ±{precision:.1%}"
    reason = None if found else (NO_CODERS if not len(used) else "undefined: there are no spans")
    return Coefficient(
        "gamma",
        float(np.mean(found)) if found else None,
        reason,
        f"positional {positional:g}, categorical {categorical:g}",
        ci_method=method if found else None,
        n_units=len(continua),
        n_units_paired=len(used),
        n_coders=int(np.unique(used.coder).size),
        n_labels=used.track.size,
    )


def _shared(continua: Continua) -> Continua:
    """The texts that several coders divided."""
    return continua.select(continua.tracks > 1)


def alignment_costs(a: SpanLists, b: SpanLists, positional: float = 1.0, categorical: float = 1.0) -> Floats:
    """The least sum of disorders of an alignment of two coders' spans, for each text (texts,)."""
    block = np.cumsum(a.size * b.size) // _PAIRS
    cuts = [*np.searchsorted(block, np.unique(block)).tolist(), block.size]
    parts = [(a.part(first, last), b.part(first, last)) for first, last in itertools.pairwise(cuts)]
    return np.concatenate([np.zeros(0), *(_costs(*part, positional, categorical) for part in parts)])


def _costs(a: SpanLists, b: SpanLists, positional: float, categorical: float) -> Floats:
    text = np.repeat(np.arange(a.size.size), a.size * b.size)
    offset = np.cumsum(a.size * b.size) - a.size * b.size
    row, column = np.divmod(np.arange(text.size) - offset[text], b.size[text])
    i, j = (np.cumsum(a.size) - a.size)[text] + row, (np.cumsum(b.size) - b.size)[text] + column
    gain = _dissimilarities(a, b, i, j, positional, categorical) - 2 * EMPTY
    worth = np.flatnonzero(gain < 0)
    groups = LinkedGroups(i[worth], a.start.size + j[worth])
    gains = _gains(groups, gain[worth])

    # Groups of a text are added one after the other, in the order of the first coder's spans.
    _, first_link = np.unique(groups.group, return_index=True)
    text_of = text[worth[first_link]]
    order = np.lexsort((_least(groups), text_of))
    rank = np.arange(order.size) - np.searchsorted(text_of[order], text_of[order])
    total = np.zeros(a.size.size)
    for number in range(int(rank.max(initial=-1)) + 1):
        now = order[rank == number]
        total[text_of[now]] += gains[now]
    return EMPTY * (a.size + b.size) + total


def _least(groups: LinkedGroups) -> Ints:
    """The first span of each group."""
    found = np.full(int(groups.group.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(found, groups.group, groups.first)
    return found


def _gains(groups: LinkedGroups, gain: Floats) -> Floats:
    """What the best alignment of each group saves (groups,); spans of several groups are never aligned."""
    found = np.zeros(int(groups.group.max(initial=-1)) + 1)
    for same in groups.by_shape():
        numbers, index = np.unique(same.group, return_inverse=True)
        matrix = np.zeros((numbers.size, *same.size))
        first, second = (place[same.link] for place in groups.place)
        matrix[index, first, second] = gain[same.link]
        found[numbers] = _best(matrix)
    return found


def _best(gain: Floats) -> Floats:
    """The least sum of gains in an assignment of rows to columns, for each matrix (n, rows, columns)."""
    fewer, more = sorted(gain.shape[1:])
    if fewer > 2 or math.perm(more, fewer) > _MOST_WAYS:
        return np.array([_assigned(one) for one in gain])
    ways = np.array(list(itertools.permutations(range(more), fewer)), np.int64)
    turned = gain if gain.shape[1] == fewer else gain.transpose(0, 2, 1)
    sums = turned[:, np.arange(fewer), ways].sum(axis=-1)
    best: Floats = sums.min(axis=1)
    # Sums that differ by rounding alone are left to the assignment, which may take either.
    is_close = ((sums > best[:, None]) & (sums < best[:, None] + 1e-9)).any(axis=1)
    best[is_close] = [_assigned(one) for one in gain[is_close]]
    return best


def _assigned(gain: Floats) -> float:
    chosen = assign(gain)
    kept = np.nonzero(chosen >= 0)[0]
    return float(gain[kept, chosen[kept]].sum())


def _disorder(costs: Floats, spans: Ints) -> float:
    """Disorder of the best alignment: its cost over the mean number of spans of a coder (2015, eq. 3)."""
    each: list[float] = costs.tolist()
    return sum(each) / (int(spans.sum()) / 2)


def _dissimilarities(a: SpanLists, b: SpanLists, i: Ints, j: Ints, positional: float, categorical: float) -> Floats:
    """Dissimilarity of the spans `i` of `a` with the spans `j` of `b` (2015, eq. 4-6)."""
    apart = np.abs(a.start[i] - b.start[j]) + np.abs(a.end[i] - b.end[j])
    lengths = (a.end - a.start)[i] + (b.end - b.start)[j]
    differ = a.category[i] != b.category[j]
    return np.asarray(EMPTY * (positional * (apart / lengths) ** 2 + categorical * differ))


def _of_both(texts: Continua, first: int, second: int) -> tuple[_Texts, Ints]:
    """The spans of two coders in the texts that both divided, and which texts these are."""
    tracks = np.full((2, len(texts)), -1, np.int64)
    for number, coder in enumerate((first, second)):
        own = np.flatnonzero(texts.coder == coder)
        tracks[number, texts.text[own]] = own
    both = (tracks >= 0).all(axis=0)
    of_first, of_second = (_taken(texts, own) for own in tracks[:, both])
    return _Texts(texts.length[both], of_first, of_second), np.flatnonzero(both)


def _taken(texts: Continua, track: Ints) -> SpanLists:
    """The spans of some tracks."""
    begin = np.searchsorted(texts.track, track)
    size = np.searchsorted(texts.track, track, side="right") - begin
    at = _ranges(begin, size)
    return SpanLists(size, texts.start[at], texts.end[at], texts.category[at])


def _shuffled(texts: _Texts, rng: np.random.Generator) -> tuple[SpanLists, SpanLists]:
    """Random texts of two coders: spans of a randomly chosen coder, shifted round the end by a random distance."""
    spans = texts.first.size + texts.second.size
    covered = sum(
        np.bincount(np.repeat(np.arange(one.size.size), one.size), one.end - one.start, one.size.size)
        for one in (texts.first, texts.second)
    )
    apart = covered / np.maximum(spans, 1) / 2
    length = texts.length
    has_room = 2 * apart < length
    lowest = np.where(has_room, np.ceil(apart), 0).astype(np.int64)
    highest = np.where(has_room, np.floor(length - apart) + 1, length).astype(np.int64)
    # One text after the other: whose spans for the first and the second coder, how far the first are shifted, and how
    # much farther the second.
    low = np.stack([np.zeros_like(length), np.zeros_like(length), np.zeros_like(length), lowest], axis=1)
    high = np.stack([np.full_like(length, 2), np.full_like(length, 2), length, highest], axis=1)
    first, second, shift, farther = rng.integers(low, high).T
    other = np.where(has_room, (shift + farther) % length, farther)
    return _shifted(texts, first, shift), _shifted(texts, second, other)


def _shifted(texts: _Texts, which: Ints, distance: Ints) -> SpanLists:
    """One coder's spans of each text, moved to the right; one that would begin behind the end begins at the front."""
    a, b = texts.first, texts.second
    begin = np.where(which == 0, np.cumsum(a.size) - a.size, a.start.size + np.cumsum(b.size) - b.size)
    size = np.where(which == 0, a.size, b.size)
    at = _ranges(begin, size)
    moved = np.repeat(distance, size)
    start, end, category = (np.concatenate(pair)[at] for pair in zip(a[1:], b[1:], strict=True))
    length = np.repeat(texts.length, size)
    back = np.where(start + moved >= length, length, 0)
    return SpanLists(size, start + moved - back, end + moved - back, category)


def _ranges(begin: Ints, size: Ints) -> Ints:
    """The numbers from each `begin` on, as many as `size` says, one after the other."""
    return np.asarray(np.arange(int(size.sum())) + np.repeat(begin - (np.cumsum(size) - size), size))
