"""Krippendorff (2018), Content Analysis, 4th edition: the examples on pages 306 and 310."""

from __future__ import annotations

import pytest

from annotator.agreement import krippendorff_alpha

THREE_CODERS_P306 = """
0 1 0 1 1 0 0 0 1 1 1 1
0 1 0 1 0 0 0 0 1 1 0 1
0 1 1 0 0 1 0 0 1 0 0 0
"""
TWO_CODERS_P310 = """
a a c c c c c b b b b d
a c c c c c b b b b b d
"""


@pytest.mark.parametrize(("text", "alpha"), [(THREE_CODERS_P306, 0.2343), (TWO_CODERS_P310, 0.759)])
def test_the_printed_alpha_is_reproduced(text: str, alpha: float) -> None:
    data = [line.split() for line in text.split("\n") if line]

    # The book cuts .234375 to .2343.
    assert krippendorff_alpha(data) == pytest.approx(alpha, abs=1e-4 if alpha < 0.5 else 5e-4)
