"""The history is read in the order of its times, whatever the order of its rows."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from annotator.store import Store
from annotator.store.history.renumber import allow_rewriting, forbid_rewriting
from annotator.store.history.replay import rebuild
from annotator.store.history.step_log import LogFilter, lines
from annotator.store.merge.merge import merge
from tests.store.test_merge import exported, held, project, work
from tests.store.work import Act

DONE: list[Act] = [
    ("statement", 0, 1),
    ("label", 0, 0),
    ("label", 0, 1),
    ("speaker", 0, 0),
    ("note", 0, 2),
    ("delete", 0, 0),
    ("undo", 0, 0),
    ("review", 0, 0),
    ("undo", 0, 0),
]


def shuffled(path: Path, seed: int) -> Path:
    """The same history with its steps in other rows."""
    copy = Path(shutil.copy(path, path.with_name(f"shuffled{seed}.db")))
    with Store(copy) as store:
        c = store.connection
        with c.write():
            c.execute("pragma defer_foreign_keys = on")
            triggers = allow_rewriting(c)
            rows = [row for (row,) in c.all("select id from steps")]
            moved = list(zip(rows, random.Random(seed).sample(rows, len(rows)), strict=True))  # noqa: S311
            for table, column in (("steps", "id"), ("changes", "step"), ("steps", "of")):
                c.executemany(f"update {table} set {column} = -? where {column} = ?", [(b, a) for a, b in moved])
            for table, column in (("steps", "id"), ("changes", "step"), ("steps", "of")):
                c.execute(f"update {table} set {column} = -{column} where {column} < 0")
            forbid_rewriting(c, triggers)
    return copy


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    here = project(tmp_path / "whole.db")
    work(here, "anna", DONE)
    there = Path(shutil.copy(here, tmp_path / "there.db"))
    work(here, "anna", [*DONE, ("evidence", 0, 2)])
    work(there, "anna", [("label", 0, 1), *DONE, ("evidence", 0, 4)])
    work(there, "ben", DONE)
    with Store(here) as store:
        merge(store, [there])
    return here


@pytest.mark.parametrize("seed", range(3))
def test_the_state_does_not_depend_on_the_rows_of_the_steps(whole: Path, seed: int) -> None:
    other = shuffled(whole, seed)
    with Store(other) as store, store.connection.write():
        rebuild(store.connection)

    assert (held(other), exported(other)) == (held(whole), exported(whole))
    assert held(whole)["conflicts"]


@pytest.mark.parametrize("seed", range(3))
def test_the_log_and_undo_do_not_depend_on_the_rows_of_the_steps(whole: Path, seed: int) -> None:
    found = []
    for path in (whole, shuffled(whole, seed)):
        with Store(path) as store:
            c = store.connection
            logs = [list(lines(c, LogFilter(), limit)) for limit in (None, 4)]
            coding = store.coding("anna")
            latest = [(change.at, change.entity) for change in store.history.latest(5, coding.coder.id)]
            statement = coding.statements(1)[0].statement_id
            of_one = [(change.at, change.after) for change in store.history.of_statement(statement)]
            undone = [coding.undo() for _ in range(6)]
            redone = [coding.redo() for _ in range(2)]
            found.append((logs, latest, of_one, undone, redone))

    assert found[0] == found[1]
    assert None not in found[0][3]
