"""A key is shown as saved only where it is found again, whatever other programs do to the files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from unittest.mock import patch

import pytest

from annotator.cli import run
from annotator.errors import StoreError
from annotator.store import Store
from annotator.store.file.backup import backups
from annotator.store.file.connection import Connection
from annotator.store.rescue.doctor import examine
from tests.faults.conftest import worked
from tests.faults.damage import content
from tests.faults.lost_files import LOSSES, laid_out, lose
from tests.store.test_merge import project

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows does not let go of files that are open")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return laid_out(tmp_path / "here", project(tmp_path / "made.db"), worked(tmp_path / "other.db", 30))


@pytest.mark.parametrize(
    "when", ["between", *(pytest.param(one, marks=pytest.mark.slow) for one in ("within", "after a checkpoint"))]
)
@pytest.mark.parametrize("is_killed", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["killed", "left"])
@pytest.mark.parametrize("loss", LOSSES)
def test_nothing_is_shown_as_saved_that_is_lost(loss: str, when: str, is_killed: bool, path: Path) -> None:
    found = lose(path, LOSSES[loss], when=when, is_killed=is_killed)

    assert found.silent == [], found
    assert found.n_refused >= 3 or found.n_in_file == found.n_shown, "what is lost is not noticed"


@pytest.mark.parametrize("is_killed", [True, False], ids=["killed", "left"])
@pytest.mark.parametrize("when", ["between", "after a checkpoint"])
@pytest.mark.parametrize("name", ["older", "other"])
def test_the_file_that_takes_the_place_is_not_given_the_journal_of_the_one_before(
    name: str, when: str, is_killed: bool, path: Path
) -> None:
    with Store(path.with_name(f"{name}.db"), read_only=True):
        pass
    before = content(path.with_name(f"{name}.db"))
    loss = LOSSES["the file replaced by an older one" if name == "older" else "the file replaced by another project"]

    lose(path, loss, when=when, is_killed=is_killed)

    assert content(path) == before
    faults = [finding.sentence for finding in examine(path).findings if finding.level in ("damage", "fault")]
    assert all("the backup" in fault and "merge" in fault for fault in faults), faults


def review(store: Store, note: str) -> None:
    with store.coding("anna").step(note, 1) as step:
        step.review(note=note)


def test_what_was_saved_before_the_file_was_removed_comes_back_from_the_backup_that_is_named(path: Path) -> None:
    with Store(path) as store:
        review(store, "first")
        path.unlink()
        with pytest.raises(StoreError, match="in the backup") as refused:
            review(store, "second")
        with pytest.raises(StoreError) as again:
            review(store, "third")

    [backup] = [one for one in backups(path) if one.why == "rescued"]
    assert backup.name in str(refused.value)
    assert str(again.value) == str(refused.value)
    assert run(["--project", str(path), "restore", backup.name, "--yes"]) == 0
    with Store(path) as store:
        assert store.coding("anna").review(1).note == "first"
    assert examine(path).is_sound


def test_a_journal_that_comes_back_is_worked_with_again_and_what_is_lost_next_is_saved_anew(path: Path) -> None:
    aside = path.with_name("aside")
    with Store(path) as store:
        for note in ("first", "second"):
            path.rename(aside)
            with pytest.raises(StoreError, match="was moved, removed or replaced"):
                review(store, "refused")
            aside.rename(path)
            review(store, note)
        path.rename(aside)
        with pytest.raises(StoreError, match="in the backup") as refused:
            review(store, "refused")

    latest = backups(path)[0]
    assert latest.name in str(refused.value)
    with Store(latest.path, read_only=True) as store:
        assert store.coding("anna").review(1).note == "second"


def test_others_who_work_on_a_project_whose_journal_was_removed_stop_too_and_lose_nothing(path: Path) -> None:
    with Store(path) as one, Store(path) as other:
        review(one, "first")
        with other.coding("ben").step("ben's", 2) as step:
            step.review(note="ben's")
        Path(f"{path}-wal").unlink()
        for store in (one, other):
            with pytest.raises(StoreError, match="what was saved before is in the file"):
                review(store, "refused")
        copy = Path(shutil.copy(path, path.with_name("copy.db")))

    with Store(copy, read_only=True) as store:
        assert store.coding("anna").review(1).note == "first"
        assert store.coding("ben").review(2).note == "ben's"


def test_the_doctor_does_not_miss_a_journal_of_which_all_is_in_the_file(path: Path) -> None:
    with Store(path) as store:
        review(store, "first")
        Path(f"{path}-wal").unlink()
        for part in ("", "-shm"):
            shutil.copy(f"{path}{part}", path.with_name(f"killed.db{part}"))
        with pytest.raises(StoreError, match="is in the file"):
            review(store, "refused")
        for part in ("", "-shm"):
            shutil.copy(f"{path}{part}", path.with_name(f"saved.db{part}"))

    assert not examine(path.with_name("killed.db")).is_sound
    assert examine(path.with_name("saved.db")).is_sound


def test_a_journal_that_sqlite_emptied_for_another_program_costs_nothing(path: Path) -> None:
    other = Connection(path)
    with Store(path) as store:
        for note in ("first", "second", "third"):
            review(store, note)
        other.execute("pragma wal_checkpoint(truncate)")
        review(store, "fifth")
        assert store.coding("anna").review(1).note == "fifth"
    other.close()
    assert examine(path).is_sound


def test_a_project_that_another_program_vacuums_is_worked_with_on(path: Path) -> None:
    with Store(path) as store:
        review(store, "n" * 200_000)
        review(store, "short")
        other = Connection(path)
        other.execute("vacuum")
        other.execute("pragma wal_checkpoint(full)")
        other.close()
        size = path.stat().st_size
        review(store, "after")
        assert store.coding("anna").review(1).note == "after"
    assert size > 0
    assert examine(path).is_sound


def test_looking_at_the_files_costs_a_commit_little(path: Path) -> None:
    with Store(path) as store:
        store.connection.before_first_write = None
        review(store, "first")
        c = store.connection
        looks: list[str] = []
        real = os.stat

        def counted(name: str) -> os.stat_result:
            looks.append(str(name))
            return real(name)

        with patch("annotator.files.held_file.os.stat", counted), c.write():
            c.execute("update meta set value = value where key = 'codebook'")

    # The journal is never among them: Linux would sync the time of each change from then on.
    assert not any(name.endswith("-wal") for name in looks)
    assert len(looks) <= 4
