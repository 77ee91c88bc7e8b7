"""Who may adjudicate: a role of the project that travels, can be undone in the history, and makes nobody a coder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.errors import UsageError
from annotator.reports.project import project_report
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph, gold_of, judges, name_judges
from annotator.store.coder.coding import Place
from annotator.store.merge.merge import merge
from annotator.store.merge.pack import pack
from annotator.store.rescue.doctor import examine
from annotator.store.rescue.salvage import salvage
from tests.cli.conftest import Command, command, refusal
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code

__all__ = ["command"]


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    store = make_project("One says this.\nTwo says that.\n", codebook=CODEBOOK)
    for coder in ("ada", "ben"):
        code(store, coder, 1, Said({"stance": "oppose" if coder == "ada" else "support"}))
        code(store, coder, 2, state="no claim")
    return store


def test_only_those_who_are_named_adjudicate(project: Store) -> None:
    Adjudication(project, "ada").adjudicate(1, GoldParagraph("no claim"))
    name_judges(project, ["dora"], by="lead")

    with pytest.raises(UsageError, match="only dora may adjudicate in this project, not ada; `annotator assign judge`"):
        Adjudication(project, "ada")
    Adjudication(project, "dora").adjudicate(1, GoldParagraph("furniture"))
    gold = gold_of(project, 1)
    assert gold is not None
    assert (gold.state, gold.decided_by) == ("furniture", "dora")

    name_judges(project, [])
    Adjudication(project, "ada").adjudicate(1, GoldParagraph("no claim"))
    said = [change.what for change in project.history.latest(10) if change.entity == "judge"]
    assert said == ["anybody may adjudicate", "dora may adjudicate (by lead)"]


def test_the_role_travels_in_packs_merges_and_repairs(project: Store, tmp_path: Path) -> None:
    other = Path(shutil.copy(project.path, tmp_path / "other.db"))
    name_judges(project, ["dora", "eve"])

    packed = pack(project, "ada", tmp_path / "ada.db").path
    with Store(packed) as store:
        assert judges(store) == ("dora", "eve")
        with pytest.raises(UsageError, match="only dora and eve may adjudicate"):
            Adjudication(store, "ada")
    with Store(other) as store:
        merge(store, [project.path])
        assert judges(store) == ("dora", "eve")
    with Store(salvage(project.path, tmp_path / "salvaged.db").path) as store:
        assert judges(store) == ("dora", "eve")
    for path in (project.path, packed, other):
        assert examine(path).is_sound


def test_a_judge_is_not_counted_as_a_coder(project: Store, tmp_path: Path) -> None:
    Adjudication(project, "dora").adjudicate(1, GoldParagraph("no claim"))
    with project.history.step(project.coder("lead").id, "a rule") as step:
        step.put("phase", ["main"], {"closed_at": "2031-01-01T00:00:00Z"})

    report = project_report(project)
    out = tmp_path / "exports"
    assert run(["--project", str(project.path), "export", "jsonl", "--out", str(out)]) == 0
    assert run(["--project", str(project.path), "export", "csv", "--out", str(tmp_path / "csv")]) == 0

    assert [one["coder"] for one in project.status()["coders"]] == ["ada", "ben"]
    assert (report.coders, report.coders_left_out) == (("ada", "ben"), ())
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert [one["coder"] for one in manifest["coders"]] == ["ada", "ben"]
    assert "dora" not in (out / "coders.jsonl").read_text(encoding="utf-8")
    for path in (tmp_path / "csv").iterdir():
        assert "dora" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "--json"),
        ("agreement", "--json"),
        ("agreement", "--as", "methods"),
        ("estimate", "claim", "--json"),
        ("aggregate", "--method", "majority", "--json"),
        ("disagreements", "--as", "csv"),
        ("assign", "list", "--json"),
        ("assign", "report", "--json"),
    ],
)
def test_no_command_counts_a_judge(project: Store, command: Command, arguments: tuple[str, ...]) -> None:
    Adjudication(project, "dora").adjudicate(1, GoldParagraph("no claim"))

    done = command("--project", project.path, *arguments)

    assert done.code == 0, done
    assert "dora" not in done.out + done.err
    assert "3 coders" not in done.out


def test_who_has_looked_at_a_paragraph_is_a_coder_unless_they_adjudicate(project: Store) -> None:
    for name in ("dora", "eve"):
        coding = project.coding(name)
        coding.save_place(Place(1, None, {}))
        with coding.step("a flag", 1) as step:
            step.review(flag=True)
        coding.undo()
    Adjudication(project, "dora").adjudicate(1, GoldParagraph("no claim"))

    assert [one["coder"] for one in project.status()["coders"]] == ["ada", "ben", "eve"]
    with project.coding("dora").step("no claim", 2) as step:
        step.review(state="no claim")
    assert [one["coder"] for one in project.status()["coders"]] == ["ada", "ben", "dora", "eve"]


def test_the_command_shows_and_names_the_judges(project: Store, command: Command) -> None:
    there = ("--project", project.path, "assign", "judge")
    assert command(*there).out == "Anybody may adjudicate.\n"

    assert command(*there, "dora", "eve").out == "Only dora and eve may adjudicate.\n"
    assert json.loads(command(*there, "--json").out) == {"judges": ["dora", "eve"]}
    alike = command("--project", project.path, "adjudicate", "--alike", "--coder", "ada")
    assert "only dora and eve may adjudicate in this project, not ada" in refusal(alike)
    assert command("--project", project.path, "adjudicate", "--alike", "--coder", "dora").code == 0
    assert "not both" in refusal(command(*there, "dora", "--anybody"))

    assert command(*there, "--anybody").out == "Anybody may adjudicate.\n"
