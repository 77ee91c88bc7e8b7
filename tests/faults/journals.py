"""Journals that are missing, stale, foreign or broken beside a project whose program was killed."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from annotator.store import Store
from annotator.store.file.backup import back_up
from tests.faults.damage import content, is_noticed
from tests.store.work import SHARED, WORK, act

_PARTS = ("", "-wal", "-shm", "-journal")


class Journals(NamedTuple):
    """What came of it: trials by kind; how many were noticed or gave a state the project once had; the others."""

    trials: Counter[str]
    noticed: Counter[str]
    whole: Counter[str]
    silent: list[str]


def journals(whole: Path, folder: Path, *, n: int, seed: int = 0) -> Journals:
    """Kill a program at work n times, and lay the journal beside its file, or another, in every way there is."""
    r = random.Random(seed)  # noqa: S311 (no secret)
    found = Journals(Counter(), Counter(), Counter(), [])
    for i in range(n):
        here = folder / str(i)
        here.mkdir()
        early, late, known = _killed(whole, here, r)
        for kind, lay in WAYS.items():
            path = here / "tried.db"
            lay(early, late, path)
            found.trials[kind] += 1
            if is_noticed(path):
                found.noticed[kind] += 1
            elif content(path) == known[1]:
                found.whole[kind] += 1
            else:
                found.silent.append(f"{kind}, trial {i}")
            for part in here.glob("tried.db*"):
                shutil.rmtree(part) if part.is_dir() else part.unlink()
        shutil.rmtree(here)
    return found


def _killed(whole: Path, folder: Path, r: random.Random) -> tuple[Path, Path, tuple[object, object]]:
    """The files of a program that was killed twice, with what the project held each time."""
    path = Path(shutil.copy(whole, folder / "work.db"))
    copies, known = [], []
    with Store(path) as store:
        store.connection.before_first_write = None
        for name in ("early", "late"):
            for _ in range(r.randrange(1, 12)):
                act(store, "anna", (r.choice([*WORK, *SHARED[:4]]), r.randrange(10), r.randrange(10)))
            with store.coding("anna").step("one more", 1) as step:
                step.change_statement(step.add_statement(None), note=name)
            copy = folder / f"{name}.db"
            for part in _PARTS:
                if Path(f"{path}{part}").exists():
                    shutil.copy(f"{path}{part}", f"{copy}{part}")
            copies.append(copy)
            known.append(_content_of(copy, folder))
            if name == "early" and r.random() < 0.7:
                # The next commit begins the journal anew.
                store.connection.execute("pragma wal_checkpoint(restart)")
        back_up(path, "by hand")
    folded = folder / "folded.db"
    _lay(copies[1], folded, _PARTS)
    with Store(folded) as store:
        # The last to leave folds the journal into the file.
        store.connection.before_first_write = None
    shutil.copytree(folder / "work.db.backups", folder / "kept")
    return copies[0], copies[1], (known[0], known[1])


def _content_of(killed: Path, folder: Path) -> object:
    """What a copy of the files holds, leaving them as they are."""
    copy = folder / "looked at.db"
    _lay(killed, copy, _PARTS)
    try:
        return content(copy)
    finally:
        for part in folder.glob("looked at.db*"):
            part.unlink()


def _lay(source: Path, path: Path, parts: tuple[str, ...]) -> None:
    for part in parts:
        if Path(f"{source}{part}").exists():
            shutil.copy(f"{source}{part}", f"{path}{part}")


def _without_journal(_early: Path, late: Path, path: Path) -> None:
    _lay(late, path, ("", "-shm"))


def _only_the_file(_early: Path, late: Path, path: Path) -> None:
    _lay(late, path, ("",))
    shutil.copytree(path.with_name("kept"), path.with_name("tried.db.backups"))


def _older_journal(early: Path, late: Path, path: Path) -> None:
    _lay(late.with_name("folded.db"), path, ("",))
    _lay(early, path, ("-wal",))


def _older_file(early: Path, late: Path, path: Path) -> None:
    _lay(early, path, ("",))
    _lay(late, path, ("-wal",))


def _cut_journal(_early: Path, late: Path, path: Path) -> None:
    _lay(late, path, ("", "-shm"))
    data = Path(f"{late}-wal").read_bytes()
    Path(f"{path}-wal").write_bytes(data[: len(data) // 2])


def _broken_journal(_early: Path, late: Path, path: Path) -> None:
    _lay(late, path, ("", "-wal"))
    with Path(f"{path}-wal").open("r+b") as file:
        file.seek(32 + 24 + 100)
        file.write(b"\xff" * 64)


def _foreign_journal(early: Path, late: Path, path: Path) -> None:
    _lay(late, path, ("", "-wal"))
    Path(f"{path}-journal").write_bytes(Path(f"{early}-wal").read_bytes())


WAYS: dict[str, Callable[[Path, Path, Path], None]] = {
    "the WAL removed": _without_journal,
    "the WAL and its index removed, a snapshot of then there": _only_the_file,
    "an older WAL beside a file that was closed": _older_journal,
    "an older file under its WAL": _older_file,
    "the WAL cut": _cut_journal,
    "the WAL broken": _broken_journal,
    "a foreign rollback journal": _foreign_journal,
}
