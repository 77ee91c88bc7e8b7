"""A project's model beside its human coders: units, matching without the model, gold, what stays as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.agreement import ReliabilityData, alternative_annotator_test
from annotator.cli import run
from annotator.records import Selection
from annotator.reports.live import LiveAgreement
from annotator.reports.project import project_report
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph
from tests.conftest import MakeOnce, MakeProject, article
from tests.reports.coding import CODEBOOK, Said, code

HUMANS = ("ada", "ben", "cy")
N = 36


def tone(row: int, coder: str) -> str:
    wrong = {"ada": 5, "ben": 4, "cy": 7, "llm": 6}[coder]
    return "calm" if (row % 2 == 0) is (row % wrong != 1) else "loud"


def three_and_a_model(path: Path) -> None:
    """Three humans and a model code 36 paragraphs."""
    text = "\n".join(f"Paragraph {i} of an invented article." for i in range(N))
    with Store.create(path, CODEBOOK, [article(text)]) as store:
        store.connection.before_first_write = None
        _code(store)


@pytest.fixture
def store(tmp_path: Path, make_once: MakeOnce) -> Iterator[Store]:
    with Store(make_once(three_and_a_model, tmp_path / "project.db")) as store:
        yield store


def _code(store: Store) -> None:
    store.coder("llm", "model")
    for row in range(1, N + 1):
        for coder in (*HUMANS, "llm"):
            start = 0 if row % 9 else 10
            said = [
                Said({"stance": "support" if tone(row, coder) == "calm" else "unclear"}, evidence=(start, start + 9))
            ]
            made = [] if coder == "llm" and row % 6 == 0 else said
            code(store, coder, row, *made, state="coded" if made else "no claim", labels={"tone": tone(row, coder)})


def report(capsys: pytest.CaptureFixture[str], store: Store, *options: str) -> Any:
    assert run(["--project", str(store.path), "agreement", "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def measure(found: Any, name: str, unit: str) -> Any:
    return next(one for one in found["model"]["measures"] if (one["variable"], one["unit"]) == (name, unit))


def test_every_measure_of_a_project_is_tested(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    found = report(capsys, store, "--model", "llm")

    of_tone = measure(found, "tone", "paragraph")
    rows = [(row, coder, tone(row, coder)) for row in range(1, N + 1) for coder in (*HUMANS, "llm")]
    expected = alternative_annotator_test(ReliabilityData.from_labels(rows), "llm")
    assert (of_tone["omega"], of_tone["rho"], of_tone["n_units"]) == (expected.omega, expected.rho, N)
    assert [one["p"] for one in of_tone["humans"]] == [one.p for one in expected.humans]
    assert {(one["variable"], one["unit"]) for one in found["model"]["measures"]} >= {
        ("claim", "paragraph"),
        ("stance present", "paragraph"),
        ("stance", "matched statement"),
    }
    assert (found["model"]["name"], found["model"]["variable"]) == ("llm", "claim")
    assert {"omega", "rho", "epsilon", "humans"} <= found["model"].keys()


def test_statements_are_matched_among_humans_and_labels_off_the_scale_count(
    capsys: pytest.CaptureFixture[str], store: Store
) -> None:
    of_stance = measure(report(capsys, store, "--model", "llm"), "stance", "matched statement")

    assert of_stance["n_units"] == N - N // 6
    assert {one["category"] for one in of_stance["categories"]} == {"oppose", "neutral", "support", "unclear"}


def test_the_figures_of_the_humans_are_the_same_with_and_without_a_model(
    capsys: pytest.CaptureFixture[str], store: Store
) -> None:
    alone = report(capsys, store)
    found = report(capsys, store, "--model", "llm")

    assert found["coders"] == ["ada", "ben", "cy"]
    said = {key: found[key] for key in found if key not in ("model", "warnings")}
    assert said == {key: alone[key] for key in alone if key != "warnings"}
    assert any(text.startswith("Not compared: llm") for text in alone["warnings"])
    assert not any(text.startswith("Not compared") for text in found["warnings"])


def test_a_model_changes_nothing_that_is_said_of_the_humans(
    capsys: pytest.CaptureFixture[str], make_project: MakeProject, tmp_path: Path
) -> None:
    store = make_project("One.\nTwo.\nThree.\nFour.", codebook=CODEBOOK)
    for row in range(1, 5):
        code(store, "ada", row, Said({"stance": "support"}), labels={"tone": "calm"})
        code(store, "ben", row, Said({"stance": "oppose" if row == 1 else "support"}), labels={"tone": "calm"})

    def said() -> list[str]:
        found = [LiveAgreement(store, Selection()).line()]
        for command in (
            ("agreement", "--json"),
            ("disagreements", "--as", "json"),
            ("aggregate", "--dry-run", "--json"),
        ):
            assert run(["--project", str(store.path), *command]) == 0
            found.append(capsys.readouterr().out)
        assert (
            run(["--project", str(store.path), "agreement", "--matrices", str(tmp_path / f"m{len(store.coders())}")])
            == 0
        )
        capsys.readouterr()
        return found

    before = said()
    store.coder("llm", "model")
    for row in range(1, 5):
        code(store, "llm", row, Said({"stance": "oppose"}), labels={"tone": "loud"})
    after = said()

    assert json.loads(after[1])["coders_left_out"] == ["llm"]
    assert (after[0], after[2]) == (before[0], before[2])
    assert _without_left_out(after[1]) == _without_left_out(before[1])
    assert _without_left_out(after[3]) == _without_left_out(before[3])
    for path in (tmp_path / "m2").iterdir():
        assert (tmp_path / "m3" / path.name).read_bytes() == path.read_bytes()


def _without_left_out(text: str) -> Any:
    return {key: value for key, value in json.loads(text).items() if key not in ("coders_left_out", "warnings")}


def test_one_variable_and_some_coders_can_be_asked_for(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    found = report(capsys, store, "--model", "llm", "--variable", "tone", "--coder", "ada", "--coder", "ben")

    assert [one["variable"] for one in found["model"]["measures"]] == ["tone"]
    assert [one["coder"] for one in found["model"]["humans"]] == ["ada", "ben"]
    assert any("rests on 2 human coders" in text for text in found["warnings"])


def test_gold_is_the_reference_where_there_is_any(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    with store.connection.write():
        judge = Adjudication(store, "lead")
        for row in range(1, 11):
            judge.adjudicate(row, GoldParagraph("no claim", (), {"tone": "loud"}))

    found = report(capsys, store, "--model", "llm")

    of_tone, of_claim = measure(found, "tone", "paragraph"), measure(found, "claim", "paragraph")
    assert (of_tone["reference"]["labels"], of_tone["reference"]["n_units"]) == ("gold", 10)
    assert [one["n_reference"] for one in of_tone["categories"]] == [0, 10]
    assert [(one["category"], one["n_reference"]) for one in of_claim["categories"]] == [("claim", 0), ("no claim", 10)]
    assert found["coders"] == ["ada", "ben", "cy"]


@pytest.mark.parametrize("form", ["markdown", "html", "latex", "csv", "methods"])
def test_every_form_has_the_model(capsys: pytest.CaptureFixture[str], store: Store, form: str) -> None:
    assert run(["--project", str(store.path), "agreement", "--model", "llm", "--as", form]) == 0

    assert "llm" in capsys.readouterr().out


def test_the_terminal_has_a_line_for_each_measure_and_details_on_request(
    capsys: pytest.CaptureFixture[str], store: Store
) -> None:
    assert run(["--project", str(store.path), "agreement", "--model", "llm", "--variable", "tone"]) == 0

    shown = capsys.readouterr().out
    assert "The model llm in the place of a human coder" in shown
    assert "Alternative annotator test: the model in the place of each human" in shown


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--model", "ada"), "ada is not a model in this project; its models are llm"),
        (("--model", "llm", "--phase", "main"), "--phase does not go with --model"),
        (("--model", "llm", "--coder", "llm", "--coder", "ada"), "name the human coders alone with --coder"),
        (("--model", "llm", "--watch"), "--watch shows live figures"),
        (("--epsilon", ".1"), "--epsilon works with --model"),
    ],
)
def test_what_does_not_go_together_is_refused(
    capsys: pytest.CaptureFixture[str], store: Store, options: tuple[str, ...], says: str
) -> None:
    assert run(["--project", str(store.path), "agreement", *options]) == 2

    assert says in capsys.readouterr().err


def test_a_model_without_shared_paragraphs_is_said(
    capsys: pytest.CaptureFixture[str], make_project: MakeProject
) -> None:
    store = make_project("One.\nTwo.", codebook=CODEBOOK)
    store.coder("llm", "model")
    code(store, "ada", 1, labels={"tone": "calm"})

    assert run(["--project", str(store.path), "agreement", "--model", "llm"]) == 0

    assert "have no labels in common" in capsys.readouterr().out
    assert project_report(store).model is None
