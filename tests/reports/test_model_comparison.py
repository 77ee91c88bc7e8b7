"""A model beside the human coders of a file: the test, the reference, what stays out of the people's figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotator.agreement import ReliabilityData
from annotator.cli import run
from annotator.reports.models.model_comparison import GOLD, MAJORITY, compare_model

HUMANS = {"kim": (5, 0), "lou": (4, 1), "mo": (7, 3)}


def label(unit: int, step: int, offset: int) -> str:
    return "abc"[(unit % 3 + ((unit + offset) % step == 0)) % 3]


def rows(**coders: tuple[int, int]) -> list[tuple[str, str, str]]:
    return [(str(unit), who, label(unit, *how)) for who, how in coders.items() for unit in range(1, 61)]


def written(folder: Path, labels: list[tuple[str, str, str]]) -> Path:
    path = folder / "labels.csv"
    path.write_text("unit,coder,label\n" + "".join(f"{','.join(row)}\n" for row in labels), encoding="utf-8")
    return path


def agreement(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> Any:
    assert run(["agreement", "--from", str(path), "--level", "nominal", "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_file_with_a_model_gives_the_test_and_leaves_the_model_out_of_the_peoples_agreement(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    people = agreement(capsys, written(tmp_path, rows(**HUMANS)))
    path = written(tmp_path, rows(**HUMANS, bot=(6, 2)))

    found = agreement(capsys, path, "--model", "bot", "--epsilon", ".2")

    model = found.pop("model")
    assert (model["omega"], model["rho"], model["epsilon"]) == (1.0, pytest.approx(0.9), 0.2)
    assert [(one["coder"], one["units"], one["rejected"]) for one in model["humans"]] == [
        ("kim", 60, True),
        ("lou", 60, True),
        ("mo", 60, True),
    ]
    assert [one["p"] for one in model["humans"]] == pytest.approx([0.00084, 0.00009, 0.00198], abs=5e-6)
    assert found | {"source": people["source"]} == people


def test_a_category_of_the_model_alone_changes_no_figure_of_the_people(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    people = agreement(capsys, written(tmp_path, rows(**HUMANS)))
    path = written(tmp_path, [*rows(**HUMANS), *((str(unit), "bot", "no idea") for unit in range(1, 61))])

    found = agreement(capsys, path, "--model", "bot")

    model = found.pop("model")
    assert found | {"source": people["source"]} == people
    assert [one["category"] for one in model["categories"]] == ["a", "b", "c", "no idea"]
    assert model["omega"] == 0.0


def test_without_model_every_coder_counts_as_before(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    found = agreement(capsys, written(tmp_path, rows(**HUMANS, bot=(6, 2))))

    assert found["coders"] == ["kim", "lou", "mo", "bot"]
    assert "model" not in found


def test_the_default_epsilon_is_that_of_trained_coders(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    found = agreement(capsys, written(tmp_path, rows(**HUMANS, bot=(6, 2))), "--model", "bot")

    assert found["model"]["epsilon"] == 0.15


def test_warnings_of_the_model_stand_with_the_others(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    few = [row for row in rows(kim=(5, 0), lou=(4, 1), bot=(6, 2)) if int(row[0]) <= 20]

    found = agreement(capsys, written(tmp_path, few), "--model", "bot")

    assert (found["model"]["omega"], found["model"]["humans"][0]["p"]) == (None, None)
    assert set(found["model"]["warnings"]) <= set(found["warnings"])
    assert len(found["model"]["warnings"]) == 3


@pytest.mark.parametrize("form", ["markdown", "html", "latex", "csv", "methods"])
def test_every_form_of_the_report_has_the_model(capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str) -> None:
    path = written(tmp_path, rows(**HUMANS, bot=(6, 2)))

    assert run(["agreement", "--from", str(path), "--level", "nominal", "--model", "bot", "--as", form]) == 0

    assert "bot" in capsys.readouterr().out


def test_the_terminal_says_the_verdict_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = written(tmp_path, rows(**HUMANS, bot=(3, 0)))

    assert run(["agreement", "--from", str(path), "--level", "nominal", "--model", "bot"]) == 0

    shown = " ".join(capsys.readouterr().out.split())
    assert "The model may not stand in for a human coder: winning rate ω = .00 (below .50)" in shown


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--model", "gpt"), "has no coder called gpt; its coders are kim, lou, mo, bot"),
        (("--epsilon", ".1"), "--epsilon works with --model"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    path = written(tmp_path, rows(**HUMANS, bot=(6, 2)))

    assert run(["agreement", "--from", str(path), "--level", "nominal", *options]) in (1, 2)

    assert says in capsys.readouterr().err


def test_a_file_of_a_model_alone_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = written(tmp_path, rows(bot=(6, 2)))

    assert run(["agreement", "--from", str(path), "--level", "nominal", "--model", "bot"]) == 1
    assert "holds no labels of a human coder" in capsys.readouterr().err


def test_the_reference_is_the_majority_without_ties() -> None:
    """Unit 1: a, a, b. Unit 2: a, b (a tie). Unit 3: b alone."""
    given = [(1, "ada", "a"), (1, "ben", "a"), (1, "cy", "b"), (2, "ada", "a"), (2, "ben", "b"), (3, "cy", "b")]
    model = [(unit, "bot", said) for unit, said in ((1, "a"), (2, "a"), (3, "a"), (4, "b"))]

    found = compare_model(ReliabilityData.from_labels([*given, *model]), "bot")

    assert (found.reference, found.n_units, found.n_ties) == (MAJORITY, 2, 1)
    a, b = found.scores
    assert (a.category, a.precision.value, a.recall.value) == ("a", 0.5, 1.0)
    assert (b.n_reference, b.n_model, b.recall.value) == (1, 0, 0.0)


def test_gold_takes_the_place_of_the_majority() -> None:
    given = [(unit, who, "a") for unit in (1, 2) for who in ("ada", "ben", "bot")]
    gold = ReliabilityData.from_labels([(1, GOLD, "b")], categories=["a", "b"])

    found = compare_model(ReliabilityData.from_labels(given, categories=["a", "b"]), "bot", gold=gold)

    assert (found.reference, found.n_units) == (GOLD, 1)
    assert [one.n_reference for one in found.scores] == [0, 1]


def test_a_coder_called_gold_is_the_reference_and_not_a_person(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = written(tmp_path, rows(**HUMANS, bot=(6, 2), gold=(1000, 1)))

    found = agreement(capsys, path, "--model", "bot")

    assert found["coders"] == ["kim", "lou", "mo"]
    assert [one["coder"] for one in found["model"]["humans"]] == ["kim", "lou", "mo"]
    assert found["model"]["reference"]["labels"] == "gold"


def test_sets_are_scored_name_by_name_and_numbers_not_at_all() -> None:
    sets = [(1, "ada", frozenset("ab")), (1, "ben", frozenset("a")), (1, "bot", frozenset("a"))]
    numbers = [(1, "ada", 1.0), (1, "ben", 2.0), (1, "bot", 2.0)]

    of_sets = compare_model(ReliabilityData.from_labels(sets, "set"), "bot")
    of_numbers = compare_model(ReliabilityData.from_labels(numbers, "interval"), "bot")

    assert [(one.category, one.n_reference, one.n_model) for one in of_sets.scores] == [("a", 1, 1), ("b", 0, 0)]
    assert of_numbers.scores == ()
