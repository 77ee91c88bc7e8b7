"""Two coders at a time: Cohen's κ, plain and weighted, and Scott's π, for every pair and as the mean of pairs."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.gwet import Weights
from annotator.agreement.coefficients.result import NO_PAIRS, ONE_CATEGORY, Coefficient
from annotator.agreement.data.distances import agreement_weights
from annotator.agreement.data.patterns import Ints, Patterns
from annotator.agreement.data.reliability import ReliabilityData
from annotator.agreement.data.values import Labels
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]
Data = Labels | ReliabilityData

_CELLS = 20_000_000
"""Cells of all tables together, beyond which they are not made."""

SCHEMES = {"cohen_kappa": "each coder's own marginals", "scott_pi": "the two coders' marginals pooled"}
"""Where the agreement by chance comes from."""


@dataclass(frozen=True, eq=False)
class PairTables:
    """The contingency tables of all pairs of coders that share a unit."""

    coders: tuple[tuple[Hashable, Hashable], ...]
    """Names of the two coders of each pair."""
    tables: Ints
    """Shape (pairs, q, q): units by the first coder's category (row) and the second's (column)."""


def cohen_kappa(data: Data, weights: Weights = "nominal", categories: Sequence[Hashable] | None = None) -> Coefficient:
    """Cohen's κ (1960; weighted: 1968) of two coders; of more, the unweighted mean over pairs that share a unit.

    Args:
        data: An array (coders, units) with nan for missing, or ReliabilityData.
        weights: nominal, linear, quadratic, ordinal, or a (q, q) matrix of agreement weights.
        categories: The declared categories, for an array.

    Returns:
        κ over the units that both coders of a pair have labelled. Undefined pairs are left out of the mean.
    """
    return _mean_of_pairs("cohen_kappa", data, weights, categories)


def scott_pi(data: Data, weights: Weights = "nominal", categories: Sequence[Hashable] | None = None) -> Coefficient:
    """Scott's π (1955) of two coders; of more, the unweighted mean over pairs. See `cohen_kappa`."""
    return _mean_of_pairs("scott_pi", data, weights, categories)


def pair_tables(data: ReliabilityData) -> PairTables:
    """Count, for all pairs of coders, how often they gave which two categories to the same unit.

    Raises:
        AgreementError: there are too many coders and categories for tables.
    """
    q, coders = len(data.categories), len(data.coders)
    seen: dict[int, Ints] = {}
    for first, second in shared_labels(data):
        pair = data.coder[first] * coders + data.coder[second]
        cell = data.category[first] * q + data.category[second]
        keys, index = np.unique(pair, return_inverse=True)
        if (len(seen) + keys.size) * q * q > _CELLS:
            raise AgreementError(f"Tables of {q} categories for so many pairs of coders would not fit.")
        counts = np.bincount(index * q * q + cell, minlength=keys.size * q * q).reshape(-1, q, q)
        for key, table in zip(keys.tolist(), counts, strict=True):
            seen[key] = seen[key] + table if key in seen else table
    order = sorted(seen)
    names = tuple((data.coders[key // coders], data.coders[key % coders]) for key in order)
    return PairTables(names, np.array([seen[key] for key in order], np.int64).reshape(-1, q, q))


def shared_labels(data: ReliabilityData) -> Iterator[tuple[Ints, Ints]]:
    """All pairs of labels on one unit, as index arrays; the coder of the first precedes that of the second."""
    place = np.arange(data.unit.size) - data.start[data.unit]
    left = data.labels_per_unit[data.unit] - place - 1
    for distance in range(1, int(data.labels_per_unit.max(initial=0))):
        first = np.nonzero(left >= distance)[0]
        yield first, first + distance


def table_values(name: str, tables: npt.NDArray[np.int64] | Floats, weights: Weights) -> Floats:
    """κ or π of each table (..., q, q); nan where a table is empty or chance alone would agree on everything."""
    return chance_taken_out(*table_parts(name, tables, weights))


def chance_taken_out(agreement: Floats, chance: Floats) -> Floats:
    """(agreement - chance) / (1 - chance); nan where chance alone would agree on everything."""
    defined = (1 - chance) > 1e-15
    return np.where(defined, (agreement - chance) / np.where(defined, 1 - chance, 1.0), np.nan)


def table_parts(name: str, tables: npt.NDArray[np.int64] | Floats, weights: Weights) -> tuple[Floats, Floats]:
    """Observed and chance agreement of each table (..., q, q); nan for an empty one."""
    w = agreement_weights(weights, tables.shape[-1])
    n = tables.sum(axis=(-2, -1)).astype(np.float64)
    n = np.where(n > 0, n, np.nan)
    rows, columns = tables.sum(axis=-1) / n[..., None], tables.sum(axis=-2) / n[..., None]
    if name == "scott_pi":
        rows = columns = (rows + columns) / 2
    agreement = (tables * w).sum(axis=(-2, -1)) / n
    return agreement, np.einsum("...c,ck,...k->...", rows, w, columns)


def plain_chance(name: str, rows: Floats, columns: Floats) -> Floats:
    """Agreement by chance with nominal weights, from the shares of rows and columns (..., q)."""
    if name == "scott_pi":
        rows = columns = (rows + columns) / 2
    # The products are added in the order and in the blocks of the `einsum` above: a figure with one unit less rounds as
    # the whole table's does, and their difference is the unit's alone.
    q = rows.shape[-1]
    block = max(1, min(q, np.getbufsize() // q))
    products = np.zeros((*rows.shape[:-1], -(-q // block) * block))
    products[..., :q] = rows * columns
    sums = np.cumsum(products.reshape(*rows.shape[:-1], -1, block), axis=-1)[..., -1]
    return np.asarray(np.cumsum(sums, axis=-1)[..., -1])


def pair_coefficient(name: str, table: Ints, weights: Weights) -> Coefficient:
    """κ or π of one pair of coders from its table (q, q)."""
    n = int(table.sum())
    value = float(table_values(name, table[None], weights)[0])
    scheme = weights if isinstance(weights, str) else "own weights"
    reason = ONE_CATEGORY if np.isnan(value) else None
    return Coefficient(
        name,
        None if reason else value,
        reason,
        scheme,
        n_units=n,
        n_units_paired=n,
        n_coders=2,
        n_labels=2 * n,
    )


def table_patterns(table: Ints, categories: tuple[Hashable, ...]) -> Patterns:
    """The patterns of two coders' table: cell (c, k) is a unit with one label c and one k."""
    first, second = np.nonzero(table)
    low, high = np.minimum(first, second), np.maximum(first, second)
    # In ascending order of the count vectors: the later a pattern's first category, the smaller its vector.
    q = len(categories)
    keys, index = np.unique(((q - low) * 2 + (low == high)) * q + q - 1 - high, return_inverse=True)
    times = np.bincount(index, weights=table[first, second], minlength=keys.size).astype(np.int64)
    low, high = q - keys // q // 2, q - 1 - keys % q
    is_one = low == high
    start = np.concatenate([[0], np.cumsum(2 - is_one)])
    category = np.stack([low, high], axis=1).ravel()[np.stack([~is_one, np.ones_like(is_one)], axis=1).ravel()]
    count = np.repeat(1 + is_one, 2 - is_one)
    return Patterns(categories, start, category, count, times, 2)


def as_reliability(data: Data, categories: Sequence[Hashable] | None = None) -> ReliabilityData:
    """Reliability data as they are, or from an array (coders, units)."""
    return data if isinstance(data, ReliabilityData) else ReliabilityData.from_array(data, "nominal", categories)


def _mean_of_pairs(name: str, data: Data, weights: Weights, categories: Sequence[Hashable] | None) -> Coefficient:
    reliability = as_reliability(data, categories)
    return mean_of_tables(name, reliability, pair_tables(reliability), weights)


def mean_of_tables(name: str, data: ReliabilityData, pairs: PairTables, weights: Weights) -> Coefficient:
    """The mean of κ or π over pairs that have a value."""
    found = table_values(name, pairs.tables, weights)
    found = found[~np.isnan(found)]
    scheme = weights if isinstance(weights, str) else "own weights"
    base = Coefficient(
        name,
        None,
        ONE_CATEGORY if len(pairs.tables) else NO_PAIRS,
        scheme,
        n_units=len(data.units),
        n_units_paired=int((data.labels_per_unit >= 2).sum()),
        n_coders=len(data.coders),
        n_labels=int(data.unit.size),
    )
    return replace(base, value=float(found.mean()), undefined=None) if found.size else base
