"""What is generated from the program is what the program says; `make generate` writes it."""

from __future__ import annotations

import pytest

from docs.generate import FILES, Generated


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_generated_file_is_up_to_date(file: Generated) -> None:
    assert file.is_up_to_date(), f"{file.name} is not what the program says: `make generate` writes it"
