"""The archive, opened by readers of RO-Crate and Croissant, and read back."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from annotator.cli import group
from annotator.codebook.file import default_codebook, load_codebook
from annotator.store import Store

from .. import hostile  # noqa: TID252 (tests are no installed package)
from ..test_hostile import export, statements  # noqa: TID252 (tests are no installed package)
from ..test_jsonl import rows  # noqa: TID252 (tests are no installed package)
from .conftest import consumer

pytestmark = pytest.mark.filterwarnings("ignore")  # the warnings of other packages are not ours


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.make(tmp_path_factory.mktemp("hostile") / "hostile.db")


@pytest.fixture(scope="module")
def archive(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export("archive", project, tmp_path_factory.mktemp("out"), "--licence", "CC-BY-4.0") / "archive"


def test_rocrate_reads_every_file_with_its_hash_and_the_licence(archive: Path) -> None:
    rocrate = consumer("rocrate.rocrate")

    crate = rocrate.ROCrate(str(archive))

    named = {entity.id for entity in crate.data_entities}
    there = {path.relative_to(archive).as_posix() for path in archive.rglob("*") if path.is_file()}
    assert named == there - {"ro-crate-metadata.json", ".made-by-annotator"}
    for entity in crate.data_entities:
        data = (archive / entity.id).read_bytes()
        assert (entity["sha256"], entity["contentSize"]) == (hashlib.sha256(data).hexdigest(), str(len(data)))
    assert crate.root_dataset["license"]["name"] == "CC-BY-4.0"
    assert crate.root_dataset["datePublished"]
    document = json.loads((archive / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert document["@graph"][0]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}


@pytest.mark.slow
def test_mlcroissant_accepts_the_metadata_and_reads_every_row(archive: Path, project: Path) -> None:
    mlc = consumer("mlcroissant")

    data = mlc.Dataset(str(archive / "croissant.json"))

    assert not data.metadata.ctx.issues.errors
    assert not data.metadata.ctx.issues.warnings
    read = list(data.records("statements"))
    assert {row["statements/statement_id"].decode() for row in read} == set(statements(project))
    assert len(list(data.records("paragraphs"))) == len(rows(archive / "data" / "jsonl" / "paragraphs.jsonl"))


@pytest.mark.slow
def test_an_archive_holds_data_codebook_history_draws_methods_and_licence(archive: Path, tmp_path: Path) -> None:
    assert load_codebook(archive / "codebook" / "codebook.yaml").version == "2.0"
    history = rows(archive / "history.jsonl")
    assert {line["entity"] for line in history} >= {"label", "statement", "review", "codebook"}
    readme = (archive / "README.md").read_text(encoding="utf-8")
    assert "`data/statements.csv`" in readme
    assert "Krippendorff" in (archive / "methods.txt").read_text(encoding="utf-8")
    assert "CC-BY-4.0" in (archive / "LICENCE.txt").read_text(encoding="utf-8")
    Store.create(tmp_path / "new.db", default_codebook()).close()
    result = CliRunner().invoke(
        group, ["--project", str(tmp_path / "new.db"), "import", str(archive / "data" / "jsonl")]
    )
    assert result.exit_code == 0, result.output
    again = export("jsonl", tmp_path / "new.db", tmp_path / "again")
    for path in (archive / "data" / "jsonl").glob("*.jsonl"):
        if path.name in ("assignments.jsonl", "draws.jsonl"):
            continue  # `annotator merge` brings these
        assert (again / path.name).read_bytes() == path.read_bytes()


def test_an_archive_without_texts_holds_no_words_of_an_article(project: Path, tmp_path: Path) -> None:
    out = export("archive", project, tmp_path, "--without-texts", "--zip")

    with ZipFile(out / "archive.zip") as packed:
        names = packed.namelist()
        texts = {name: packed.read(name).decode() for name in names}
    assert "archive/data/jsonl/articles.jsonl" not in names
    assert not (out / "archive").exists()
    for name, text in texts.items():
        for words in ("We sign", "לא נחתום", "Nothing is said here", "Tabbed"):
            assert words not in text, name
    assert json.loads(texts["archive/ro-crate-metadata.json"])["@graph"][1]["license"] == {"@id": "LICENCE.txt"}
    assert "No licence was chosen" in texts["archive/LICENCE.txt"]


@pytest.mark.slow
def test_the_readme_tells_how_work_was_drawn_with_its_seed(tmp_path: Path) -> None:
    project = tmp_path / "drawn.db"
    Store.create(project, default_codebook(), hostile.ARTICLES).close()
    arguments = ["assign", "draw", "--coder", "ada", "--coder", "bo", "--overlap", "50%", "--seed", "7", "--yes"]
    assert CliRunner().invoke(group, ["--project", str(project), *arguments]).exit_code == 0

    out = export("archive", project, tmp_path / "out") / "archive"

    readme = (out / "README.md").read_text(encoding="utf-8")
    assert "4 of 4 articles, 2 of them (50%) for every coder, seed 7" in readme
    with (out / "data" / "assignments.csv").open(encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    assert {row["coder"] for row in given} == {"ada", "bo"}
    assert {row["probability"] for row in given} == {"1.0"}
    assert "agreement was not computed" in (out / "methods.txt").read_text(encoding="utf-8")


def test_an_archive_of_a_part_has_no_history_of_the_rest(project: Path, tmp_path: Path) -> None:
    out = export("archive", project, tmp_path, "--article", hostile.ARTICLES[1].article_id)

    assert not (out / "archive" / "history.jsonl").exists()
    assert {row["article_id"] for row in rows(out / "archive" / "data" / "jsonl" / "articles.jsonl")} == {
        hostile.ARTICLES[1].article_id
    }
