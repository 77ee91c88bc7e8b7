"""The project file or its journal removed, replaced, cut or overwritten under an open session, which is then killed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from annotator.errors import StoreError
from annotator.store import Store
from annotator.store.file.backup import backups

BEFORE, AFTER = 4, 4
"""Keys before something happens and after it."""

Loss = Callable[[Path], None]


class Lived(NamedTuple):
    """What a session showed: the keys that it called saved, before the loss and after it, and what it said."""

    before: list[str]
    after: list[str]
    said: list[str]


class Loose(NamedTuple):
    """What came of it.

    Attributes:
        n_shown: Keys shown as saved.
        n_refused: Keys refused with a sentence.
        n_in_file: Keys shown as saved that the project of that name holds afterwards.
        n_in_backup: Keys that only the backup holds that the sentence names.
        n_told: Keys of which the sentence says that they may be lost.
        silent: Keys shown as saved that are nowhere, and nobody said so.
    """

    n_shown: int
    n_refused: int
    n_in_file: int
    n_in_backup: int
    n_told: int
    silent: list[str]


def lose(project: Path, loss: Loss, *, when: str = "between", is_killed: bool = True) -> Loose:
    """Let a session work on a project, let something happen to its files, go on, kill it, and look.

    Args:
        project: The file.
        loss: What happens.
        when: `between` two keys, `within` one, before its commit, or `after a checkpoint`, which moved all that was
            saved from the journal into the file.
        is_killed: Whether the session is killed at the end, or leaves.
    """
    lived = _session(project, loss, when, is_killed=is_killed)
    in_file = _keys(project)
    in_backup = {
        key for one in backups(project) if any(one.name in said for said in lived.said) for key in _keys(one.path)
    }
    may_be_lost = any(re.search("may be lost|is damaged", said) for said in lived.said)
    shown = [*lived.before, *lived.after]
    silent = [key for key in lived.after if key not in in_file]
    silent += [key for key in lived.before if key not in in_file | in_backup and not may_be_lost]
    return Loose(
        n_shown=len(shown),
        n_refused=len(lived.said),
        n_in_file=len(in_file & set(shown)),
        n_in_backup=len((in_backup - in_file) & set(shown)),
        n_told=sum(key not in in_file | in_backup for key in lived.before) if may_be_lost else 0,
        silent=silent,
    )


def _session(project: Path, loss: Loss, when: str, *, is_killed: bool) -> Lived:
    """A session in a process of its own, which tells what it shows through a pipe."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(here)
        try:
            os.write(there, json.dumps(_work(project, loss, when)).encode())
        except BaseException as error:
            os.write(there, json.dumps([[], [], [f"went wrong: {error!r}"]]).encode())
        if not is_killed:
            for store in _OPEN:
                store.close()
        os.kill(os.getpid(), signal.SIGKILL)
    os.close(there)
    with os.fdopen(here, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WTERMSIG(status) != signal.SIGKILL or not told:
        raise AssertionError(f"the session died of signal {os.WTERMSIG(status)} and told nothing")
    lived = Lived(*json.loads(told))
    wrong = [said for said in lived.said if said.startswith("went wrong") or "\n" in said]
    if wrong:
        raise AssertionError(f"no sentence: {wrong}")
    return lived


def _work(project: Path, loss: Loss, when: str) -> Lived:
    """Press keys; the project is left open."""
    lived = Lived([], [], [])
    store = Store(project)
    store.connection.before_first_write = None
    coding = store.coding("anna")
    for i in range(BEFORE + AFTER):
        key = f"key {i}"
        if i == BEFORE and when == "after a checkpoint":
            store.connection.execute("pragma wal_checkpoint(restart)")
        if i == BEFORE and when != "within":
            loss(project)
        try:
            with coding.step(key, 1 + i % 3) as step:
                step.review(note=key)
                if i == BEFORE and when == "within":
                    loss(project)
            (lived.before if i < BEFORE else lived.after).append(key)
        except StoreError as error:
            lived.said.append(str(error))
    _OPEN.append(store)
    return lived


_OPEN: list[Store] = []
"""The session, which is not closed where it is killed."""


def _keys(path: Path) -> set[str]:
    """The keys that a project holds, by the words of its history."""
    try:
        with Store(path, read_only=True) as store:
            rows = store.connection.all("select what from steps where what glob 'key *'")
            notes = store.connection.all("select note from reviews where note glob 'key *'")
    except StoreError:
        return set()
    held = {what for (what,) in rows}
    assert {note for (note,) in notes} <= held
    return held


def _remove(part: str) -> Loss:
    return lambda project: Path(f"{project}{part}").unlink()


def _replace(part: str, other: str) -> Loss:
    """Another file takes the name, as a service that synchronises does it."""

    def loss(project: Path) -> None:
        beside = project.with_name("beside")
        shutil.copy(project.with_name(other), beside)
        beside.replace(f"{project}{part}")

    return loss


def _overwrite(part: str, other: str) -> Loss:
    """Other bytes into the same file, as `cp` does it."""

    def loss(project: Path) -> None:
        Path(f"{project}{part}").write_bytes(project.with_name(other).read_bytes())

    return loss


def _cut(part: str, share: float) -> Loss:
    def loss(project: Path) -> None:
        path = Path(f"{project}{part}")
        os.truncate(path, int(path.stat().st_size * share) // 4096 * 4096)

    return loss


def _all(*losses: Loss) -> Loss:
    def loss(project: Path) -> None:
        for one in losses:
            one(project)

    return loss


def _move_all(project: Path) -> None:
    project.parent.rename(project.parent.with_name("moved"))


LOSSES: dict[str, Loss] = {
    "the file removed": _remove(""),
    "the file replaced by an older one": _replace("", "older.db"),
    "the file replaced by another project": _replace("", "other.db"),
    "the file overwritten with an older one": _overwrite("", "older.db"),
    "the file overwritten with another project": _overwrite("", "other.db"),
    "the file cut to nothing": _cut("", 0),
    "the file cut to 8192 bytes": lambda project: os.truncate(project, 8192),
    "the file cut in the middle": _cut("", 0.5),
    "the folder moved away": _move_all,
    "the journal removed": _remove("-wal"),
    "the journal replaced by an older one": _replace("-wal", "older.db-wal"),
    "the journal replaced by an empty file": _replace("-wal", "empty"),
    "the journal replaced by noise": _replace("-wal", "noise"),
    "the journal overwritten with an older one": _overwrite("-wal", "older.db-wal"),
    "the journal cut to nothing": _cut("-wal", 0),
    "the journal cut in the middle": _cut("-wal", 0.5),
    "the index removed": _remove("-shm"),
    "the index replaced by an older one": _replace("-shm", "older.db-shm"),
    "the journal and its index removed": _all(_remove("-wal"), _remove("-shm")),
    "all three removed": _all(_remove("-wal"), _remove("-shm"), _remove("")),
}
"""What other programs do to the files of an open project."""


def laid_out(folder: Path, project: Path, other: Path) -> Path:
    """A project in a folder of its own, with what takes the place of its files beside it."""
    folder.mkdir()
    path = Path(shutil.copy(project, folder / "annotations.db"))
    shutil.copy(other, folder / "other.db")
    (folder / "empty").touch()
    (folder / "noise").write_bytes(bytes(range(256)) * 600)
    with Store(path) as store:
        store.connection.before_first_write = None
        with store.coding("ben").step("earlier", 1) as step:
            step.review(note="earlier")
        for part in ("", "-wal", "-shm"):
            shutil.copy(f"{path}{part}", folder / f"older.db{part}")
    return path
