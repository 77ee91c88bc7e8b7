"""`annotator disagreements`: the forms of the list, its text as data, and what stays hidden."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.store import Store
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code

FIRST = "=SUM(A1) said *Ada* <b>loudly</b> | and left."


@pytest.fixture
def path(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two paragraphs that differ, one that does not; nobody who coded calls."""
    monkeypatch.setenv("ANNOTATOR_CODER", "lead")
    store = make_project(f"{FIRST}\n- Second paragraph.\nThird.", codebook=CODEBOOK)
    for coder, stance, note in (("@ada", "oppose", "+1"), ("ben", "support", None)):
        code(store, coder, 1, Said({"stance": stance, "kind": "fact"}, evidence=(0, 8), note=note))
        code(store, coder, 3, Said({"stance": "oppose"}))
    code(store, "@ada", 2, Said({"kind": "demand"}))
    code(store, "ben", 2, state="no claim")
    return store.path


def called(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> tuple[str, str]:
    assert run(["--project", str(path), "disagreements", *options]) == 0
    return capsys.readouterr()


def test_json_holds_every_unit_with_both_codings_and_the_text(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    rows = json.loads(called(capsys, path, "--json")[0])

    assert rows == json.loads(called(capsys, path, "--as", "json")[0])
    assert run(["--project", str(path), "disagreements", "--json", "--as", "csv"]) == 2
    assert [(row["unit"], row["paragraph"], row["cost"]) for row in rows] == [
        ("statement", 0, 1.0),
        ("statement", 1, 1.0),
    ]
    assert rows[0]["text"] == FIRST
    assert [one["coding"]["stance"] for one in rows[0]["codings"]] == ["oppose", "support"]
    assert rows[0]["codings"][0]["evidence"] == FIRST[:8]
    assert rows[1]["codings"][1]["coding"] is None
    assert rows[1]["differs"] == {"statement": 1.0}


def test_a_label_that_was_guessed_and_left_so_is_told(
    capsys: pytest.CaptureFixture[str], make_project: MakeProject
) -> None:
    store = make_project("One.", codebook=CODEBOOK, name="guesses.db")
    code(store, "ada", 1, Said({"stance": "oppose"}))
    code(store, "ben", 1, Said({"stance": ("support", "guess")}))

    out, _ = called(capsys, store.path)

    assert "stance: oppose (ada), support (ben, guessed)" in " ".join(out.split())


def test_csv_holds_no_formula(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    out, err = called(capsys, path, "--as", "csv")

    head, *rows = csv.reader(io.StringIO(out))
    of_coders = [f"{what}: {who}" for who in ("@ada", "ben") for what in ("coding", "evidence", "note")]
    assert head[7:] == [*of_coders, "rules", "text"]
    first = dict(zip(head, rows[0], strict=True))
    assert first["text"] == f"'{FIRST}"
    assert first["note: @ada"] == "'+1"
    assert first["coding: @ada"] == "speaker: Ása Brandt; stance: oppose; kind: fact"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert err == "2 units in 3 paragraphs compared.\n"


def test_markdown_holds_no_markup_of_the_text(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    out, _ = called(capsys, path, "--as", "markdown")

    assert "# 2 units on which coders differ, the costliest first" in out
    assert r"=SUM(A1) said \*Ada\* \<b\>loudly\</b\> \| and left." in out
    assert "| ≠ | stance | oppose | support |" in out
    assert "| ≠ | statement | has it | has no such statement |" in out
    assert "<b>" not in out


def test_a_terminal_gets_a_line_a_unit(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    out, _ = called(capsys, path, "--variable", "stance")

    assert "article-1, paragraph 1" in out
    assert "stance: oppose (@ada), support (ben)" in out
    assert "paragraph 2" not in out


def test_who_codes_sees_only_what_they_have_finished_unless_they_ask_for_all(
    capsys: pytest.CaptureFixture[str], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(path) as store:
        code(store, "cleo", 3, Said({"stance": "oppose"}))
    monkeypatch.setenv("ANNOTATOR_CODER", "cleo")

    out, err = called(capsys, path)

    assert out == "No unit differs.\n"
    assert "2 paragraphs that you have not finished are hidden (--unblind shows all)" in err
    assert len(json.loads(called(capsys, path, "--as", "json", "--unblind")[0])) == 2


def test_a_file_is_written_for_its_owner_alone(capsys: pytest.CaptureFixture[str], path: Path, tmp_path: Path) -> None:
    out, _ = called(capsys, path, "--as", "csv", "--out", str(tmp_path / "list.csv"))

    assert out == ""
    assert (tmp_path / "list.csv").stat().st_mode & 0o77 == 0
    assert run(["--project", str(path), "disagreements", "--out", "x"]) == 2
    assert run(["--project", str(path), "disagreements", "--coder", "ben"]) == 2
