"""What the durability page promises, each fault in a short form; `benchmarks/faults.py` runs the long one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from annotator.export import write
from annotator.export.folder import Folder
from annotator.records import Selection
from annotator.store import Store
from annotator.store.file.backup import back_up
from annotator.store.file.connection import Connection
from annotator.store.merge.merge import merge
from annotator.store.rescue.doctor import examine
from tests.conftest import article
from tests.faults.conftest import empty, worked
from tests.faults.damage import content, damage
from tests.faults.days import press_on
from tests.faults.full_disk import fill
from tests.faults.histories import check
from tests.faults.journals import journals
from tests.faults.leaving import leave_while_locked
from tests.faults.power import survive
from tests.faults.sessions import kill_sessions
from tests.faults.surroundings import bear
from tests.faults.writers import write_together
from tests.store.test_migrations import older
from tests.store.work import CODEBOOK, act

pytestmark = pytest.mark.slow


def test_a_session_killed_between_two_keys_has_lost_none_that_was_shown_as_saved(tmp_path: Path) -> None:
    path = empty(tmp_path / "annotations.db")

    killed = kill_sessions(path, n_kills=3)

    assert killed.lost == []
    assert killed.n_steps > 3
    assert examine(path).is_sound


def test_a_session_left_while_keys_wait_writes_them_or_tells_their_number(tmp_path: Path) -> None:
    left = leave_while_locked(empty(tmp_path / "annotations.db"), n_times=8)

    assert left.silent == []
    assert left.n_written > 0
    assert left.n_told > 0


def test_coders_who_write_together_and_are_killed_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    path = worked(tmp_path / "annotations.db", 0)

    # A slow machine needs longer to start a program than to the next kill.
    written = write_together(path, n_coders=3, n_labels=60, kill_every=0.4, least_kills=3, most_kills=5)

    assert 3 <= written.kills <= 5
    assert written.n_labels >= 180
    assert (written.lost, written.doubled) == (0, 0)
    assert examine(path).is_sound


def label(folder: Path) -> None:
    with Store(folder / "annotations.db") as store:
        coding = store.coding("anna")
        with coding.step("label", 2) as step:
            statement = step.add_statement((0, 5))
            step.label(statement, "stance", "pro")
            step.set_speakers(statement, [("Somebody new", None)])
            step.change_statement(statement, note="n" * 20_000)


def export(folder: Path) -> None:
    with (
        Store(folder / "annotations.db", read_only=True) as store,
        store.records(Selection()) as source,
        Folder(folder / "exports") as out,
    ):
        write("jsonl", source, out)


def merge_other(folder: Path) -> None:
    with Store(folder / "annotations.db") as store:
        merge(store, [folder / "other.db"])


def make_new(folder: Path) -> None:
    Store.create(folder / "new.db", CODEBOOK, [article("One.\nTwo.")]).close()
    (folder / "new.db").unlink()


def migrate(folder: Path) -> None:
    Store(folder / "older.db").close()


def snapshot(folder: Path) -> None:
    back_up(folder / "annotations.db", "by hand")


OPERATIONS = {
    "a session": label,
    "an export": export,
    "a merge": merge_other,
    "a new project": make_new,
    "a migration": migrate,
    "a backup": snapshot,
}


def prepared(project: Path) -> Path:
    """The folder of a project, with another to merge and one of an older schema."""
    worked(project.parent / "other.db", 20)
    older(project.parent / "older.db", project.parent / "other.db", 1)
    return project.parent


def old_state(folder: Path) -> object:
    """What must be as it was after a failure."""
    c = Connection(folder / "older.db", read_only=True)
    try:
        rows = [c.all(f"select * from {table}") for table in ("steps", "changes", "statements", "articles")]
        return content(folder / "annotations.db"), c.one("pragma user_version"), rows
    finally:
        c.close()


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_full_disk_leaves_the_old_state_and_says_one_sentence(project: Path, name: str) -> None:
    filled = fill(prepared(project), OPERATIONS[name], old_state, step=90_000)

    assert filled.n_failures > 0
    assert all(
        "disk" in sentence or "room" in sentence or "made" in sentence or "written" in sentence
        for sentence in filled.sentences
    ), filled.sentences


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_loss_of_power_keeps_every_commit_that_had_returned(project: Path, tmp_path: Path, journal: str) -> None:
    pytest.importorskip("apsw", reason="the loss of power is simulated with apsw, which the dev group brings")
    disks = tmp_path / "disks"
    disks.mkdir()

    survived = survive(project, code, disks, journal=journal, n_disks=25)

    assert survived.n_events > 100
    assert survived.faults == []


def test_the_simulation_would_find_commits_that_are_not_synced(project: Path, tmp_path: Path) -> None:
    pytest.importorskip("apsw", reason="the loss of power is simulated with apsw, which the dev group brings")
    disks = tmp_path / "disks"
    disks.mkdir()

    assert survive(project, code, disks, journal="wal", n_disks=10, synchronous="normal").faults != []


def code(store: Store) -> None:
    for i in range(30):
        act(store, "anna", (("statement", "label", "review", "speaker", "undo")[i % 5], i % 9, i % 10))


def test_no_damage_is_silent(project: Path, tmp_path: Path) -> None:
    damaged = damage(project, tmp_path, n=8, save_every=4)

    assert damaged.silent == []
    assert all(damaged.noticed[kind] == 8 for kind in ("the file cut", "the header gone"))
    assert sum(damaged.saved.values()) == sum(damaged.tried_to_save.values())


def test_no_journal_that_is_missing_or_another_is_taken_silently(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    folder.mkdir()

    found = journals(project, folder, n=4)

    assert found.silent == []
    for kind in ("the WAL removed", "an older WAL beside a file that was closed", "the WAL cut", "the WAL broken"):
        assert found.noticed[kind] == 4, kind


def test_days_of_keys_cost_no_more_at_the_end_than_at_the_beginning(tmp_path: Path) -> None:
    path = empty(tmp_path / "annotations.db")

    quarters = press_on(path, n_keys=800)

    first, last = quarters[1], quarters[-1]
    assert last.memory < first.memory + 10
    assert last.median < 3 * first.median
    assert last.bytes_a_key < 2 * first.bytes_a_key
    assert examine(path).is_sound


def test_files_whose_codebooks_go_on_come_together_in_any_order_or_in_none(tmp_path: Path) -> None:
    found = []
    for seed in range(8):
        (tmp_path / str(seed)).mkdir()
        found.append(check(tmp_path / str(seed), random.Random(seed)))  # noqa: S311 (no secret)

    assert sum(one.n_codebooks for one in found) > 8
    assert any(one.n_conflicts for one in found)


def test_what_happens_around_a_program_is_said_in_a_sentence_and_costs_nothing(project: Path) -> None:
    borne = bear(project)

    assert [name for name, one in borne.items() if not one.is_kept] == []
    said = {name: one.sentence for name, one in borne.items()}
    assert "read-only" in said["the file read-only"]
    assert "read-only" in said["the folder read-only"]
    assert "in use by another program" in said["locked by another program"]
    for name in ("replaced under the program", "moved away and back"):
        assert "moved, removed or replaced" in said[name]
    assert "restored, merged or repaired" in said["restored under the program"]
