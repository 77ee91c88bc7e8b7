"""Give prepared project files to every command, to the doctor and to its repair."""

from __future__ import annotations

import io
import shutil
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from annotator.cli import run
from annotator.store import Store
from annotator.store.file.backup import back_up
from annotator.store.file.schema import expected, objects
from annotator.store.rescue.doctor import examine
from annotator.store.rescue.salvage import salvage
from tests.store.prepared import PREPARED, prepare

COMMANDS = (
    ("add", "one.txt"), ("label", "--plain", "--coder", "anna"), ("keys",), ("suggest", "one.txt"), ("status",),
    ("agreement",), ("adjudicate", "--status"), ("aggregate",), ("export", "jsonl"), ("import", "rows.jsonl"),
    ("codebook", "show"), ("speakers", "list"), ("assign", "list"), ("pack", "--coder", "anna"), ("merge", "--list"),
    ("log",), ("undo", "--coder", "anna", "--yes"), ("backup",), ("disagreements",), ("estimate", "stance"),
    ("sync", ".", "--dry-run"),
    ("remove", "--list"),
    ("serve", "--invite", "anna"),
)  # fmt: skip
"""A call of every command that opens a project."""

SENTENCE = "not built as annotator builds a project"


class Prepared(NamedTuple):
    """Results over all prepared files.

    Attributes:
        n_files: Prepared files.
        n_tried: Commands run on them, `restore` and `merge` of them included.
        n_repaired: Files whose repair gave a sound project without the prepared object.
        wrong: Commands that did not refuse in one sentence, and files with another result, a sentence each.
    """

    n_files: int
    n_tried: int
    n_repaired: int
    wrong: list[str]


def lay_out(folder: Path) -> None:
    """Write the files that the commands read."""
    (folder / "one.txt").write_text("One more.")
    (folder / "rows.jsonl").write_text(f'{{"article_id": "{"0" * 16}", "paragraph": 0, "coder": "anna"}}')


def try_prepared(project: Path, mine: Path, folder: Path, *, every: int = 1) -> Prepared:
    """Run every command on every n-th prepared form of a project.

    Args:
        project: The project to prepare.
        mine: Another one, into which the prepared file is restored and merged.
        folder: An empty folder.
        every: Take each n-th form.
    """
    lay_out(folder)
    wrong: list[str] = []
    changes = list(PREPARED.items())[::every]
    n_tried = n_repaired = 0
    for name, change in changes:
        path = Path(shutil.copy(project, folder / "prepared.db"))
        own = Path(shutil.copy(mine, folder / "mine.db"))
        back_up(path, "by hand")
        prepare(path, change)
        calls = [(path, words) for words in COMMANDS]
        calls += [(own, ("restore", path.name, "--yes")), (own, ("merge", path.name))]
        before = [one.read_bytes() for one in (path, own)]
        for target, words in calls:
            n_tried += 1
            fault = _fault(folder, target, words)
            wrong += [f"{name}, {' '.join(words)}: {fault}"] if fault else []
        if [one.read_bytes() for one in (path, own)] != before:
            wrong.append(f"{name}: something was written")
        fault = _repair_fault(path, folder / "saved.db")
        n_repaired += fault is None
        wrong += [f"{name}: {fault}"] if fault else []
        for part in folder.glob("*.db*"):
            shutil.rmtree(part) if part.is_dir() else part.unlink()
    return Prepared(len(changes), n_tried, n_repaired, wrong)


def _fault(folder: Path, path: Path, words: tuple[str, ...]) -> str | None:
    """What is wrong with a command's answer; None if it refused in one sentence."""
    out, said = io.StringIO(), io.StringIO()
    typed = io.TextIOWrapper(io.BytesIO(b"x\n"))
    with chdir(folder), patch("sys.stdin", typed), redirect_stdout(out), redirect_stderr(said):
        code = run(["--project", str(path), *words])
    errors = [line for line in said.getvalue().splitlines() if line.startswith("Error: ")]
    if code != 1 or len(errors) != 1 or SENTENCE not in errors[0]:
        return f"exit code {code}, {said.getvalue()[-200:]!r}"
    return None


def _repair_fault(path: Path, target: Path) -> str | None:
    """What is wrong with the doctor's findings or with the repair; None if nothing is."""
    if examine(path).is_sound:
        return "the doctor calls it sound"
    saved = salvage(path, target)
    if not examine(saved.path).is_sound:
        return "the repair is not sound"
    with Store(saved.path, read_only=True) as store:
        more = {one.name for one in objects(store.connection)} - {*expected(), "v_statements"}
    return f"the repair brought {sorted(more)}" if more else None
