"""Texts of a size that nobody writes, and files sometimes have."""

from __future__ import annotations

import time

from annotator.session import Session
from tests.conftest import MakeProject
from tests.session.conftest import Clock

SENTENCE = "Ada Stone said that Bo Reed would not pay for “a pier” in Langavik. "


def test_the_speakers_of_a_line_twice_as_long_take_about_twice_as_long(make_project: MakeProject, clock: Clock) -> None:
    took = []
    for n in (3_000, 6_000):
        session = Session(make_project(SENTENCE * n, name=f"{n}.db"), "a", clock)
        began = time.perf_counter()
        assert "Ada Stone" in session.suggestions()
        took.append(time.perf_counter() - began)

    assert took[1] < 3.5 * took[0] + 0.2, "four times as long would be quadratic"
