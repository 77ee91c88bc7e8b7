"""The methods paragraph and the report say what the history shows, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.records import Selection
from annotator.reports.live import LiveAgreement
from annotator.reports.methods_paragraph import methods
from annotator.reports.project import ProjectReport, project_report
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.codebook_changes import CodebookChanges
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code

N = 6
TONES = ("calm", "loud")


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    """Six articles of two paragraphs; four of them are drawn for ada and ben, two of these for both."""
    store = make_project(*(f"The first of article {i}.\nAnd its second." for i in range(N)), codebook=CODEBOOK)
    plan = AssignmentPlan(store)
    plan.put(plan.draw(["ada", "ben"], number=4, overlap="50%", seed=3), "main", "first")
    return store


def given(store: Store, coder: str) -> list[int]:
    """The rows of a coder's paragraphs, in their order."""
    rows = {article: row for row, article in store.connection.all("select id, article_id from articles")}
    mine = [one for one in AssignmentPlan(store).given() if one.coder == coder]
    return [2 * rows[one.article_id] - 1 + at for one in mine for at in (0, 1)]


def finish(store: Store) -> None:
    for coder in ("ada", "ben"):
        for paragraph in given(store, coder):
            code(store, coder, paragraph, Said({"stance": "oppose"}), labels={"tone": TONES[paragraph % 2]})


def inside(store: Store) -> ProjectReport:
    return project_report(store, Selection(outside=False))


def test_the_draw_the_shares_and_the_overlap_are_told(project: Store) -> None:
    finish(project)

    said = methods(inside(project))

    assert "Two coders (ada and ben) coded with the codebook harbour, version 2.0. " in said
    assert (
        "Phase main (still open): at random 4 of 6 articles, 2 of them (50%) for every coder, seed 3; "
        "assigned paragraphs finished: ada 6 of 6 and ben 6 of 6." in said
    )
    assert "4 of 12 paragraphs were finished by two coders or more, 4 of them drawn for every coder." in said
    assert "independently" not in said
    assert "was shown" not in said


def test_work_outside_the_assignment_is_left_out_unless_it_is_asked_for(
    project: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    finish(project)
    free = sorted(set(range(1, 2 * N + 1)) - set(given(project, "ada")) - set(given(project, "ben")))
    for coder in ("ada", "ben", "cleo"):
        for paragraph in free:
            code(project, coder, paragraph, Said({"stance": "support"}), labels={"tone": "calm"}, genre="news")
    code(project, "ada", given(project, "ada")[0], genre="news")

    without, whole = inside(project), project_report(project)

    assert without.collected.n_outside == whole.collected.n_outside == {"ada": 4, "ben": 4}
    assert (without.collected.units.n_shared, whole.collected.units.n_shared) == (4, 8)
    assert [one.report.alpha.n_labels for one in without.article] == [3]
    assert [one.report.alpha.n_labels for one in whole.article] == [7]
    assert "Paragraphs finished outside the assignment were left out: ada 4 and ben 4." in methods(without)
    assert "Paragraphs finished outside the assignment count: ada 4 and ben 4." in methods(whole)
    assert "4 paragraphs that ada finished outside the assignment are left out (--outside counts them)." in " ".join(
        without.warnings
    )
    assert LiveAgreement(project, Selection(outside=False)).line() != LiveAgreement(project).line()

    command = ["--project", str(project.path), "agreement", "--json"]
    assert run(command) == 0
    units = json.loads(capsys.readouterr().out)["units"]
    assert (units["n_shared"], units["outside"], units["outside_counts"]) == (4, {"ada": 4, "ben": 4}, False)
    assert run([*command, "--outside"]) == 0
    assert json.loads(capsys.readouterr().out)["units"]["n_shared"] == 8


def test_a_matrix_holds_the_labels_that_agreement_counts(project: Store, tmp_path: Path) -> None:
    finish(project)
    free = set(range(1, 2 * N + 1)) - set(given(project, "ada")) - set(given(project, "ben"))
    for coder in ("ada", "ben"):
        for paragraph in free:
            code(project, coder, paragraph, labels={"tone": "calm"})

    assert run(["--project", str(project.path), "export", "matrix", "--out", str(tmp_path)]) == 0

    (matrix,) = tmp_path.rglob("paragraphs-tone.csv")
    assert matrix.read_text().count("\n") == 1 + 4


def test_what_was_decided_after_a_phase_was_closed_is_told(project: Store) -> None:
    finish(project)
    plan = AssignmentPlan(project)
    first, second = given(project, "ada")[:2]
    plan.close("main")
    code(project, "ada", first, labels={"tone": TONES[(first + 1) % 2]})
    code(project, "ada", second, Said({"stance": "support", "kind": "fact"}))
    plan.close("main", is_closed=False)
    code(project, "ben", given(project, "ben")[0], labels={"tone": TONES[(given(project, "ben")[0] + 1) % 2]})
    assert "after it was closed, ada decided 1 label again and gave 2 new labels, in 2 paragraphs" in methods(
        inside(project)
    )
    plan.close("main")

    said = methods(inside(project))

    assert "Phase main (closed on 20" in said
    assert "after it was closed, ada decided 1 label again and gave 2 new labels, in 2 paragraphs" in said
    assert "was closed, ben" not in said


def test_a_first_label_after_a_phase_was_closed_is_new_though_others_have_one(project: Store) -> None:
    shared = min(set(given(project, "ada")) & set(given(project, "ben")))
    code(project, "ada", shared, labels={"tone": "calm"})
    AssignmentPlan(project).close("main")
    code(project, "ben", shared, labels={"tone": "calm"})

    assert "after it was closed, ben gave 1 new label, in 1 paragraph" in methods(inside(project))


def test_a_statement_deleted_after_a_phase_was_closed_is_told(project: Store) -> None:
    finish(project)
    AssignmentPlan(project).close("main")
    paragraph = given(project, "ben")[0]
    with project.coding("ben").step("delete", paragraph) as step:
        step.change_statement(project.coding("ben").statements(paragraph)[0].statement_id, deleted=True)

    assert "after it was closed, ben changed or deleted statements, in 1 paragraph" in methods(inside(project))


def test_work_begun_before_the_assignment_is_told(make_project: MakeProject) -> None:
    store = make_project("One.\nTwo.", "Three.\nFour.", codebook=CODEBOOK)
    code(store, "ada", 1, labels={"tone": "calm"})
    plan = AssignmentPlan(store)
    plan.put(plan.draw(["ada", "ben"], overlap="1", number=1, seed=1), "pilot", "one")
    plan.put(plan.draw(["ada", "ben"], overlap="1", seed=1), "pilot", "two")
    code(store, "ada", 2, labels={"tone": "calm"})

    (phase,) = inside(store).record.phases

    assert {name: share.early for name, share in phase.shares.items()} == {"ada": 1, "ben": 0}
    assert [draw.batch for draw in phase.draws] == ["one", "two"]
    assert "ada had begun 1 paragraph before the assignment" in methods(inside(store))


def test_assignments_without_a_stored_draw_are_not_called_drawn(project: Store) -> None:
    plan = AssignmentPlan(project)
    chosen = plan.draw(["ada", "ben"], number=1, overlap="1")._replace(record=None)
    plan.put(chosen, "training", "chosen")

    said = methods(inside(project))

    assert "Phase training (still open): 2 paragraphs were assigned without a stored draw; assigned" in said


def test_the_versions_of_the_codebook_are_told_by_phase(project: Store) -> None:
    finish(project)
    newer = CODEBOOK.model_copy(update={"version": "2.1", "description": "Revised."})
    changes = CodebookChanges(project)
    changes.apply(changes.preview(newer), project.program())
    plan = AssignmentPlan(project)
    plan.put(plan.draw(["ada", "ben"], overlap="100%", seed=1), "pilot", "late")
    for coder in ("ada", "ben"):
        code(project, coder, given(project, coder)[-1], labels={"tone": "calm"})

    said = methods(inside(project))

    assert (
        "coded with the codebook harbour: 24 labels under version 2.0 and 2 labels under version 2.1. All labels are "
        "compared as version 2.1 reads them." in said
    )
    assert "; 2 labels under version 2.1." in said
    assert "; 24 labels under version 2.0." in said


def test_an_unblinding_is_told(project: Store) -> None:
    finish(project)
    project.unblind("ben", "agreement")

    said = methods(inside(project))

    assert "each of its coders only their own codings, except that others' codings were shown to ben by `agree" in said
    assert inside(project).to_dict()["record"]["unblindings"][0]["coder"] == "ben"


def test_only_what_was_asked_for_is_told(project: Store) -> None:
    finish(project)
    plan = AssignmentPlan(project)
    plan.put(plan.draw(["ada", "ben"], overlap="100%", seed=1), "pilot", "late")

    found = project_report(project, Selection(phases=("main",), outside=False))

    assert [one.phase for one in found.record.phases] == ["main"]
    assert "Phase pilot" not in methods(found)
