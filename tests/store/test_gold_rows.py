"""Gold from a file: rows become the adjudicated answer of their paragraph, and one undo takes them back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.errors import IngestError
from annotator.importing.column_mapping import Mapping
from annotator.importing.files import tables
from annotator.records import Selection
from annotator.store import Store
from annotator.store.changes.adjudication import gold_of, name_judges
from annotator.store.history.replay import rebuild
from annotator.store.import_.import_tables import Imported, Rule, import_tables
from annotator.store.merge.undo import unmerge
from tests.conftest import MakeOnce, article
from tests.store.work import CODEBOOK, state


def two_articles(path: Path) -> None:
    Store.create(
        path, CODEBOOK, [article("One says this.\nTwo is silent.\nThree.", "a"), article("Four.", "b")]
    ).close()


@pytest.fixture
def path(tmp_path: Path, make_once: MakeOnce) -> Path:
    return make_once(two_articles, tmp_path / "project.db")


def bring(path: Path, file: Path, *, replaces: bool = False) -> Imported:
    with Store(path) as store:
        return import_tables(store, tables((file,), Mapping()), Rule(replaces=replaces, gold_by="lead"), name=file.name)


def rows(tmp_path: Path, *found: dict[str, object]) -> Path:
    file = tmp_path / "gold.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in found))
    return file


CLAIM = {"article": "a", "paragraph": 0, "speakers": ["One"], "evidence": "says this", "stance": "pro", "frame": "war"}
SECOND = {"article": "a", "paragraph": 0, "speakers": ["Two"], "stance": "contra", "reason": "implied"}
SILENT = {"article": "a", "paragraph": 1, "state": "no claim"}


def test_rows_of_a_paragraph_are_its_gold(path: Path, tmp_path: Path) -> None:
    imported = bring(path, rows(tmp_path, CLAIM, SECOND, SILENT))

    assert imported.counts["gold"].new == 3
    with Store(path) as store:
        gold, silent = gold_of(store, 1), gold_of(store, 2)
        assert gold is not None
        assert silent is not None
        assert (gold.state, gold.labels, gold.reason, gold.decided_by) == ("coded", {"frame": "war"}, "implied", "lead")
        assert [(s.speakers, s.evidence, s.labels) for s in gold.statements] == [
            (("Two",), None, {"stance": "contra"}),
            (("One",), (4, 13), {"stance": "pro"}),
        ]
        assert (silent.state, silent.statements) == ("no claim", ())
        assert store.status()["coders"] == []


def test_the_same_file_again_brings_nothing_and_one_undo_takes_all_back(path: Path, tmp_path: Path) -> None:
    file = rows(tmp_path, CLAIM, SECOND, SILENT)
    with Store(path) as store:
        before = state(store)
    bring(path, file)

    again = bring(path, file)

    assert not again.is_changed
    with Store(path) as store:
        kept = state(store)
        with store.connection.write():
            rebuild(store.connection)
        assert state(store) == kept
        unmerge(store)
        assert state(store) == before


def test_another_answer_is_listed_and_only_replace_takes_it(path: Path, tmp_path: Path) -> None:
    bring(path, rows(tmp_path, SILENT))
    other = rows(tmp_path, {**SILENT, "state": "furniture"})

    assert bring(path, other).counts["gold"].conflicts == 1
    with Store(path) as store:
        assert gold_of(store, 2).state == "no claim"  # type: ignore[union-attr]
    assert bring(path, other, replaces=True).counts["gold"].changed == 0
    with Store(path) as store:
        assert gold_of(store, 2).state == "furniture"  # type: ignore[union-attr]


def test_an_export_of_one_coder_becomes_gold(path: Path, tmp_path: Path) -> None:
    from annotator.export import write
    from annotator.export.folder import Folder

    with Store(path) as store:
        for paragraph, labels in ((1, ("pro",)), (2, ())):
            with store.coding("expert").step("code", paragraph) as step:
                for stance in labels:
                    statement = step.add_statement((0, 3))
                    step.set_speakers(statement, [("One", None)])
                    step.label(statement, "stance", stance)
                step.review(state="coded" if labels else "no claim")
        with store.records(Selection()) as source, Folder(tmp_path / "out") as folder:
            write("jsonl", source, folder)

    bring(path, tmp_path / "out")

    with Store(path) as store:
        gold, silent = gold_of(store, 1), gold_of(store, 2)
        assert gold is not None
        assert silent is not None
        assert gold.statements[0].labels == {"stance": "pro"}
        assert silent.state == "no claim"
        assert gold_of(store, 3) is None


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ([{**CLAIM, "coder": "kim"}, {**SECOND, "coder": "lou"}], "rows of kim and lou"),
        ([CLAIM, {**SILENT, "paragraph": 0}], "cannot have the state no claim"),
        ([{**SILENT, "state": "open"}], "cannot have the state open"),
        ([{**CLAIM, "stance": "sideways"}], "is not a category"),
        ([{**CLAIM, "evidence": "never said"}], "must occur exactly once"),
        ([{**CLAIM, "paragraph": 7}], "has no paragraph 7"),
    ],
)
def test_bad_gold_is_refused_as_a_whole_with_its_line(
    path: Path, tmp_path: Path, found: list[dict[str, object]], sentence: str
) -> None:
    with pytest.raises(IngestError, match=rf"gold.jsonl:\d: .*{sentence}"):
        bring(path, rows(tmp_path, *found))

    with Store(path) as store:
        assert store.connection.all("select 1 from verdicts") == []


def test_labels_of_articles_are_left_out_and_said(path: Path, tmp_path: Path) -> None:
    imported = bring(path, rows(tmp_path, {**CLAIM, "tone": "up"}))

    assert any("tone" in remark for remark in imported.remarks)


def test_only_who_may_adjudicate_brings_gold(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store(path) as store:
        name_judges(store, ["chief"])
    command = ["--project", str(path), "import", str(rows(tmp_path, SILENT)), "--as", "gold", "--coder"]

    assert run([*command, "lead"]) == 2
    assert "only chief may adjudicate" in capsys.readouterr().err
    assert run([*command, "chief"]) == 0
