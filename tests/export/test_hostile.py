from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from annotator.cli import group
from annotator.codebook.file import default_codebook
from annotator.export.foreign_names import plain_name, unix_text
from annotator.store import Store
from annotator.text.table_cells import unguarded

from . import hostile
from .test_jsonl import rows

csv.field_size_limit(1 << 24)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.make(tmp_path_factory.mktemp("hostile") / "hostile.db")


def export(name: str, project: Path, out: Path, *filters: str) -> Path:
    result = CliRunner().invoke(group, ["--project", str(project), "export", name, "--out", str(out), *filters])
    assert result.exit_code == 0, result.output
    return out


def statements(project: Path) -> dict[str, dict[str, Any]]:
    """What the project file itself says of every statement that stands."""
    with Store(project, read_only=True) as store:
        found = store.connection.all(
            "select s.statement_id, n.name, a.article_id, a.raw_text, p.position, p.start, p.end, s.evidence_start,"
            " s.evidence_end, s.id from statements s join coders n on n.id = s.coder join paragraphs p"
            " on p.id = s.paragraph join articles a on a.id = p.article where s.deleted = 0"
        )
        names = "select k.name from statement_speakers t join speakers k on k.id = t.speaker where t.statement = ?"
        values = "select variable, value from labels where statement = ?"
        return {
            row[0]: {
                "coder": row[1],
                "article_id": row[2],
                "text": row[3],
                "paragraph": row[4],
                "place": (row[5], row[6]) if row[7] is None else (row[7], row[8]),
                "evidence": None if row[7] is None else row[3][row[7] : row[8]],
                "speakers": [name for (name,) in store.connection.all(f"{names} order by t.position", (row[9],))],
                "labels": dict(store.connection.all(values, (row[9],))),
            }
            for row in found
        }


def test_the_project_holds_what_it_should(project: Path) -> None:
    made = statements(project)

    assert len(made) > 200
    assert {len(one["speakers"]) for one in made.values()} == {0, 1, 2}
    assert any(one["evidence"] is None for one in made.values())
    twins = Counter((one["coder"], one["article_id"], one["place"], str(one["labels"])) for one in made.values())
    assert max(twins.values()) >= 2


def test_export_import_export_gives_identical_bytes(project: Path, tmp_path: Path) -> None:
    first = export("jsonl", project, tmp_path / "first")
    Store.create(tmp_path / "other.db", default_codebook()).close()

    result = CliRunner().invoke(group, ["--project", str(tmp_path / "other.db"), "import", str(first)])

    assert result.exit_code == 0, result.output
    second = export("jsonl", tmp_path / "other.db", tmp_path / "second")
    left_alone = {"assignments.jsonl", "draws.jsonl"}
    for path in first.iterdir():
        if path.name not in {"manifest.json", *left_alone}:
            assert (second / path.name).read_bytes() == path.read_bytes(), path.name
    one, other = (json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (first, second))
    for name in left_alone:
        one["files"].pop(name, None)
    assert one == other


def test_jsonl_has_every_statement_once_where_it_stands(project: Path, tmp_path: Path) -> None:
    out = export("jsonl", project, tmp_path)

    made, read = statements(project), rows(out / "statements.jsonl")

    assert Counter(row["statement_id"] for row in read) == Counter(made.keys())
    for row in read:
        one = made[row["statement_id"]]
        assert row["evidence"] == one["evidence"]
        assert row["speakers"] == one["speakers"]
        assert row["coder"] == one["coder"]
    texts = {row["article_id"]: row["raw_text"] for row in rows(out / "articles.jsonl")}
    assert sorted(texts.values()) == sorted(a.raw_text for a in hostile.ARTICLES)
    for row in rows(out / "paragraphs.jsonl"):
        assert texts[row["article_id"]][row["start"] : row["end"]] == row["text"]


def test_csv_has_every_statement_once_and_exactly(project: Path, tmp_path: Path) -> None:
    out = export("csv", project, tmp_path / "csv")

    with (out / "statements.csv").open(newline="", encoding="utf-8") as file:
        read = list(csv.DictReader(file))

    made = statements(project)
    assert Counter(row["statement_id"] for row in read) == Counter(made.keys())
    for row in read:
        assert unguarded(row["evidence"]) == made[row["statement_id"]]["evidence"]
    with (out / "labels.csv").open(newline="", encoding="utf-8") as file:
        labels = Counter(row["unit"] for row in csv.DictReader(file))
    with Store(project, read_only=True) as store:
        (n,) = store.connection.one("select count(*) from paragraph_labels") or (0,)
    assert labels["statement"] == sum(len(one["labels"]) for one in made.values())
    assert labels["paragraph"] == n


@pytest.mark.parametrize("name", ["argilla", "webannotation", "hf"])
def test_formats_with_a_record_a_statement_have_every_one(name: str, project: Path, tmp_path: Path) -> None:
    out = export(name, project, tmp_path)

    if name == "argilla":
        read = [row["id"] for row in rows(out / "argilla.jsonl")]
    elif name == "hf":
        read = [row["statement_id"] for path in (out / "hf" / "data").iterdir() for row in rows(path)]
    else:
        items = json.loads((out / "annotations.jsonld").read_text(encoding="utf-8"))["items"]
        read = [item["statement"] for item in items]
        for item in items:
            quote, place = item["target"]["selector"]
            text = statements(project)[item["statement"]]["text"] if item is items[0] else None
            assert text is None or text[place["start"] : place["end"]] == quote["exact"]
    assert Counter(read) == Counter(statements(project).keys())


def test_label_studio_has_a_region_for_every_statement_at_its_words(project: Path, tmp_path: Path) -> None:
    tasks = json.loads((export("labelstudio", project, tmp_path) / "labelstudio.json").read_text(encoding="utf-8"))

    made, seen = statements(project), Counter[str]()
    for task in tasks:
        for result in (r for a in (*task["annotations"], *task["predictions"]) for r in a["result"]):
            if result["type"] == "labels":
                seen[result["id"]] += 1
                start, end = result["value"]["start"], result["value"]["end"]
                one = made[result["id"]]
                assert task["data"]["text"][start:end] == one["text"][slice(*one["place"])]
    assert seen == Counter(made.keys())


def test_refi_qda_has_a_selection_for_every_statement_at_its_words(project: Path, tmp_path: Path) -> None:
    space = "{urn:QDA-XML:project:1.0}"
    made, seen = statements(project), Counter[str]()

    with ZipFile(export("qdpx", project, tmp_path) / "project.qdpx") as archive:
        tree = ET.fromstring(archive.read("project.qde"))  # noqa: S314 (made just now)
        for source in tree.iter(f"{space}TextSource"):
            text = archive.read(f"sources/{source.get('guid')}.txt").decode()
            assert "\r" not in text
            for selection in source.iter(f"{space}PlainTextSelection"):
                said = json.loads(selection.findtext(f"{space}Description") or "")
                if "statement_id" in said:
                    one = made[said["statement_id"]]
                    seen[said["statement_id"]] += 1
                    start, end = int(selection.get("startPosition", "")), int(selection.get("endPosition", ""))
                    assert (start, end) == one["place"]
                    assert text[start:end] == unix_text(one["text"])[start:end]
    assert seen == Counter(made.keys())
    names = [source.get("name") for source in tree.iter(f"{space}TextSource")]
    assert len(set(names)) == len(names) == 4


def test_dna_has_every_statement_once_a_speaker_at_its_utf16_place(project: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(export("dna", project, tmp_path) / "project.dna")

    found = connection.execute(
        "select l.Value, s.Start, s.Stop, d.Text from STATEMENTS s join DOCUMENTS d on d.ID = s.DocumentId"
        " join DATALONGTEXT l on l.StatementId = s.ID join VARIABLES v on v.ID = l.VariableId"
        " where v.Variable = 'statement_id'"
    ).fetchall()
    connection.close()

    made = statements(project)
    assert Counter(row[0] for row in found) == {key: max(1, len(set(one["speakers"]))) for key, one in made.items()}
    for key, start, stop, text in found:
        words = text.encode("utf-16-le")[2 * start : 2 * stop].decode("utf-16-le")
        assert words == unix_text(made[key]["text"])[slice(*made[key]["place"])]


def test_brat_has_every_statement_once_in_its_coders_folder(project: Path, tmp_path: Path) -> None:
    out = export("brat", project, tmp_path) / "brat"

    made, seen = statements(project), Counter[tuple[str, str]]()
    for path in out.glob("*/*.ann"):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        assert len(list(path.parent.glob("*.ann"))) == 4
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line.startswith("T"):
                _, place, words = line.split("\t", 2)
                pieces = [tuple(map(int, piece.split())) for piece in place.split(" ", 1)[1].split(";")]
                assert " ".join(text[start:end] for start, end in pieces) == words
            if line.startswith("#"):
                said = json.loads(line.split("\t", 2)[2])
                if "statement_id" in said:
                    seen[path.parent.name, said["statement_id"]] += 1
    assert seen == Counter((plain_name(one["coder"]), key) for key, one in made.items())


def test_span_tools_have_a_span_for_every_label_or_say_how_many_not(project: Path, tmp_path: Path) -> None:
    prodigy, doccano = export("prodigy", project, tmp_path / "p"), export("doccano", project, tmp_path / "d")

    for variable in ("stance", "claim_type", "target"):
        expected = sum(variable in one["labels"] for one in statements(project).values())
        tasks = [row for path in prodigy.glob(f"prodigy/*/{variable}.jsonl") for row in rows(path)]
        assert sum(len(task["spans"]) for task in tasks) == expected, variable
    made = statements(project)
    n = sum(name in one["labels"] for one in made.values() for name in ("stance", "claim_type", "target"))
    n += sum(len(json.loads(one["labels"]["issues"])) for one in made.values() if "issues" in one["labels"])
    read = [row for path in doccano.glob("doccano/*/*.jsonl") for row in rows(path)]
    losses = json.loads((doccano / "doccano.manifest.json").read_text(encoding="utf-8"))["cannot_hold"]
    (left_out,) = [int(loss.rsplit(" ", 1)[1]) for loss in losses if "stand twice" in loss]
    assert sum(len(row["label"]) for row in read) + left_out == n


def test_edges_count_every_statement_with_speaker_and_target_and_say_how_many_have_none(
    project: Path, tmp_path: Path
) -> None:
    out = export("network", project, tmp_path)

    with (out / "network" / "edges.csv").open(newline="", encoding="utf-8") as file:
        n = sum(int(row["n"]) for row in csv.DictReader(file))

    made = statements(project).values()
    assert n == sum(len(one["speakers"]) for one in made if "target" in one["labels"])
    losses = json.loads((out / "network.manifest.json").read_text(encoding="utf-8"))["cannot_hold"]
    (left_out,) = [int(loss.rsplit(" ", 1)[1]) for loss in losses if "without a speaker" in loss]
    assert left_out == sum(not (one["speakers"] and "target" in one["labels"]) for one in made)


def test_matrices_say_whose_codings_and_which_variables_they_leave_out(project: Path, tmp_path: Path) -> None:
    losses = json.loads((export("matrix", project, tmp_path) / "matrix.manifest.json").read_text())["cannot_hold"]

    assert "models, suggestions and second codings unless --coder names them: ada (2), gpt, hints" in losses
    Store.create(tmp_path / "bare.db", hostile.CODEBOOK).close()
    out = export("matrix", tmp_path / "bare.db", tmp_path / "bare")
    manifest = json.loads((out / "matrix.manifest.json").read_text())
    assert manifest["matrices"] == {}
    assert any("statements-stance" in loss for loss in manifest["cannot_hold"])
    assert not (out / "matrix").exists()


FILTERS = {
    "coder": ("--coder", "Bo/../*?"),
    "suggestions": ("--coder", "hints"),
    "article": ("--article", hostile.ARTICLES[1].article_id),
    "articles of one name": ("--article", "same name"),
    "role": ("--role", "caption"),
    "body": ("--role", "body"),
    "version": ("--codebook-version", "2.0"),
    "older version": ("--codebook-version", "1.0"),
    "phase": ("--phase", "pilot"),
    "nothing": ("--coder", "ada", "--article", "nobody was here"),
}


def expected(project: Path, which: str) -> set[str]:
    made = statements(project)
    with Store(project, read_only=True) as store:
        corrected = {
            (name, article_id, position)
            for name, article_id, position in store.connection.all(
                "select n.name, a.article_id, p.position from reviews r join coders n on n.id = r.coder join paragraphs"
                " p on p.id = r.paragraph join articles a on a.id = p.article where r.role = 'caption'"
            )
        }
        later = {
            key
            for (key,) in store.connection.all(
                "select s.statement_id from statements s join labels l on l.statement = s.id join codebooks b"
                " on b.id = l.codebook where b.version = '2.0'"
            )
        }
    captions = {k for k, one in made.items() if (one["coder"], one["article_id"], one["paragraph"]) in corrected}
    everything = set(made)
    # A statement without any label stands under the version in force.
    later |= {key for key, one in made.items() if not one["labels"]}
    same = {a.article_id for a in hostile.ARTICLES if a.name == "same name"}
    return {
        "coder": {key for key, one in made.items() if one["coder"] == "Bo/../*?"},
        "suggestions": {key for key, one in made.items() if one["coder"] == "hints"},
        "article": {k for k, one in made.items() if one["article_id"] == hostile.ARTICLES[1].article_id},
        "articles of one name": {key for key, one in made.items() if one["article_id"] in same},
        "role": captions,
        "body": everything - captions,
        "version": later,
        "older version": everything - later,
        "phase": {
            key
            for key, one in made.items()
            if one["coder"] == "ada" and one["article_id"] == hostile.ARTICLES[0].article_id
        },
        "nothing": set[str](),
    }[which]


@pytest.mark.parametrize("which", FILTERS)
def test_a_filter_leaves_the_same_statements_in_every_format(which: str, project: Path, tmp_path: Path) -> None:
    wanted = expected(project, which)
    assert bool(wanted) == (which != "nothing")

    lines = export("jsonl", project, tmp_path / "jsonl", *FILTERS[which])
    table = export("csv", project, tmp_path / "csv", *FILTERS[which])
    export("qdpx", project, tmp_path / "qdpx", *FILTERS[which])

    assert {row["statement_id"] for row in rows(lines / "statements.jsonl")} == wanted
    with (table / "statements.csv").open(newline="", encoding="utf-8") as file:
        assert {row["statement_id"] for row in csv.DictReader(file)} == wanted
    with (table / "labels.csv").open(newline="", encoding="utf-8") as file:
        units = [row for row in csv.DictReader(file) if row["unit"] == "paragraph"]
    theirs = [row for row in rows(lines / "labels.jsonl") if row["paragraph"] is not None and not row["statement_id"]]
    assert [(r["coder"], int(r["paragraph"]), r["variable"]) for r in units] == [
        (r["coder"], r["paragraph"], r["variable"]) for r in theirs
    ]
    with ZipFile(tmp_path / "qdpx" / "project.qdpx") as archive:
        qde = archive.read("project.qde").decode()
    assert {key for key in statements(project) if key in qde} == wanted


def test_the_settled_layer_stands_in_every_format_under_any_filter(project: Path, tmp_path: Path) -> None:
    whole = export("jsonl", project, tmp_path / "whole", "--layer", "gold")
    body = export("csv", project, tmp_path / "body", "--layer", "gold", "--role", "body")

    (row,) = rows(whole / "statements.jsonl")
    assert (row["coder"], row["stance"], row["speakers"]) == ("gold", "against", [hostile.SPEAKERS[2]])
    states = {(r["paragraph"], r["state"]) for r in rows(whole / "paragraphs.jsonl") if r["coder"] == "gold"}
    assert states == {(0, "no claim"), (1, "coded")}
    with (body / "statements.csv").open(newline="", encoding="utf-8") as file:
        assert [r["statement_id"] for r in csv.DictReader(file)] == [row["statement_id"]]


@pytest.mark.parametrize("name", ["jsonl", "csv", "qdpx", "dna", "labelstudio", "brat", "network", "hf", "prodigy"])
def test_a_project_without_articles_can_be_exported(name: str, tmp_path: Path) -> None:
    Store.create(tmp_path / "bare.db", hostile.CODEBOOK).close()

    assert any(export(name, tmp_path / "bare.db", tmp_path / "out").rglob("*.json*"))
