"""Tables and JSONL say which category stands above each label."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import run
from annotator.codebook.model import Category, Codebook, Variable
from annotator.store import Store
from tests.conftest import MakeProject
from tests.reports.coding import Said, code

TREE = (
    Category(name="economy", categories=(Category(name="work", categories=(Category(name="strike"),)),)),
    Category(name="order", categories=(Category(name="crime"),)),
)
CODEBOOK = Codebook(
    name="trees",
    variables=(
        Variable(name="domain", key="d", categories=TREE),
        Variable(name="topics", key="t", level="set", scope="paragraph", categories=TREE),
        Variable(name="stance", key="s", categories=(Category(name="pro"), Category(name="contra"))),
    ),
)


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    store = make_project("One.\nTwo.\nThree.", codebook=CODEBOOK)
    code(store, "ada", 1, Said({"domain": "strike", "stance": "pro"}), labels={"topics": ["strike", "crime", "order"]})
    code(store, "ada", 2, Said({"domain": "economy"}), labels={"topics": []})
    code(store, "ada", 3, Said({"stance": "contra"}))
    return store


def export(store: Store, name: str, out: Path) -> Path:
    assert run(["--project", str(store.path), "export", name, "--out", str(out)]) == 0
    return out


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_a_column_for_the_category_above(project: Store, tmp_path: Path) -> None:
    out = export(project, "csv", tmp_path)

    statements, paragraphs, labels = (cells(out / f"{name}.csv") for name in ("statements", "paragraphs", "labels"))
    assert [(row["domain"], row["domain.parent"]) for row in statements] == [
        ("strike", "work"),
        ("economy", ""),
        ("", ""),
    ]
    assert "stance.parent" not in statements[0]
    assert [row["topics.parent"] for row in paragraphs] == ["work|order", "", ""]
    assert {(row["variable"], row["value"]): row["parent"] for row in labels} == {
        ("domain", "strike"): "work",
        ("domain", "economy"): "",
        ("stance", "pro"): "",
        ("stance", "contra"): "",
        ("topics", "strike|crime|order"): "work|order",
        ("topics", "{}"): "",
    }


def test_parquet_has_it_too(project: Store, tmp_path: Path) -> None:
    import pyarrow.parquet as pq  # type: ignore[import-not-found,import-untyped,unused-ignore]

    out = export(project, "parquet", tmp_path)

    rows = {name: pq.read_table(out / f"{name}.parquet").to_pylist() for name in ("statements", "paragraphs", "labels")}
    assert [row["domain.parent"] for row in rows["statements"]] == ["work", None, None]
    assert [row["topics.parent"] for row in rows["paragraphs"]] == [["work", "order"], None, None]
    assert '["work", "order"]' in {row["parent"] for row in rows["labels"]}


def test_jsonl_lists_the_categories_and_keeps_its_keys(project: Store, tmp_path: Path) -> None:
    out = export(project, "jsonl", tmp_path)

    def lines(name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (out / name).read_text(encoding="utf-8").splitlines()]

    parents = {(row["variable"], row["category"]): row["parent"] for row in lines("categories.jsonl")}
    assert parents["domain", "strike"] == "work"
    assert parents["topics", "economy"] is None
    assert not any(key.endswith(".parent") for row in lines("statements.jsonl") for key in row)


def test_a_table_with_parents_is_read_back(project: Store, tmp_path: Path) -> None:
    out = export(project, "csv", tmp_path)
    rows = [{**row, "coder": "bo", "statement_id": ""} for row in cells(out / "statements.csv")]
    with (tmp_path / "bo.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    assert run(["--project", str(project.path), "import", str(out / "statements.csv")]) == 0
    assert run(["--project", str(project.path), "import", str(tmp_path / "bo.csv")]) == 0

    labels = "select l.value from labels l join statements s on s.id = l.statement join coders c on c.id = s.coder"
    ada, bo = (project.connection.all(f"{labels} where c.name = ? order by 1", (name,)) for name in ("ada", "bo"))
    assert ada == bo == [("contra",), ("economy",), ("pro",), ("strike",)]


def test_a_variable_with_the_name_of_such_a_column_keeps_it(make_project: MakeProject, tmp_path: Path) -> None:
    own = Variable(name="domain.parent", key="l", categories=(Category(name="mine"),))
    store = make_project("One.", codebook=CODEBOOK.model_copy(update={"variables": (*CODEBOOK.variables, own)}))
    code(store, "ada", 1, Said({"domain": "crime", "domain.parent": "mine"}))

    (row,) = cells(export(store, "csv", tmp_path) / "statements.csv")

    assert (row["domain"], row["domain.parent"]) == ("crime", "mine")
    assert run(["--project", str(store.path), "import", str(tmp_path / "statements.csv")]) == 0


def test_a_workbook_has_the_column_too(project: Store, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")

    book = openpyxl.load_workbook(export(project, "xlsx", tmp_path) / "annotator.xlsx", read_only=True)

    head, *rows = (list(row) for row in book["statements"].iter_rows(values_only=True))
    assert [row[head.index("domain.parent")] for row in rows] == ["work", None, None]


def test_spss_and_stata_have_it_with_value_labels(project: Store, tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")

    out = export(project, "sav", tmp_path)

    for read, name in ((pyreadstat.read_sav, "statements.sav"), (pyreadstat.read_dta, "statements.dta")):
        frame, about = read(out / name, apply_value_formats=True)
        assert [one if isinstance(one, str) else None for one in frame["domain_parent"]] == ["work", None, None]
        assert about.column_names_to_labels["domain_parent"] == "domain, the category above"
    frame, _ = pyreadstat.read_sav(out / "paragraphs.sav")
    assert frame["topics_parent"].tolist() == ["work|order", "", ""]


def test_the_metadata_of_an_archive_names_every_column_of_every_table(project: Store, tmp_path: Path) -> None:
    archive = export(project, "archive", tmp_path) / "archive"

    document = json.loads((archive / "croissant.json").read_text(encoding="utf-8"))
    named = {
        records["name"]: {field["source"]["extract"]["column"] for field in records["field"]}
        for records in document["recordSet"]
    }
    tables = sorted((archive / "data").glob("*.csv"))
    assert {table.stem for table in tables} == set(named)
    for table in tables:
        with table.open(encoding="utf-8", newline="") as file:
            assert named[table.stem] == set(next(csv.reader(file)))
