"""What is generated from the program is what the program says; `make generate` writes it."""

from __future__ import annotations

import pytest

from docs.generate import FILES, Generated

FAST = [file for file in FILES if not file.name.endswith(".svg")]
PICTURES = [pytest.param(file, marks=pytest.mark.slow) for file in FILES if file.name.endswith(".svg")]


@pytest.mark.parametrize("file", [*FAST, *PICTURES], ids=lambda file: file.name)
def test_a_generated_file_is_up_to_date(file: Generated) -> None:
    assert file.is_up_to_date(), f"{file.name} is not what the program says: `make generate` writes it"
