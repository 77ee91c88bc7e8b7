"""What starts fast loads little: Textual and numpy stay outside until a command needs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, MakeProject
from tests.e2e.terminal import Terminal

HEAVY = ("textual", "numpy", "sqlite_utils", "ruamel", "rapidfuzz")

UNTIL_THE_FIRST_FRAME = r"""
import gc
import re
import sys
from pathlib import Path

from textual.drivers.linux_driver import LinuxDriver

from annotator.__main__ import main

shown = ""
write = LinuxDriver.write


def spy(driver, data):
    global shown
    write(driver, data)
    shown += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", data)
    if "journalist" not in shown:
        return
    if not Path("loaded.txt").exists():
        Path("loaded.txt").write_text("\n".join(sys.modules))
        Path("at_first.txt").write_text(str(gc.isenabled()))
    Path("later.txt").write_text(str(gc.isenabled()))


LinuxDriver.write = spy
main()
"""
"""The program, which notes down what is loaded as it shows its first frame, and whether the garbage collector works."""


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


@pytest.fixture
def started(make_project: MakeProject, tmp_path: Path) -> Path:
    """The folder of a labelling screen that was opened until the suggestions stood there."""
    make_project("“The pier stays,” said Ada Stone.\nBo Reed denied it.").coding("a")
    (tmp_path / "screen.py").write_text(UNTIL_THE_FIRST_FRAME, "utf-8")
    environment = {"ANNOTATOR_CODER": "a", "ANNOTATOR_CONFIG": str(tmp_path / ".config"), "PYTHONPATH": str(ROOT)}
    with Terminal((sys.executable, "screen.py"), tmp_path, environment=environment) as terminal:
        terminal.wait_for("1 Ada Stone", seconds=60)
        terminal.press("x")
    return tmp_path


def test_the_first_frame_is_shown_before_speakers_are_ranked(started: Path) -> None:
    loaded = set((started / "loaded.txt").read_text("utf-8").split("\n"))

    assert "annotator.app.screens.label" in loaded
    assert not loaded & {
        *("annotator.speakers", "annotator.ingest", "annotator.reports", "annotator.export", "annotator.agreement"),
        *("annotator.codebook.file", "annotator.app.command_palette", "annotator.app.screens.disagreements"),
        *("numpy", "sqlite_utils", "ruamel", "rapidfuzz", "csv", "_strptime"),
    }


def test_the_garbage_collector_rests_only_until_the_suggestions_stand_there(started: Path) -> None:
    assert (started / "at_first.txt").read_text("utf-8") == "False"
    assert (started / "later.txt").read_text("utf-8") == "True"
