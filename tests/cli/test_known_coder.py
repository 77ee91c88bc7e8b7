"""A coder's name that is nearly a known one is refused in a script, whichever command is given it."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.cli import run
from annotator.codebook.rendering import as_yaml
from annotator.store import Store
from tests.store.test_removal import code, make
from tests.store.work import CODEBOOK

CALLS = {
    "assign draw": ("assign", "draw", "--coder", "annabel", "--coder", "Benedikt", "--number", "1", "--yes"),
    "adjudicate": ("adjudicate", "--alike", "--coder", "Benedikt"),
    "codebook apply": ("codebook", "apply", "{codebook}", "--yes", "--coder", "Benedikt"),
    "speakers rename": ("speakers", "rename", "minister", "the minister", "--yes", "--coder", "Benedikt"),
    "speakers describe": ("speakers", "describe", "minister", "--type", "person", "--yes", "--coder", "Benedikt"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_mistyped_name_makes_no_coder(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "project.db"
    with make(path) as store:
        for coder in ("annabel", "benedikt"):
            code(store, coder, 1)
    second = CODEBOOK.model_copy(update={"version": "7"})
    (tmp_path / "second.yaml").write_text(as_yaml(second), encoding="utf-8")
    arguments = [part.format(codebook=tmp_path / "second.yaml") for part in CALLS[name]]

    assert run(["--project", str(path), *arguments]) == 2
    assert "did you mean benedikt?); if Benedikt is another person, add --new-coder" in capsys.readouterr().err
    with Store(path) as store:
        assert not store.has_coder("Benedikt")

    assert run(["--project", str(path), *arguments, "--new-coder"]) == 0, capsys.readouterr().err
    with Store(path) as store:
        assert store.has_coder("Benedikt")
