"""`annotator aggregate`: the layer it makes, its export, its undo, and what it leaves alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from annotator.cli import run
from annotator.jsonl_lines import AggregateLine
from annotator.store import Store
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code

from .conftest import Command, Done


class Asked(NamedTuple):
    """A project, and commands about it."""

    store: Store
    command: Command

    def __call__(self, *arguments: str | Path) -> Done:
        return self.command("--project", self.store.path, *arguments)

    def json(self, *arguments: str | Path) -> Any:
        done = self(*arguments)
        assert done.code == 0, done.err
        return json.loads(done.out)


@pytest.fixture
def ask(make_project: MakeProject, command: Command, monkeypatch: pytest.MonkeyPatch) -> Asked:
    store = make_project("\n".join(f"Paragraph number {i} of a text." for i in range(4)), codebook=CODEBOOK)
    for coder, stance in (("ada", "oppose"), ("ben", "oppose"), ("cleo", "support")):
        said = Said({"stance": stance, "kind": "fact"}, evidence=(0, 9))
        code(store, coder, 1, said, labels={"tone": "calm" if coder == "ada" else "loud"})
    for coder, stance in (("ada", "oppose"), ("ben", "support")):
        code(store, coder, 2, Said({"stance": stance}, evidence=(0, 9)))
    code(store, "cleo", 2, state="no claim")
    code(store, "cleo", 3, Said({"stance": "unclear"}, evidence=(0, 9)))
    code(store, "ada", 3, state="no claim")
    for coder in ("ada", "ben", "cleo"):
        code(store, coder, 4, state="no claim")
    monkeypatch.setenv("ANNOTATOR_CODER", "lead")
    return Asked(store, command)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_layer_is_told_in_words_and_kept_with_who_made_it_and_how(ask: Asked) -> None:
    done = ask("aggregate", "--method", "mace", "--seed", "4", "--variable", "stance")

    assert done.code == 0, done.err
    assert "MACE, variational, 10 starts, seed 4" in done.out
    assert "Exported: 2 statements that stand; 0 do not, 1 without a winner." in done.out
    assert "annotator export FORMAT --layer aggregate" in done.err
    (line,) = [json.loads(text) for text in ask("log", "--json", "--entity", "aggregation").out.splitlines()]
    assert (line["coder"], line["what"]) == ("annotator", "aggregate by mace for lead")
    kept = line["after"]
    assert (kept["method"], kept["seed"], kept["made_by"], kept["coders"]) == (
        "mace",
        4,
        "lead",
        dict.fromkeys(["ada", "ben", "cleo"], 0) | {"ada": 4, "ben": 3, "cleo": 4},
    )
    assert ask.json("aggregate", "--status", "--json") == {**kept, "n_steps_since": 0}


def test_ties_are_said_in_words_and_counted(ask: Asked) -> None:
    done = ask("aggregate")

    assert "stance: 1 unit has no winner and no label." in done.out
    assert "state: 1 unit has no winner and no label." in done.out
    figures = {one["variable"]: one for one in ask.json("aggregate", "--json")["variables"]}
    assert (figures["stance"]["n_units"], figures["stance"]["n_ties"], figures["stance"]["n_one_coder"]) == (3, 1, 1)
    assert figures["tone"]["n_without_label"] == 3
    assert figures["tone"]["competence"] == {"ada": 0.0, "ben": 1.0, "cleo": 1.0}


def test_every_label_goes_to_a_file_with_its_probabilities(ask: Asked, tmp_path: Path) -> None:
    assert ask("aggregate", "--out", tmp_path / "labels.jsonl").code == 0
    assert ask("export", "jsonl", "--layer", "aggregate", "--out", tmp_path / "out").code == 0

    labels = rows(tmp_path / "labels.jsonl")
    assert labels == rows(tmp_path / "out" / "aggregate.jsonl")
    for row in labels:
        AggregateLine.model_validate(row)
    (one,) = [row for row in labels if row["variable"] == "stance" and row["paragraph"] == 0]
    assert (one["label"], one["probability"], one["coders"]) == ("oppose", 0.666667, ["ada", "ben", "cleo"])
    assert one["probabilities"] == {"oppose": 0.666667, "support": 0.333333}
    (tie,) = [row for row in labels if row["variable"] == "stance" and row["paragraph"] == 1]
    assert (tie["label"], tie["is_tie"], tie["probability"]) == (None, True, 0.5)


def test_the_layer_is_exported_as_if_a_coder_called_aggregate_had_made_it(ask: Asked, tmp_path: Path) -> None:
    ask("aggregate")

    done = ask("export", "csv", "--layer", "aggregate", "--out", tmp_path / "out")

    assert "aggregated by majority for lead" in done.err
    assert "2 statements found; left out: 0 not found, 1 without a winner" in done.err
    with (tmp_path / "out" / "statements.csv").open(newline="", encoding="utf-8") as file:
        found = [(r["coder"], r["paragraph"], r["stance"], r["kind"], r["speakers"]) for r in csv.DictReader(file)]
    assert found == [("aggregate", "0", "oppose", "fact", "Ása Brandt"), ("aggregate", "1", "", "", "Ása Brandt")]
    with (tmp_path / "out" / "paragraphs.csv").open(newline="", encoding="utf-8") as file:
        states = [(r["paragraph"], r["coder"], r["state"], r["tone"]) for r in csv.DictReader(file)]
    assert states == [
        ("0", "aggregate", "coded", "loud"),
        ("1", "aggregate", "coded", ""),
        ("2", "aggregate", "open", ""),
        ("3", "aggregate", "no claim", ""),
    ]
    manifest = json.loads((tmp_path / "out" / "csv.manifest.json").read_text(encoding="utf-8"))
    assert manifest["coders"] == [{"coder": "aggregate", "kind": "model"}]
    assert manifest["aggregation"]["method"] == "majority"


def test_nothing_else_knows_of_the_layer(ask: Asked, tmp_path: Path) -> None:
    asked = (
        ("agreement", "--json"),
        ("status", "--json"),
        ("adjudicate", "--status", "--json"),
        ("speakers", "list"),
    )
    ask("adjudicate", "--alike", "--coder", "ada")
    ask("export", "jsonl", "--out", tmp_path / "before")
    ask("export", "jsonl", "--layer", "gold", "--out", tmp_path / "gold-before")
    before = [ask(*one).out for one in asked]

    assert ask("aggregate", "--method", "dawid-skene").code == 0

    assert [ask(*one).out for one in asked] == before
    ask("export", "jsonl", "--out", tmp_path / "after")
    ask("export", "jsonl", "--layer", "gold", "--out", tmp_path / "gold-after")
    for name in ("", "gold-"):
        was, now = (
            {p.name: p.read_bytes() for p in (tmp_path / f"{name}{when}").iterdir()} for when in ("before", "after")
        )
        assert was == now


def test_a_model_that_takes_everybody_to_be_guessing_says_so(make_project: MakeProject, command: Command) -> None:
    store = make_project("\n".join(f"Paragraph number {i}." for i in range(60)), codebook=CODEBOOK, name="skewed.db")
    for at, coder in enumerate(("ada", "ben", "cleo")):
        for paragraph in range(1, 61):
            code(store, coder, paragraph, labels={"tone": "loud" if paragraph % 6 == at else "calm"})

    done = command("--project", store.path, "aggregate", "--method", "mace", "--dry-run")

    assert "tone: MACE takes every coder to be guessing, so its labels mean nothing here" in done.out
    assert "guessing" not in command("--project", store.path, "aggregate", "--method", "dawid-skene", "--dry-run").out


def test_making_the_same_layer_again_leaves_no_line(ask: Asked) -> None:
    ask("aggregate")
    ask("aggregate")
    assert len(ask("log", "--json", "--entity", "aggregation").out.splitlines()) == 1

    ask("aggregate", "--method", "mace")
    assert len(ask("log", "--json", "--entity", "aggregation").out.splitlines()) == 2


def test_undo_puts_the_layer_before_in_force_again(ask: Asked, tmp_path: Path) -> None:
    ask("aggregate", "--method", "majority")
    ask("aggregate", "--method", "dawid-skene")
    ask("assign", "close", "main")

    assert "Undone: aggregate by dawid-skene for lead" in ask("aggregate", "--undo").err
    assert ask.json("aggregate", "--status", "--json")["method"] == "majority"
    assert ask("export", "csv", "--layer", "aggregate", "--out", tmp_path / "out").code == 0

    ask("aggregate", "--undo")
    assert ask("aggregate", "--status").out == "There is no aggregated layer.\n"
    assert "There is no layer to undo." in ask("aggregate", "--undo").err
    refused = ask("export", "csv", "--layer", "aggregate", "--out", tmp_path / "none")
    assert (refused.code, "`annotator aggregate` makes one" in refused.err) == (2, True)


def test_a_dry_run_keeps_nothing(ask: Asked) -> None:
    before = ask.store.path.read_bytes()

    done = ask("aggregate", "--dry-run")

    assert (done.code, "Nothing was changed." in done.err) == (0, True)
    assert ask("aggregate", "--status", "--json").out == "null\n"
    assert ask.store.path.read_bytes() == before


def test_newer_codings_are_told_where_the_layer_is_used(ask: Asked, tmp_path: Path) -> None:
    ask("aggregate")
    code(ask.store, "ben", 3, state="no claim")

    assert "Newer than this layer: 1 step of coding" in ask("aggregate", "--status").out
    exported = ask("export", "csv", "--layer", "aggregate", "--out", tmp_path / "out")
    assert "newer than the layer: 1 step of coding" in exported.err


def test_a_layer_is_not_narrowed_to_a_coder_afterwards(ask: Asked, tmp_path: Path) -> None:
    ask("aggregate")

    done = ask("export", "csv", "--layer", "aggregate", "--coder", "ada", "--out", tmp_path / "out")

    assert (done.code, "choose its coders with `annotator aggregate`" in done.err) == (2, True)


def test_the_history_shows_the_layer_as_one_line_unless_its_labels_are_asked_for(ask: Asked) -> None:
    ask("aggregate")

    assert [json.loads(text)["entity"] for text in ask("log", "--json", "--limit", "2").out.splitlines()][
        -1
    ] == "aggregation"
    assert "aggregate" not in {json.loads(text)["entity"] for text in ask("log", "--json").out.splitlines()}
    (line,) = [json.loads(text) for text in ask("log", "--json", "--entity", "aggregate").out.splitlines()]
    assert [unit["paragraph"] for unit in line["after"]] == [0, 0, 1, 1, 2, 2, 3]


def test_who_is_blind_makes_and_sees_no_layer(ask: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask("aggregate")
    draw = ["assign", "draw", "--coder", "ada", "--coder", "cleo", "--overlap", "100%", "--yes"]
    assert run(["--project", str(ask.store.path), *draw]) == 0
    monkeypatch.setenv("ANNOTATOR_CODER", "ada")

    for arguments in (
        ("aggregate",),
        ("aggregate", "--dry-run"),
        ("aggregate", "--status"),
        ("aggregate", "--undo"),
        ("export", "jsonl", "--layer", "aggregate", "--out", str(tmp_path / "out")),
    ):
        done = ask(*arguments)
        assert (done.code, done.out) == (2, ""), arguments
        assert "not compared with those of ada" in done.err
    assert "aggregat" not in ask("log").out

    assert ask("aggregate", "--unblind").code == 0
    assert [who for who, *_ in ask.store.unblindings()] == ["ada"]
