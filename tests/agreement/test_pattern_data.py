"""Counts of labels give the same report as the labels themselves."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from annotator.agreement import Clusters, ReliabilityData, variable_report
from annotator.agreement.data.pair_tables import pair_tables
from annotator.agreement.data.pattern_data import PatternData
from annotator.agreement.report import WHOLE_UNITS, VariableReport

CATEGORIES = (1, 2, 3, 4)
CODERS = ("ada", "bea", "cy", "dan")


def matrix(units: int = 400, coders: int = 4) -> Any:
    """Rows of category indexes (units, coders), -1 where nothing was said; every coder and unit has a label."""
    rng = np.random.default_rng(3)
    truth = rng.integers(0, len(CATEGORIES), units)
    labels = np.where(rng.random((units, coders)) < 0.6, truth[:, None], rng.integers(0, 4, (units, coders)))
    labels[rng.random((units, coders)) < 0.3] = -1
    labels[:, 0] = truth
    return labels


def one_by_one(labels: Any, level: str) -> ReliabilityData:
    unit, coder = np.nonzero(labels >= 0)
    names = CODERS[: labels.shape[1]]
    return ReliabilityData.from_codes(
        unit, coder, labels[unit, coder], categories=CATEGORIES, level=level, coders=names
    )


def as_rows(labels: Any, level: str, cluster: Any = None) -> PatternData:
    group = np.zeros(len(labels), np.int64) if cluster is None else cluster
    rows, times = np.unique(np.column_stack([group, labels]), axis=0, return_counts=True)
    clusters = None if cluster is None else Clusters(rows[:, 0], "article")
    return PatternData.of_rows(level, CATEGORIES, CODERS[: labels.shape[1]], rows[:, 1:], times, clusters)


def as_counts(labels: Any, level: str) -> PatternData:
    data = one_by_one(labels, level)
    counts = np.stack([(labels == c).sum(axis=1) for c in range(len(CATEGORIES))], axis=1)
    cells = [
        (CODERS.index(str(a)), CODERS.index(str(b)), first, second, count)
        for (a, b), table in zip(*pair_tables(data)[:2], strict=True)
        for first, second, count in zip(table.first, table.second, table.count, strict=True)
    ]
    shuffled = np.array(cells)[np.random.default_rng(1).permutation(len(cells))]
    return PatternData.of_counts(
        level,
        CATEGORIES,
        data.coders,
        (counts, np.ones(len(counts), np.int64)),
        (shuffled[:, :4], shuffled[:, 4]),
        data.by_coder,
    )


def leaves(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, f"{where}.{key}")
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from leaves(one, f"{where}.{i}")
    else:
        yield where, value


def assert_same(found: VariableReport, expected: VariableReport, leaving_out: tuple[str, ...] = ()) -> None:
    first, second = dict(leaves(found.to_dict())), dict(leaves(expected.to_dict()))
    kept = [key for key in second if not key.startswith(leaving_out)] if leaving_out else list(second)
    assert len(kept) > 100
    for key in kept:
        one, other = first[key], second[key]
        assert one == (pytest.approx(other, rel=1e-9, abs=1e-12) if isinstance(other, float) else other), key


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_distinct_rows_give_the_whole_report(level: str) -> None:
    labels = matrix()

    found = variable_report(as_rows(labels, level), n_samples=50)

    assert_same(found, variable_report(one_by_one(labels, level), n_samples=50))


def test_rows_of_clusters_give_the_intervals_that_keep_clusters_whole() -> None:
    labels, article = matrix(), np.arange(400) // 11

    found = variable_report(as_rows(labels, "nominal", article))

    expected = variable_report(one_by_one(labels, "nominal"), clusters=Clusters(article, "article"))
    assert "37 articles" in (found.alpha.ci_method or "")
    assert_same(found, expected)


def test_counts_and_pairs_give_all_but_what_needs_whole_units() -> None:
    labels = matrix()

    found = variable_report(as_counts(labels, "nominal"))

    means = (".coefficients.cohen_kappa.ci", ".coefficients.scott_pi.ci")
    assert_same(found, variable_report(one_by_one(labels, "nominal")), (*means, ".without_coder"))
    assert found.coefficients["cohen_kappa"].ci_method == f"no interval: {WHOLE_UNITS}"
    assert found.coders == ()


def test_two_coders_need_no_whole_units() -> None:
    labels = matrix(coders=2)

    found = variable_report(as_counts(labels, "nominal"))

    assert_same(found, variable_report(one_by_one(labels, "nominal")))
