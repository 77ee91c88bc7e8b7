"""Set-valued labels: Passonneau's MASI (2006), with the fractions exact, and Jaccard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import ReliabilityData, krippendorff_alpha, set_distances
from annotator.agreement.data.distances import masi
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
