"""Every fuzz target holds on its seeds, on damaged seeds and on noise; `tests/fuzz/run.py` goes on from there."""

from __future__ import annotations

import random
from base64 import b64decode

import pytest

from tests.fuzz.run import NAMES
from tests.fuzz.seeds import seed
from tests.fuzz.targets import TARGETS

pytestmark = pytest.mark.slow


def test_every_target_is_fuzzed() -> None:
    assert tuple(TARGETS) == NAMES


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


FOUND = {
    "an archive with a nameless entry": (
        "archive",
        "UEsDBBQAAAAAAK0Tdl3TAOm5pwkAAAAJAAAABQAAAGEudHh0T25lLgpUd28uUEsBAhQDFAAAAAAArRN2XdPpuacJAAAACQAAAAUAAAAAAAAA"
        "AAAAAIABAAAAAAAAAAB0UEsFBgAAAAABAAEAMwAAACwAAAAAAAA=",
    ),
    "a spreadsheet that ends in half a character": ("csv", "dGkAQGxlLA=="),
}
"""What fuzzing has found, so that it stays mended."""


@pytest.mark.parametrize("what", FOUND)
def test_what_was_found_stays_mended(what: str) -> None:
    name, data = FOUND[what]

    TARGETS[name](b64decode(data))
