"""What happens around a program at work: nothing may be written, a lock, another file, another clock, another zone."""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from annotator.errors import StoreError
from annotator.store import Store
from annotator.store.file.connection import Connection
from annotator.store.file.timestamps import stamp
from annotator.store.merge.merge import merge
from annotator.store.rescue.doctor import examine
from tests.faults.damage import content
from tests.store.test_merge import exported, held
from tests.store.work import SHARED, WORK, act

NOBODY = 65534
ZONES = ("Pacific/Auckland", "America/Los_Angeles", "UTC", "Asia/Kathmandu")


class Borne(NamedTuple):
    """What came of one of these: what was said, if anything had to be, and whether nothing was lost."""

    sentence: str
    is_kept: bool


def bear(whole: Path, seed: int = 0) -> dict[str, Borne]:
    """Go through all of them, each on a copy of a project."""
    found = {}
    for name, case in CASES.items():
        # Not in a folder of pytest's, which another user could not enter.
        folder = Path(tempfile.mkdtemp(prefix="around-"))
        try:
            path = Path(shutil.copy(whole, folder / "annotations.db"))
            found[name] = case(path, random.Random(seed))  # noqa: S311 (no secret)
        finally:
            folder.chmod(0o700)
            shutil.rmtree(folder)
    return found


def _refused_and_kept(path: Path, hinder: Callable[[Path], None], undo: Callable[[Path], None]) -> Borne:
    """Code where it cannot be written, and again when it can."""
    before = content(path)
    hinder(path)
    sentence = _as_nobody(path)
    undo(path)
    is_kept = content(path) == before
    with Store(path) as store:
        store.connection.before_first_write = None
        _label(store)
        is_kept &= store.coding("anna").review(1).note == "around"
    return Borne(sentence, is_kept and examine(path).is_sound)


def _as_nobody(path: Path) -> str:
    """Try to code as a user to whom permissions apply, in a process of its own; what was said."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        said = "nothing was said"
        with suppress(BaseException):
            if os.geteuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            try:
                with Store(path) as store:
                    store.connection.before_first_write = None
                    _label(store)
                said = "it was written"
            except StoreError as error:
                said = str(error)
        os.write(there, json.dumps(said).encode())
        os._exit(0)
    os.close(there)
    with os.fdopen(here, "rb") as pipe:
        said = json.loads(pipe.read() or b'"it died"')
    os.waitpid(child, 0)
    return str(said)


def _label(store: Store) -> None:
    with store.coding("anna").step("around", 1) as step:
        step.review(note="around")


def _read_only_file(path: Path, _r: random.Random) -> Borne:
    path.parent.chmod(0o777)
    return _refused_and_kept(path, lambda p: p.chmod(0o444), lambda p: p.chmod(0o600))


def _read_only_folder(path: Path, _r: random.Random) -> Borne:
    path.chmod(0o666)
    return _refused_and_kept(path, lambda p: p.parent.chmod(0o555), lambda p: p.parent.chmod(0o700))


def _locked(path: Path, _r: random.Random) -> Borne:
    other = Connection(path)
    with Store(path) as store:
        store.connection.before_first_write = None
        store.coder("anna")
        store.connection.patience = 0.3
        other.execute("begin immediate")
        sentence = _sentence(store)
        other.execute("rollback")
        _label(store)
        is_kept = store.coding("anna").review(1).note == "around"
    other.close()
    return Borne(sentence, is_kept and examine(path).is_sound)


def _replaced(path: Path, _r: random.Random) -> Borne:
    before = content(path)
    aside = path.with_name("aside.db")
    with Store(path) as store:
        store.connection.before_first_write = None
        store.coder("anna")
        path.rename(aside)
        shutil.copy(aside, path)
        sentence = _sentence(store)
    return Borne(sentence, content(path) == before and examine(path).is_sound)


def _removed(path: Path, _r: random.Random) -> Borne:
    aside = path.with_name("aside.db")
    with Store(path) as store:
        store.connection.before_first_write = None
        store.coder("anna")
        path.rename(aside)
        sentence = _sentence(store)
        aside.rename(path)
        _label(store)
    with Store(path) as store:
        is_kept = store.coding("anna").review(1).note == "around"
    return Borne(sentence, is_kept and examine(path).is_sound)


def _restored(path: Path, _r: random.Random) -> Borne:
    from annotator.store.file.backup import back_up, restore

    backup = back_up(path, "by hand")
    before = content(path)
    with Store(path) as store:
        store.connection.before_first_write = None
        restore(path, backup.path)
        sentence = _sentence(store)
    return Borne(sentence, content(path) == before)


def _sentence(store: Store) -> str:
    try:
        _label(store)
    except StoreError as error:
        return str(error)
    return "it was written"


def _clocks(path: Path, r: random.Random) -> Borne:
    """Two machines whose clocks jump for days, each with its own time zone, and their files brought together."""
    files = [path, Path(shutil.copy(path, path.with_name("other.db")))]
    with _jumping_clock(r):
        for file in files * 3:
            _set_zone(r.choice(ZONES))
            with Store(file) as store:
                store.connection.before_first_write = None
                for _ in range(15):
                    act(store, "anna", (r.choice([*WORK, *SHARED[:4]]), r.randrange(10), r.randrange(10)))
                times = [at for (at,) in store.connection.all("select at from steps order by id")]
                if times != sorted(times) or not all(at.endswith("Z") for at in times):
                    return Borne("the history ran backwards", is_kept=False)
    return Borne("", is_kept=_merge_alike(files))


def _merge_alike(files: list[Path]) -> bool:
    copies = [Path(shutil.copy(file, file.with_name(f"copy of {file.name}"))) for file in files]
    for file, other in zip(files, reversed(copies), strict=True):
        with Store(file) as store:
            merge(store, [other])
    return (
        held(files[0]) == held(files[1])
        and exported(files[0]) == exported(files[1])
        and all(not [f for f in examine(file).findings if f.level in ("damage", "fault")] for file in files)
    )


@contextmanager
def _jumping_clock(r: random.Random) -> Iterator[None]:
    def jumped() -> str:
        return stamp(datetime.now(UTC) + timedelta(days=r.uniform(-3, 3)))

    zone = os.environ.get("TZ")
    with patch("annotator.store.file.timestamps.now", jumped):
        try:
            yield
        finally:
            os.environ.pop("TZ", None)
            if zone is not None:
                os.environ["TZ"] = zone
            time.tzset()


def _set_zone(zone: str) -> None:
    os.environ["TZ"] = zone
    time.tzset()


CASES: dict[str, Callable[[Path, random.Random], Borne]] = {
    "the file read-only": _read_only_file,
    "the folder read-only": _read_only_folder,
    "locked by another program": _locked,
    "replaced under the program": _replaced,
    "moved away and back": _removed,
    "restored under the program": _restored,
    "clocks that jump for days, in four time zones": _clocks,
}
