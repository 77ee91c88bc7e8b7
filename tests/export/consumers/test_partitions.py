"""The labels of an export to Parquet give `agreement --from` the figures that the project itself has."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import run
from annotator.codebook.model import Category, Codebook, Variable
from annotator.store import Store
from tests.conftest import article
from tests.export.test_formats import export

CODERS = ("ada", "Ben [2]", "cy/co")
SETS = ((), ("a",), ("a", "b"), ("b",))
CODEBOOK = Codebook(
    name="both ends",
    variables=(
        Variable(
            name="stance",
            scope="paragraph",
            level="ordinal",
            key="s",
            categories=tuple(Category(name=name) for name in ("oppose", "neutral", "support", "mixed")),
        ),
        Variable(
            name="frame",
            scope="paragraph",
            key="f",
            categories=tuple(Category(name=name) for name in ("war and peace", "trade", "never used")),
        ),
        Variable(name="weight", scope="paragraph", level="interval", key="i"),
        Variable(
            name="themes",
            scope="paragraph",
            level="set",
            key="t",
            categories=tuple(Category(name=name) for name in "ab"),
        ),
        Variable(name="tone", scope="article", key="o", categories=(Category(name="up"), Category(name="down"))),
        Variable(name="kind", key="d", categories=(Category(name="fact"), Category(name="demand"))),
    ),
)


@pytest.fixture
def coded(tmp_path: Path) -> Path:
    """A project of six articles in which three coders mostly agree, and one leaves something out."""
    path = tmp_path / "project.db"
    texts = [f"One of {i} speaks.\nTwo of {i} deny it.\nThree of {i} look on." for i in range(6)]
    with Store.create(path, CODEBOOK, [article(text, f"a{i}") for i, text in enumerate(texts)]) as store:
        store.connection.before_first_write = None
        for n, coder in enumerate(CODERS):
            coding = store.coding(coder)
            for paragraph in range(1, 19 - n * 2):
                slip = (paragraph * (n + 1)) % 5 == 0
                with coding.step("code", paragraph) as step:
                    step.label_paragraph("stance", CODEBOOK.variables[0].names[(paragraph + slip) % 4])
                    step.label_paragraph("frame", ("war and peace", "trade")[(paragraph + slip) % 2])
                    step.label_paragraph("weight", paragraph % 4 + slip / 2)
                    step.label_paragraph("themes", list(SETS[(paragraph + slip) % 4]))
                    step.label_article("tone", ("up", "down")[(paragraph // 3 + (n == 2)) % 2])
                    start = store.articles.paragraphs((paragraph - 1) // 3 + 1)[(paragraph - 1) % 3].start
                    step.label(step.add_statement((start, start + 3)), "kind", ("fact", "demand")[slip])
                    step.review(state="coded")
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run(list(arguments)) == 0, capsys.readouterr().err
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def measures(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every measure of a project's report, as the export names it."""
    found: dict[str, dict[str, Any]] = {}
    for part, rows in (("paragraph", "paragraph"), ("article", "article"), ("statement", "attributes")):
        found |= {f"{part}s-{one['variable']}": one for one in report[rows]}
    return found


def assert_same(there: dict[str, Any], here: dict[str, Any]) -> None:
    """All seven coefficients have the same value, or none."""
    assert len(here) == 7
    for coefficient, expected in here.items():
        found = there[coefficient]["value"]
        assert (found is None) == (expected["value"] is None), coefficient
        if found is not None:
            assert found == pytest.approx(expected["value"], abs=1e-12), coefficient


@pytest.mark.slow
def test_the_files_of_a_project_give_the_figures_of_the_project(
    coded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("pyarrow", "ibis", "duckdb"):
        pytest.importorskip(package)
    out = export("parquet", coded, tmp_path / "out")
    described = json.loads((out / "parquet.manifest.json").read_text())["labels"]
    in_project = measures(said(capsys, "--project", str(coded), "agreement", "--json", "--samples", "20"))
    wanted = {f"paragraphs-{name}" for name in ("stance", "frame", "weight", "themes")}
    wanted |= {"articles-tone", "statements-kind"}
    assert wanted <= set(described)
    monkeypatch.chdir(out)

    for name in sorted(wanted):
        folder = out / described[name]["folder"]
        assert len(list(folder.glob("*.parquet"))) == 3
        program, *arguments = shlex.split(described[name]["command"])
        assert program == "annotator"
        from_files = said(capsys, *arguments, "--json", "--samples", "20")

        assert_same(from_files["coefficients"], in_project[name]["coefficients"])
        assert from_files["n_units"] == described[name]["n_units"]
        alpha = described[name]["krippendorff_alpha"]
        assert from_files["coefficients"]["krippendorff_alpha"]["value"] == pytest.approx(alpha, abs=1e-12)


def test_figures_and_intervals_by_article_are_those_of_the_project(
    coded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("pyarrow", "ibis", "duckdb"):
        pytest.importorskip(package)
    out = export("parquet", coded, tmp_path / "out")
    monkeypatch.chdir(out)
    asked = ["--from", "labels/paragraphs-frame/*.parquet", "--level", "nominal", "--cluster", "article"]
    asked += ["--categories", "war and peace,trade,never used"]

    there = said(capsys, "agreement", *asked, "--json")["coefficients"]
    here = measures(said(capsys, "--project", str(coded), "agreement", "--json"))["paragraphs-frame"]["coefficients"]

    assert_same(there, here)
    assert there["krippendorff_alpha"]["ci"] == pytest.approx(here["krippendorff_alpha"]["ci"], abs=1e-12)


def test_gold_and_single_coders_have_no_files_by_coder(coded: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    for n, options in enumerate((("--layer", "gold"), ("--coder", "ada"))):
        out = tmp_path / str(n)
        assert run(["--project", str(coded), "export", "parquet", "--out", str(out), *options]) == 0
        manifest = json.loads((out / "parquet.manifest.json").read_text())

        assert manifest["labels"] == {}
        assert any("labels" in loss and "coder" in loss for loss in manifest["cannot_hold"])
        assert not (out / "labels").exists()
