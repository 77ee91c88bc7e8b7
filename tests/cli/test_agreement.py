"""`annotator agreement`: three levels, what is left out, and refusals in one sentence."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import run
from annotator.reports import project as reports_project
from annotator.reports.compared.tallies import Tally
from annotator.reports.project import MeasureReport
from annotator.store import Store
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code

TEXT = "\n".join(f"Paragraph number {i} of an invented article." for i in range(12))


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    """Two coders on twelve paragraphs; the labels of matched statements make the 2 × 2 tables below."""
    store = make_project(TEXT, codebook=CODEBOOK)
    stances = [("oppose", "oppose"), ("oppose", "neutral"), ("support", "support"), ("support", "unclear")]
    for paragraph, (first, second) in enumerate(stances, 1):
        code(store, "ada", paragraph, Said({"stance": first, "kind": "fact"}, evidence=(0, 9)))
        code(store, "ben", paragraph, Said({"stance": second, "kind": ("fact", "default")}, evidence=(4, 16)))
    code(store, "ada", 5, Said({"stance": "oppose"}, evidence=(0, 9)))
    code(store, "ben", 5, Said({"stance": "oppose"}, evidence=(10, 16)))
    code(store, "ada", 6, Said({"stance": "oppose"}))
    code(store, "ben", 6, state="no claim")
    for paragraph in (7, 8):
        code(store, "ada", paragraph, state="no claim", labels={"tone": "calm"})
        code(store, "ben", paragraph, state="no claim", labels={"tone": "loud"})
    code(store, "ada", 9, state="furniture")
    code(store, "ben", 9, state="duplicate")
    code(store, "ada", 10, state="furniture")
    code(store, "ben", 10, Said({"stance": ("neutral", "guess")}))
    code(store, "ada", 11, state="no claim")
    code(store, "ben", 12, state="open", note="later")
    return store


def agreement(capsys: pytest.CaptureFixture[str], store: Store, *options: str) -> Any:
    assert run(["--project", str(store.path), "agreement", "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def named(reports: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in reports if one["variable"] == name)


def test_paragraphs_that_both_are_done_with_are_the_units(capsys: pytest.CaptureFixture[str], project: Store) -> None:
    units = agreement(capsys, project)["units"]

    assert (units["n_paragraphs"], units["n_seen"], units["n_shared"], units["n_units"]) == (12, 12, 10, 9)
    assert units["left_out"] == {
        "furniture or a duplicate for everyone who is done with it": 1,
        "one coder alone is done with it": 1,
        "seen, and nobody is done with it": 1,
    }
    assert units["open_for"] == {"ben": 1}


def test_claim_or_not_is_compared_by_whether_there_is_a_statement(
    capsys: pytest.CaptureFixture[str], project: Store
) -> None:
    claim = named(agreement(capsys, project)["paragraph"], "claim")

    # Both 5 times yes, 2 times no, 2 times one of them: n = 12 yes and 6 no, of 18 labels.
    assert claim["coefficients"]["percent_agreement"]["value"] == pytest.approx(7 / 9)
    assert claim["coefficients"]["krippendorff_alpha"]["value"] == pytest.approx(
        1 - 17 * 2 * 2 / (18**2 - 12**2 - 6**2)
    )


def test_the_state_is_compared_also_where_everyone_set_a_paragraph_aside(
    capsys: pytest.CaptureFixture[str], project: Store
) -> None:
    state = named(agreement(capsys, project)["paragraph"], "state")

    assert state["n_units_paired"] == 10
    assert state["coefficients"]["percent_agreement"]["value"] == pytest.approx(7 / 10)


def test_statements_are_matched_by_their_evidence(capsys: pytest.CaptureFixture[str], project: Store) -> None:
    found = agreement(capsys, project, "--cluster", "none")["statements"]

    (pair,) = found["pairs"]
    assert (pair["matched"], pair["only"], pair["paragraphs_without"]) == (4, {"ada": 2, "ben": 2}, 2)
    assert found["f1"]["value"] == pytest.approx(8 / 12)
    assert found["f1"]["ci"][0] < 8 / 12 < found["f1"]["ci"][1]
    assert "one to one" in found["matching_rule"]
    assert 0 < found["gamma"]["value"] < 1
    assert "30 random texts a pair, seed 0" in found["gamma"]["ci_method"]


def test_an_ordinal_variable_leaves_out_what_stands_outside_its_scale_and_says_so(
    capsys: pytest.CaptureFixture[str], project: Store
) -> None:
    stance = named(agreement(capsys, project)["attributes"], "stance")

    assert stance["left_out"] == {"outside the scale: unclear": 1}
    assert stance["n_units_paired"] == 3
    # oppose/oppose, oppose/neutral, support/support: midranks 2, 4, 5.5 of n = 3, 1, 2.
    expected = 2 * (3 * 1 * 2**2 + 3 * 2 * 3.5**2 + 1 * 2 * 1.5**2)
    assert stance["coefficients"]["krippendorff_alpha"]["value"] == pytest.approx(1 - 5 * 2 * 2**2 / expected)
    nominal = stance["beside"]["nominal_all_categories"]["value"]
    assert nominal == pytest.approx(1 - 7 * 4 / (8**2 - 3**2 - 1 - 3**2 - 1))


def test_unmatched_statements_stand_beside_as_disagreement(capsys: pytest.CaptureFixture[str], project: Store) -> None:
    stance = named(agreement(capsys, project)["attributes"], "stance")

    assert (
        stance["beside"]["unmatched_as_disagreement"]["value"] < stance["coefficients"]["krippendorff_alpha"]["value"]
    )


def test_a_default_is_no_decision(capsys: pytest.CaptureFixture[str], project: Store) -> None:
    kind = named(agreement(capsys, project)["attributes"], "kind")

    assert kind["left_out"]["left at the codebook's default, which is not a decision"] == 4
    assert kind["coefficients"]["krippendorff_alpha"]["value"] is None
    assert kind["coefficients"]["krippendorff_alpha"]["undefined"] == "undefined: no unit was labelled by two coders"


def test_a_guess_counts_and_is_counted(capsys: pytest.CaptureFixture[str], project: Store) -> None:
    code(project, "ada", 12, Said({"stance": ("support", "guess")}))
    code(project, "ben", 12, Said({"stance": "support"}))

    stance = named(agreement(capsys, project)["attributes"], "stance")

    assert stance["origins"] == {"coder": 9, "guess": 1}


def test_many_guesses_are_told_before_the_figures_are_relied_on(
    capsys: pytest.CaptureFixture[str], project: Store
) -> None:
    code(project, "ada", 12, Said({"stance": ("support", "guess")}))
    code(project, "ben", 12, Said({"stance": ("support", "guess")}))

    told = [warning for warning in agreement(capsys, project)["warnings"] if "guessed" in warning]

    assert len(told) == 1
    assert "2 of 10 of stance." in told[0]


def test_a_variable_of_paragraphs_is_compared_at_its_own_level(
    capsys: pytest.CaptureFixture[str], project: Store
) -> None:
    tone = named(agreement(capsys, project)["paragraph"], "tone")

    assert (tone["level"], tone["n_units_paired"]) == ("nominal", 2)
    assert tone["coefficients"]["percent_agreement"]["value"] == 0
    assert tone["left_out"] == {"without a label": 13}


def test_variables_are_chosen_by_name(capsys: pytest.CaptureFixture[str], project: Store) -> None:
    found = agreement(capsys, project, "--variable", "stance", "--variable", "claim")

    assert [one["variable"] for one in found["paragraph"]] == ["claim"]
    assert [one["variable"] for one in found["attributes"]] == ["stance"]


def test_a_variable_alone_has_the_figures_of_the_whole_report(
    capsys: pytest.CaptureFixture[str], project: Store
) -> None:
    whole, alone = agreement(capsys, project), agreement(capsys, project, "--variable", "stance")

    assert alone["attributes"] == [named(whole["attributes"], "stance")]
    assert alone["statements"] == whole["statements"]
    assert alone["statements"]["gamma"]["value"] is not None


def test_coders_who_share_nothing_are_undefined_in_words(
    capsys: pytest.CaptureFixture[str], make_project: MakeProject
) -> None:
    store = make_project("One.\nTwo.")
    code(store, "ada", 1, state="no claim")
    code(store, "ben", 2, state="no claim")

    found = agreement(capsys, store)
    assert run(["--project", str(store.path), "agreement"]) == 0
    shown = capsys.readouterr().out

    claim = named(found["paragraph"], "claim")
    assert claim["coefficients"]["krippendorff_alpha"]["undefined"] == "undefined: no unit was labelled by two coders"
    assert json.dumps(found, allow_nan=False)
    assert "No paragraph was finished by two coders" in shown
    assert "undefined: no unit" in shown


def test_a_project_without_coders_is_told_so(capsys: pytest.CaptureFixture[str], make_project: MakeProject) -> None:
    assert run(["--project", str(make_project("One.").path), "agreement"]) == 0

    assert "nothing to compare yet" in capsys.readouterr().out


def test_three_coders_are_compared_pair_by_pair(capsys: pytest.CaptureFixture[str], project: Store) -> None:
    for paragraph in (1, 2, 3):
        code(project, "cleo", paragraph, Said({"stance": "oppose"}, evidence=(0, 9)))

    found = agreement(capsys, project, "--cluster", "none")

    assert [pair["coders"] for pair in found["statements"]["pairs"]] == [
        ["ada", "ben"],
        ["ada", "cleo"],
        ["ben", "cleo"],
    ]
    mean = sum(pair["f1"]["value"] for pair in found["statements"]["pairs"]) / 3
    assert found["statements"]["f1"]["value"] == pytest.approx(mean)
    assert found["statements"]["f1"]["ci_method"].startswith("jackknife-t over 7 paragraphs")
    assert found["statements"]["f1"]["ci"][0] < mean < found["statements"]["f1"]["ci"][1]
    assert "mean of the pairs" in found["statements"]["more_than_two_coders"]
    stance = named(found["attributes"], "stance")
    assert "over 3 paragraphs" in stance["coefficients"]["krippendorff_alpha"]["ci_method"]


def test_one_article_has_no_interval_and_says_what_to_do(capsys: pytest.CaptureFixture[str], project: Store) -> None:
    found = agreement(capsys, project)

    figures = [found["statements"]["f1"], *(named(found["paragraph"], "claim")["coefficients"].values())]
    assert {one["ci"] for one in figures} == {None}
    assert {one["ci_method"] for one in figures} == {
        "no interval: everything that can be compared stands in one article"
    }
    assert any("10 articles or more" in said and "--cluster none" in said for said in found["warnings"])


def test_the_table_names_every_level(capsys: pytest.CaptureFixture[str], project: Store) -> None:
    assert run(["--project", str(project.path), "agreement"]) == 0

    shown = capsys.readouterr().out
    for words in ("1 Paragraphs", "2 Which statements exist", "3 What is said of matched statements", "claim or not"):
        assert words in shown
    assert "outside the scale: unclear" in shown


def test_one_variable_is_shown_in_detail(capsys: pytest.CaptureFixture[str], project: Store) -> None:
    assert run(["--project", str(project.path), "agreement", "--variable", "claim"]) == 0

    shown = capsys.readouterr().out
    for words in ("Gwet's AC1", "Brennan–Prediger", "Confusion", "How often each category was used"):
        assert words in shown


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--variable", "mood"], "there is no variable mood"),
        (["--variable", "words"], "words is free text"),
        (["--coder", "ada"], "name two"),
        (["--coder", "ada", "--coder", "zoe"], "there is no coder zoe"),
    ],
)
def test_wrong_usage_is_one_sentence(
    capsys: pytest.CaptureFixture[str], project: Store, options: list[str], sentence: str
) -> None:
    assert run(["--project", str(project.path), "agreement", *options]) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert sentence in captured.err


def test_agreement_writes_nothing(project: Store, tmp_path: Path) -> None:
    before = project.connection.one("select count(*) from steps")

    run(["--project", str(project.path), "agreement"])

    assert project.connection.one("select count(*) from steps") == before


def _stopped_at(monkeypatch: pytest.MonkeyPatch, title: str) -> None:
    """Press Ctrl+C while this measure is computed."""
    compute = reports_project._measured

    def pressed(tally: Tally, *rest: Any) -> MeasureReport:
        if tally.measure.title == title:
            raise KeyboardInterrupt
        return compute(tally, *rest)

    monkeypatch.setattr(reports_project, "_measured", pressed)


def test_ctrl_c_leaves_the_sections_that_are_ready_and_names_the_others(
    capsys: pytest.CaptureFixture[str], project: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stopped_at(monkeypatch, "stance, those present")

    assert run(["--project", str(project.path), "agreement"]) == 130

    shown, said = capsys.readouterr()
    assert "claim or not" in shown
    assert "2 Which statements exist" in shown
    assert "3 What is said of matched statements" not in shown
    assert "Not computed: stance, those present; kind, those present; " in said
    assert "kind of matched statements" in said
    assert "claim or not" not in said


def test_ctrl_c_leaves_json_that_names_what_is_missing(
    capsys: pytest.CaptureFixture[str], project: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stopped_at(monkeypatch, "number of statements")

    assert run(["--project", str(project.path), "agreement", "--json"]) == 130

    found = json.loads(capsys.readouterr().out)
    assert [one["variable"] for one in found["paragraph"]] == ["claim"]
    assert found["not_computed"][:2] == ["number of statements", "state of the paragraph"]
    assert "which statements exist" in found["not_computed"]
    assert found["warnings"][0].startswith("The report was stopped; not computed: number of statements; ")


def test_ctrl_c_before_the_first_section_prints_nothing(
    capsys: pytest.CaptureFixture[str], project: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reports_project, "collect", pressed)

    assert run(["--project", str(project.path), "agreement"]) == 130

    assert capsys.readouterr() == ("", "\nStopped.\n")


def test_watching_says_a_figure_as_soon_as_it_changes(project: Store, tmp_path: Path) -> None:
    # A shell lets what it runs in the background ignore the key that ends a program, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    watching = subprocess.Popen(
        [sys.executable, "-u", "-m", "annotator", "--project", str(project.path), "agreement", "--watch"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert watching.stdout is not None
        first = watching.stdout.readline()
        code(project, "ben", 11, state="no claim")
        second = watching.stdout.readline()
    finally:
        watching.send_signal(signal.SIGINT)
        assert watching.wait(10) == 130
        watching.stdout.close()  # type: ignore[union-attr]  # it is a pipe

    assert "claim or not .53" in first
    assert "claim or not .60" in second


ROWS = "unit,coder,label\nu1,a,1\nu1,b,1\nu2,a,2\nu2,b,1\nu3,a,3\nu3,b,3\nu4,a,2\n"


def of_file(tmp_path: Path, text: str, *options: str) -> int:
    path = tmp_path / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return run(["agreement", "--from", str(path), *options])


def test_a_file_needs_no_project(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert of_file(tmp_path, ROWS, "--level", "nominal", "--json") == 0

    found = json.loads(capsys.readouterr().out)
    assert {name: found[name] for name in ("level", "n_units", "n_units_paired", "n_coders", "n_labels")} == {
        "level": "nominal",
        "n_units": 4,
        "n_units_paired": 3,
        "n_coders": 2,
        "n_labels": 7,
    }
    assert list(found["coefficients"]) == [
        "percent_agreement",
        "krippendorff_alpha",
        "fleiss_kappa",
        "cohen_kappa",
        "scott_pi",
        "gwet_ac1",
        "brennan_prediger",
    ]
    assert all(set(one) == {"value", "ci", "ci_method", "undefined"} for one in found["coefficients"].values())
    # 1-1, 2-1, 3-3: n = 3, 1, 2 of 6.
    assert found["coefficients"]["krippendorff_alpha"]["value"] == pytest.approx(1 - 5 * 2 / (36 - 9 - 1 - 4))
    assert {"pairs", "categories", "warnings"} <= set(found)


def test_samples_and_seed_make_a_bootstrap_that_can_be_repeated(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    options = ("--level", "interval", "--samples", "200", "--seed", "7", "--json")
    found = []
    for _ in range(2):
        assert of_file(tmp_path, ROWS, *options) == 0
        found.append(json.loads(capsys.readouterr().out)["coefficients"]["krippendorff_alpha"])

    assert found[0] == found[1]
    assert "B = 200, seed 7" in found[0]["ci_method"]


def test_faults_of_a_file_are_listed_and_nothing_is_computed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert of_file(tmp_path, ROWS + "u1,a,2\nu9,b\n", "--level", "nominal", "--json") == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "line 9: a has another label on unit u1 in line 2" in captured.err
    assert "line 10: has 2 cells where the first line has 3" in captured.err


def test_bad_lines_that_are_skipped_are_counted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert of_file(tmp_path, ROWS + "u9,b\n", "--level", "nominal", "--json", "--skip-bad") == 0

    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert found["source"]["n_skipped"] == 1
    assert found["source"]["skipped"] == [{"line": 9, "fault": "has 2 cells where the first line has 3"}]
    assert "skipped: " in captured.err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--from", "x.csv"], "--from needs --level"),
        (["--from", "x.csv", "--level", "nominal", "--coder", "a"], "--coder works with a project"),
        (["--level", "nominal"], "--level works with --from"),
        (["--cluster", "planet"], "--cluster is article, batch or none"),
    ],
)
def test_options_that_would_be_ignored_are_refused(
    capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    assert run(["agreement", *options]) == 2

    assert sentence in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["agreement", "--from", "nowhere.csv", "--level", "nominal"]) == 1

    assert "nowhere.csv cannot be read" in capsys.readouterr().err
