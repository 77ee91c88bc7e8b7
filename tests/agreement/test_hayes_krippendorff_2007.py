"""Hayes & Krippendorff (2007), Answering the call for a standard reliability measure: 40 units, 5 coders."""

from __future__ import annotations

import pytest

from annotator.agreement import bootstrap_alpha, krippendorff_alpha

NEWS = """
112.001122.01311211000201001111223222221
1130000.21102311121000302102111122222221
203000222100221123001.30.1012202.2232.21
.13....0.10022...31.103021122..122...12.
2..0001.2....3112..0.0..2.0..20.2.2222.1
"""


def data() -> list[list[int | None]]:
    return [[None if value == "." else int(value) for value in line] for line in NEWS.split()]


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.4765), ("ordinal", 0.7598)])
def test_the_printed_alpha_is_reproduced(level: str, alpha: float) -> None:
    assert krippendorff_alpha(data(), level) == pytest.approx(alpha, abs=5e-5)


def test_the_bootstrap_contains_alpha_and_repeats_with_its_seed() -> None:
    first = bootstrap_alpha(data(), level="ordinal", n_samples=2000, seed=7)
    again = bootstrap_alpha(data(), level="ordinal", n_samples=2000, seed=7)
    other = bootstrap_alpha(data(), level="ordinal", n_samples=2000, seed=8)

    low, high = first
    assert low < 0.7598 < high
    assert first.ci == again.ci != other.ci
    assert "seed 7" in first.method
