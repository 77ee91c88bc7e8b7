"""The report on training: one coder as gold, one who errs, one who is not done; what each sees, and the exit code."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from annotator.agreement import krippendorff_alpha
from annotator.cli import run
from annotator.records import Selection
from annotator.reports.coder_checks.training import Trainee, training_report
from annotator.reports.coder_checks.training_page import training_page
from annotator.reports.live import LiveAgreement
from annotator.reports.words.blocks import Prose
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph, GoldStatement
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.tables.study.fixed_answers import FIXED
from tests.conftest import MakeOnce, article
from tests.store.work import CODEBOOK

STANCES = ("pro", "contra", "open", "pro", "contra", "pro")
"""Gold's stance in each paragraph of the first two articles; a seventh and an eighth have no claim."""
OWN = {"kim": STANCES, "lou": ("pro", "pro", "open", "pro", "pro", "pro"), "moe": STANCES[:2]}


def four_articles(path: Path) -> None:
    """Make a project whose first two articles have gold, coded by three coders in training."""
    texts = [f"Article {i}, one.\nTwo of it.\nThree of it.\nFour of it." for i in range(4)]
    articles = [article(text, f"a{i}") for i, text in enumerate(texts)]
    with Store.create(path, CODEBOOK, articles) as store:
        lead = Adjudication(store, "lead")
        for n, stance in enumerate(STANCES):
            told = GoldStatement(None, ("One",), {"stance": stance, "themes": ["a"]})
            lead.adjudicate(place(n), GoldParagraph("coded", (told,), {"frame": "war"}))
        for n in (6, 7):
            lead.adjudicate(place(n), GoldParagraph("no claim"))
        plan = AssignmentPlan(store)
        drawn = plan.draw(list(OWN), overlap="100%", articles=["a0", "a1"], feedback=True)
        plan.put(drawn, "training", "first", feedback=True)
        for coder, stances in OWN.items():
            for n, stance in enumerate(stances):
                code(store, coder, place(n), stance)
            for n in range(len(stances), 8 if len(stances) == 6 else 2):
                with store.coding(coder).step("x", place(n)) as step:
                    step.review(state="no claim")


def place(n: int) -> int:
    """Paragraphs 1 to 3 and 5 to 7 have a claim, 4 and 8 none."""
    return (1, 2, 3, 5, 6, 7, 4, 8)[n]


def code(store: Store, coder: str, paragraph: int, stance: str) -> None:
    with store.coding(coder).step("code", paragraph) as step:
        statement = step.add_statement(None)
        step.set_speakers(statement, [("One", None)])
        step.label(statement, "stance", stance)
        if coder != "lou":
            step.label(statement, "themes", ["a"])
        step.label_paragraph("frame", "war")
        step.review(state="coded")


@pytest.fixture
def path(tmp_path: Path, make_once: MakeOnce) -> Path:
    return make_once(four_articles, tmp_path / "project.db")


@pytest.fixture
def trainees(path: Path) -> dict[str, Trainee]:
    with Store(path) as store:
        return {one.coder: one for one in training_report(store)}


def score(trainee: Trainee, name: str) -> dict[str, object]:
    found = next(one for one in trainee.last.scores if one.measure.name == name)
    return found.to_dict()


def test_alpha_is_that_of_the_coder_and_gold(trainees: dict[str, Trainee]) -> None:
    stance = score(trainees["lou"], "stance")

    alpha = stance["krippendorff_alpha"]["value"]  # type: ignore[index]
    assert alpha == pytest.approx(float(krippendorff_alpha([list(OWN["lou"]), list(STANCES)])))
    assert stance["share_as_gold"] == pytest.approx(4 / 6)
    assert score(trainees["kim"], "stance")["krippendorff_alpha"]["value"] == 1.0  # type: ignore[index]


def test_categories_and_confusions_are_those_of_the_coder(trainees: dict[str, Trainee]) -> None:
    stance = score(trainees["lou"], "stance")

    rows = {
        one["category"]: (one["n_gold"], one["n_coder"], one["precision"]["value"], one["recall"]["value"])
        for one in stance["categories"]  # type: ignore[attr-defined]
    }
    assert rows == {"pro": (3, 5, 3 / 5, 1.0), "contra": (2, 0, None, 0.0), "open": (1, 1, 1.0, 1.0)}
    assert stance["confusions"] == [{"gold": "contra", "coder": "pro", "n": 2}]


def test_a_label_that_the_coder_lacks_counts_against_them(trainees: dict[str, Trainee]) -> None:
    themes = score(trainees["lou"], "themes")

    assert (themes["n_units"], themes["n_without_label"], themes["share_as_gold"]) == (6, 6, 0.0)


def test_statements_are_found_missed_or_not_in_gold(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["nia"], articles=["a0"]), "training", "second")
        code(store, "nia", 1, "pro")
        code(store, "nia", 4, "pro")
        for paragraph in (2, 3):
            with store.coding("nia").step("x", paragraph) as step:
                step.review(state="no claim")

        (nia,) = training_report(store, ["nia"])

    assert nia.last.counts == (1, 1, 2)
    assert float(nia.last.f1) == pytest.approx(2 / 5)  # type: ignore[arg-type]


def test_who_passes_and_why_not(trainees: dict[str, Trainee]) -> None:
    assert trainees["kim"].last.below(0.8) == []
    assert any(reason.startswith("stance α = ") for reason in trainees["lou"].last.below(0.8))
    assert trainees["lou"].last.below(0.8)[-1] == "themes: 6 of 6 without a label"
    said = [block.text for block in training_page(trainees["kim"], 0.8) if isinstance(block, Prose)]
    assert said[-1] == (
        "kim passes: on 8 paragraphs, F1 and every α reach .80. Not tested, because α is undefined: speaker, themes "
        "and frame."
    )
    assert trainees["moe"].last.below(0.8)[0] == "6 paragraphs left"


def test_the_trend_has_each_article_in_the_coders_order(trainees: dict[str, Trainee]) -> None:
    found = {one.article: one for one in trainees["lou"].last.articles}

    assert {name: one.n_paragraphs for name, one in found.items()} == {"a0": 4, "a1": 4}
    assert found["a0"].f1 == 1.0
    # Of twelve labels of an article: speaker, stance and themes of three statements, frame of three paragraphs.
    assert [found["a0"].share, found["a1"].share] == pytest.approx([8 / 12, 8 / 12])


def test_the_last_round_decides(path: Path) -> None:
    with Store(path) as store:
        for n in (9, 10):
            Adjudication(store, "lead").adjudicate(n, GoldParagraph("no claim"))
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["lou"], feedback=True), "training", plan.new_batch("training"))
        for n in range(9, 13):
            with store.coding("lou").step("x", n) as step:
                step.review(state="no claim")

        (lou,) = training_report(store, ["lou"])

    assert len(lou.rounds) == 2
    assert (lou.last.n_given, lou.last.n_done, lou.last.n_compared) == (4, 4, 2)
    assert lou.last.below(0.8) == []


def test_a_coder_who_fails_is_told_the_command_for_new_articles(trainees: dict[str, Trainee]) -> None:
    said = [block.text for block in training_page(trainees["lou"], 0.8) if isinstance(block, Prose)]

    assert said[-1] == "New articles: `annotator assign draw --phase training --feedback --coder 'lou' --number 2`"


@pytest.mark.parametrize(("coder", "code_"), [("kim", 0), ("lou", 1), ("moe", 1)])
def test_the_exit_code_says_who_does_not_pass(
    path: Path, capsys: pytest.CaptureFixture[str], coder: str, code_: int
) -> None:
    command = ["--project", str(path), "assign", "report", "--coder", coder]

    assert run([*command, "--pass", ".80", "--json"]) == code_
    found = json.loads(capsys.readouterr().out)
    assert found["training"][coder]["passed"] is (code_ == 0)
    assert run(command) == 0


def test_a_trainee_sees_their_own_report_and_nobody_elses(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATOR_CODER", "moe")

    assert run(["--project", str(path), "assign", "report", "--coder", "kim"]) == 0

    said = capsys.readouterr()
    assert "moe against gold" in said.out
    assert "kim" not in said.out + said.err
    assert "lou" not in said.out + said.err
    assert run(["--project", str(path), "agreement"]) == 2


def agreement(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["--project", str(path), "agreement", "--json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_training_enters_agreement_only_if_it_is_asked_for(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["kim", "lou"], articles=["a2"], overlap="100%"), "main", "main")
        for coder in ("kim", "lou"):
            code(store, coder, 9, "pro")
            with store.coding(coder).step("tone", 9) as step:
                step.label_article("tone", "up")
            with store.coding(coder).step("tone", 1) as step:
                step.label_article("tone", "down")

        with store.coding("passer-by").step("look", 2) as step:
            step.review(state="open")

    found = agreement(path, capsys)
    asked = agreement(path, capsys, "--phase", "training")
    assert run(["--project", str(path), "agreement", "--as", "methods"]) == 0
    said = capsys.readouterr().out

    assert "1 of 16 paragraphs were finished by two coders or more outside training" in said
    assert "8 paragraphs that two coders or more finished in training do not enter these figures." in said
    assert found["units"]["n_units"] == 1
    assert found["units"]["in_training"] == 8
    assert found["units"]["left_out"]["coded in training alone"] == 8
    assert found["phases"] == ["main"]
    assert any(
        "8 paragraphs that two coders or more finished in training are left out" in one for one in found["warnings"]
    )
    assert found["article"][0]["n_units"] == 1
    assert found["statements"]["matched"] == 1
    assert asked["units"]["n_units"] == 8
    assert asked["units"]["in_training"] == 0
    assert asked["units"]["left_out"] == {"nobody has seen it in the phases asked for": 8}
    assert asked["article"][0]["n_units"] == 1


def test_the_live_line_and_the_matrix_leave_training_out_too(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(path) as store:
        counted = AssignmentPlan(store).without_training(Selection())
        assert LiveAgreement(store, counted).line() == "no paragraph is finished by two coders yet"
        assert LiveAgreement(store, Selection()).line().startswith("α ")
    for folder, options, has_stance in (("m", [], False), ("t", ["--phase", "training"], True)):
        out = ["--out", str(tmp_path / folder), *options]
        assert run(["--project", str(path), "export", "matrix", *out]) == 0
        capsys.readouterr()
        files = list((tmp_path / folder).rglob("*.csv"))
        assert any("pro" in file.read_text() for file in files) is has_stance


@pytest.mark.slow
def test_a_leader_and_two_trainees_with_three_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gold from a file, packs, feedback line by line, a merge, the verdicts, and a second round for who fails."""
    monkeypatch.chdir(tmp_path)
    for n in range(3):
        (tmp_path / f"t{n}.txt").write_text(f"Ada Stone said yes.\nBo Reed said no.\nIt was built in 190{n}.\n")
    rows = "article,paragraph,speakers,stance,claim_type,state\n"
    for n in range(2):
        rows += f"t{n},0,Ada Stone,support,demand,\nt{n},1,Bo Reed,oppose,evaluation,\nt{n},2,,,,no claim\n"
    (tmp_path / "gold.csv").write_text(rows)
    right = "speaker Ada Stone\ns d\n\n\nspeaker Bo Reed\no e\n\n\nx\n\n"
    wrong = "speaker Ada Stone\no d\n\n\nspeaker Bo Reed\no f\n\nstance support\nz\n\nx\n\n"

    def annotator(*arguments: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = run(["--project", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    def round_of(coder: str, typed: str) -> str:
        annotator("lead.db", "pack", "--coder", coder, "--force")
        _, said = annotator(f"{coder}.db", "label", "--coder", coder, "--plain", typed=typed)
        assert annotator("lead.db", "merge", f"{coder}.db")[0] == 0
        return said

    annotator("lead.db", "init")
    assert annotator("lead.db", "add", "t0.txt", "t1.txt", "t2.txt")[0] == 0
    assert annotator("lead.db", "import", "gold.csv", "--as", "gold", "--coder", "lead")[0] == 0
    draw = ("lead.db", "assign", "draw", "--phase", "training", "--feedback", "--yes", "--number", "1")
    assert annotator(*draw, "--coder", "kim", "--coder", "lou")[0] == 0
    told_kim, told_lou = round_of("kim", right), round_of("lou", wrong)

    code_kim, said_kim = annotator("lead.db", "assign", "report", "--pass", ".8", "--coder", "kim")
    code_lou, said_lou = annotator("lead.db", "assign", "report", "--pass", ".8", "--coder", "lou")

    assert told_kim.count("As gold has it") == 3
    assert "stance: you oppose · gold support" in told_lou
    assert told_lou.count(FIXED) == 2
    assert (code_kim, code_lou) == (0, 1)
    assert "kim passes" in said_kim
    assert "--coder 'lou' --number 1" in " ".join(said_lou.split())
    assert annotator(*draw, "--coder", "lou")[0] == 0
    assert annotator(*draw, "--coder", "kim", "--coder", "lou")[0] == 2
    # The session begins at the last paragraph of the first round, whose gold is still shown.
    round_of("lou", f"\n{right}")
    assert annotator("lead.db", "assign", "report", "--pass", ".8", "--coder", "lou")[0] == 0
