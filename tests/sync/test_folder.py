"""A shared folder in which things go wrong: files that are half there, copies, clocks, killed programs."""

from __future__ import annotations

import errno
import gzip
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from annotator.batch import Batch, ProjectItem
from annotator.errors import BusyError, OfflineError, RefusedError
from annotator.files import shared
from annotator.store import Store
from annotator.store.exchange.standing import Standing
from annotator.store.file.backup import back_up, backups, restore
from annotator.sync.batch_files import BatchFiles
from annotator.sync.batch_lines import encode
from annotator.sync.folder import FolderObjects
from tests.conftest import ROOT
from tests.store.test_merge import exported, held, project, together, work
from tests.store.work import TEXTS, Act
from tests.sync.exchanging import sync

SOME: list[Act] = [("statement", 1, 1), ("label", 1, 2), ("speaker", 1, 3), ("review", 0, 1)]
STREAM = "0b7c6a52-6a5e-4c0e-9a52-0b9f0a7f7a11"


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Two copies of a project on two machines, in which anna and ben have worked, and an empty folder."""
    anna = project(tmp_path / "anna.db", TEXTS[:2])
    ben = Path(shutil.copy(anna, tmp_path / "ben.db"))
    work(anna, "anna", SOME)
    work(ben, "ben", SOME)
    (tmp_path / "hub").mkdir()
    assert n_steps(anna) > 3
    return anna, ben, tmp_path / "hub"


def batches(hub: Path) -> list[Path]:
    return sorted(hub.glob("v1/*-*/*.gz"))


def n_steps(path: Path) -> int:
    with Store(path, read_only=True) as store:
        row = store.connection.one("select count(*) from steps")
        assert row is not None
        return int(row[0])


def test_a_file_that_is_half_there_waits_until_it_is_whole(pair: tuple[Path, Path, Path]) -> None:
    anna, ben, hub = pair
    sync(anna, hub)
    (path,) = batches(hub)
    whole = path.read_bytes()
    for n in (0, 5, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:n])
        result = sync(ben, hub)
        assert (result.n_came, result.n_incomplete, result.stopped) == (0, 1, ())

    path.write_bytes(whole)

    result = sync(ben, hub)
    assert (result.n_came, result.n_incomplete) == (n_steps(anna) - 1, 0)


def test_copies_and_other_names_are_ignored(pair: tuple[Path, Path, Path]) -> None:
    anna, ben, hub = pair
    sync(anna, hub)
    (path,) = batches(hub)
    for name in (
        "00000001-00000001.jsonl (conflicted copy).gz",
        "00000002-00000002.sync-conflict-20261129.jsonl.gz",
        ".00000002-00000002.jsonl.gz.12345678.unfinished",
        "00000002-00000002.jsonl.gz.tmp",
        "00000000-00000000.jsonl.gz",
    ):
        (path.parent / name).write_bytes(b"not a batch")
    (hub / "v1" / "not a stream").mkdir()
    (hub / "v1" / ".stfolder").mkdir()
    (hub / "desktop.ini").write_text("x", encoding="utf-8")

    result = sync(ben, hub)

    assert (result.n_came, result.stopped) == (n_steps(anna) - 1, ())


def test_a_gap_is_waited_for(pair: tuple[Path, Path, Path]) -> None:
    anna, ben, hub = pair
    sync(anna, hub, machine="a")
    work(anna, "anna", SOME)
    sync(anna, hub, machine="a")
    work(anna, "anna", SOME[:1])
    sync(anna, hub, machine="a")
    second = batches(hub)[1]
    late = second.rename(hub / "late")

    first = sync(ben, hub).n_came
    late.rename(second)
    rest = sync(ben, hub).n_came
    assert 0 < first < n_steps(anna) - 1
    assert first + rest == n_steps(anna) - 1


def test_a_damaged_file_stops_its_stream_alone(pair: tuple[Path, Path, Path], tmp_path: Path) -> None:
    anna, ben, hub = pair
    sync(anna, hub)
    (path,) = batches(hub)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    third = Path(shutil.copy(project(tmp_path / "c.db", TEXTS[:2]), tmp_path / "third.db"))

    result = sync(ben, hub)

    assert result.n_came == 0
    assert "is damaged" in " ".join(result.stopped)
    assert result.n_sent == n_steps(ben), "what is here is sent all the same"
    assert "is damaged" in " ".join(sync(third, hub).stopped)
    assert n_steps(third) == 1 + n_steps(ben)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace('"format":1', '"format":2'), "newer version"),
        (lambda text: text.replace('"kind":"step"', '"kind":"dance"'), "is damaged"),
        (lambda text: text.replace(',"review",', ',"dance",'), "damaged line of history"),
        (lambda text: text.replace('"what":"', '"what":"x'), "damaged line of history|differently"),
        (lambda text: text.replace('"first":1', '"first":2'), "another batch|is damaged"),
    ],
)
def test_what_this_version_cannot_read_is_not_taken_in(
    pair: tuple[Path, Path, Path], change: Callable[[str], str], sentence: str
) -> None:
    anna, ben, hub = pair
    sync(anna, hub)
    (path,) = batches(hub)
    path.write_bytes(gzip.compress(change(gzip.decompress(path.read_bytes()).decode()).encode()))
    before = held(ben)

    result = sync(ben, hub)

    assert result.n_came == 0
    assert re.search(sentence, " ".join(result.stopped)), result.stopped
    assert held(ben) == before


def test_a_folder_that_is_gone_is_offline_and_one_that_may_not_be_written_refuses(
    pair: tuple[Path, Path, Path],
) -> None:
    anna, _, hub = pair
    hub.rmdir()
    with pytest.raises(OfflineError, match="connect the drive"):
        FolderObjects(hub)
    if os.geteuid() == 0:
        return
    hub.mkdir(mode=0o500)
    with pytest.raises(RefusedError, match="may not be used"):
        sync(anna, hub)


def test_a_full_disk_leaves_nothing_half_and_the_next_exchange_sends_it(
    pair: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben, hub = pair

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(shared.os, "fsync", full)  # type: ignore[attr-defined]
        with pytest.raises(OfflineError, match=r"disk of .* is full"):
            sync(anna, hub)
    assert [path for path in hub.rglob("*") if path.is_file()] == []

    sync(anna, hub)
    assert sync(ben, hub).n_came == n_steps(anna) - 1


def test_a_batch_number_is_taken_once(tmp_path: Path) -> None:
    files = BatchFiles(FolderObjects(tmp_path))
    items = (ProjectItem(created_at="2026"),)
    files.push(Batch(stream=STREAM, first=1, last=1, items=items))
    for number in (1, 3):
        with pytest.raises(RefusedError, match="does not follow"):
            files.push(Batch(stream=STREAM, first=number, last=number, items=items))


def test_of_files_that_hold_the_same_batches_the_longest_is_read(tmp_path: Path) -> None:
    """A writer may join its files; a reader may meet both."""
    files = BatchFiles(FolderObjects(tmp_path))
    for number in (1, 2, 3):
        files.push(Batch(stream=STREAM, first=number, last=number, items=()))
    joined = Batch(stream=STREAM, first=1, last=3, items=(ProjectItem(created_at="2026"),))
    (tmp_path / "v1" / STREAM / "00000001-00000003.jsonl.gz").write_bytes(encode(joined))

    assert list(files.pull(STREAM, 0)) == [joined]
    assert list(files.pull(STREAM, 2)) == [joined]
    assert list(files.pull(STREAM, 3)) == []


def test_files_have_the_permissions_of_the_shared_folder(tmp_path: Path) -> None:
    if os.name != "posix":
        return
    for mode in (0o700, 0o750, 0o2770):
        hub = tmp_path / f"{mode:o}"
        hub.mkdir()
        hub.chmod(mode)
        FolderObjects(hub).create("v1/x/one", b"x")
        assert (hub / "v1/x").stat().st_mode & 0o777 == mode & 0o777
        assert (hub / "v1/x/one").stat().st_mode & 0o777 == mode & 0o666


def test_a_restored_backup_fetches_what_it_lacks_of_ones_own(pair: tuple[Path, Path, Path]) -> None:
    anna, ben, hub = pair
    sync(anna, hub, machine="a")
    back_up(anna, "by hand")
    work(anna, "anna", [*SOME, ("undo", 0, 0)])
    sync(anna, hub, machine="a")
    wanted = held(anna)

    restore(anna, next(one.path for one in backups(anna) if "hand" in one.why))
    assert held(anna) != wanted
    sync(anna, hub, machine="a")
    assert held(anna) == wanted
    work(anna, "anna", SOME)
    sync(anna, hub, machine="a")
    sync(ben, hub)
    sync(anna, hub, machine="a")
    assert held(anna) == held(ben)


@pytest.mark.slow
@pytest.mark.parametrize("machines", [("one", "two"), ("one", "one")])
def test_a_copied_project_sends_under_a_name_of_its_own(
    pair: tuple[Path, Path, Path], tmp_path: Path, machines: tuple[str, str]
) -> None:
    """Copied to another machine, or beside itself on the same one."""
    anna, ben, hub = pair
    sync(anna, hub, machine=machines[0])
    copy = Path(shutil.copy(anna, tmp_path / "copy.db"))
    work(anna, "anna", SOME)
    work(copy, "anna", [("statement", 3, 3), ("label", 1, 1)])
    merged = together(tmp_path, "merged.db", anna, copy, ben)

    for path, machine in ((anna, machines[0]), (copy, machines[1]), (ben, "ben"), (anna, machines[0])):
        sync(path, hub, machine=machine)
    sync(copy, hub, machine=machines[1])

    assert len(list(hub.glob("v1/*-*"))) == 1 + len(set(machines))
    for path in (anna, copy):
        assert (held(path), exported(path)) == (held(merged), exported(merged))


def test_a_clock_an_hour_ahead_is_named(pair: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    anna, ben, hub = pair
    ahead = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    with monkeypatch.context() as patched:
        patched.setattr("annotator.store.history.history.later", lambda _: ahead)
        work(anna, "anna", SOME[:1])
    sync(anna, hub)

    assert "the clock of anna is more than 5 minutes ahead" in " ".join(sync(ben, hub).clocks)

    monkeypatch.setattr(FolderObjects, "now", lambda _: datetime.now(UTC) + timedelta(minutes=60))
    assert "60 minutes behind" in " ".join(sync(ben, hub).clocks)
    monkeypatch.setattr(FolderObjects, "now", lambda _: datetime.now(UTC) + timedelta(minutes=4))
    assert sync(ben, hub).clocks == ()


@pytest.mark.slow
def test_a_program_killed_between_sending_and_noting_it_sends_nothing_twice(
    pair: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben, hub = pair

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Standing, "passed", killed)
        with pytest.raises(KeyboardInterrupt):
            sync(anna, hub, machine="a")
    assert sync(anna, hub, machine="a")[:2] == (0, 0)
    work(anna, "anna", SOME)
    with monkeypatch.context() as patched:
        patched.setattr(Standing, "passed", killed)
        with pytest.raises(KeyboardInterrupt):
            sync(anna, hub, machine="a")
    assert sync(anna, hub, machine="a")[:2] == (0, 0)

    sync(ben, hub)
    sync(anna, hub, machine="a")
    assert held(anna) == held(ben)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signal")
def test_programs_that_are_killed_while_they_exchange_lose_nothing_and_double_nothing(
    pair: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    anna, ben, hub = pair
    r = random.Random(7)  # noqa: S311 (moments to kill at)
    for _ in range(30):
        work(anna, "anna", SOME)
    merged = together(tmp_path, "merged.db", anna, ben)
    for _ in range(12):
        for path in (anna, ben):
            _killed(path, hub, r.uniform(0.3, 1.2))

    for path in (anna, ben, anna):
        _killed(path, hub, 60)

    for path in (anna, ben):
        assert (held(path), exported(path)) == (held(merged), exported(merged))


def _killed(path: Path, hub: Path, seconds: float) -> None:
    """Exchange in a process of its own, which is killed after so many seconds."""
    words = [sys.executable, "-m", "annotator", "--project", str(path), "sync", str(hub), "--once"]
    environment = {**os.environ, "ANNOTATOR_CONFIG": str(path.with_suffix(".config"))}
    process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.kill()
    process.wait()


@pytest.mark.parametrize("damage", ["{", '{"cursors": [1]}', '{"stream": 3}', "[]", "\x00"])
def test_a_damaged_record_of_the_exchange_is_made_anew(pair: tuple[Path, Path, Path], damage: str) -> None:
    anna, ben, hub = pair
    sync(anna, hub)
    with Store(anna) as store, store.connection.write():
        store.connection.execute("update meta set value = ? where key glob 'sync:*'", (damage,))
    before = held(anna)

    assert sync(anna, hub).n_came == 0
    sync(ben, hub)

    assert held(anna) == before
    sync(anna, hub)
    assert held(anna) == held(ben)


def test_an_article_cannot_name_a_file_elsewhere(pair: tuple[Path, Path, Path], tmp_path: Path) -> None:
    anna, ben, hub = pair
    sync(anna, hub)
    (path,) = batches(hub)
    text = gzip.decompress(path.read_bytes()).decode()
    article = re.search(r'"article_id":"([0-9a-f]{16})"', text)
    assert article is not None
    path.write_bytes(gzip.compress(text.replace(article[1], "../../../anna.db").encode()))

    assert "is damaged" in " ".join(sync(ben, hub).stopped)


def test_two_programs_that_exchange_one_project_at_the_same_moment_do_not_refuse_each_other(
    pair: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The labelling screen and `annotator sync`, say: the one that comes second tries again."""
    anna, ben, hub = pair
    push = BatchFiles.push

    def twice(files: BatchFiles, batch: Batch) -> None:
        push(files, batch)
        push(files, batch)

    with monkeypatch.context() as patched:
        patched.setattr(BatchFiles, "push", twice)
        with pytest.raises(BusyError, match="at the same moment"):
            sync(anna, hub)

    assert sync(anna, hub)[:2] == (0, 0)
    assert sync(ben, hub).n_came == n_steps(anna) - 1
