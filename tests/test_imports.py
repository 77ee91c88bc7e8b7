"""What starts fast loads little: Textual and numpy stay outside until a command needs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import MakeProject

HEAVY = ("textual", "numpy", "sqlite_utils", "ruamel", "rapidfuzz")


def loaded_after(code: str, folder: Path) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after this code."""
    whole = f"{code}\nimport sys\nprint('\\n'.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run(
        [sys.executable, "-c", whole], capture_output=True, text=True, cwd=folder, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split("\n"))


def after(arguments: list[str], folder: Path) -> set[str]:
    return loaded_after(f"from annotator.cli import run\nassert run({arguments!r}) == 0", folder)


def test_importing_the_command_line_loads_no_heavy_package(tmp_path: Path) -> None:
    assert not loaded_after("import annotator.cli", tmp_path) & {*HEAVY, "pydantic", "rich"}


def test_version_and_help_load_no_heavy_package(tmp_path: Path) -> None:
    assert not after(["--version"], tmp_path) & {*HEAVY, "pydantic", "rich"}
    assert not after(["--help"], tmp_path) & {*HEAVY, "pydantic", "rich"}


@pytest.mark.parametrize(
    "arguments",
    [["status"], ["status", "--json"], ["export", "jsonl"], ["log"], ["undo", "--coder", "a", "--dry-run"], ["keys"]],
)
def test_what_only_looks_or_takes_back_loads_no_heavy_package(
    arguments: list[str], make_project: MakeProject, tmp_path: Path
) -> None:
    coding = make_project("One line.\nAnother line.").coding("a")
    with coding.step("look", 1) as step:
        step.review(state="no claim")

    assert not after(arguments, tmp_path) & {*HEAVY}


def test_coding_without_a_screen_loads_no_textual(make_project: MakeProject, tmp_path: Path) -> None:
    make_project("One line.\nAnother line.")
    code = """
from pathlib import Path
from annotator.session import Session
from annotator.store import Store
with Store(Path("annotations.db")) as store:
    session = Session(store, "a")
    session.paragraphs.no_claim()
    assert session.coding.progress().done == 1
"""

    assert not loaded_after(code, tmp_path) & {"textual", "numpy", "ruamel", "click", "sqlite_utils"}
