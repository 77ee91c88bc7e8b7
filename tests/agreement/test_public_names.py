"""The package: its names, what it imports, the example of its docstring."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import annotator.agreement as agreement
from annotator.agreement import bootstrap_alpha, krippendorff_alpha
from annotator.errors import AgreementError


def test_every_public_name_exists_and_is_documented() -> None:
    for name in agreement.__all__:
        assert getattr(agreement, name) is not None
        if callable(getattr(agreement, name)):
            assert getattr(agreement, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'kappa_of_everything'"):
        _ = agreement.kappa_of_everything


def test_importing_the_package_imports_neither_numpy_nor_its_modules() -> None:
    code = (
        "import sys, annotator.agreement as a; "
        "assert 'numpy' not in sys.modules, 'numpy'; "
        "a.krippendorff_alpha; "
        "names = {'pydantic', 'sqlite3', 'rich', 'textual', 'annotator.agreement.report'} & set(sys.modules); "
        "assert not names, names"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_documented_calls_work_on_an_array_with_nan() -> None:
    data = np.array([[1, 2, 3, 3, np.nan], [1, 2, 3, 2, 1], [np.nan, 2, 3, 3, 1]])

    alpha = krippendorff_alpha(data, level="ordinal")
    low, high = bootstrap_alpha(data, level="ordinal", n_samples=500, seed=1)

    assert low <= alpha <= high


def test_an_array_is_not_changed_by_being_counted() -> None:
    data = np.array([[1, 2, np.nan], [1, 1, 2.0]])
    before = data.copy()
    krippendorff_alpha(data, "interval")

    assert np.array_equal(data, before, equal_nan=True)


def test_a_metric_of_ones_own_is_a_function_or_a_matrix() -> None:
    data = [list("abcab"), list("abbac")]
    matrix = [[0, 1, 4], [1, 0, 1], [4, 1, 0]]

    by_function = krippendorff_alpha(data, metric=lambda c, k: (ord(c) - ord(k)) ** 2)
    by_matrix = krippendorff_alpha(data, "nominal", list("abc"), metric=matrix)

    assert by_function == pytest.approx(float(by_matrix))
    assert by_matrix == pytest.approx(float(krippendorff_alpha([[1, 2, 3, 1, 2], [1, 2, 2, 1, 3]], "interval")))
    for bad in (
        [[0, 1], [1, 0]],
        [[0, 1, 2], [1, 0, 1], [3, 1, 0]],
        [[1, 1, 1]] * 3,
        [[0, -1, 1], [-1, 0, 1], [1, 1, 0]],
    ):
        with pytest.raises(AgreementError, match="metric"):
            krippendorff_alpha(data, "nominal", list("abc"), metric=bad)
