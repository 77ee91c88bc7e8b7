"""What holds for all reliability data."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import (
    LiveCounts,
    Patterns,
    ReliabilityData,
    alpha_interval,
    brennan_prediger,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
    variable_report,
)
from annotator.agreement.data.first_seen import first_seen
from annotator.agreement.data.member_sets import distinct_sets
from annotator.agreement.data.pair_tables import PairTable
from annotator.agreement.data.patterns import patterns_of_units
from annotator.agreement.intervals.student_t import t_cdf, t_quantile

Array = npt.NDArray[np.float64]
LEVELS = ("nominal", "ordinal", "interval", "ratio")
ALL = (krippendorff_alpha, percent_agreement, fleiss_kappa, gwet_ac1, brennan_prediger, cohen_kappa, scott_pi)


@st.composite
def tables(draw: st.DrawFn) -> Array:
    """Arrays (coders, units) of 1 to 4, some missing."""
    coders, units = draw(st.integers(2, 4)), draw(st.integers(1, 12))
    cell = st.sampled_from([1.0, 2.0, 3.0, 4.0, np.nan])
    rows = draw(st.lists(st.lists(cell, min_size=units, max_size=units), min_size=coders, max_size=coders))
    return np.array(rows)


def by_definition(data: Array, level: str) -> float | None:
    """α with loops, as the book writes it."""
    units = [column[~np.isnan(column)] for column in data.T]
    units = [unit for unit in units if unit.size > 1]
    values = np.concatenate(units) if units else np.zeros(0)
    n = {c: int((values == c).sum()) for c in (1.0, 2.0, 3.0, 4.0)}

    def delta(c: float, k: float) -> float:
        low, high = sorted((c, k))
        if level == "ordinal":
            between = sum(n[g] for g in n if low <= g <= high) - (n[low] + n[high]) / 2
            return float(between**2) if c != k else 0.0
        return {"nominal": float(c != k), "interval": (c - k) ** 2, "ratio": ((c - k) / (c + k)) ** 2}[level]

    observed = sum(delta(c, k) / (unit.size - 1) for unit in units for c in unit for k in unit)
    expected = sum(delta(c, k) for c in values for k in values) / (len(values) - 1) if values.size else 0.0
    return None if expected == 0 else 1 - observed / expected


@given(tables(), st.sampled_from(LEVELS))
def test_alpha_is_that_of_the_definition(data: Array, level: str) -> None:
    alpha, expected = krippendorff_alpha(data, level), by_definition(data, level)

    assert (alpha.value is None) == (expected is None)
    if expected is not None:
        assert alpha == pytest.approx(expected, abs=1e-10)


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_coders_and_units_is_irrelevant(data: Array, rng: Any) -> None:
    coders, units = list(range(data.shape[0])), list(range(data.shape[1]))
    rng.shuffle(coders)
    rng.shuffle(units)
    shuffled = data[coders][:, units]
    for measure in ALL:
        one, other = measure(data, categories=[1, 2, 3, 4]), measure(shuffled, categories=[1, 2, 3, 4])
        assert one.value == pytest.approx(other.value, abs=1e-12)
        assert one.undefined == other.undefined


@given(tables(), st.permutations([1, 2, 3, 4]))
def test_renaming_categories_changes_no_nominal_coefficient(data: Array, names: list[int]) -> None:
    renamed = np.select([data == c for c in (1, 2, 3, 4)], [float(name) for name in names], np.nan)
    for measure in ALL:
        one, other = measure(data, categories=[1, 2, 3, 4]), measure(renamed, categories=[1, 2, 3, 4])
        assert one.value == pytest.approx(other.value, abs=1e-12)


@given(tables())
def test_reversing_an_ordinal_scale_changes_nothing(data: Array) -> None:
    forward, backward = (krippendorff_alpha(data, "ordinal", order) for order in ([1, 2, 3, 4], [4, 3, 2, 1]))

    assert forward.value == pytest.approx(backward.value, abs=1e-10)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=20), st.integers(2, 5), st.sampled_from(LEVELS))
def test_perfect_agreement_is_one(unit_values: list[int], coders: int, level: str) -> None:
    data = np.tile(np.array(unit_values, float), (coders, 1))
    alpha = krippendorff_alpha(data, level)

    if len(set(unit_values)) > 1:
        assert alpha.value == 1.0
        for measure in ALL:
            assert measure(data, categories=[1, 2, 3, 4]) == pytest.approx(1.0, abs=1e-12)
    else:
        assert alpha.undefined == "undefined: only one category was used"


@given(tables(), st.sampled_from([1.0, 2.0, 3.0, 4.0]), st.sampled_from(LEVELS))
def test_a_unit_with_one_label_changes_no_alpha(data: Array, label: float, level: str) -> None:
    alone = np.full((data.shape[0], 1), np.nan)
    alone[0] = label
    more = np.concatenate([data, alone], axis=1)

    assert krippendorff_alpha(data, level).value == pytest.approx(krippendorff_alpha(more, level).value, abs=1e-12)


@given(tables(), st.sampled_from(LEVELS))
def test_values_and_intervals_stay_in_their_bounds(data: Array, level: str) -> None:
    alpha = alpha_interval(data, level)
    if alpha.value is not None:
        assert alpha.value <= 1
    if alpha.ci is not None and alpha.q is not None:
        low, high = alpha.ci
        assert -1 <= low <= high <= 1
        assert min(alpha.value or 0, 1) <= high + 1e-9
        assert 0 <= alpha.q[0] <= alpha.q[1] <= 1
    percent = percent_agreement(data)
    assert percent.value is None or 0 <= percent.value <= 1


@given(tables())
def test_arrays_triples_counts_and_live_counts_agree(data: Array) -> None:
    triples = ReliabilityData.from_array(data, "ordinal", [1, 2, 3, 4])
    counts = (data.T[:, :, None] == np.array([1, 2, 3, 4])).sum(axis=1)
    patterns = Patterns.from_counts(counts, categories=[1, 2, 3, 4])
    live = LiveCounts.of(triples)

    expected = krippendorff_alpha(data, "ordinal", [1, 2, 3, 4])
    for other in (krippendorff_alpha(triples), krippendorff_alpha(patterns, "ordinal"), live.alpha()):
        assert other.value == pytest.approx(expected.value, abs=1e-12)
        assert other.undefined == expected.undefined
        assert (other.n_units, other.n_units_paired, other.n_labels) == (
            expected.n_units,
            expected.n_units_paired,
            expected.n_labels,
        )


@given(st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=6), min_size=1, max_size=15))
def test_units_reduce_to_the_same_patterns_by_packing_and_by_refinement(units: list[list[int]]) -> None:
    start = np.cumsum([0, *map(len, units)])
    category = np.array([label for unit in units for label in unit])

    packed_of_unit, packed = patterns_of_units(start, category, tuple(range(6)))
    wide_of_unit, wide = patterns_of_units(start, category, tuple(range(60)))

    for i, unit in enumerate(units):
        expected = np.bincount(unit, minlength=60)
        assert (packed.matrix[packed_of_unit[i]] == expected[:6]).all()
        assert (wide.matrix[wide_of_unit[i]] == expected).all()
    assert packed.multiplicity.sum() == wide.multiplicity.sum() == len(units)
    assert len(packed) == len(wide) == len({tuple(sorted(unit)) for unit in units})


def test_labels_at_random_have_agreement_near_zero() -> None:
    data = np.random.default_rng(5).integers(1, 5, (4, 20_000)).astype(float)

    for level in LEVELS:
        assert abs(krippendorff_alpha(data, level)) < 0.01
    for measure in ALL:
        if measure is not percent_agreement:
            assert abs(measure(data)) < 0.01


@given(tables())
def test_a_report_never_has_a_value_and_a_reason_at_once(data: Array) -> None:
    report = variable_report(ReliabilityData.from_array(data, "ordinal", [1, 2, 3, 4]))

    for one in [*report.coefficients.values(), *report.weighted.values()]:
        assert (one.value is None) != (one.undefined is None)
        assert one.value is None or np.isfinite(one.value)
        assert one.ci is None or np.isfinite(one.ci).all()


@given(st.floats(0.001, 0.999), st.integers(1, 500))
def test_t_quantiles_and_probabilities_undo_each_other(p: float, df: int) -> None:
    assert t_cdf(t_quantile(p, df), df) == pytest.approx(p, abs=1e-12)


@pytest.mark.parametrize(
    ("p", "df", "t"), [(0.975, 1, 12.7062), (0.975, 10, 2.2281), (0.95, 30, 1.6973), (0.995, 120, 2.6174)]
)
def test_t_quantiles_are_those_of_the_printed_tables(p: float, df: int, t: float) -> None:
    assert t_quantile(p, df) == pytest.approx(t, abs=5e-5)


@given(tables())
def test_columns_of_values_are_the_same_data_as_labels(data: Array) -> None:
    names = [None if np.isnan(value) else f"name {value}" for value in data.T.ravel()]
    coders, units = len(data), data.shape[1]
    values = ["never", *dict.fromkeys(name for name in names if name is not None)]
    value = np.array([-1 if name is None else values.index(name) for name in names], np.int64)
    unit, coder = np.divmod(np.arange(data.size), coders)
    who = [f"coder {i}" for i in range(coders)]

    found = ReliabilityData.from_values(unit, coder, value, values=values, coders=who, units=range(units))

    rows = zip(unit.tolist(), (who[i] for i in coder), names, strict=True)
    expected = ReliabilityData.from_labels(rows)
    assert (found.categories, found.coders, found.units) == (expected.categories, expected.coders, expected.units)
    for column in ("unit", "coder", "category"):
        assert getattr(found, column).tolist() == getattr(expected, column).tolist()


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=20))
def test_owners_with_the_same_members_have_the_same_set(rows: list[tuple[int, int]]) -> None:
    owner, member = (np.array([row[i] for row in rows], np.int64) for i in (0, 1))

    index, sets = distinct_sets(owner, member, 5, 6)

    assert [set(sets[i]) for i in index] == [{m for o, m in rows if o == own} for own in range(5)]
    assert sets[0] == ()
    assert len(set(sets)) == len(sets)


@given(st.lists(st.integers(0, 9)))
def test_things_are_named_in_the_order_in_which_they_first_occur(index: list[int]) -> None:
    assert first_seen(np.array(index, np.int64)).tolist() == list(dict.fromkeys(index))


@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=4, max_size=4))
def test_a_table_of_two_coders_gives_the_patterns_of_its_counts(rows: list[list[int]]) -> None:
    table = np.array(rows, np.int64)
    counts = [np.bincount(cell, minlength=4) for cell in np.argwhere(table)]

    found = PairTable.of(table).patterns((0, 1, 2, 3))

    expected = Patterns.from_counts(np.reshape(counts, (-1, 4)).astype(int), table[table > 0], range(4), 2)
    assert found.matrix.tolist() == expected.matrix.tolist()
    assert found.multiplicity.tolist() == expected.multiplicity.tolist()


@given(tables())
def test_products_of_cells_are_those_of_count_vectors(data: Array) -> None:
    p = ReliabilityData.from_array(data, categories=[1, 2, 3, 4]).patterns
    weight = np.arange(1.0, len(p) + 1)

    expected = p.matrix.T @ (p.matrix * weight[:, None])

    assert p.products(weight) == pytest.approx(expected)
