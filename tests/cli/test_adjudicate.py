"""`annotator adjudicate` without its screen: what all coded alike, how much is left, and who may not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.reports.differences.disagreements import find_disagreements
from annotator.store import Store
from annotator.store.changes.adjudication import adjudicated, gold_of
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code
from tests.store.test_blindness import two_phases


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    store = make_project("One says this.\nTwo says that.\nThree is silent.\nFour is read once.", codebook=CODEBOOK)
    for coder in ("ada", "ben"):
        code(store, coder, 1, Said({"stance": "oppose"}))
        code(store, coder, 2, Said({"stance": "oppose" if coder == "ada" else "support"}))
        code(store, coder, 3, state="no claim")
    code(store, "ada", 4, state="no claim")
    return store


def adjudicate(store: Store, *arguments: str) -> int:
    return run(["--project", str(store.path), "adjudicate", "--coder", "cleo", *arguments])


def test_what_all_coded_alike_is_settled_once(project: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert adjudicate(project, "--alike", "--dry-run") == 0
    assert "2 paragraphs that all coders coded alike would become gold; 1 of them empty" in capsys.readouterr().out
    assert adjudicated(project) == set()

    assert adjudicate(project, "--alike", "--json") == 0
    counts = {"alike": 2, "alike_empty": 1, "settled": 2, "left_alike": 0, "left_different": 1, "alike_no_more": 0}
    assert json.loads(capsys.readouterr().out) == counts
    verdict = gold_of(project, 1)
    assert verdict is not None
    assert (verdict.decided_by, verdict.reason) == ("cleo", "all coded it alike")

    assert adjudicate(project, "--alike", "--json") == 0
    assert json.loads(capsys.readouterr().out)["alike"] == 0


def test_a_late_coder_who_differs_from_gold_is_told(project: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert adjudicate(project, "--alike") == 0
    code(project, "max", 1, Said({"stance": "support"}))

    assert adjudicate(project, "--status") == 0
    assert "1 paragraph became gold because all had coded alike, and somebody has" in capsys.readouterr().out


def test_a_look_changes_nothing(project: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert adjudicate(project, "--status") == 0

    assert capsys.readouterr().out == "gold: 0 paragraphs; left: 1 with a disagreement, 2 coded alike.\n"
    assert [coder.name for coder in project.coders()] == ["ada", "ben"]


def test_whoever_is_blind_settles_nothing(project: Store, capsys: pytest.CaptureFixture[str]) -> None:
    draw = ["assign", "draw", "--coder", "ada", "--coder", "cleo", "--overlap", "100%", "--yes"]
    assert run(["--project", str(project.path), *draw]) == 0

    assert adjudicate(project, "--alike") == 2
    assert "phase is open" in capsys.readouterr().err
    assert adjudicated(project) == set()


def test_the_screen_needs_a_terminal(project: Store, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert adjudicate(project) == 2
    assert "needs a terminal" in capsys.readouterr().err
    assert adjudicate(project, "--json") == 2


def test_training_is_adjudicated_only_where_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two_phases(path := tmp_path / "project.db")
    with Store(path) as store:
        in_training = {row for (row,) in store.connection.all("select first from assignments where phase = 'training'")}

        by_default = find_disagreements(store, "cleo", is_adjudicator=True)
        of_training = find_disagreements(store, "cleo", is_adjudicator=True, phases=("training",))

        assert len(by_default.items) == 2
        assert not {one.paragraph for one in by_default.items} & in_training
        assert {one.paragraph for one in of_training.items} <= in_training
        assert len(of_training.items) == 1
        adjudicate(store, "--status")
        adjudicate(store, "--status", "--phase", "training")
    assert capsys.readouterr().out.splitlines() == [
        "gold: 0 paragraphs; left: 2 with a disagreement, 0 coded alike.",
        "gold: 0 paragraphs; left: 1 with a disagreement, 0 coded alike.",
    ]
