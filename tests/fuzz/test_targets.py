"""Every fuzz target holds on its seeds, on damaged seeds and on noise; `tests/fuzz/run.py` goes on from there."""

from __future__ import annotations

import random

import pytest

from tests.fuzz.seeds import seed
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_bears_its_seeds_and_what_becomes_of_them(name: str) -> None:
    r = random.Random(name)  # noqa: S311 (no secret)
    target = TARGETS[name]
    for data in seed(name):
        target(data)
        for _ in range(12):
            changed = bytearray(data)
            for _ in range(r.randrange(1, 6)):
                at = r.randrange(len(changed))
                changed[at : at + r.randrange(4)] = r.randbytes(r.randrange(4))
            target(bytes(changed))
    for length in (0, 1, 100, 5000):
        target(r.randbytes(length))
