"""What was settled comes along in merges and copies like any other work, and reaches nobody who is blind."""

from __future__ import annotations

import shutil
from pathlib import Path

from annotator.codebook.model import Category
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph, GoldStatement, gold_of
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.store.merge.merge import merge
from annotator.store.merge.pack import pack
from annotator.store.rescue.doctor import examine
from annotator.store.rescue.salvage import salvage
from tests.store.test_merge import exported, held, project
from tests.store.work import CODEBOOK

STATEMENT = GoldStatement((0, 3), ("Wang Yi",), {"stance": "pro"}, ("x", "y"))


def adjudicate(path: Path, judge: str, paragraph: int, verdict: GoldParagraph) -> None:
    with Store(path) as store:
        Adjudication(store, judge).adjudicate(paragraph, verdict)


def test_what_two_people_settled_comes_together_and_the_later_verdict_stands(tmp_path: Path) -> None:
    mine = project(tmp_path / "mine.db")
    theirs = Path(shutil.copy(mine, tmp_path / "theirs.db"))
    adjudicate(mine, "anna", 1, GoldParagraph("coded", (STATEMENT,), reason="first"))
    adjudicate(mine, "anna", 2, GoldParagraph("no claim"))
    adjudicate(theirs, "ben", 1, GoldParagraph("no claim", reason="later"))

    with Store(mine) as store:
        merge(store, [theirs])

        one, two = gold_of(store, 1), gold_of(store, 2)
        assert one is not None
        assert (one.state, one.statements, one.reason, one.decided_by) == ("no claim", (), "later", "ben")
        assert two is not None
        assert store.connection.one("select count(*) from conflicts where entity = 'verdict'") == (1,)
    assert examine(mine).is_sound


def test_a_file_for_one_coder_holds_nothing_that_was_settled(tmp_path: Path) -> None:
    path = project(tmp_path / "project.db")
    adjudicate(path, "anna", 1, GoldParagraph("coded", (STATEMENT,), reason="a secret reason"))
    with Store(path) as store:
        packed = pack(store, "anna", tmp_path / "anna.db").path
    assert b"a secret reason" not in packed.read_bytes()

    with Store(path) as store:
        merge(store, [packed])
        verdict = gold_of(store, 1)
    assert verdict is not None
    assert verdict.statements[0].labels == {"stance": "pro"}


def test_what_was_settled_is_salvaged_with_its_history(tmp_path: Path) -> None:
    path = project(tmp_path / "project.db")
    adjudicate(path, "anna", 1, GoldParagraph("coded", (STATEMENT, STATEMENT._replace(evidence=(4, 8))), reason="why"))

    salvaged = salvage(path, tmp_path / "salvaged.db")

    assert salvaged.lost == []
    assert held(salvaged.path) == held(path)
    assert exported(salvaged.path) == exported(path)


def test_what_was_settled_is_salvaged_from_its_table_where_the_history_is_lost(tmp_path: Path) -> None:
    path = project(tmp_path / "project.db")
    adjudicate(path, "anna", 1, GoldParagraph("coded", (STATEMENT,), labels={"frame": "war"}, reason="why"))
    with Store(path) as store:
        store.connection.execute("drop trigger changes_are_kept")
        store.connection.execute("delete from changes where entity = 'verdict'")

    salvaged = salvage(path, tmp_path / "salvaged.db")

    assert salvaged.lost
    with Store(salvaged.path) as store:
        verdict = gold_of(store, 1)
    assert verdict is not None
    assert (verdict.labels, verdict.reason, verdict.statements[0].of) == ({"frame": "war"}, "why", ("x", "y"))


def test_verdicts_read_by_the_codebook_in_force(tmp_path: Path) -> None:
    path = project(tmp_path / "project.db")
    adjudicate(path, "anna", 1, GoldParagraph("coded", (STATEMENT,)))
    with Store(path) as store:
        stance = CODEBOOK.variables[1]
        categories = (Category(name="in favour", was=("pro",)), *stance.categories[1:])
        renamed = stance.model_copy(update={"categories": categories})
        variables = (CODEBOOK.variables[0], renamed, *CODEBOOK.variables[2:])
        newer = CODEBOOK.model_copy(update={"version": "2", "variables": variables})
        evolution = CodebookChanges(store)
        evolution.apply(evolution.preview(newer), store.coder("anna").id)
        verdict = gold_of(store, 1)
    assert verdict is not None
    assert verdict.statements[0].labels == {"stance": "in favour"}
