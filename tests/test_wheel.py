"""The wheel, installed where the source tree is not: codebooks, samples, screen and lists of words travel in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.slow


def run(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """A program that knows nothing of the checkout."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ANNOTATOR_", "PYTHON", "UV_", "VIRTUAL_"))}
    done = subprocess.run(
        [str(one) for one in command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    uv = shutil.which("uv")
    assert uv is not None, "uv builds the wheel: pip install uv"
    folder = tmp_path_factory.mktemp("dist")
    run(ROOT, uv, "build", "--wheel", "--out-dir", folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as the wheel installs it."""
    uv = shutil.which("uv")
    assert uv is not None
    venv = tmp_path_factory.mktemp("installed") / "venv"
    run(venv.parent, uv, "venv", "--python", sys.executable, venv)
    run(venv.parent, uv, "pip", "install", "--python", venv, wheel)
    return next(path for path in (venv / "bin" / "annotator", venv / "Scripts" / "annotator.exe") if path.exists())


def test_the_wheel_holds_codebooks_samples_styles_words_and_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    source = {path.relative_to(ROOT).as_posix() for path in (ROOT / "annotator").rglob("*.tcss")}
    words = {path.relative_to(ROOT).as_posix() for path in (ROOT / "annotator").rglob("words/*.txt")}

    assert {f"annotator/schemas/{path.name}" for path in (ROOT / "schemas").glob("*.yaml")} <= names
    assert {f"annotator/seeds/{path.name}" for path in SAMPLES.glob("*.txt")} <= names
    assert source
    assert source <= names
    assert words
    assert words | {"annotator/speakers/countries.csv"} <= names
    assert {"annotator/py.typed", "annotator/sync/postgresql/hub.sql"} <= names
    assert {f"annotator/docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} <= names
    assert not {name for name in names if name.startswith(("tests/", "benchmarks/", "docs/"))}


def test_the_installed_program_opens_the_samples_and_codes(program: Path, tmp_path: Path) -> None:
    environment = {"ANNOTATOR_CODER": "a", "ANNOTATOR_CONFIG": str(tmp_path / ".config"), "PYTHONPATH": ""}
    with Terminal((str(program),), tmp_path, environment=environment) as terminal:
        terminal.wait_for(lambda shown: " left" in shown and "undo" in shown, seconds=60)
        terminal.press("x", "?")
        terminal.wait_for("the ranked speakers")
        terminal.press("escape", "ctrl+q")
        assert terminal.wait_for_end() == 0

    status = json.loads(run(tmp_path, program, "--project", "samples.db", "status", "--json").stdout)
    assert status["n_articles"] == 5
    assert status["coders"][0]["done"] == 1
    run(tmp_path, program, "--project", "samples.db", "export", "jsonl")
    assert (tmp_path / "exports" / "statements.jsonl").exists()
    run(tmp_path, program, "codebook", "check", SAMPLES.parent / "schemas" / "framing.yaml")


def test_the_installed_program_knows_its_words(program: Path, tmp_path: Path) -> None:
    article = tmp_path / "pier.txt"
    article.write_text("Share this article\n“The pier stays,” said Ada Stone.\nMoscow denied that.\n", "utf-8")

    lines = run(tmp_path, program, "suggest", article, "--json").stdout.splitlines()

    suggested = [json.loads(line)["suggestions"] for line in lines]
    assert suggested[1][0] == "Ada Stone"
    assert suggested[2][0] in ("Moscow", "Russia")


def test_the_installed_program_has_its_manual(program: Path, tmp_path: Path) -> None:
    pages = run(tmp_path, program, "docs").stdout

    assert {line.split()[0] for line in pages.splitlines()} == {path.stem for path in (ROOT / "docs").glob("*.md")}
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    assert "<!--" not in page
    assert run(tmp_path, program, "docs", "security").stdout == page


def test_the_installed_program_does_not_reach_into_the_checkout(program: Path, tmp_path: Path) -> None:
    python = program.parent / ("python.exe" if sys.platform == "win32" else "python")

    where = run(tmp_path, python, "-c", "import annotator; print(annotator.__file__)").stdout

    assert not Path(where.strip()).is_relative_to(ROOT)
