"""What is taken in piece by piece gives the project that a merge gives."""

from __future__ import annotations

import shutil
from pathlib import Path

from annotator.store import Store
from annotator.store.file.connection import Connection
from annotator.store.merge.merge import merge
from annotator.store.merge.take_in import TakenIn, take_in
from annotator.store.merge.undo import merges
from tests.store.test_merge import exported, held, project, work


def taken_in(path: Path, other: Path) -> TakenIn:
    there = Connection(other, read_only=True)
    try:
        with Store(path) as store:
            return take_in(store, there)
    finally:
        there.close()


def test_what_is_taken_in_is_what_a_merge_brings(tmp_path: Path) -> None:
    here = project(tmp_path / "here.db")
    work(here, "anna", [("statement", 0, 1), ("speaker", 0, 0)])
    there = Path(shutil.copy(here, tmp_path / "there.db"))
    work(there, "ben", [("statement", 0, 0), ("speaker", 0, 1), ("review", 0, 0)])
    merged = Path(shutil.copy(here, tmp_path / "merged.db"))
    with Store(merged) as store:
        merge(store, [there])

    found = taken_in(here, there)

    assert len(found.came.steps) == 3
    assert (held(here), exported(here)) == (held(merged), exported(merged))
    with Store(here) as store:
        assert merges(store) == []


def test_what_is_known_is_not_taken_in_again(tmp_path: Path) -> None:
    here = project(tmp_path / "here.db")
    there = Path(shutil.copy(here, tmp_path / "there.db"))
    work(there, "ben", [("statement", 0, 0)])
    taken_in(here, there)

    assert taken_in(here, there).came.steps == []
