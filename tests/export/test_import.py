from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from annotator.cli import group
from annotator.codebook.diff import Decision
from annotator.codebook.file import default_codebook
from annotator.errors import AnnotatorError
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph, GoldStatement, gold_of
from annotator.store.changes.codebook_changes import CodebookChanges

from .conftest import CODEBOOK, OTHER, TEXT, WITH_UNITS, article
from .test_jsonl import export, rows


def run(project: Path, *arguments: str | Path) -> Result:
    """Call `annotator import` on a project; what is refused is raised."""
    result = CliRunner().invoke(group, ["--project", str(project), "import", *map(str, arguments)])
    if isinstance(result.exception, AnnotatorError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def fresh(path: Path) -> Path:
    """An empty project with the default codebook."""
    Store.create(path, default_codebook()).close()
    return path


def with_articles(path: Path) -> Path:
    """A project with the articles and nobody's work on them."""
    Store.create(path, WITH_UNITS, [article("harbour", TEXT), article("port", OTHER)]).close()
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def write(path: Path, *given: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in given), encoding="utf-8")
    return path


def dump(project: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is in a project file."""
    with Store(project, read_only=True) as store:
        tables = store.connection.all("select name from sqlite_master where type = 'table' order by name")
        return {name: store.connection.all(f"select * from {name}") for (name,) in tables}


HARBOUR = article("harbour", TEXT).article_id
ROW = {"article_id": HARBOUR, "paragraph": 1, "coder": "gpt", "stance": "oppose", "speakers": ["Ása Brandt"]}


@pytest.mark.parametrize("which", ["project", "project_with_units"])
def test_export_import_export_gives_identical_bytes(which: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    project: Path = request.getfixturevalue(which)
    first = export(project, tmp_path / "first")

    run(fresh(tmp_path / "other.db"), first)

    assert files(export(tmp_path / "other.db", tmp_path / "second")) == files(first)


def test_a_merged_registry_an_old_codebook_and_gold_come_back_too(project: Path, tmp_path: Path) -> None:
    with Store(project) as store:
        coding = store.coding("ada")
        newer = CODEBOOK.model_copy(update={"version": "2.2", "variables": CODEBOOK.variables[:-1]})
        brandt, union = store.registry.find("Ása Brandt"), store.registry.find("Harbour Union")
        assert brandt is not None
        assert union is not None
        entry = store.registry.get(union)
        assert entry is not None
        with store.history.step(1, "newer codebook") as step:
            step.put("codebook", [], store.codebooks.add(newer))
            store.registry.put(step, entry.model_copy(update={"merged_into": brandt, "aliases": ("the Union",)}))
        with coding.step("later", 5) as late:
            late.label(late.add_statement(None), "stance", "support")
        judge = Adjudication(store, "cleo")
        opposed = GoldStatement((40, 50), ("Harbour Union",), {"stance": "oppose"}, ("x", "y"))
        judge.adjudicate(2, GoldParagraph("coded", (opposed, opposed._replace(evidence=None)), reason="why"))
        judge.adjudicate(3, GoldParagraph("no claim"))
    first = export(project, tmp_path / "first")

    run(fresh(tmp_path / "other.db"), first)

    assert files(export(tmp_path / "other.db", tmp_path / "second")) == files(first)
    assert {r["codebook_version"] for r in rows(first / "statements.jsonl")} == {"2.1", "2.2"}
    assert {r["variable"] for r in rows(first / "labels.jsonl")} == {"frame"}
    gold = rows(first / "gold.jsonl")
    assert [(row["paragraph"], row["state"], row["gold_id"] is None) for row in gold] == [
        (1, "coded", True),
        (1, "coded", False),
        (1, "coded", False),
        (2, "no claim", True),
    ]
    with Store(tmp_path / "other.db") as store:
        assert [gold_of(store, n) is not None for n in (1, 2, 3)] == [False, True, True]
        assert store.history.undo(store.coding("cleo").coder.id) is not None
        assert gold_of(store, 2) is None


def test_importing_an_export_into_its_own_project_changes_nothing(project: Path, tmp_path: Path) -> None:
    out = export(project, tmp_path / "out")
    before = dump(project)

    run(project, out)

    assert dump(project) == before


def test_the_files_of_an_export_come_in_one_by_one_as_well(project: Path, tmp_path: Path) -> None:
    first = export(project, tmp_path / "first")
    other = with_articles(tmp_path / "other.db")

    run(other, first / "statements.jsonl")
    run(other, first / "paragraphs.jsonl")

    keys = ("statement_id", "speakers", "stance", "issues", "strength", "frame", "evidence", "note", "created_at")
    second = export(other, tmp_path / "second")
    assert [[r[k] for k in keys] for r in rows(second / "statements.jsonl")] == [
        [r[k] for k in keys] for r in rows(first / "statements.jsonl")
    ]
    assert {r["state"] for r in rows(second / "paragraphs.jsonl") if r["coder"] == "ada"} == {
        "no claim",
        "coded",
        "furniture",
    }


def test_a_row_changed_without_a_new_time_is_listed_and_comes_in_with_replace(project: Path, tmp_path: Path) -> None:
    out = export(project, tmp_path / "out")
    row = next(r for r in rows(out / "statements.jsonl") if r["coder"] == "ada" and r["stance"] == "oppose")
    changed_row = write(tmp_path / "changed.jsonl", {**row, "stance": "support", "frame": None})

    listed = run(project, changed_row)
    assert '"stance"' in listed.stdout
    assert rows(export(project, tmp_path / "same") / "statements.jsonl") == rows(out / "statements.jsonl")
    assert '"stance"' in run(project, changed_row, "--replace").stdout

    with Store(project) as store:
        changed = next(s for s in store.coding("ada").statements(2) if s.statement_id == row["statement_id"])
        assert changed.labels["stance"].value == "support"
        assert changed.labels["stance"].origin == "import"
        assert changed.labels["target"].origin == "sticky"
        assert "frame" not in changed.labels
        store.coding("ada").undo()
    assert rows(export(project, tmp_path / "again") / "statements.jsonl")[0]["stance"] == "oppose"


def test_a_row_made_elsewhere_needs_only_article_paragraph_coder_and_labels(tmp_path: Path) -> None:
    project = with_articles(tmp_path / "p.db")

    run(project, write(tmp_path / "model.jsonl", {k: ROW[k] for k in ("article_id", "paragraph", "coder", "stance")}))

    out = export(project, tmp_path / "out")
    (row,) = rows(out / "statements.jsonl")
    assert (row["coder"], row["stance"], row["speakers"], row["evidence"]) == ("gpt", "oppose", [], None)
    assert [(r["coder"], r["state"]) for r in rows(out / "paragraphs.jsonl")][1] == ("gpt", "coded")
    with Store(project) as store:
        assert store.status()["coders"][0]["done"] == 1


def test_importing_rows_made_elsewhere_again_changes_nothing(tmp_path: Path) -> None:
    project = with_articles(tmp_path / "p.db")
    path = write(tmp_path / "model.jsonl", ROW, ROW, {**ROW, "stance": "support", "paragraph": 2})

    run(project, path)
    before = dump(project)
    run(project, path)

    assert dump(project) == before
    assert len(rows(export(project, tmp_path / "out") / "statements.jsonl")) == 3


def test_a_blank_row_made_elsewhere_is_a_paragraph_without_a_claim(tmp_path: Path) -> None:
    project = with_articles(tmp_path / "p.db")

    run(project, write(tmp_path / "model.jsonl", {**ROW, "stance": None, "speakers": []}, {**ROW, "paragraph": 0}))

    out = export(project, tmp_path / "out")
    assert [r["state"] for r in rows(out / "paragraphs.jsonl")][:2] == ["coded", "no claim"]
    assert len(rows(out / "statements.jsonl")) == 1


def test_models_and_pre_annotations_are_coders_of_their_own_kind(tmp_path: Path) -> None:
    project = with_articles(tmp_path / "p.db")
    path = write(tmp_path / "model.jsonl", ROW)

    run(project, path, "--as", "model")
    run(project, path, "--as", "pre-annotation", "--coder", "suggestions")

    out = export(project, tmp_path / "out")
    assert rows(out / "coders.jsonl") == [
        {"coder": "gpt", "kind": "model", "recheck_of": None},
        {"coder": "suggestions", "kind": "pre-annotation", "recheck_of": None},
    ]
    assert {r["coder"] for r in rows(out / "paragraphs.jsonl")} == {"gpt", None}


def test_labels_of_paragraphs_and_articles_come_in_by_their_variables(tmp_path: Path) -> None:
    project = with_articles(tmp_path / "p.db")
    row = {"article": "harbour", "paragraph": 0, "coder": "gpt", "tone": "calm", "topics": ["ports"]}

    run(project, write(tmp_path / "model.jsonl", row))

    out = export(project, tmp_path / "out")
    assert rows(out / "paragraphs.jsonl")[0]["tone"] == "calm"
    assert rows(out / "articles.jsonl")[0]["labels"] == {"gpt": {"topics": ["ports"]}}
    assert rows(out / "statements.jsonl") == []


def test_evidence_given_as_words_is_found_in_its_paragraph(tmp_path: Path) -> None:
    project = with_articles(tmp_path / "p.db")

    run(project, write(tmp_path / "model.jsonl", {**ROW, "evidence": "She had warned of it"}))

    (row,) = rows(export(project, tmp_path / "out") / "statements.jsonl")
    assert TEXT[row["evidence_start"] : row["evidence_end"]] == "She had warned of it"


def test_a_mapping_renames_columns_and_values_of_any_table(tmp_path: Path) -> None:
    project = with_articles(tmp_path / "p.db")
    table = tmp_path / "theirs.csv"
    table.write_text("doc;par;position;who\nharbour;2;con;Ása Brandt\nharbour;3;none;\n", encoding="utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "columns: {article: doc, paragraph: par, stance: position, speakers: who}\n"
        "values: {stance: {con: oppose, none: null}}\n"
        "constants: {coder: theirs}\n"
        "first_paragraph: 1\n"
    )

    run(project, table, "--mapping", mapping)

    (row,) = rows(export(project, tmp_path / "out") / "statements.jsonl")
    assert (row["paragraph"], row["stance"], row["speakers"], row["coder"]) == (1, "oppose", ["Ása Brandt"], "theirs")


def test_what_taggers_write_becomes_a_statement_a_span(tmp_path: Path) -> None:
    project = with_articles(tmp_path / "p.db")
    quotation = TEXT.split("\n")[2]
    at = quotation.index("She")
    spacy = {"text": quotation, "meta": {"article_id": HARBOUR, "paragraph": 1}}
    write(
        tmp_path / "tagged.jsonl",
        {**spacy, "spans": [{"start": at, "end": at + 3, "label": "con"}, {"start": 0, "end": 3, "label": "support"}]},
        {**spacy, "spans": [], "meta": {"article_id": HARBOUR, "paragraph": 2}},
        {**spacy, "spans": [[0, 4, "support"]], "meta": {"article_id": HARBOUR, "paragraph": 0}},
    )
    (tmp_path / "mapping.yaml").write_text(
        "columns: {article_id: meta.article_id, paragraph: meta.paragraph}\n"
        "values: {stance: {con: oppose}}\n"
        "spans: {column: spans, variable: stance}\n"
        "constants: {coder: tagger}\n"
    )

    run(project, tmp_path / "tagged.jsonl", "--mapping", tmp_path / "mapping.yaml", "--as", "model")

    out = export(project, tmp_path / "out")
    found = [(r["paragraph"], r["stance"], r["evidence"]) for r in rows(out / "statements.jsonl")]
    assert sorted(found) == [(0, "support", "Harb"), (1, "oppose", "She"), (1, "support", "“We")]
    assert [r["state"] for r in rows(out / "paragraphs.jsonl")][:3] == ["coded", "coded", "no claim"]
    before = dump(project)
    run(project, tmp_path / "tagged.jsonl", "--mapping", tmp_path / "mapping.yaml", "--as", "model")
    assert dump(project) == before


@pytest.mark.parametrize("spans", ["none", None, [[0, 1]], [{"start": 0, "end": 1}], [3], [[0, 9999, "support"]]])
def test_a_broken_span_is_named_with_its_line(tmp_path: Path, spans: object) -> None:
    project = with_articles(tmp_path / "p.db")
    write(tmp_path / "tagged.jsonl", {"a": HARBOUR, "p": 1, "spans": spans})
    (tmp_path / "m.yaml").write_text(
        "columns: {article_id: a, paragraph: p}\nspans: {column: spans, variable: stance}\nconstants: {coder: t}\n"
    )

    with pytest.raises(AnnotatorError, match=r"tagged\.jsonl:1: "):
        run(project, tmp_path / "tagged.jsonl", "--mapping", tmp_path / "m.yaml")


def test_the_index_that_a_data_frame_writes_is_left_out(tmp_path: Path) -> None:
    project = with_articles(tmp_path / "p.db")
    (tmp_path / "frame.csv").write_text(f",doc,par,stance\n0,{HARBOUR},1,oppose\n")
    (tmp_path / "m.yaml").write_text(
        "columns: {article_id: doc, paragraph: par, stance: stance}\nconstants: {coder: gpt}\n"
    )

    with pytest.raises(AnnotatorError, match=r"frame\.csv:2: paragraph: field required"):
        run(project, tmp_path / "frame.csv")
    run(project, tmp_path / "frame.csv", "--mapping", tmp_path / "m.yaml")

    assert len(rows(export(project, tmp_path / "out") / "statements.jsonl")) == 1


BAD = {
    "no JSON": "{broken",
    "not a row": "[1]",
    "an unknown article": json.dumps({**ROW, "article_id": "0" * 16}),
    "an unknown paragraph": json.dumps({**ROW, "paragraph": 99}),
    "a negative paragraph": json.dumps({**ROW, "paragraph": -1}),
    "a paragraph that is no number": json.dumps({**ROW, "paragraph": "two"}),
    "an unknown variable": json.dumps({**ROW, "colour": "red"}),
    "an unknown category": json.dumps({**ROW, "stance": "against"}),
    "a category that is a list": json.dumps({**ROW, "stance": ["oppose"]}),
    "a number that is none": json.dumps({**ROW, "strength": "much"}),
    "NaN": json.dumps({**ROW, "strength": float("nan")}),
    "a huge number": json.dumps({**ROW, "strength": 1 << 70}),
    "a key that stands twice": '{"paragraph": 1, "paragraph": 2}',
    "half a surrogate": json.dumps({**ROW, "note": "\ud800"}),
    "deep nesting": "[" * 100_000,
    "evidence beyond the text": json.dumps({**ROW, "evidence_start": 5, "evidence_end": 9999}),
    "evidence in another paragraph": json.dumps({**ROW, "evidence_start": 0, "evidence_end": 5}),
    "half the evidence": json.dumps({**ROW, "evidence_start": 40}),
    "other words than stand there": json.dumps(
        {**ROW, "evidence_start": 32, "evidence_end": 40, "evidence": "something"}
    ),
    "evidence that is not there": json.dumps({**ROW, "evidence": "nobody wrote this"}),
    "no coder": json.dumps({k: v for k, v in ROW.items() if k != "coder"}),
    "a hostile coder": json.dumps({**ROW, "coder": "\x1b[2J"}),
    "a blank speaker": json.dumps({**ROW, "speakers": [" "]}),
    "no label at all": json.dumps({"article_id": HARBOUR, "paragraph": 1, "coder": "gpt"}),
    "a time without a zone": json.dumps({**ROW, "created_at": "2031-01-01T00:00:00"}),
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD.keys())
def test_a_broken_row_is_named_with_its_line_and_nothing_changes(tmp_path: Path, line: str) -> None:
    project = with_articles(tmp_path / "p.db")
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + line + "\n", encoding="utf-8")
    before = dump(project)

    with pytest.raises(AnnotatorError, match=r"rows\.jsonl:2: ") as refusal:
        run(project, path)

    assert "\n" not in str(refusal.value)
    assert "\x1b" not in str(refusal.value)
    assert dump(project) == before


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"article_id,paragraph,coder,stance\nx,1\n", 2),
        (b"article_id,article_id\nx,1\n", 1),
        (b'article_id,paragraph\n"x,1\n', 2),
        (b"article_id,paragraph\nx\x00,1\n", 2),
    ],
)
def test_a_broken_table_is_named_with_its_line(tmp_path: Path, data: bytes, line: int) -> None:
    project = with_articles(tmp_path / "p.db")
    (tmp_path / "t.csv").write_bytes(data)

    with pytest.raises(AnnotatorError, match=rf"t\.csv:{line}: "):
        run(project, tmp_path / "t.csv")


def test_another_coders_statement_is_not_overwritten(project: Path, tmp_path: Path) -> None:
    row = rows(export(project, tmp_path / "out") / "statements.jsonl")[0]

    with pytest.raises(AnnotatorError, match="is ada's in this project"):
        run(project, write(tmp_path / "stolen.jsonl", {**row, "coder": "eve"}))


def test_a_folder_without_an_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnnotatorError, match="contains no JSONL export"):
        run(fresh(tmp_path / "p.db"), tmp_path)


def test_an_export_by_a_newer_version_is_refused(project: Path, tmp_path: Path) -> None:
    out = export(project, tmp_path / "out")
    (out / "manifest.json").write_text('{"schema_version": 99}')

    with pytest.raises(AnnotatorError, match="another version"):
        run(fresh(tmp_path / "p.db"), out)


def test_labels_of_a_renamed_category_come_back_as_they_were_made(project: Path, tmp_path: Path) -> None:
    with Store(project) as store:
        renamed = CODEBOOK.model_dump(mode="json")
        renamed["version"] = "3.0"
        renamed["variables"][1]["categories"][0]["name"] = "against"
        new = type(CODEBOOK).model_validate(renamed)
        decision = Decision("rename", "stance", ("oppose",), ("against",))
        CodebookChanges(store).apply(CodebookChanges(store).preview(new, [decision]), store.program())
    first = export(project, tmp_path / "first")

    run(fresh(tmp_path / "other.db"), first)

    assert files(export(tmp_path / "other.db", tmp_path / "second")) == files(first)
    statement = next(r for r in rows(first / "statements.jsonl") if r["stance"] == "against")
    origin = next(r for r in rows(first / "origins.jsonl") if r["statement_id"] == statement["statement_id"])
    assert origin["made"] == {"stance": "oppose"}
    assert statement["codebook_version"] == "2.1"
