from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from annotator.cli import group
from annotator.errors import UsageError
from annotator.export import write
from annotator.export.folder import Folder
from annotator.export.formats.jsonl import FILES
from annotator.records import Selection
from annotator.store import Store
from annotator.store.read import paragraph_records

from .conftest import CODEBOOK, article

STATEMENT_KEYS = (
    "statement_id article_id article paragraph paragraph_start paragraph_end role coder speakers stance claim_type"
    " target issues strength frame evidence evidence_start evidence_end note flag codebook codebook_version"
    " created_at updated_at"
).split()
PARAGRAPH_KEYS = "article_id article paragraph start end text role coder state flag note seconds".split()


def export(project: Path, out: Path, selection: Selection | None = None) -> Path:
    with Store(project, read_only=True) as store, store.records(selection) as source, Folder(out) as folder:
        write("jsonl", source, folder)
    return out


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_statements_have_the_keys_of_the_contract_in_its_order(project: Path, tmp_path: Path) -> None:
    out = export(project, tmp_path / "out")

    statements = rows(out / "statements.jsonl")

    assert len(statements) == 6
    assert all(list(row) == STATEMENT_KEYS for row in statements)


def test_a_statement_holds_exactly_what_was_coded(project: Path, tmp_path: Path) -> None:
    out = export(project, tmp_path / "out")

    row = next(r for r in rows(out / "statements.jsonl") if r["coder"] == "ada" and r["stance"] == "oppose")

    assert row["speakers"] == ["Ása Brandt"]
    assert row["issues"] == ["jobs", "sea|fish"]
    assert row["strength"] == 0.1 + 0.2
    assert row["frame"] == '=HYPERLINK("x")'
    assert row["note"] == "-1 said\nin two lines"
    assert row["flag"] is True
    assert (row["codebook"], row["codebook_version"]) == ("harbour", "2.1")
    text = rows(out / "articles.jsonl")[0]["raw_text"]
    assert text[row["evidence_start"] : row["evidence_end"]] == row["evidence"] == "“We will not sign,”"
    assert text[row["paragraph_start"] : row["paragraph_end"]].startswith("“We will")


def test_a_text_that_looks_like_a_list_stays_a_text(project: Path, tmp_path: Path) -> None:
    out = export(project, tmp_path / "out")

    assert [r["frame"] for r in rows(out / "statements.jsonl") if r["evidence"] is None] == ["[sic]", "[sic]"]


def test_paragraphs_have_a_row_for_each_coder_and_one_where_nobody_was(project: Path, tmp_path: Path) -> None:
    out = export(project, tmp_path / "out")

    paragraphs = rows(out / "paragraphs.jsonl")

    assert all(list(row) == PARAGRAPH_KEYS for row in paragraphs)
    seen = [(r["article"], r["paragraph"], r["coder"], r["state"], r["role"]) for r in paragraphs]
    assert seen == [
        ("harbour", 0, "ada", "no claim", "body"),
        ("harbour", 0, "ben", "no claim", "body"),
        ("harbour", 1, "ada", "coded", "body"),
        ("harbour", 1, "ben", "coded", "body"),
        ("harbour", 2, "ada", "coded", "body"),
        ("harbour", 2, "ben", "coded", "body"),
        ("harbour", 3, "ada", "furniture", "caption"),
        ("harbour", 3, "ben", "furniture", "caption"),
        ("port", 0, None, "unseen", "body"),
        ("port", 1, None, "unseen", "body"),
    ]
    assert paragraphs[4]["flag"] is True
    assert paragraphs[4]["note"] == "who wrote it?"
    assert paragraphs[2]["seconds"] == 12.3456789


def test_paragraph_and_article_variables_have_keys_only_where_the_codebook_has_them(
    project_with_units: Path, project: Path, tmp_path: Path
) -> None:
    with_units, without = export(project_with_units, tmp_path / "a"), export(project, tmp_path / "b")

    assert [r["tone"] for r in rows(with_units / "paragraphs.jsonl") if r["coder"]] == [None, "calm", None, None]
    assert rows(with_units / "articles.jsonl")[0]["labels"] == {"ada": {"topics": ["ports"]}}
    assert rows(with_units / "articles.jsonl")[1]["labels"] == {}
    assert [(r["variable"], r["origin"]) for r in rows(with_units / "labels.jsonl")] == [
        ("tone", "coder"),
        ("topics", "guess"),
    ]
    assert "labels" not in rows(without / "articles.jsonl")[0]
    assert rows(without / "labels.jsonl") == []


def test_every_row_of_a_file_has_the_same_keys(project_with_units: Path, tmp_path: Path) -> None:
    out = export(project_with_units, tmp_path / "out")

    for name in FILES:
        assert len({tuple(row) for row in rows(out / f"{name}.jsonl")}) <= 1, name


def test_the_same_project_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    one, two = export(project, tmp_path / "one"), export(project, tmp_path / "two")

    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()


def test_the_manifest_has_the_hash_and_the_rows_of_every_file(project: Path, tmp_path: Path) -> None:
    out = export(project, tmp_path / "out")

    manifest = json.loads((out / "manifest.json").read_text())

    assert set(manifest["files"]) == {f"{name}.jsonl" for name in FILES}
    for name, said in manifest["files"].items():
        data = (out / name).read_bytes()
        assert said == {"rows": data.count(b"\n"), "sha256": hashlib.sha256(data).hexdigest()}
    assert manifest["codebook_version"] == "2.1"
    assert manifest["coders"] == [{"coder": "ada", "kind": "human"}, {"coder": "ben", "kind": "human"}]


def test_both_ways_of_reading_a_project_say_the_same(project: Path, tmp_path: Path) -> None:
    out = export(project, tmp_path / "out")

    with Store(project) as store, store.records() as source:
        read = [
            (s.statement_id, s.coder, s.speakers, {v: label.value for v, label in s.labels.items()}, a.evidence(s))
            for a in source.articles()
            for _, s in a.statements()
        ]

    variables = STATEMENT_KEYS[9:15]
    assert read == [
        (r["statement_id"], r["coder"], r["speakers"], {v: r[v] for v in variables if r[v] is not None}, r["evidence"])
        for r in rows(out / "statements.jsonl")
    ]


@pytest.mark.parametrize(
    ("selection", "n_statements", "coders"),
    [
        (Selection(coders=("ada",)), 3, {"ada", None}),
        (Selection(articles=("port",)), 0, {None}),
        (Selection(roles=("caption",)), 0, {"ada", "ben"}),
        (Selection(codebook_versions=("2.1",)), 6, {"ada", "ben", None}),
    ],
)
def test_filters_leave_out_what_they_say(
    project: Path, tmp_path: Path, selection: Selection, n_statements: int, coders: set[str | None]
) -> None:
    out = export(project, tmp_path / "out", selection)

    assert len(rows(out / "statements.jsonl")) == n_statements
    assert {row["coder"] for row in rows(out / "paragraphs.jsonl")} == coders
    assert json.loads((out / "manifest.json").read_text())["filters"] == selection.as_json()


@pytest.mark.parametrize(
    "selection",
    [
        Selection(coders=("nobody",)),
        Selection(articles=("nothing",)),
        Selection(roles=("footer",)),
        Selection(codebook_versions=("9",)),
    ],
)
def test_a_filter_that_names_nothing_is_refused(project: Path, tmp_path: Path, selection: Selection) -> None:
    with pytest.raises(UsageError):
        export(project, tmp_path / "out", selection)


def test_the_export_of_one_coder_names_no_other_speaker_or_coder(project: Path, tmp_path: Path) -> None:
    with Store(project) as store, store.coding("ben").step("secret", 1) as step:
        step.set_speakers(step.add_statement(None), [("Only Ben knows her", None)])

    out = export(project, tmp_path / "out", Selection(coders=("ada",)))

    for path in out.iterdir():
        assert "Only Ben knows her" not in path.read_text(), path.name
        assert '"ben"' not in path.read_text(), path.name


def test_an_export_that_fails_leaves_the_old_files(project: Path, tmp_path: Path) -> None:
    out = export(project, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def fail_at_the_end() -> None:
        with Store(project) as store, store.records(Selection(coders=("ada",))) as source, Folder(out) as folder:
            write("jsonl", source, folder)
            raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        fail_at_the_end()

    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_the_command_writes_the_files_and_says_so_on_stderr_only(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "folder"

    result = CliRunner().invoke(group, ["--project", str(project), "export", "jsonl", "--out", str(out)])

    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "statements.jsonl: 6 rows" in result.stderr
    assert (out / "manifest.json").exists()


def test_where_blocks_of_paragraphs_end_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "many.db"
    articles = [article(f"article {i}", f"A {i} said.\nB denied it 🐟.\n") for i in range(130)]
    with Store.create(project, CODEBOOK, articles) as store, store.coding("ada").step("many", 1) as step:
        for paragraph in range(1, 260, 3):
            store.connection.execute(
                "insert into statements (statement_id, paragraph, coder, evidence_start, evidence_end, created_at,"
                " updated_at) select ?, id, 2, start, end, '2031', '2031' from paragraphs where id = ?",
                (f"s{paragraph}", paragraph),
            )
        step.label("s4", "stance", "oppose")
    whole = export(project, tmp_path / "whole")
    monkeypatch.setattr(paragraph_records, "BLOCK", 3)

    parts = export(project, tmp_path / "parts")

    assert len(rows(parts / "statements.jsonl")) == 87
    assert {p.name: p.read_bytes() for p in parts.iterdir()} == {p.name: p.read_bytes() for p in whole.iterdir()}


def test_an_article_with_earlier_rows_may_have_been_added_later(project: Path, tmp_path: Path) -> None:
    with Store(project) as store, store.connection.write():
        store.connection.execute("update articles set added_at = '2099' where id = 1")

    out = export(project, tmp_path / "out")

    in_order = [r["article"] for r in rows(out / "articles.jsonl")]
    assert in_order == [r["article"] for r in sorted(rows(out / "articles.jsonl"), key=lambda r: r["added_at"])]
    for name in ("paragraphs", "statements"):
        found = rows(out / f"{name}.jsonl")
        assert found == sorted(found, key=lambda r: (in_order.index(r["article"]), r["paragraph"]))


@pytest.mark.parametrize("text", ["[1]", '["a"]', '"quoted"', "[sic]", "null", '"[1]"', "[]", "{}", "[NaN]", "\x1f"])
def test_a_text_comes_out_as_it_was_written_whatever_it_looks_like(project: Path, tmp_path: Path, text: str) -> None:
    with Store(project) as store, store.coding("ada").step("text", 2) as step:
        one = step.add_statement(None)
        step.label(one, "frame", text)

    out = export(project, tmp_path / "out")

    assert next(r["frame"] for r in rows(out / "statements.jsonl") if r["statement_id"] == one) == text
    with Store(project) as store:
        assert next(s for s in store.coding("ada").statements(2) if s.statement_id == one).labels["frame"].value == text


def test_progress_is_told_after_every_article(project: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []

    with (
        Store(project, read_only=True) as store,
        Folder(tmp_path / "out") as folder,
        store.records(None, lambda *news: told.append(news)) as source,
    ):
        write("jsonl", source, folder)

    assert told == [("articles", 1, 2), ("articles", 2, 2)]


def test_a_paragraph_is_unseen_only_if_nobody_saw_it(project: Path, tmp_path: Path) -> None:
    with Store(project) as store, store.coding("ada").step("role", 1) as step:
        step.review(role="caption")
        store.coder("helper", "pre-annotation")
        store.connection.execute(
            "insert into statements (statement_id, paragraph, coder, created_at, updated_at)"
            " select 'suggested', 1, id, '2031', '2031' from coders where name = 'helper'"
        )

    out = export(project, tmp_path / "out", Selection(coders=("ada", "helper"), roles=("body",)))

    assert "suggested" in {r["statement_id"] for r in rows(out / "statements.jsonl")}
    assert not [r for r in rows(out / "paragraphs.jsonl") if r["paragraph"] == 0 and r["article"] == "harbour"]


def test_a_refused_export_makes_no_folder(project: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        group, ["--project", str(project), "export", "jsonl", "--coder", "eve", "--out", str(tmp_path / "out")]
    )

    assert isinstance(result.exception, UsageError)
    assert not (tmp_path / "out").exists()


def test_files_of_an_export_are_for_their_owner_alone(project: Path, tmp_path: Path) -> None:
    out = export(project, tmp_path / "out")

    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
