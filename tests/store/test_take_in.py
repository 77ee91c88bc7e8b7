"""What is taken in piece by piece gives the project that a merge gives."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.file.connection import Connection
from annotator.store.history.fold_mark import mark_beginning
from annotator.store.history.renumber import allow_rewriting, forbid_rewriting
from annotator.store.merge.merge import merge, merge_new
from annotator.store.merge.take_in import TakenIn, take_in
from annotator.store.merge.undo import merges, unmerge
from annotator.store.rescue.doctor import examine
from tests.conftest import article
from tests.store.test_merge import exported, held, project, work
from tests.store.work import REMOVE, SHARED, WORK, Act, act
from tests.timing import sqlite_steps

KINDS = [*WORK, *SHARED[:4], REMOVE]

DONE: list[Act] = [
    ("statement", 0, 1),
    ("speaker", 0, 1),
    ("label", 0, 0),
    ("paragraph", 0, 1),
    ("article", 0, 1),
    ("review", 0, 0),
    ("undo", 0, 0),
    ("review", 1, 1),
]


def taken_in(
    path: Path, other: Path, *, portion: int = 200, between: Callable[[], None] | None = None, may_rebuild: bool = True
) -> TakenIn:
    there = Connection(other, read_only=True)
    try:
        with Store(path) as store:
            return take_in(store, there, portion=portion, between=between, may_rebuild=may_rebuild)
    finally:
        there.close()


def assert_same(path: Path, *files: Path) -> None:
    """A project holds what a merge of files makes, and its history says the same."""
    merged = path.with_name(f"merged for {path.name}")
    merge_new(merged, files)
    assert (held(path), exported(path)) == (held(merged), exported(merged))
    assert examine(path).is_sound


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A project of two coders; one of them went on elsewhere."""
    path = project(tmp_path / "here.db")
    work(path, "anna", DONE)
    work(path, "ben", [("statement", 1, 1), ("speaker", 1, 0)])
    return path


@pytest.fixture
def there(here: Path, tmp_path: Path) -> Path:
    path = Path(shutil.copy(here, tmp_path / "there.db"))
    work(path, "ben", [*DONE, ("label", 1, 1), ("delete", 1, 0)])
    work(here, "anna", [("note", 0, 2), ("statement", 0, 3)])
    return path


@pytest.mark.parametrize("portion", [1, 3, 200])
def test_portions_fold_only_what_they_touch(
    here: Path, there: Path, portion: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Path(shutil.copy(here, here.with_name("before.db")))
    monkeypatch.setattr("annotator.store.merge.take_in.rebuild_project", None)
    moments: list[int] = []

    found = taken_in(here, there, portion=portion, between=lambda: moments.append(1))

    assert len(found.came.steps) == 10
    assert len(moments) >= 10 // portion
    monkeypatch.undo()
    assert_same(here, before, there)
    with Store(here) as store:
        assert merges(store) == []


def test_what_is_known_is_not_taken_in_again(here: Path, there: Path) -> None:
    taken_in(here, there)

    assert taken_in(here, there).came.steps == []


def test_a_merge_folds_only_what_it_touches_and_can_be_undone(
    here: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Path(shutil.copy(here, here.with_name("before.db")))
    monkeypatch.setattr("annotator.store.merge.apply.rebuild_project", None)
    with Store(here) as store:
        report = merge(store, [there])
    assert report.files[0].steps == {"ben": 10}
    monkeypatch.undo()
    assert_same(here, before, there)

    with Store(here) as store:
        unmerge(store)
    found, wanted = held(here), held(before)
    # That ben has seen two paragraphs is not part of the history, and stays.
    assert len(found.pop("reviews")) == len(wanted.pop("reviews")) + 2
    assert found == wanted


def test_undoing_a_merge_leaves_what_was_taken_in(here: Path, there: Path, tmp_path: Path) -> None:
    third = Path(shutil.copy(there, tmp_path / "third.db"))
    work(third, "carl", DONE)
    taken_in(here, there)
    with_ben = held(here)
    with Store(here) as store:
        merge(store, [third])

        unmerge(store)

    assert held(here) == with_ben


def test_entries_of_one_name_become_one_without_a_rebuild(
    here: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(here, "anna", [("statement", 0, 0), ("speaker", 0, 2), ("about", 0, 0)])
    work(there, "ben", [("statement", 2, 0), ("speaker", 2, 2), ("alias", 0, 1), ("rename", 1, 1)])
    before = Path(shutil.copy(here, here.with_name("before.db")))
    monkeypatch.setattr("annotator.store.merge.take_in.rebuild_project", None)

    found = taken_in(here, there)

    assert found.rebuilt.same_names == [("the ministry", 2)]
    monkeypatch.undo()
    assert_same(here, before, there)


def test_what_needs_a_rebuild_waits_until_it_may(here: Path, there: Path) -> None:
    work(there, "ben", [("codebook", 0, 0), ("statement", 1, 0)])
    before = Path(shutil.copy(here, here.with_name("before.db")))

    waiting = taken_in(here, there, may_rebuild=False)

    assert waiting.n_waiting == 12
    assert held(here) == held(before)
    assert taken_in(here, there).n_waiting == 0
    assert_same(here, before, there)


def test_one_coder_on_two_machines_has_the_conflicts_of_a_merge(here: Path, there: Path) -> None:
    work(there, "anna", [("evidence", 0, 4)])
    work(here, "anna", [("evidence", 0, 6)])
    before = Path(shutil.copy(here, here.with_name("before.db")))

    assert taken_in(here, there, portion=2, may_rebuild=False).n_waiting
    taken_in(here, there, portion=2)

    assert held(here)["conflicts"]
    assert_same(here, before, there)
    work(here, "anna", [("evidence", 0, 2), ("statement", 2, 2)])
    again = Path(shutil.copy(here, here.with_name("again.db")))
    taken_in(there, here, portion=2)
    assert_same(there, again)


def test_a_restored_backup_takes_its_own_steps_back(here: Path, there: Path, tmp_path: Path) -> None:
    backup = Path(shutil.copy(here, tmp_path / "backup.db"))
    work(here, "anna", [("statement", 2, 2), ("note", 2, 1)])
    taken_in(there, here)
    work(backup, "anna", [("statement", 2, 3)])
    before = Path(shutil.copy(backup, tmp_path / "before.db"))

    taken_in(backup, there)

    assert_same(backup, before, there)


def test_labels_wait_for_a_statement_that_comes_later(here: Path, there: Path, tmp_path: Path) -> None:
    whole = Path(shutil.copy(there, tmp_path / "whole.db"))
    work(whole, "dora", [("statement", 1, 0), ("label", 1, 0), ("speaker", 1, 0)])
    late = Path(shutil.copy(whole, tmp_path / "late.db"))
    first = "(select min(id) from steps where coder = (select id from coders where name = 'dora'))"
    strip(late, f"delete from changes where step = {first}", f"delete from steps where id = {first}")
    before = Path(shutil.copy(here, tmp_path / "before.db"))

    found = taken_in(here, late)

    assert n_orphans(here) == len(found.rebuilt.orphans) > 0
    taken_in(here, whole)
    assert_same(here, before, whole)
    assert n_orphans(here) == 0


def test_articles_that_come_last_move_nothing(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other, before = Path(shutil.copy(here, tmp_path / "other.db")), Path(shutil.copy(here, tmp_path / "before.db"))
    with Store(other) as store:
        store.articles.add(article("A late article.\nWith two lines.", "late"))
    work(other, "carl", [("statement", 6, 0), ("review", 6, 0), ("review", 7, 1)])
    monkeypatch.setattr("annotator.store.merge.take_in.rebuild_project", None)

    found = taken_in(here, other, portion=1)

    assert len(found.came.articles) == 1
    monkeypatch.undo()
    assert_same(here, before, other)


def test_work_on_articles_that_come_later_waits_for_them(here: Path, tmp_path: Path) -> None:
    other, before = Path(shutil.copy(here, tmp_path / "other.db")), Path(shutil.copy(here, tmp_path / "before.db"))
    with Store(other) as store:
        store.articles.add(article("A late article.\nWith two lines.", "late"))
    work(other, "carl", [("statement", 6, 0), ("review", 6, 0), ("review", 7, 1)])
    without = Path(shutil.copy(other, tmp_path / "without.db"))
    strip(without, "delete from reviews", "delete from statements", "delete from paragraphs where id > 6")
    strip(without, "delete from labels", "delete from done_runs", "delete from articles where name = 'late'")

    taken_in(here, without)
    assert n_orphans(here) > 0
    assert taken_in(here, without).came.steps == []
    taken_in(here, other)

    assert n_orphans(here) == 0
    assert_same(here, before, other)


def test_a_plan_comes_in_with_what_was_withdrawn_closed_and_settled(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = Path(shutil.copy(here, tmp_path / "lead.db"))
    with Store(lead) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["anna", "ben"], seed=1), "pilot", "first")
        plan.withdraw("pilot")
        plan.put(plan.draw(["carl", "dora"], seed=2), "main", "second", feedback=False)
        plan.put(plan.draw(["erik", "fred"], seed=3, articles=[store.articles.get(1).article_id]), "training", "third")
        plan.close("pilot")
        store.unblind("anna", "compare")
    work(
        lead, "judge", [("settle", 0, 1), ("settle", 2, 3), ("settle", 0, 0), ("aggregate", 0, 2), ("aggregate", 0, 1)]
    )
    work(lead, "carl", [("review", 0, 0), ("review", 1, 1)])
    work(here, "anna", [("review", 2, 1), ("review", 5, 0)])
    before = Path(shutil.copy(here, tmp_path / "before.db"))
    monkeypatch.setattr("annotator.store.merge.take_in.rebuild_project", None)

    taken_in(here, lead, portion=2)

    monkeypatch.undo()
    assert held(here)["assignments"]
    assert_same(here, before, lead)


@pytest.mark.parametrize("seed", [1, *[pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 7)]])
def test_machines_that_take_in_each_others_work_in_turn_hold_the_same(tmp_path: Path, seed: int) -> None:
    r = random.Random(seed)  # noqa: S311 (an order of acts)
    base = project(tmp_path / "base.db")
    files = [Path(shutil.copy(base, tmp_path / f"{i}.db")) for i in range(3)]
    coders = (("anna",), ("anna", "ben"), ("ben", "carl"))
    for _ in range(20):
        i, j = r.sample(range(3), 2)
        if r.random() < 0.4:
            work(files[i], r.choice(coders[i]), [(r.choice(KINDS), r.randrange(10), r.randrange(10)) for _ in range(3)])
        else:
            taken_in(files[i], files[j], portion=r.choice((1, 5, 200)))
    for i in range(3):
        # After it comes something new from elsewhere: only then is a name that was joined and changed since looked at.
        work(files[i], f"last {i}", [("statement", i, 1)])
    merged = tmp_path / "merged.db"
    merge_new(merged, files)

    for i, j in (*permutations(range(3), 2), *permutations(range(3), 2)):
        taken_in(files[i], files[j])

    for path in files:
        assert (held(path), exported(path)) == (held(merged), exported(merged))


def test_what_a_portion_costs_does_not_grow_with_the_project(tmp_path: Path) -> None:
    costs = []
    for n in (20, 200):
        here = project(tmp_path / f"{n}.db")
        with Store(here) as store, store.connection.write():
            for i in range(n):
                act(store, "anna", ("statement", i, i % 10))
                act(store, "anna", ("speaker", i, i % 5))
        new = Path(shutil.copy(here, tmp_path / f"new {n}.db"))
        work(new, "ben", DONE)
        others = "(select id from steps where coder <> (select id from coders where name = 'ben'))"
        strip(new, f"delete from changes where step in {others}", f"delete from steps where id in {others}")
        strip(new, "delete from reviews")
        with Store(here) as store:
            mark_beginning(store.connection)
            there = Connection(new, read_only=True)
            costs.append(sqlite_steps(store, lambda s=store, t=there: take_in(s, t)))  # type: ignore[misc]
            there.close()
            assert store.connection.one("select n_steps from coders where name = 'ben'") == (len(DONE),)

    assert costs[1] < 1.3 * costs[0]


def n_orphans(path: Path) -> int:
    with Store(path, read_only=True) as store:
        row = store.connection.one("select value from meta where key = 'orphans'")
        return int(row[0]) if row else 0


def strip(path: Path, *statements: str) -> None:
    """Take rows out of a copy, so that it is a part of a project."""
    c = Connection(path)
    c.execute("pragma foreign_keys = off")
    with c.write():
        triggers = allow_rewriting(c)
        for sql in statements:
            c.execute(sql)
        forbid_rewriting(c, triggers)
    c.close()
