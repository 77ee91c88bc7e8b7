"""What is exported for another program comes back: each format that its program also writes is imported again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from annotator.cli import group
from annotator.store import Store

from . import hostile
from .conftest import CODEBOOK, OTHER, TEXT, article
from .test_formats import export
from .test_jsonl import export as export_jsonl
from .test_jsonl import rows

KEPT = ("article_id", "paragraph", "coder", "stance", "claim_type", "target", "evidence_start", "evidence_end")
"""What of a statement every format keeps, with its evidence; without evidence it stands on its paragraph."""


def run(project: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(group, ["--project", str(project), *map(str, arguments)])


def fresh(path: Path) -> Path:
    Store.create(path, CODEBOOK, [article("harbour", TEXT), article("port", OTHER)]).close()
    return path


def statements(project: Path, out: Path) -> list[dict[str, Any]]:
    return rows(export_jsonl(project, out) / "statements.jsonl")


def states(project: Path, out: Path) -> list[tuple[Any, ...]]:
    found = rows(export_jsonl(project, out) / "paragraphs.jsonl")
    return sorted((str(row["coder"]), row["article_id"], row["paragraph"], row["state"]) for row in found)


def on_words(found: list[dict[str, Any]], names: tuple[str, ...] = KEPT) -> list[dict[str, Any]]:
    """Statements with these fields; one without evidence stands on its whole paragraph."""
    made = []
    for row in found:
        start, end = row["evidence_start"], row["evidence_end"]
        if start is None:
            start, end = row["paragraph_start"], row["paragraph_end"]
        made.append({name: {**row, "evidence_start": start, "evidence_end": end}[name] for name in names})
    return made


FILES = {
    "csv": ["statements.csv"],
    "parquet": ["statements.parquet"],
    "xlsx": ["annotator.xlsx"],
    "labelstudio": ["labelstudio.json"],
    "argilla": ["argilla.jsonl"],
    "brat": ["brat"],
    "qdpx": ["project.qdpx"],
    "dna": ["project.dna"],
    "prodigy": ["prodigy"],
    "doccano": ["doccano"],
}
MORE = {
    "csv": ("statement_id", "speakers", "issues", "strength", "frame", "note", "flag", "created_at"),
    "parquet": ("statement_id", "speakers", "issues", "strength", "frame", "note", "flag", "created_at"),
    "xlsx": ("statement_id", "speakers", "issues", "strength", "frame", "note", "flag"),
    "labelstudio": ("statement_id", "speakers", "issues", "strength", "frame", "note"),
    "argilla": ("statement_id", "speakers", "issues", "strength", "frame", "note"),
    "brat": ("statement_id", "speakers", "issues", "strength", "frame", "note"),
    "qdpx": ("statement_id", "speakers", "issues", "strength", "frame", "note"),
    "dna": ("statement_id", "speakers", "issues", "strength", "frame", "note"),
    "prodigy": ("statement_id", "issues"),
    "doccano": ("issues",),
}
"""What else each keeps."""


@pytest.mark.parametrize("name", FILES)
def test_what_a_format_holds_comes_back(name: str, project: Path, tmp_path: Path) -> None:
    if name == "parquet":
        pytest.importorskip("pyarrow")
    if name == "xlsx":
        pytest.importorskip("xlsxwriter")
        pytest.importorskip("python_calamine")
    out = export(name, project, tmp_path / "out")
    other = fresh(tmp_path / "other.db")

    result = run(other, "import", *(out / file for file in FILES[name]))

    assert result.exit_code == 0, result.output
    names = (*KEPT, *MORE[name])
    before, after = statements(project, tmp_path / "a"), statements(other, tmp_path / "b")
    if name in ("prodigy", "doccano"):  # a span has to have a label
        before = [
            row for row in before if any(row[v] is not None for v in ("stance", "claim_type", "target", "issues"))
        ]
    assert on_words(after, names) == on_words(before, names)


@pytest.mark.parametrize("name", ["xlsx", "labelstudio", "brat", "qdpx", "prodigy", "doccano"])
def test_states_of_paragraphs_come_back(name: str, project: Path, tmp_path: Path) -> None:
    if name == "xlsx":
        pytest.importorskip("xlsxwriter")
    out = export(name, project, tmp_path / "out")
    other = fresh(tmp_path / "other.db")

    assert run(other, "import", *(out / file for file in FILES[name])).exit_code == 0

    assert states(other, tmp_path / "b") == states(project, tmp_path / "a")


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_importing_again_changes_nothing(name: str, project: Path, tmp_path: Path) -> None:
    for package in ("pyarrow", "xlsxwriter", "python_calamine"):
        pytest.importorskip(package)
    out = export(name, project, tmp_path / "out")
    other = fresh(tmp_path / "other.db")
    files = [out / file for file in FILES[name]]
    assert run(other, "import", *files).exit_code == 0
    before = statements(other, tmp_path / "a")

    result = run(other, "import", "--json", *files)

    assert result.exit_code == 0, result.output
    counts = json.loads(result.stdout)["counts"].values()
    assert sum(one["new"] + one["changed"] + one["conflicts"] for one in counts) == 0
    assert statements(other, tmp_path / "b") == before


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_an_export_says_nothing_against_the_project_that_it_is_from(name: str, project: Path, tmp_path: Path) -> None:
    for package in ("pyarrow", "xlsxwriter", "python_calamine"):
        pytest.importorskip(package)
    out = export(name, project, tmp_path / "out")
    before = statements(project, tmp_path / "a")

    result = run(project, "import", *(out / file for file in FILES[name]))

    assert result.exit_code == 0, result.output
    assert statements(project, tmp_path / "b") == before


@pytest.mark.slow
def test_a_workbook_that_somebody_edited_changes_what_they_edited(project: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine")
    path = export("xlsx", project, tmp_path / "out") / "annotator.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["statements"]
    columns = [cell.value for cell in sheet[1]]
    sheet.cell(2, columns.index("stance") + 1).value = "support"
    book.save(path)

    listed = run(project, "import", path)
    before = statements(project, tmp_path / "a")
    replaced = run(project, "import", path, "--replace")

    assert "support" in listed.stdout
    assert before[0]["stance"] == "oppose"
    assert replaced.exit_code == 0, replaced.output
    after = statements(project, tmp_path / "b")
    assert after[0]["stance"] == "support"
    assert [row["stance"] for row in after[1:]] == [row["stance"] for row in before[1:]]


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_project_comes_back_from_every_format(name: str, tmp_path: Path) -> None:
    for package in ("pyarrow", "xlsxwriter", "python_calamine"):
        pytest.importorskip(package)
    first, second = hostile.make(tmp_path / "first.db"), tmp_path / "second.db"
    with Store(first, read_only=True) as store:
        codebook = store.codebooks.current()
    Store.create(second, codebook, hostile.ARTICLES).close()
    out = export(name, first, tmp_path / "out")

    result = run(second, "import", *(out / file for file in FILES[name]))

    assert result.exit_code == 0, result.output
    before, after = statements(first, tmp_path / "a"), statements(second, tmp_path / "b")
    if name in ("prodigy", "doccano"):
        assert {row["coder"] for row in after} == {row["coder"] for row in before}
        return
    assert [row["statement_id"] for row in after] == [row["statement_id"] for row in before]
    for one, other in zip(before, after, strict=True):
        assert one["stance"] == other["stance"]
        assert one["strength"] == other["strength"]
        if name != "dna":  # which cuts long names
            assert one["speakers"] == other["speakers"]
