"""When labels are counted by a query engine, and what is said where that cannot be."""

import sys
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.errors import UsageError
from annotator.reports.corpus import source
from annotator.reports.corpus.engine import opened
from annotator.reports.label_files.delimited import BadFileError
from annotator.reports.label_files.label_file import Options

NOMINAL = Options("nominal")


def test_only_patterns_and_large_files_of_rows_take_the_engine_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("Unit;coder;label\n1;ann;x\n")
    matrix = tmp_path / "matrix.csv"
    matrix.write_text("unit,ann,bea\n1,x,y\n")

    assert source.is_corpus(f"{tmp_path}/*.csv", NOMINAL)
    assert not source.is_corpus(str(rows), NOMINAL)
    assert not source.is_corpus("-", NOMINAL)
    monkeypatch.setattr(source, "LARGE", 10)
    monkeypatch.setattr(source, "find_spec", lambda name: None)
    assert not source.is_corpus(str(rows), NOMINAL)
    monkeypatch.setattr(source, "find_spec", lambda name: name)
    assert source.is_corpus(str(rows), NOMINAL)
    assert not source.is_corpus(str(rows), Options("nominal", model="coder 1"))
    assert not source.is_corpus(str(matrix), NOMINAL)


@pytest.mark.parametrize(
    ("engine", "memory"),
    [("sqlite", None), ("postgresql", None), ("polars", "1GB"), ("duckdb", "lots"), ("duckdb://x", None)],
)
def test_engines_and_sizes_that_do_not_exist_are_refused(engine: str, memory: str | None) -> None:
    with pytest.raises(UsageError, match=r"engine|--memory"), opened("x.csv", engine, memory):
        pass


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--engine", "duckdb", "--wide"], "--wide needs the labels themselves"),
        (["--engine", "duckdb", "--model", "x"], "--model needs the labels themselves"),
        (["--memory", "1GB"], "--memory works with --engine duckdb"),
    ],
)
def test_the_command_says_in_a_sentence_what_does_not_work(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    sentence: str,
) -> None:
    monkeypatch.setitem(sys.modules, "ibis", None)
    monkeypatch.chdir(tmp_path)
    Path("labels.csv").write_text("unit,coder,label\n1,ann,x\n1,bea,x\n")

    assert run(["agreement", "--from", "labels.csv", "--level", "nominal", *more]) != 0

    assert sentence in capsys.readouterr().err


def test_a_folder_is_named_as_a_pattern(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match=r"file not found; a folder is read as '.*/\*\*/\*\.parquet'"):
        source.find_files(str(tmp_path))


def test_an_engine_without_its_package_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ibis", None)
    path = tmp_path / "labels.csv"
    path.write_text("unit,coder,label\n1,ann,x\n1,bea,x\n")

    assert run(["agreement", "--from", str(path), "--level", "nominal", "--engine", "spark"]) == 1

    assert "the engine spark needs ibis-framework[pyspark]: add --with" in capsys.readouterr().err


def test_without_its_packages_the_engine_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ibis", None)
    path = tmp_path / "labels.csv"
    path.write_text("unit,coder,label\n1,ann,x\n1,bea,x\n")

    assert run(["agreement", "--from", f"{tmp_path}/*.csv", "--level", "nominal"]) == 1

    error = capsys.readouterr().err
    assert error.startswith("Error: counting a corpus needs ibis and DuckDB; install it with")
    assert "uv sync --extra scale" in error
    assert len(error.splitlines()) == 1
