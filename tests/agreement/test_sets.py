"""Set-valued labels: Passonneau's MASI (2006), with the fractions exact, and Jaccard."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import ReliabilityData, alpha_interval, confusions, krippendorff_alpha, set_distances
from annotator.agreement.coefficients import disagreement
from annotator.agreement.coefficients.disagreement import at_marginals
from annotator.agreement.coefficients.linear_difference import Matrix, Sets, WithAbsent
from annotator.agreement.data.distances import masi
from annotator.agreement.data.set_overlaps import SetOverlaps
from annotator.errors import AgreementError

S = frozenset


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """By definition: 1 - |a ∩ b| / |a ∪ b|; two empty sets do not differ."""
    return 1.0 - len(a & b) / len(a | b) if a | b else 0.0


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [
        (S("ab"), S("ab"), 0.0),
        (S("a"), S("ab"), 1 - 1 / 2 * 2 / 3),  # one contains the other
        (S("ab"), S("bc"), 1 - 1 / 3 * 1 / 3),  # they overlap
        (S("a"), S("b"), 1.0),
        (S(), S(), 0.0),
        (S(), S("a"), 1.0),
    ],
)
def test_masi_is_jaccard_times_two_thirds_or_one_third(a: S[str], b: S[str], distance: float) -> None:
    assert masi(a, b) == pytest.approx(distance, abs=1e-15)
    assert set_distances([a, b])[0, 1] == pytest.approx(distance, abs=1e-15)


@given(st.lists(st.frozensets(st.sampled_from("abcde")), min_size=1, max_size=8))
def test_all_pairs_at_once_equal_pair_by_pair(sets: list[frozenset[str]]) -> None:
    for name, distance in (("masi", masi), ("jaccard", jaccard)):
        matrix = set_distances(sets, name)
        for i, a in enumerate(sets):
            assert matrix[i].tolist() == pytest.approx([distance(a, b) for b in sets], abs=1e-15)


def test_sets_of_one_element_agree_as_nominal_labels_do() -> None:
    names = [list("abcab"), list("abbac")]
    sets = [[frozenset(label) for label in row] for row in names]

    assert krippendorff_alpha(sets, "set") == pytest.approx(float(krippendorff_alpha(names)))


def test_partly_equal_sets_agree_partly() -> None:
    rows = [(unit, coder, {"x", "y"} if coder else {"x"}) for unit in range(4) for coder in (0, 1)]
    rows += [(unit, coder, {"z"}) for unit in range(4, 8) for coder in (0, 1)]
    data = ReliabilityData.from_labels(rows, "set")

    assert krippendorff_alpha(data, level="nominal") < krippendorff_alpha(data) < 1


def test_an_unknown_set_metric_is_refused() -> None:
    with pytest.raises(AgreementError, match="masi or jaccard"):
        set_distances([S("a")], "dice")


@given(st.sets(st.frozensets(st.sampled_from("abcdef")), min_size=1, max_size=12), st.sampled_from(["masi", "jaccard"]))
def test_sets_compared_by_their_subsets_differ_as_pair_by_pair(sets: set[frozenset[str]], metric: str) -> None:
    order = sorted(sets, key=sorted)
    delta = set_distances(order, metric)
    n = np.arange(1.0, len(order) + 1)
    first, second = np.divmod(np.arange(n.size**2), n.size)

    found = Sets(SetOverlaps(order, metric))

    assert found.between(n, first, second).tolist() == pytest.approx(delta.ravel().tolist(), abs=1e-12)
    assert found.distances(n).tolist() == pytest.approx((delta @ n).tolist(), abs=1e-9)
    assert float(found.expected(n)) == pytest.approx(float(n @ delta @ n), abs=1e-8)
    assert found.expected(np.stack([n, n[::-1]])).tolist() == pytest.approx(
        [float(n @ delta @ n), float(n[::-1] @ delta @ n[::-1])], abs=1e-8
    )
    assert found.farthest(n) == pytest.approx(float(delta.max()), abs=1e-12)


def many_sets(n_units: int, n_names: int) -> ReliabilityData:
    """Two coders with sets of one to three of many names, which they often see alike."""
    rng = np.random.default_rng(n_names)
    sets = [frozenset(rng.integers(n_names, size=size).tolist()) for size in rng.integers(1, 4, n_units)]
    other = [one if rng.random() < 0.7 else one | {int(rng.integers(n_names))} for one in sets]
    return ReliabilityData.from_labels(
        [(unit, coder, row[unit]) for coder, row in enumerate((sets, other)) for unit in range(n_units)], "set"
    )


@pytest.mark.parametrize("metric", ["masi", "jaccard"])
def test_more_sets_than_fit_a_matrix_have_the_alpha_of_the_matrix(metric: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = many_sets(1500, 60)
    assert len(data.categories) > 1000

    found = alpha_interval(data, metric=metric)

    expected = alpha_interval(data, metric=set_distances(data.categories, metric))
    assert found.value == pytest.approx(expected.value, abs=1e-12)
    assert found.ci == pytest.approx(expected.ci, abs=1e-10)
    assert found.q == pytest.approx(expected.q, abs=1e-10)
    confused = confusions(data, metric)
    monkeypatch.setattr(disagreement, "_SETS_LIMIT", 4000)
    disagreement._of_sets.cache_clear()
    assert [one.cost for one in confused] == pytest.approx([one.cost for one in confusions(data, metric)], abs=1e-12)
    disagreement._of_sets.cache_clear()


def test_an_absent_statement_is_as_far_from_all_as_the_farthest_two() -> None:
    delta = np.array([[0, 0.2, 0.7], [0.2, 0, 0.4], [0.7, 0.4, 0]])
    whole = np.full((4, 4), 0.7)
    whole[:3, :3] = delta
    whole[3, 3] = 0
    n = np.array([3.0, 1.0, 2.0, 4.0])

    found = WithAbsent(Matrix(delta), 3)

    assert found.matrix(n).ravel().tolist() == pytest.approx(whole.ravel().tolist())
    assert found.distances(n).tolist() == pytest.approx((whole @ n).tolist())
    assert float(found.expected(n)) == pytest.approx(float(n @ whole @ n))


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio", "set"])
def test_distances_at_fixed_marginals_add_up_to_those_of_the_matrix(level: str) -> None:
    categories = [frozenset("a"), frozenset("ab"), frozenset("bc"), frozenset()] if level == "set" else [1, 2, 5, 7]
    fixed, n = np.array([5.0, 1.0, 2.0, 3.0]), np.array([1.0, 4.0, 0.0, 2.0])

    found = at_marginals(level, categories, fixed)

    matrix = disagreement.disagreement(level, categories).matrix(fixed)
    assert found.distances(n).tolist() == pytest.approx((matrix @ n).tolist())
    assert found.farthest(n) == pytest.approx(float(matrix.max()))


def test_twenty_thousand_different_sets_take_seconds() -> None:
    data = many_sets(20_000, 400)
    assert len(data.categories) > 10_000
    begin = time.process_time()

    found = alpha_interval(data)

    assert found.ci is not None
    assert time.process_time() - begin < 5
