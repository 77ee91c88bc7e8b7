"""Exports that come back late, twice, or from another machine: an import decides as a merge does."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.cli import run
from annotator.export import write
from annotator.export.folder import Folder
from annotator.importing.column_mapping import Mapping
from annotator.importing.files import tables
from annotator.records import Selection
from annotator.store import Store
from annotator.store.changes.speaker_changes import SpeakerChanges
from annotator.store.history.replay import rebuild
from annotator.store.import_.import_tables import Imported, Rule, import_tables
from annotator.store.import_.statements import StatementImporter
from annotator.store.merge.undo import unmerge
from tests.store.test_merge import QUIET, exported, held, project, work
from tests.store.work import SHARED, TEXTS, WORK, Act, acts, state


def export(path: Path, out: Path) -> Path:
    with Store(path, read_only=True) as store, store.records(Selection()) as source, Folder(out) as folder:
        write("jsonl", source, folder)
    return out


def bring(path: Path, *files: Path, replaces: bool = False, dry_run: bool = False) -> Imported:
    with Store(path) as store:
        found = tables(files, Mapping())
        return import_tables(store, found, Rule(replaces=replaces), name="an export", dry_run=dry_run)


def outcomes(imported: Imported) -> dict[str, int]:
    """The numbers of all tables together, without zeros and what is unchanged."""
    together: dict[str, int] = {}
    for counts in imported.counts.values():
        for name, n in counts._asdict().items():
            if n and name != "unchanged":
                together[name] = together.get(name, 0) + n
    return together


def without_seen(all_rows: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """Without paragraphs that were only looked at, which no history holds."""
    return {**all_rows, "reviews": [row for row in all_rows["reviews"] if row[3:7] != ("open", 0, None, None)]}


@contextmanager
def lines_compared() -> Iterator[None]:
    """Compare the lines of files of any size with those of an export of the project."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("annotator.store.import_.own_lines._WORTH", 0)
        yield


def one_statement(path: Path) -> Path:
    """A project with one statement of anna: stance pro, no note."""
    work(project(path), "anna", [("statement", 0, 1)])
    return path


def change(path: Path, coder: str = "anna", **changes: Any) -> str:
    """Change the first statement of a coder in the first paragraph; its id."""
    with Store(path) as store:
        coding = store.coding(coder)
        statement = first(store, coder)
        with coding.step("change", 1) as step:
            if "stance" in changes:
                step.label(statement, "stance", changes.pop("stance"))
            if changes:
                step.change_statement(statement, **changes)
        return statement


def first(store: Store, coder: str = "anna") -> str:
    return store.coding(coder).statements(1)[0].statement_id


def stances(path: Path) -> list[Any]:
    with Store(path) as store:
        return [s.labels["stance"].value for s in store.coding("anna").statements(1) if "stance" in s.labels]


KINDS = [*(kind for kind in WORK if kind not in ("evidence", "label")), "choose", "choose"]


def importable(*kinds: str) -> st.SearchStrategy[list[Act]]:
    """Work of valid labels and without evidence, which in made-up work need not lie in its paragraph."""
    return acts(*KINDS, *kinds, max_size=12).map(
        lambda todo: [(kind, i, j - j % 2 if kind == "statement" else j) for kind, i, j in todo]
    )


@QUIET
@given(importable(*SHARED), importable(*SHARED), st.sampled_from(["anna", "ben"]))
def test_an_older_export_changes_nothing(before: list[Act], after: list[Act], coder: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = project(Path(name) / "p.db")
        work(path, "anna", before)
        old = export(path, Path(name) / "old")
        work(path, coder, after)
        wanted = held(path)

        imported = bring(path, old)

        with lines_compared():
            assert bring(path, old) == imported
        assert imported.report.merge_id is None
        assert imported.report.conflicts == []
        assert set(outcomes(imported)) <= {"older"}
        assert held(path) == wanted


@QUIET
@given(importable(), importable(), importable(), st.tuples(*[st.sampled_from(["anna", "ben"])] * 2))
def test_what_an_import_did_stands_in_the_history_and_can_be_taken_back(
    common: list[Act], here: list[Act], there: list[Act], coders: tuple[str, str]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = project(Path(name) / "p.db")
        work(path, "anna", common)
        other = Path(shutil.copy(path, Path(name) / "other.db"))
        work(path, coders[0], here)
        work(other, coders[1], there)
        late = export(other, Path(name) / "late")
        before = held(path)
        with lines_compared():
            trial = bring(path, late, dry_run=True)
        assert held(path) == before

        imported = bring(path, late)
        after = held(path)
        assert (imported.counts, imported.report.conflicts) == (trial.counts, trial.report.conflicts)
        with Store(path) as store, store.connection.write():
            rebuild(store.connection)
        assert held(path) == after

        with lines_compared():
            again = bring(path, late)
        assert again == bring(path, late)
        assert again.report.merge_id is None
        assert held(path) == after

        if imported.report.merge_id is not None:
            with Store(path) as store:
                unmerge(store)
        assert without_seen(held(path)) == without_seen(before)


def test_the_later_version_stands_whichever_side_it_is_on(tmp_path: Path) -> None:
    here = one_statement(tmp_path / "here.db")
    there = Path(shutil.copy(here, tmp_path / "there.db"))
    statement = change(here, stance="contra")
    change(there, stance="open")
    later, older = export(there, tmp_path / "later"), export(here, tmp_path / "older")

    into_here, into_there = bring(here, later), bring(there, older)

    assert stances(here) == stances(there) == ["open"]
    for imported in (into_here, into_there):
        assert outcomes(imported) == {"conflicts": 1}
        (conflict,) = imported.report.conflicts
        assert (conflict.coder, conflict.entity, json.loads(conflict.key)) == ("anna", "label", [statement, "stance"])
        assert [json.loads(v or "")["value"] for v in (conflict.kept, conflict.other)] == ["open", "contra"]


def test_fields_changed_on_two_machines_are_both_kept_without_a_conflict(tmp_path: Path) -> None:
    here = one_statement(tmp_path / "here.db")
    there = Path(shutil.copy(here, tmp_path / "there.db"))
    change(here, stance="contra")
    change(there, note="elsewhere")

    imported = bring(here, export(there, tmp_path / "late"))

    with Store(here) as store:
        (kept,) = store.coding("anna").statements(1)
    assert (kept.note, kept.labels["stance"].value) == ("elsewhere", "contra")
    # Only the row has a time: the stance that was left here may be the one that was chosen there last.
    assert [json.loads(c.kept or "")["value"] for c in imported.report.conflicts] == ["contra"]


def test_the_exports_of_one_coder_come_in_one_after_the_other_without_conflicts(tmp_path: Path) -> None:
    coders, lead = one_statement(tmp_path / "coders.db"), project(tmp_path / "lead.db")
    first_export = export(coders, tmp_path / "first")
    bring(lead, first_export)
    change(coders, stance="contra")
    work(coders, "anna", [("statement", 1, 2), ("review", 1, 0)])
    second_export = export(coders, tmp_path / "second")

    assert outcomes(bring(lead, second_export)) == {"new": 2, "changed": 1}
    assert exported(lead) == exported(coders)
    assert outcomes(bring(lead, first_export)) == {"older": 1}
    assert exported(lead) == exported(coders)


def test_what_was_deleted_or_undone_here_does_not_come_back(tmp_path: Path) -> None:
    path = one_statement(tmp_path / "p.db")
    work(path, "anna", [("review", 0, 0), ("statement", 1, 2)])
    old = export(path, tmp_path / "old")
    change(path, deleted=True)
    with Store(path) as store:
        store.coding("anna").undo()
        store.coding("anna").undo()
    change(path, deleted=True)
    with Store(path) as store, store.coding("anna").step("open", 1) as step:
        step.review(state="open")
    before = held(path)

    for _ in range(2):
        assert outcomes(bring(path, old)).keys() == {"older"}
        assert held(path) == before
    bring(path, old / "statements.jsonl")
    bring(path, old / "paragraphs.jsonl")
    assert held(path) == before


def test_an_older_export_does_not_bring_its_codebook_back_into_force(tmp_path: Path) -> None:
    path = project(tmp_path / "p.db")
    work(path, "anna", [("review", 0, 0)])
    old = export(path, tmp_path / "old")
    work(path, "anna", [("codebook", 0, 0)])

    imported = bring(path, old)

    assert imported.report.merge_id is None
    assert imported.remarks == ["the project keeps its codebook small 1.1; the labels keep small 1.0"]


def test_articles_and_coders_that_came_in_go_when_an_import_is_taken_back(tmp_path: Path) -> None:
    here, there = project(tmp_path / "here.db", TEXTS[:1]), project(tmp_path / "there.db")
    work(there, "ben", [("statement", 4, 0), ("review", 4, 0)])
    late = export(there, tmp_path / "late")

    with Store(here) as store:
        imported = bring(here, late)
        assert imported.report.files[0].n_articles == 2
        assert imported.report.files[0].coders == ["ben"]
        assert len(store.articles) == 3
        unmerge(store)
        assert len(store.articles) == 1
        assert store.coders() == []


def test_names_that_were_merged_since_are_no_other_speakers(tmp_path: Path) -> None:
    path = one_statement(tmp_path / "p.db")
    with Store(path) as store:
        coding, statement = store.coding("anna"), first(store)
        with coding.step("speaker", 1) as step:
            step.set_speakers(statement, [("Norway", None)])
    old = export(path, tmp_path / "old")
    with Store(path) as store:
        SpeakerChanges(store, store.coder("anna").id).rename("Norway", "Kingdom of Norway")
    before = held(path)

    for files in ([old], [old / "statements.jsonl"]):
        assert bring(path, *files).report.conflicts == []
        assert held(path) == before


def test_a_row_without_a_time_brings_what_is_missing_and_lists_what_differs(tmp_path: Path) -> None:
    path = one_statement(tmp_path / "p.db")
    with Store(path) as store:
        article, statement = store.articles.all()[0].article_id, first(store)
    change(path, note="mine")
    row = {"article_id": article, "paragraph": 0, "coder": "anna", "statement_id": statement}
    table = tmp_path / "rows.jsonl"
    table.write_text(json.dumps({**row, "stance": "contra", "weight": 3}) + "\n", encoding="utf-8")

    imported = bring(path, table)
    assert outcomes(imported) == {"conflicts": 1}
    assert [json.loads(c.key)[1] for c in imported.report.conflicts] == ["stance"]
    with Store(path) as store:
        (kept,) = store.coding("anna").statements(1)
        assert (kept.note, kept.labels["stance"].value, kept.labels["weight"].value) == ("mine", "pro", 3)

    replaced = bring(path, table, replaces=True)
    assert stances(path) == ["contra"]
    assert [json.loads(c.other or "")["value"] for c in replaced.report.conflicts] == ["pro"]
    with Store(path) as store:
        assert store.coding("anna").statements(1)[0].note == "mine"
        before = state(store)
        with store.connection.write():
            rebuild(store.connection)
        assert state(store) == before


def test_lines_that_the_project_would_write_itself_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = one_statement(tmp_path / "p.db")
    out = export(path, tmp_path / "out")
    plain = bring(path, out)
    origins = (out / "origins.jsonl").read_text(encoding="utf-8")
    read: list[str] = []
    statement = StatementImporter.statement

    def listen(self: StatementImporter, row: Any, *rest: Any, **more: Any) -> None:
        read.append(row.statement_id)
        statement(self, row, *rest, **more)

    monkeypatch.setattr(StatementImporter, "statement", listen)
    with lines_compared():
        assert bring(path, out) == plain
        assert read == []
        (out / "origins.jsonl").write_text(origins.replace('"stance":"default"', '"stance":"guess"'), encoding="utf-8")
        bring(path, out)
        assert len(read) == 1


def test_a_coder_at_work_loses_nothing_when_an_export_is_imported(tmp_path: Path) -> None:
    path = one_statement(tmp_path / "p.db")
    old = export(path, tmp_path / "old")
    with Store(path) as session:
        coding = session.coding("anna")
        with coding.step("new", 1) as step:
            half = step.add_statement((0, 3))
            step.label(half, "stance", "open")
        before = state(session)

        bring(path, old)

        assert state(session) == before
        with coding.step("go on", 1) as step:
            step.label(half, "stance", "contra")
        assert [s.labels["stance"].value for s in coding.statements(1)] == ["pro", "contra"]


def test_the_command_has_a_dry_run_an_undo_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = one_statement(tmp_path / "here.db")
    there = Path(shutil.copy(here, tmp_path / "there.db"))
    change(here, stance="contra")
    change(there, stance="open")
    late = export(there, tmp_path / "late")
    before = held(here)
    call = ["--project", str(here), "import"]

    assert run([*call, str(late), "--dry-run", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["counts"]["statements"] == {"new": 0, "changed": 0, "unchanged": 0, "older": 0, "conflicts": 1}
    assert len(report["conflicts"]) == 1
    assert held(here) == before

    assert run([*call, str(late)]) == 0
    told = capsys.readouterr()
    assert "statements: 0 new, 0 unchanged, 1 in conflict" in told.err
    assert '"open" stands, "contra" beside it' in told.out
    assert run([*call, "--undo"]) == 2
    assert run([*call, "--undo", "--dry-run"]) == 0
    assert stances(here) == ["open"]
    assert run([*call, "--undo", "--yes"]) == 0
    assert held(here) == before


@pytest.mark.parametrize("name", ["gold", "aggregate"])
def test_an_exported_layer_comes_back_as_a_model_that_agreement_leaves_out(name: str, tmp_path: Path) -> None:
    path = project(tmp_path / "a.db")
    rows = tmp_path / "rows.jsonl"
    with Store(path) as store:
        article_id = store.articles.all()[0].article_id
    rows.write_text(
        "".join(
            json.dumps({"article_id": article_id, "paragraph": 0, "coder": one, "stance": None}) + "\n"
            for one in (name, "ben")
        ),
        encoding="utf-8",
    )

    bring(path, rows)

    with Store(path, read_only=True) as store:
        assert {one.name: one.kind for one in store.coders()} == {name: "model", "ben": "human"}
