"""Articles are taken out of a project and put back; nothing that anybody did in them is lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.cli import run
from annotator.errors import UsageError
from annotator.export import FORMATS
from annotator.records import Selection
from annotator.session import Session
from annotator.session.cursor import Refused
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.remove_articles import Removal
from annotator.store.coder.paragraph_filters import Filter
from annotator.store.history.canonical_rows import differences
from annotator.store.history.replay import rebuild
from annotator.store.merge.merge import merge
from annotator.store.merge.pack import pack
from annotator.store.merge.undo import unmerge
from annotator.store.read.inclusion import inclusion
from annotator.store.rescue.doctor import examine
from annotator.store.rescue.salvage import salvage
from tests.conftest import article
from tests.store.work import CODEBOOK, act, acts, state

TEXTS = [f"Minister {i} says this.\nOthers deny that.\nA third speaks." for i in range(4)]


def make(path: Path) -> Store:
    store = Store.create(path, CODEBOOK, [article(text, f"a{i}") for i, text in enumerate(TEXTS)])
    store.connection.before_first_write = None
    return store


def code(store: Store, coder: str, *paragraphs: int) -> None:
    for paragraph in paragraphs:
        with store.coding(coder).step("code", paragraph) as step:
            statement = step.add_statement((0, 3))
            step.label(statement, "stance", "pro")
            step.set_speakers(statement, [("minister", None)])
            step.review(state="coded", note="seen", flag=True)


def remove(store: Store, *names: str) -> None:
    removal = Removal(store)
    removal.remove(removal.find(names), "lead")


def put_back(store: Store, *names: str) -> None:
    removal = Removal(store)
    removal.put_back(removal.find(names), "lead")


def exported(path: Path, folder: Path, *formats: str) -> dict[str, bytes]:
    """The bytes of exports."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in formats:
        assert run(["--project", str(path), "export", name, "--out", str(folder / name)]) == 0
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def is_replayed(store: Store) -> bool:
    """Whether the tables are what the history says."""
    before = state(store)
    with store.connection.write():
        rebuild(store.connection)
    return state(store) == before


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "project.db"


def test_a_removed_article_is_passed_by_and_not_counted(path: Path) -> None:
    with make(path) as store:
        code(store, "anna", 1, 4, 5)
        remove(store, "a1")
        coding = store.coding("anna")

        assert len(store.articles) == 3
        assert store.articles.n_paragraphs() == 9
        assert [one.name for one in store.articles.all()] == ["a0", "a2", "a3"]
        assert [coding.next_left(paragraph) for paragraph in (1, 3, 12)] == [2, 7, 2]
        assert coding.progress() == (1, 8, 1)
        assert coding.next_flagged(1) == 1
        assert store.articles.neighbour(1, 1) == 3
        assert store.articles.neighbour(3, -1) == 1
        assert store.articles.find("a1") is None
        assert coding.filtered(Filter(states=("coded",))) == [1]
        assert {hit.paragraph for hit in coding.search().find("minister").hits} == {1, 7, 10}
        assert {hit.paragraph for hit in coding.search().find("seen").hits} == {1}
        [anna] = store.status()["coders"]
        assert (anna["done"], anna["left"], anna["flagged"], anna["statements"]) == (1, 8, 1, 1)
        assert store.status()["n_removed"] == 1
        assert is_replayed(store)
    assert examine(path).is_sound


def test_an_article_keeps_its_number_while_another_is_removed(path: Path) -> None:
    with make(path) as store:
        remove(store, "a0")
        session = Session(store, "anna")
        assert session.cursor.paragraph.id == 4

        session.begin_at("3/2")

        assert session.cursor.article.name == "a2"
        with pytest.raises(Refused, match="article 1 was removed"):
            session.begin_at("1/1")


def test_a_session_in_an_article_that_is_removed_says_so_and_loses_no_place(path: Path) -> None:
    with make(path) as store:
        session = Session(store, "anna")
        with Store(path) as lead:
            remove(lead, "a0")

        with pytest.raises(UsageError, match="this article was removed from the project"):
            session.paragraphs.no_claim()

        session.navigation.go_next()
        assert session.cursor.article.name == "a1"
        assert Session(store, "anna").cursor.article.name == "a1"


def test_assigned_work_in_a_removed_article_is_neither_done_nor_left(path: Path) -> None:
    with make(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["anna"], overlap="100%"), "main", "week")
        code(store, "anna", 4)
        before = state(store)
        remove(store, "a1")
        coding = store.coding("anna")

        assert coding.progress() == (0, 9, 0)
        left, at = set(), 0
        while (at := coding.next_left(at) or 0) and at not in left:
            left.add(at)
            with coding.step("none", at) as step:
                step.review(state="no claim")
        assert left == {1, 2, 3, 7, 8, 9, 10, 11, 12}
        assert store.status()["coders"][0]["phases"] == [{"phase": "main", "done": 9, "left": 0}]
        assert store.status()["coders"][0]["outside"] == 0
        assert is_replayed(store)

        put_back(store, "a1")
        assert coding.progress() == (10, 2, 1)
        assert is_replayed(store)
    assert before


def test_nothing_is_drawn_from_a_removed_article_and_the_others_keep_their_probability(path: Path) -> None:
    with make(path) as store:
        plan = AssignmentPlan(store)
        remove(store, "a3")
        drawn = plan.draw(["anna"], number=2, kind="article")
        plan.put(drawn, "main", "week")
        assert len(drawn.record.candidates) == 3 if drawn.record else False
        with pytest.raises(UsageError, match="article a3 was removed from this project"):
            plan.draw(["ben"], articles=["a3"])
        before = inclusion(store.connection).frame
        taken = {unit.article_id for unit in drawn.units["anna"]}
        gone = next(one for one in store.articles.all() if one.article_id in taken)

        remove(store, gone.name)

        after = inclusion(store.connection)
        rows = range(gone.first, gone.first + 3)
        assert after.frame == {row: chance for row, chance in before.items() if row not in rows}
        assert len(after.drawn) == 3
        assert set(after.drawn.values()) == {2 / 3}


def test_a_removed_article_is_in_no_export_report_or_view(path: Path, tmp_path: Path) -> None:
    with make(path) as store:
        for coder in ("anna", "ben"):
            code(store, coder, 1, 4)
        remove(store, "a1")
        with store.records() as source:
            assert [one.name for one in source.articles()] == ["a0", "a2", "a3"]
        for view, column in (("v_paragraphs", "article"), ("v_statements", "article"), ("v_reviews", "article_id")):
            names = {name for (name,) in store.connection.all(f"select distinct {column} from {view}")}
            assert len(names) == (3 if view == "v_paragraphs" else 1), view
        assert len(store.connection.all("select * from v_labels")) == 2
        with pytest.raises(UsageError, match="article a1 was removed"), store.records(Selection(articles=("a1",))):
            pass
    out = exported(path, tmp_path / "out", "jsonl")
    assert b"Minister 1" not in b"".join(out.values())
    assert b"Minister 2" in out["jsonl/articles.jsonl"]


def test_agreement_leaves_a_removed_article_out_and_says_so(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with make(path) as store:
        for coder in ("anna", "ben"):
            code(store, coder, 1, 2, 4)
        remove(store, "a1")

    assert run(["--project", str(path), "agreement", "--json", "--samples", "50"]) == 0

    report = json.loads(capsys.readouterr().out)
    assert report["units"]["n_shared"] == 2
    assert report["units"]["n_paragraphs"] == 9
    assert report["articles_removed"] == 1
    assert any("1 article removed" in warning for warning in report["warnings"])


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(work=acts(max_size=20), removed=st.sets(st.integers(0, 3), min_size=1))
def test_removing_articles_and_putting_them_back_changes_no_byte_of_any_export(
    tmp_path: Path, work: list[Any], removed: set[int]
) -> None:
    path = tmp_path / "project.db"
    for part in tmp_path.glob("project.db*"):
        shutil.rmtree(part) if part.is_dir() else part.unlink()
    with make(path) as store:
        for i, what in enumerate(work):
            act(store, ("anna", "ben")[i % 2], what)
    formats = [name for name in ("jsonl", "csv", "matrix", "soft") if name in FORMATS]
    before = exported(path, tmp_path / "before", *formats)
    with Store(path) as store:
        held = state(store)
        names = [f"a{i}" for i in sorted(removed)]
        found = [one.name for one in Removal(store).find(names) if one.removed_at is None]
        remove(store, *found)
        put_back(store, *found)
        assert state(store) == held
        assert is_replayed(store)

    assert exported(path, tmp_path / "after", *formats) == before
    assert examine(path).is_sound


def test_a_removal_in_one_file_and_coding_in_the_other_meet_in_a_merge(path: Path, tmp_path: Path) -> None:
    with make(path) as store:
        code(store, "anna", 1)
    shutil.copy(path, other := tmp_path / "ben.db")
    with Store(other) as theirs:
        theirs.connection.before_first_write = None
        code(theirs, "ben", 4, 7)
    with Store(path) as store:
        store.connection.before_first_write = None
        remove(store, "a1")
    shutil.copy(path, copy := tmp_path / "copy.db")

    with Store(path) as store:
        report = merge(store, [other])

        assert report.removed == {"a1": 1}
        assert {one["coder"]: one["done"] for one in store.status()["coders"]} == {"anna": 1, "ben": 1}
        merged = state(store)
        put_back(store, "a1")
        assert {one["coder"]: one["done"] for one in store.status()["coders"]} == {"anna": 1, "ben": 2}
    with Store(other) as theirs:
        assert merge(theirs, [copy]).removed == {"a1": 1}
        assert state(theirs) == merged
        assert is_replayed(theirs)


def test_taking_a_merge_back_keeps_an_article_that_was_removed_since(path: Path, tmp_path: Path) -> None:
    with make(path) as store:
        pass
    with Store.create(tmp_path / "more.db", CODEBOOK, [article("Another text.", "more")]):
        pass
    with Store(path) as store:
        merge(store, [tmp_path / "more.db"])
        remove(store, "more")
        unmerge(store)
        assert [one.name for one in Removal(store).removed()] == ["more"]
    assert examine(path).is_sound


def test_a_packed_file_holds_the_removal_but_no_text_that_the_coder_never_saw(path: Path, tmp_path: Path) -> None:
    with make(path) as store:
        code(store, "anna", 4)
        code(store, "ben", 1)
        remove(store, "a1", "a2")

        packed = pack(store, "anna", tmp_path / "anna.db")

        assert packed.n_articles == 3
    assert examine(tmp_path / "anna.db").is_sound
    assert b"Minister 2" not in (tmp_path / "anna.db").read_bytes()
    with Store(tmp_path / "anna.db") as mine:
        assert [one.name for one in Removal(mine).removed()] == ["a1"]
        assert len(mine.articles) == 2
        code(mine, "anna", 1)
    with Store(path) as store:
        store.connection.before_first_write = None
        merge(store, [tmp_path / "anna.db"])
        assert [one.name for one in Removal(store).removed()] == ["a1", "a2"]
        assert is_replayed(store)


def test_a_repaired_project_still_has_its_articles_removed(path: Path, tmp_path: Path) -> None:
    with make(path) as store:
        code(store, "anna", 4)
        remove(store, "a1")

    saved = salvage(path, tmp_path / "saved.db")

    assert saved.lost == []
    with Store(path) as store, Store(saved.path) as other:
        assert [one.name for one in Removal(other).removed()] == ["a1"]
        assert not list(differences(store.connection, other.connection))
