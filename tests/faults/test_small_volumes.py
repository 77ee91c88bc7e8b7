"""On a full volume every command does its work or says a sentence; none is killed by the system."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.errors import StoreError
from annotator.store import Store
from annotator.store.rescue.doctor import examine
from tests.faults.small_volumes import can_mount, fill, killed_project, lay_out, press, run, try_commands, volume

pytestmark = pytest.mark.skipif(not can_mount(), reason="only the system's administrator may mount a volume")


@pytest.fixture(params=[1024, 2048, 4096])
def mount(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    lay_out(tmp_path)
    try:
        with volume(tmp_path, request.param) as made:
            yield made
    except OSError as error:
        pytest.skip(str(error))


def in_child(work: object) -> int:
    """Run a function in a process of its own; the signal that ended it, or 0."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()  # type: ignore[operator]
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "it went wrong"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


@pytest.mark.parametrize(
    "words", [("status",), ("undo", "--coder", "anna", "--yes"), ("backup",), ("add", "large.txt")]
)
def test_a_command_on_a_full_volume_is_not_killed(mount: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    project = killed_project(mount)
    fill(mount)

    done = run(tmp_path, project, words)

    assert done.returncode in (0, 1), done
    if done.returncode == 1:
        assert re.search("disk is full|no space left", done.stderr)
    else:
        assert words[0] in ("status", "undo")
    (mount / "fill").unlink()
    with Store(project, read_only=True) as store:
        assert store.coding("anna").progress().done == (2 if words[0] == "undo" and done.returncode == 0 else 3)
    assert examine(project).is_sound


def test_a_session_whose_volume_fills_up_refuses_keys_and_goes_on_when_there_is_room(mount: Path) -> None:
    project = killed_project(mount)

    def work() -> None:
        with Store(project) as store:
            press(store, 4)
            fill(mount)
            said = set()
            for i in range(40):
                try:
                    with store.coding("anna").step("key", 5) as step:
                        step.review(note=f"{i} " * 2000)
                except StoreError as error:
                    said.add(str(error))
            assert said == {f"{project} cannot be written: the disk is full; nothing was changed"}
            (mount / "fill").unlink()
            press(store, 10)
            assert store.coding("anna").progress().done == 10

    assert in_child(work) == 0
    assert examine(project).is_sound


def test_a_transaction_that_fills_the_volume_is_refused_as_a_whole(mount: Path) -> None:
    project = killed_project(mount)
    fill(mount, 400_000)

    def work() -> None:
        with Store(project) as store:
            store.connection.before_first_write = None
            store.connection.execute("pragma cache_size = 10")
            rows = [(f"k{i}", "x" * 1000) for i in range(2000)]
            with pytest.raises(StoreError, match="disk is full"), store.connection.write():
                store.connection.executemany("insert into meta values (?, ?)", rows)
            press(store, 5)

    assert in_child(work) == 0
    assert examine(project).is_sound


def test_others_can_look_while_a_session_stands_on_a_full_volume(mount: Path, tmp_path: Path) -> None:
    project = killed_project(mount)
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        with Store(project) as store:
            press(store, 5)
            fill(mount)
            os.write(there, b"x")
            signal.pause()
    os.read(here, 1)
    try:
        done = run(tmp_path, project, ("status",))
        assert done.returncode == 0, done
        assert " 5 " in done.stdout
        done = run(tmp_path, project, ("undo", "--coder", "anna", "--yes"))
        assert done.returncode in (0, 1)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_several_work_together_where_blocks_are_small(mount: Path) -> None:
    project = killed_project(mount)
    with Store(project) as one, Store(project) as other:
        press(one, 5)
        with other.coding("ben").step("key", 1) as step:
            step.review(note="ben's")
    assert examine(project).is_sound


@pytest.mark.slow
def test_every_command_on_a_full_volume(tmp_path: Path) -> None:
    found = try_commands(tmp_path, 1024, (0,))

    assert found.wrong == []
    assert found.done > 5
    assert found.refused > 3


def test_on_a_system_that_copies_on_write_the_index_is_written_in_place(tmp_path: Path) -> None:
    lay_out(tmp_path)
    try:
        with volume(tmp_path, 4096, 40, "btrfs") as mount:
            test_a_session_whose_volume_fills_up_refuses_keys_and_goes_on_when_there_is_room(mount)
    except OSError as error:
        pytest.skip(str(error))
