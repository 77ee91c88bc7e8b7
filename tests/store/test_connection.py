"""A project file under another program's hands: locked, replaced, read-only, hostile, made twice at once."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from tempfile import mkstemp
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.errors import BusyError, StoreError, UsageError
from annotator.files.mounts import file_system
from annotator.store import Store
from annotator.store.file.backup import backups
from annotator.store.file.backup_retention import keep
from annotator.store.file.connection import APPLICATION_ID, Connection
from annotator.store.file.network_drives import synced_by
from annotator.store.file.timestamps import later
from annotator.store.tables import done_runs as progress
from annotator.store.tables.json_values import loaded, stored
from tests.conftest import ROOT, article
from tests.store.test_merge import held, project
from tests.store.test_migrations import older
from tests.store.work import CODEBOOK, TEXTS, act

MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1))  # noqa: DTZ001 (Hypothesis's rule)
IS_ROOT = os.geteuid() == 0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return project(tmp_path / "annotations.db")


def review(store: Store, paragraph: int = 1, state: Any = "no claim") -> None:
    with store.coding("anna").step("review", paragraph) as step:
        step.review(state=state)


# transactions


def test_what_raises_in_a_step_leaves_nothing(path: Path) -> None:
    with Store(path) as store:
        coding = store.coding("anna")
        with pytest.raises(StoreError, match="no statement"), coding.step("label", 1) as step:  # noqa: PT012 (the step is what raises)
            step.label(step.add_statement(None), "stance", "pro")
            step.label("no such statement", "stance", "pro")

        assert coding.statements(1) == []
        assert store.history.latest(coder=coding.coder.id) == []


def test_a_step_that_changes_nothing_leaves_no_line(path: Path) -> None:
    with Store(path) as store:
        review(store)
        n = store.connection.one("select count(*) from steps")
        review(store)

        assert store.connection.one("select count(*) from steps") == n


def test_the_history_cannot_be_changed(path: Path) -> None:
    with Store(path) as store:
        review(store)
        for sql in (
            "delete from steps",
            "delete from changes",
            "update steps set what = ''",
            "update changes set n = 9",
        ):
            with pytest.raises(StoreError, match="append-only"):
                store.connection.execute(sql)


def test_a_write_inside_a_read_is_refused_rather_than_thrown_away(path: Path) -> None:
    with Store(path) as store, store.connection.read(), pytest.raises(StoreError, match="thrown away"):
        review(store)


def test_a_writer_waits_says_so_and_gives_up_with_a_sentence(path: Path) -> None:
    # The program's own SQLite: the locks of two libraries in one process do not see each other.
    other = Connection(path)
    with Store(path) as store:
        store.coder("anna")
        waits: list[float] = []
        store.connection.patience, store.connection.on_wait = 0.6, waits.append
        other.execute("begin immediate")

        with pytest.raises(BusyError, match="in use by another program; nothing was written"):
            review(store)
        assert waits
        other.execute("rollback")
        review(store)
        assert store.coding("anna").review(1).state == "no claim"
    other.close()


HOLDER = """
import sys, time
from pathlib import Path
from annotator.store.file.connection import Connection
c = Connection(Path(sys.argv[1]))
c.execute("begin immediate")
print("held", flush=True)
time.sleep(0.5)
print(time.monotonic(), flush=True)
c.execute("rollback")
"""


def test_a_writer_goes_on_when_the_other_is_done(path: Path) -> None:
    with Store(path) as store:
        store.coder("anna")
        command = [sys.executable, "-c", HOLDER, str(path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"

            review(store)

            after = time.monotonic()
            assert after >= float(other.stdout.readline()), "the lock was still held"
        assert store.coding("anna").review(1).state == "no claim"


@pytest.mark.parametrize("value", [float("nan"), 2**70, "half \ud800"])
def test_values_that_cannot_be_stored_are_refused_in_a_sentence(path: Path, value: Any) -> None:
    with Store(path) as store:
        coding = store.coding("anna")
        with pytest.raises(StoreError), coding.step("label", 1) as step:
            step.label(step.add_statement(None), "weight", value)
        assert coding.statements(1) == []


@given(st.one_of(st.text(), st.integers(-(2**62), 2**62), st.floats(allow_nan=False), st.lists(st.text())))
@settings(max_examples=300)
def test_every_value_of_a_label_comes_back_as_it_was(value: Any) -> None:
    assert loaded(stored(value)) == value
    assert type(loaded(stored(value))) is type(value)
    nested = stored(stored(value)) if isinstance(value, list) else stored(value)
    assert loaded(nested) == (stored(value) if isinstance(value, list) else value)


def test_a_statement_of_one_coder_cannot_be_written_by_another(path: Path) -> None:
    with Store(path) as store:
        with store.coding("anna").step("label", 1) as step:
            statement = step.add_statement(None)
        ben = store.coder("ben")
        value = {
            "article_id": store.articles.all()[0].article_id,
            "paragraph": 0,
            "evidence": None,
            "note": "mine",
            "flag": False,
            "deleted": False,
        }

        with pytest.raises(StoreError, match="another coder"), store.history.step(ben.id, "take over") as step:
            step.put("statement", [statement], value)
        assert store.coding("anna").statements(1)[0].note is None


# progress


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 12)), max_size=60))
@settings(max_examples=60, deadline=None)
def test_the_runs_of_finished_paragraphs_are_the_reviews(todo: list[tuple[bool, int]]) -> None:
    handle, name = mkstemp()
    os.close(handle)
    c = Connection(Path(name))
    c.execute("pragma synchronous = off")
    done: set[int] = set()
    c.execute("create table done_runs (coder, first, last, primary key (coder, first)) without rowid")
    c.execute("create table assignments (id integer primary key, recorder, first, last, n_left)")
    c.execute("create table articles (id integer primary key, n_paragraphs)")
    c.execute("create table removed (article integer primary key)")
    c.execute("create table paragraphs (id integer primary key, article, position)")
    c.executemany("insert into paragraphs values (?, 1, ?)", [(i, i - 1) for i in range(1, 13)])
    c.execute("insert into assignments values (1, 1, 3, 9, 7)")
    for is_done, paragraph in todo:
        (progress.mark_done if is_done else progress.mark_left)(c, 1, paragraph)
        (done.add if is_done else done.discard)(paragraph)

        runs = c.all("select first, last from done_runs order by first")
        assert {p for first, last in runs for p in range(first, last + 1)} == done
        assert all(a[1] + 1 < b[0] for a, b in pairwise(runs))
        assert progress.n_done(c, 1) == len(done)
        assert c.one("select n_left from assignments") == (7 - len(done & set(range(3, 10))),)
        for after in (0, 5, 12):
            left = [p for p in (*range(after + 1, 13), *range(1, after + 1)) if p not in done]
            assert progress.next_left(c, 1, after) == (left[0] if left else None)
    c.close()
    Path(name).unlink()


# two at once


@pytest.mark.slow
def test_opening_a_project_again_leaves_the_locks_of_this_process_alone(path: Path) -> None:
    # Closing any handle of a file drops every POSIX lock that the process has on it.
    with Store(path) as store, store.connection.write():
        store.connection.execute("update meta set value = value where key = 'codebook'")
        Store(path, read_only=True).close()
        found = subprocess.run(
            [sys.executable, "-c", HOLDER, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert "BusyError" in found.stderr


SCRIPT = """
import sys
from pathlib import Path
from annotator.codebook.file import default_codebook
from annotator.errors import StoreError
from annotator.store import Store
from tests.conftest import article
try:
    Store.create(Path(sys.argv[1]), default_codebook(), [article("One.\\nTwo.")]).close()
    print("made")
except StoreError as error:
    print("exists" if "exists already" in str(error) else error)
"""


@pytest.mark.slow
def test_two_programs_that_begin_in_one_folder_make_one_whole_project(tmp_path: Path) -> None:
    path = tmp_path / "annotations.db"
    command = [sys.executable, "-c", SCRIPT, str(path)]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]

    said = sorted(process.communicate(timeout=60)[0].strip() for process in running)

    assert said == ["exists", "exists", "exists", "made"]
    with Store(path) as store:
        assert store.articles.n_paragraphs() == 2
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["annotations.db"]


def test_two_sessions_of_one_coder_share_one_history(path: Path) -> None:
    with Store(path) as one, Store(path) as other:
        review(one, 1)
        review(other, 2)

        undone = one.coding("anna").undo()

        assert undone is not None
        assert undone.paragraph == 2
        assert other.coding("anna").progress().done == 1
        assert other.coding("anna").redo() is not None


def test_an_entry_that_another_coder_uses_outlives_the_undo_of_its_making(path: Path) -> None:
    with Store(path) as store:
        for coder in ("anna", "ben"):
            with store.coding(coder).step("speaker", 1) as step:
                step.set_speakers(step.add_statement(None), [("Wang Yi", None)])

        undone = store.coding("anna").undo()

        assert undone is not None
        assert undone.n_kept == 1
        assert [entry.name for entry in store.registry.entries()] == ["Wang Yi"]
        assert store.coding("anna").statements(1) == []


# the file


def test_a_project_is_its_owners_alone_and_one_file_when_nobody_is_at_work(path: Path) -> None:
    with Store(path) as store:
        review(store)
        with Store(path, read_only=True) as reader:
            reader.status()
    with Store(path, read_only=True) as reader:
        reader.status()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir() if p.is_file()] == ["annotations.db"]
    assert all(stat.S_IMODE(backup.path.stat().st_mode) == 0o600 for backup in backups(path))


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_a_file_replaced_under_the_running_program_takes_no_more_work(path: Path, tmp_path: Path, how: str) -> None:
    with Store(path) as store:
        review(store)
        aside = path.rename(tmp_path / "aside.db")
        if how == "replaced":
            project(tmp_path / "other.db").rename(path)

        with pytest.raises(StoreError, match="moved, removed or replaced"):
            review(store, 2)
        if how == "removed":
            aside.rename(path)
            review(store, 2)
            assert store.coding("anna").progress().done == 2


@pytest.mark.skipif(IS_ROOT, reason="root may write everything")
def test_a_read_only_file_can_be_read_and_refuses_work_in_a_sentence(path: Path) -> None:
    path.chmod(0o400)
    with Store(path, read_only=True) as store:
        assert store.status()["n_paragraphs"] == 6
    with Store(path) as store, pytest.raises(StoreError, match="read-only"):
        review(store)


def test_a_store_opened_for_reading_refuses_to_write(path: Path) -> None:
    with Store(path, read_only=True) as store, pytest.raises(StoreError, match="opened for reading"):
        review(store)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "it is empty"), (b"no database at all", "not an SQLite database"), (None, "another program's database")],
)
def test_what_is_no_project_is_refused_and_left_as_it_was(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "annotations.db"
    if content is None:
        with sqlite3.connect(path) as raw:
            raw.execute("create table mine (a)")
        raw.close()
        content = path.read_bytes()
    path.write_bytes(content)

    with pytest.raises(StoreError, match=says):
        Store(path)
    assert path.read_bytes() == content


def test_a_file_of_a_newer_version_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("pragma user_version = 999")
    raw.close()
    for read_only in (False, True):
        with pytest.raises(StoreError, match="newer version"):
            Store(path, read_only=read_only)


@pytest.mark.parametrize(
    "sql",
    [
        "create trigger t after insert on labels begin delete from labels; end",
        "create trigger steps_changed before update on steps begin select raise(ignore); end",
    ],
)
def test_a_hostile_trigger_is_refused_before_it_can_run(path: Path, sql: str) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute(sql)
    raw.close()

    with pytest.raises(StoreError, match=r"trigger \w+ on \w+ is not annotator's"):
        Store(path)


@pytest.mark.parametrize("part", ["-wal", "-journal"])
def test_a_journal_of_another_project_is_not_played_back_into_a_new_one(tmp_path: Path, part: str) -> None:
    path = tmp_path / "annotations.db"
    Path(f"{path}{part}").write_bytes(b"something")

    with pytest.raises(StoreError, match="left over from another project"):
        Store.create(path, CODEBOOK)
    assert not path.exists()


def test_a_project_that_cannot_be_finished_leaves_nothing_behind(tmp_path: Path) -> None:
    def articles() -> Any:
        yield article("One.")
        raise UsageError("no more")

    with pytest.raises(UsageError):
        Store.create(tmp_path / "annotations.db", CODEBOOK, articles())
    assert list(tmp_path.iterdir()) == []


def test_a_migration_is_preceded_by_a_snapshot(path: Path, tmp_path: Path) -> None:
    made = older(tmp_path / "older.db", path, 1)

    Store(made).close()

    assert [backup.why for backup in backups(made)] == ["before migration from 1"]


# backups and times


@given(st.lists(MOMENTS, max_size=80))
def test_the_rule_of_backups_keeps_the_last_ten_then_days_then_weeks(times: list[Any]) -> None:
    times = sorted(times, reverse=True)

    kept = [at for at, stays in zip(times, keep(times), strict=True) if stays]

    assert kept[:10] == times[:10]
    again = keep(kept)
    assert all(again)
    older = [at for at in kept[10:] if (times[0] - at).days < 14]
    assert len({at.date() for at in older}) == len(older)


def test_the_first_write_of_a_day_makes_a_snapshot_of_what_was_before(path: Path) -> None:
    with Store(path) as store:
        review(store)
        review(store, 2)

    [made] = backups(path)
    assert made.why == "daily"
    with Store(made.path, read_only=True) as store:
        assert store.coders() == []


def test_a_large_project_is_copied_in_the_background_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.store.file.backup.IN_BACKGROUND", 0)
    with Store(path) as store:
        for i in range(1, 6):
            review(store, i)
    for thread in threading.enumerate():
        if thread.name == "backup":
            thread.join()

    [made] = backups(path)
    with Store(made.path, read_only=True) as store:
        assert store.coders() == []


def test_a_snapshot_that_cannot_be_made_stops_no_coder(path: Path) -> None:
    Path(f"{path}.backups").write_text("in the way")

    with Store(path) as store:
        review(store)
        assert store.coding("anna").progress().done == 1


@given(st.text(alphabet="0123456789", min_size=6, max_size=6))
def test_times_never_run_backwards(micro: str) -> None:
    future = f"2999-12-31T23:59:59.{micro}Z"

    assert later(future) > future
    assert len(later(future)) == len(future)


def test_two_time_zones_write_one_order(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(path) as store:
        for zone in ("Pacific/Auckland", "America/Los_Angeles", "UTC"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            act(store, "anna", ("review", len(zone) % 6, len(zone) % 4))
        times = [row[0] for row in store.connection.all("select at from steps order by id")]
    monkeypatch.undo()
    time.tzset()

    assert times == sorted(times)
    assert all(at.endswith("Z") for at in times)


def test_the_place_of_a_file_is_known(tmp_path: Path) -> None:
    folder = tmp_path / "OneDrive - University"
    folder.mkdir()

    assert synced_by(folder / "a.db") == "OneDrive"
    assert synced_by(tmp_path / "a.db") is None
    if Path("/proc/self/mountinfo").exists():
        assert file_system(Path("/proc/self")) == "proc"
        assert file_system(tmp_path) is not None


def test_the_application_id_marks_a_project(path: Path) -> None:
    assert int.from_bytes(path.read_bytes()[68:72], "big") == APPLICATION_ID
    assert held(path)["codebook"]
    assert len(TEXTS) == 3
