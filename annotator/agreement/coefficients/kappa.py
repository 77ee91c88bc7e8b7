"""Two coders at a time: Cohen's κ, plain and weighted, and Scott's π, for every pair and as the mean of pairs."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.gwet import Weights, is_nominal
from annotator.agreement.coefficients.krippendorff import describe, used_categories
from annotator.agreement.coefficients.result import NO_PAIRS, Coefficient, one_category
from annotator.agreement.data.distances import agreement_weights
from annotator.agreement.data.pair_tables import PairTable, PairTables, pair_tables
from annotator.agreement.data.patterns import Patterns
from annotator.agreement.data.reliability import ReliabilityData
from annotator.agreement.data.values import Labels
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]
Data = Labels | ReliabilityData

_CELLS = 20_000_000
"""Cells of all tables together, beyond which weighted coefficients are not computed."""

SCHEMES = {"cohen_kappa": "each coder's own marginals", "scott_pi": "the two coders' marginals pooled"}
"""Where the agreement by chance comes from."""


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


def refusal(pairs: PairTables, weights: Weights) -> str | None:
    """Why there are too many coders and categories; nominal weights need only the cells that hold a unit."""
    q = pairs.tables[0].n_categories if pairs.tables else 0
    if is_nominal(weights) or len(pairs.tables) * q * q <= _CELLS:
        return None
    return f"Tables of {q} categories for so many pairs of coders would not fit."


def values_of_tables(name: str, tables: Sequence[PairTable], weights: Weights) -> Floats:
    """κ or π of each table, shape (tables,); nan where it is undefined."""
    return chance_taken_out(*parts_of_tables(name, tables, weights))


def parts_of_tables(name: str, tables: Sequence[PairTable], weights: Weights) -> tuple[Floats, Floats]:
    """Observed and chance agreement of each table, both (tables,)."""
    found = [_plain_parts(name, one) if is_nominal(weights) else _weighted_parts(name, one, weights) for one in tables]
    agreement, chance = np.array(found, np.float64).reshape(-1, 2).T
    return agreement, chance


def _plain_parts(name: str, table: PairTable) -> tuple[float, float]:
    if name not in table.plain_parts:
        n = float(table.n_units or np.nan)
        table.plain_parts[name] = table.n_equal / n, float(plain_chance(name, table.rows / n, table.columns / n))
    return table.plain_parts[name]


def _weighted_parts(name: str, table: PairTable, weights: Weights) -> tuple[float, float]:
    agreement, chance = table_parts(name, table.dense()[None], weights)
    return float(agreement[0]), float(chance[0])


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


def pair_coefficient(name: str, table: PairTable, weights: Weights, categories: Sequence[Hashable] = ()) -> Coefficient:
    """κ or π of one pair of coders; the categories by which the table is numbered tell why it is undefined."""
    n = table.n_units
    value = float(values_of_tables(name, (table,), weights)[0])
    scheme = weights if isinstance(weights, str) else "own weights"
    reason = None
    if np.isnan(value):
        cells = {*table.first.tolist(), *table.second.tolist()} if categories else ()
        reason = one_category(categories[i] for i in cells)
    return Coefficient(
        name,
        None if reason else value,
        reason,
        scheme,
        n_units=n,
        n_units_paired=n,
        n_coders=2,
        n_labels=2 * n,
        n_labels_paired=2 * n,
    )


def as_reliability(data: Data, categories: Sequence[Hashable] | None = None) -> ReliabilityData:
    """Reliability data as they are, or from an array (coders, units)."""
    return data if isinstance(data, ReliabilityData) else ReliabilityData.from_array(data, "nominal", categories)


def _mean_of_pairs(name: str, data: Data, weights: Weights, categories: Sequence[Hashable] | None) -> Coefficient:
    reliability = as_reliability(data, categories)
    pairs = pair_tables(reliability)
    reason = refusal(pairs, weights)
    if reason is not None:
        raise AgreementError(reason)
    return mean_of_tables(name, reliability.patterns, pairs, weights)


def mean_of_tables(name: str, patterns: Patterns, pairs: PairTables, weights: Weights) -> Coefficient:
    """The mean of κ or π over pairs that have a value."""
    found = values_of_tables(name, pairs.tables, weights)
    found = found[~np.isnan(found)]
    scheme = weights if isinstance(weights, str) else "own weights"
    base = describe(
        name, None, patterns, scheme, one_category(used_categories(patterns)) if len(pairs.tables) else NO_PAIRS
    )
    return replace(base, value=float(found.mean()), undefined=None) if found.size else base
