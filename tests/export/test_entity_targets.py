"""Targets that are entries of the registry leave a project and come back; other formats find them by any name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from annotator.cli import group
from annotator.codebook.model import Category, Codebook, Variable
from annotator.errors import ExportError, UsageError
from annotator.store import Store
from annotator.store.changes.speaker_changes import SpeakerChanges
from annotator.store.history.canonical_rows import differences
from tests.conftest import MakeProject

SPEAKER = Variable(name="speaker", level="entity", multiple=True)
STANCE = Variable(name="stance", level="ordinal", categories=(Category(name="against"), Category(name="for")))
ABOUT = Variable(name="about", level="entity")
PLACE = Variable(name="place", level="entity", scope="paragraph")


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    store = make_project(
        "One says this.\nTwo says that.\n", codebook=Codebook(name="fish", variables=(SPEAKER, STANCE, ABOUT, PLACE))
    )
    for coder, about in (("anna", "quota"), ("ben", "the quota")):
        with store.coding(coder).step("code", 1) as step:
            statement = step.add_statement((0, 8))
            step.set_speakers(statement, [("Ola Nordmann", 1)])
            step.label(statement, "stance", "for")
            step.label(statement, "about", about)
            step.label_paragraph("place", "Oslo")
            step.review(state="coded")
    changes = SpeakerChanges(store)
    changes.carry_out(changes.merge(["the quota"], "quota"))
    changes.carry_out(changes.rename("quota", "fish quota"))
    changes.carry_out(changes.describe("fish quota", definition="How much may be caught."))
    return store


def run(store: Store, *arguments: str) -> Any:
    return CliRunner().invoke(group, ["--project", str(store.path), *arguments])


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_export_comes_back_with_words_and_entries(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(store, "export", "jsonl", "--out", str(out)).exit_code == 0

    statements, origins = rows(out / "statements.jsonl"), rows(out / "origins.jsonl")
    assert [row["about"] for row in statements] == ["fish quota", "fish quota"]
    assert [row["made"]["about"] for row in origins] == ["quota", "the quota"]
    entries = {row["name"]: row for row in rows(out / "speakers.jsonl")}
    assert (entries["fish quota"]["kind"], entries["fish quota"]["definition"]) == ("issue", "How much may be caught.")

    with Store.create(tmp_path / "back.db", store.codebooks.current()) as back:
        result = run(back, "import", str(out))
        assert result.exit_code == 0, result.output
        left = {one.table for one in differences(store.connection, back.connection)}
        assert not left & {"labels", "labels of paragraphs", "aliases", "speakers of statements"}
        assert sorted(back.registry.all(), key=repr) == sorted(store.registry.all(), key=repr)
        assert "imported" not in run(back, "import", str(out)).stdout


def test_names_from_elsewhere_find_their_entry(store: Store, tmp_path: Path) -> None:
    article = store.articles.all()[0]
    row = {
        "article": article.name,
        "paragraph": 1,
        "coder": "model",
        "speakers": ["Ola Nordmann"],
        "about": "the quota",
    }
    (tmp_path / "labels.jsonl").write_text(json.dumps(row), encoding="utf-8")

    result = run(store, "import", str(tmp_path / "labels.jsonl"), "--coder", "model")

    assert result.exit_code == 0, result.output
    assert [one.labels["about"].value for one in store.coding("model").statements(2)] == ["fish quota"]


def test_agreement_compares_entries_and_not_words(store: Store) -> None:
    report = json.loads(run(store, "agreement", "--json").stdout)

    about = next(one for one in report["attributes"] if one["variable"] == "about")
    assert about["coefficients"]["percent_agreement"]["value"] == 1.0


@pytest.mark.parametrize("format_", ["dna", "network"])
def test_a_format_takes_the_variable_that_is_named(store: Store, tmp_path: Path, format_: str) -> None:
    assert run(store, "export", format_, "--out", str(tmp_path / "a")).exit_code == 0
    assert run(store, "export", format_, "--target", "about", "--out", str(tmp_path / "b")).exit_code == 0

    result = run(store, "export", format_, "--target", "place", "--out", str(tmp_path / "c"))
    assert isinstance(result.exception, ExportError)
    assert "place cannot be the target" in str(result.exception)
    assert "--target about" in str(result.exception)


def test_a_format_that_holds_every_variable_asks_for_no_target(store: Store, tmp_path: Path) -> None:
    result = run(store, "export", "jsonl", "--target", "about", "--out", str(tmp_path / "a"))

    assert isinstance(result.exception, UsageError)
    assert "--target applies to dna and network" in str(result.exception)
