"""Soft labels: shares as counted by hand and in the database, valid against their schema, safe in a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import run
from annotator.jsonl_lines import SoftLine
from annotator.store import Store
from tests.conftest import MakeOnce, MakeProject
from tests.conftest import article as plain_article
from tests.reports.coding import CODEBOOK, RANDOM_TEXTS, Said, code, code_at_random


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    """Three coders on a paragraph, two on another, one on a third; a model, whose labels stay out."""
    store = make_project("=First paragraph, of a text.\nSecond.\nThird.", codebook=CODEBOOK)
    code(store, "ada", 1, Said({"stance": "oppose", "issues": ["jobs"]}, evidence=(0, 6)), genre="news")
    code(store, "ben", 1, Said({"stance": "neutral", "issues": ["jobs", "sea"]}, evidence=(1, 6)), genre="news")
    code(store, "cleo", 1, state="no claim", labels={"tone": "calm"})
    code(store, "ada", 2, state="furniture", labels={"tone": "loud"})
    code(store, "ben", 2, state="no claim", labels={"tone": ("loud", "default")})
    code(store, "ada", 3, Said({"weight": 2.5}))
    store.coder("llm", "model")
    code(store, "llm", 1, Said({"stance": "support"}, evidence=(0, 6)))
    return store.path


def export(name: str, path: Path, out: Path, *options: str) -> list[dict[str, Any]]:
    assert run(["--project", str(path), "export", name, "--out", str(out), *options]) == 0
    return [json.loads(line) for line in (out / "soft.jsonl").read_text(encoding="utf-8").splitlines()]


def test_shares_are_those_of_the_coders_who_gave_a_value(project: Path, tmp_path: Path) -> None:
    rows = export("soft", project, tmp_path / "out")

    found = {(row["unit"], row["paragraph"], row["variable"]): row for row in rows}
    stance = found["statement", 0, "stance"]
    assert stance["distribution"] == {"oppose": 0.5, "neutral": 0.5, "support": 0.0, "unclear": 0.0}
    assert stance["labels"] == {"ada": "oppose", "ben": "neutral"}
    assert (stance["text"], stance["evidence"]) == ("=First paragraph, of a text.", "=First")
    assert set(stance["statements"]) == {"ada", "ben"}
    presence = found["statement", 0, "presence"]
    assert presence["distribution"] == {"present": pytest.approx(2 / 3), "absent": pytest.approx(1 / 3)}
    assert presence["labels"]["cleo"] == "absent"
    assert found["statement", 0, "issues"]["distribution"] == {"jobs": 1.0, "sea": 0.5}
    assert found["paragraph", 0, "tone"]["labels"] == {"cleo": "calm"}
    assert found["paragraph", 1, "state"]["distribution"]["furniture"] == 0.5
    assert ("paragraph", 1, "tone") not in found  # a coder who set it aside, and a default
    assert found["statement", 2, "weight"]["distribution"] == {"2.5": 1.0}
    assert found["article", None, "genre"]["distribution"] == {"news": 1.0, "opinion": 0.0}


def test_every_line_is_as_its_schema_says_and_all_have_the_same_keys(project: Path, tmp_path: Path) -> None:
    rows = export("soft", project, tmp_path / "out")

    for row in rows:
        SoftLine.model_validate(row)
        assert list(row) == list(rows[0])


def test_a_model_enters_when_it_is_named(project: Path, tmp_path: Path) -> None:
    rows = export("soft", project, tmp_path / "out", "--coder", "ada", "--coder", "llm")

    (stance,) = [row for row in rows if row["variable"] == "stance"]
    assert stance["labels"] == {"ada": "oppose", "llm": "support"}


def test_the_table_is_safe_in_a_spreadsheet_and_says_the_same(project: Path, tmp_path: Path) -> None:
    rows = export("soft", project, tmp_path / "out")

    with (tmp_path / "out" / "soft.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    told = {(one["unit_id"], one["variable"], one["category"]): float(one["share"]) for one in table}
    assert told == {
        (row["unit_id"], row["variable"], category): share
        for row in rows
        for category, share in row["distribution"].items()
        if share
    }
    assert {one["coders"] for one in table if one["variable"] == "issues" and one["category"] == "jobs"} == {"ada|ben"}
    assert not any((value or "").startswith(("=", "+", "@")) for one in table for value in one.values())


def at_random(path: Path) -> None:
    articles = [plain_article(text, f"a{i}") for i, text in enumerate(RANDOM_TEXTS)]
    code_at_random(Store.create(path, CODEBOOK, articles)).close()


def test_labels_are_as_many_as_stand_in_the_database(tmp_path: Path, make_once: MakeOnce) -> None:
    path = make_once(at_random, tmp_path / "random.db")
    rows = export("soft", path, tmp_path / "out")

    with Store(path, read_only=True) as store:
        counted = store.connection.all(
            "select value, count(*) from paragraph_labels l join reviews r on r.paragraph = l.paragraph and r.coder ="
            " l.coder join coders c on c.id = l.coder where c.kind = 'human' and l.origin <> 'default' and"
            " r.state in ('coded', 'no claim') and l.value in ('calm', 'loud') and (not exists (select 1 from"
            " assignments a where a.coder = l.coder) or exists (select 1 from assignments a where a.coder = l.coder and"
            " l.paragraph between a.first and a.last and a.phase <> 'training')) group by value"
        )
    told = Counter(value for row in rows if row["variable"] == "tone" for value in row["labels"].values())
    assert told == dict(counted)
    for row in rows:
        if row["level"] != "set":
            assert sum(row["distribution"].values()) == pytest.approx(1)
            assert row["n_coders"] == len(row["labels"])


@pytest.mark.parametrize("options", [("--layer", "gold"), ("--codebook-version", "2.0"), ("--target", "kind")])
def test_what_has_no_soft_labels_is_refused(options: tuple[str, ...], project: Path, tmp_path: Path) -> None:
    assert run(["--project", str(project), "export", "soft", "--out", str(tmp_path / "out"), *options]) == 2
