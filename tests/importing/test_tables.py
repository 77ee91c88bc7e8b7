"""Tables as pandas, R and Excel write them, and what an import says of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.errors import AnnotatorError
from annotator.store import Store
from tests.export.conftest import CODEBOOK, OTHER, TEXT, article

from .test_neighbours import run, statements

HARBOUR = article("harbour", TEXT).article_id
QUOTE = "We will not sign"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "p.db"
    Store.create(path, CODEBOOK, [article("harbour", TEXT), article("port", OTHER)]).close()
    return path


ROWS = [
    {"article": "harbour", "paragraph": 1, "coder": "ana", "stance": "oppose", "strength": 2.5, "flag": True},
    {"article": "port", "paragraph": 0, "coder": "ana", "stance": None, "strength": None, "flag": False},
]
COLUMNS = list(ROWS[0])
ORIENTS = {
    "records": ROWS,
    "split": {"columns": COLUMNS, "index": [0, 1], "data": [[row[c] for c in COLUMNS] for row in ROWS]},
    "columns": {c: {str(i): row[c] for i, row in enumerate(ROWS)} for c in COLUMNS},
    "index": {str(i): row for i, row in enumerate(ROWS)},
    "table": {"schema": {"fields": []}, "data": [{"index": i, **row} for i, row in enumerate(ROWS)]},
    "R, by columns": {c: [row[c] for row in ROWS] for c in COLUMNS},
    "R, boxed": [{c: [] if row[c] is None else [row[c]] for c in COLUMNS} for row in ROWS],
}


@pytest.mark.parametrize("orient", ORIENTS)
def test_json_of_pandas_and_r_in_every_layout(orient: str, project: Path, tmp_path: Path) -> None:
    (tmp_path / "frame.json").write_text(json.dumps(ORIENTS[orient]), encoding="utf-8")

    run(project, tmp_path / "frame.json")

    assert [(one["coder"], one["paragraph"], one["stance"], one["strength"]) for one in statements(project)] == [
        ("ana", 1, "oppose", 2.5)
    ]


def test_a_table_of_r_with_row_names_and_missing_values(project: Path, tmp_path: Path) -> None:
    (tmp_path / "frame.csv").write_text(
        '"","article","paragraph","coder","stance","evidence_start","evidence_end","note","flag"\n'
        '"1","harbour",1,"ana","oppose",32,51,"NA",TRUE\n'
        '"2","port",0,"ana",NA,NA,NA,NA,FALSE\n',
        encoding="utf-8",
    )

    said = run(project, tmp_path / "frame.csv").stderr

    (one,) = statements(project)
    assert (one["stance"], one["note"]) == ("oppose", "NA")
    assert "left out the column with the names of rows (one without a name)" in said


def test_a_table_of_pandas_with_fractions_and_lists_as_text(project: Path, tmp_path: Path) -> None:
    (tmp_path / "frame.csv").write_text(
        "Unnamed: 0,article,paragraph,coder,stance,issues,speakers,evidence_start,evidence_end\n"
        "0,harbour,1.0,ana,oppose,\"['jobs', 'sea|fish']\",\"['Ása Brandt', 'Bo']\",32.0,51.0\n",
        encoding="utf-8",
    )

    run(project, tmp_path / "frame.csv")

    (one,) = statements(project)
    assert (one["issues"], one["speakers"]) == (["jobs", "sea|fish"], ["Ása Brandt", "Bo"])


def test_a_table_in_another_encoding_says_so(project: Path, tmp_path: Path) -> None:
    (tmp_path / "frame.csv").write_bytes(
        "article;paragraph;coder;stance;note\nharbour;1;ana;oppose;Die Bürgermeisterin übt schärfste Kritik\n".encode(
            "cp1252"
        )
    )

    said = run(project, tmp_path / "frame.csv").stderr

    assert statements(project)[0]["note"] == "Die Bürgermeisterin übt schärfste Kritik"
    assert "frame.csv: read as windows-1252" in said


def test_statements_keep_the_order_of_their_rows(project: Path, tmp_path: Path) -> None:
    rows = [{"article": "harbour", "paragraph": 1, "coder": "ana", "frame": f"number {n}"} for n in range(20)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    run(project, tmp_path / "rows.jsonl")

    assert [one["frame"] for one in statements(project)] == [f"number {n}" for n in range(20)]


def test_statements_of_one_second_keep_the_order_of_their_rows(project: Path, tmp_path: Path) -> None:
    rows = [
        {
            "article": "harbour",
            "paragraph": 1,
            "coder": "ana",
            "frame": f"number {n}",
            "created_at": "2031-01-01T10:00:00Z",
        }
        for n in range(20)
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    run(project, tmp_path / "rows.jsonl")

    assert [one["frame"] for one in statements(project)] == [f"number {n}" for n in range(20)]


@pytest.mark.parametrize(("given", "is_known"), [("2.1", True), (2.1, True), ("2.10", False), ("3", False)])
def test_a_codebook_version_may_be_a_number_and_an_unknown_one_is_said(
    given: object, is_known: bool, project: Path, tmp_path: Path
) -> None:
    row = {"article": "harbour", "paragraph": 1, "coder": "ana", "stance": "oppose", "codebook": "harbour"}
    (tmp_path / "rows.json").write_text(json.dumps([{**row, "codebook_version": given}]), encoding="utf-8")

    said = run(project, tmp_path / "rows.json").stderr

    assert ("does not have the codebook version" in said) is not is_known
    if not is_known:
        assert f"harbour {given}, which 1 row names; their labels count as made under harbour 2.1" in said


def test_a_workbook_without_codings_is_refused(project: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")
    book = openpyxl.Workbook()
    book.active.append(["name", "age"])
    book.active.append(["a", 3])
    book.save(tmp_path / "people.xlsx")

    with pytest.raises(AnnotatorError, match="has no sheet with the columns paragraph and coder"):
        run(project, tmp_path / "people.xlsx")
