"""A loss of power at any moment, simulated: what was written since the last sync is there, or not, or in part.

The statements of a real session are recorded and executed once more through a file system of our own (an apsw VFS)
that notes every write, sync, truncation and deletion. For each moment a disk is made up that a loss of power could
leave: all that was synced, and of the rest nothing, everything, a beginning, or any part, cut at sectors.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from annotator.store import Store
from annotator.store.history.canonical_rows import differences
from annotator.store.history.replay import rebuild

SECTOR = 512


class Event(NamedTuple):
    """What happened to a file: write, sync, truncate, delete; or a commit that had returned."""

    kind: str
    name: str
    at: int = 0
    data: bytes = b""


class Survived(NamedTuple):
    """How many made-up disks were opened, and the faults found on them."""

    n_disks: int
    n_events: int
    faults: list[str]


def survive(
    path: Path,
    work: Callable[[Store], None],
    folder: Path,
    *,
    journal: str,
    n_disks: int,
    seed: int = 0,
    synchronous: str = "extra",
) -> Survived:
    """Lose power at random moments of a piece of work.

    Args:
        path: A closed project.
        work: What is done in it.
        folder: Where disks are made up.
        journal: `wal` or `delete`.
        n_disks: How many disks.
        seed: Which moments.
        synchronous: What SQLite is told to sync; the program's own choice by default.
    """
    statements = _recorded(path, work, folder)
    first = (folder / "first.db").read_bytes()
    events = _executed(folder / "first.db", statements, journal, synchronous)
    with Store(path, read_only=True) as store:
        n_before = (store.connection.one("select count(*) from steps") or (0,))[0]
    r = random.Random(seed)  # noqa: S311 (no secret)
    faults = []
    for n in range(n_disks):
        moment = r.randrange(len(events) + 1)
        disk = folder / f"disk-{n}"
        disk.mkdir()
        mode = r.choice(["nothing", "everything", "beginning", "part", "part"])
        n_committed = _make_up(disk, first, events[:moment], mode, r)
        fault = _check(disk / "first.db", n_before, n_committed, deep=n % 10 == 0)
        if fault:
            faults.append(f"moment {moment} of {len(events)}, {mode} of the rest: {fault}")
        shutil.rmtree(disk)
    return Survived(n_disks, len(events), faults)


def _recorded(path: Path, work: Callable[[Store], None], folder: Path) -> list[str]:
    """The statements of the work, as the driver executes them."""
    shutil.copyfile(path, folder / "first.db")
    shutil.copyfile(path, folder / "record.db")
    statements: list[str] = []
    with Store(folder / "record.db") as store:
        store.connection.before_first_write = None
        raw: Any = store.connection._raw
        raw.set_trace_callback(statements.append)
        work(store)
        raw.set_trace_callback(None)
    return [statement for statement in statements if not statement.startswith("--")]


def _executed(path: Path, statements: list[str], journal: str, synchronous: str) -> list[Event]:
    """Execute the statements, and note what reaches the disk and when a step's commit has returned."""
    apsw: Any = import_module("apsw")
    events: list[Event] = []
    watch = _watching(apsw, events)
    c = apsw.Connection(str(path), vfs="watch")
    for pragma in (
        "foreign_keys = on",
        f"synchronous = {synchronous}",
        f"journal_mode = {journal}",
        "wal_autocheckpoint = 50",
    ):
        c.execute(f"pragma {pragma}").fetchall()
    makes_step = False
    for statement in statements:
        c.execute(statement).fetchall()
        if statement.startswith("begin"):
            makes_step = False
        elif statement.startswith("insert into steps"):
            makes_step = True
        elif statement == "commit" and makes_step:
            events.append(Event("commit", ""))
    c.close()
    watch.unregister()
    return events


def _watching(apsw: Any, events: list[Event]) -> Any:
    """A file system that notes what is written to it."""

    class File(apsw.VFSFile):  # type: ignore[misc] # it is only known while the harness runs
        def __init__(self, name: Any, flags: Any) -> None:
            shown = name.filename() if hasattr(name, "filename") else name
            self.short = Path(shown).name if shown else ""
            super().__init__("", name, flags)

        def xWrite(self, data: bytes, offset: int) -> None:
            events.append(Event("write", self.short, offset, bytes(data)))
            super().xWrite(data, offset)

        def xSync(self, flags: int) -> None:
            events.append(Event("sync", self.short))
            super().xSync(flags)

        def xTruncate(self, size: int) -> None:
            events.append(Event("truncate", self.short, size))
            super().xTruncate(size)

    class Watch(apsw.VFS):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__("watch", "")

        def xOpen(self, name: Any, flags: Any) -> Any:
            return File(name, flags)

        def xDelete(self, name: str, is_synced: bool) -> None:
            events.append(Event("delete", Path(name).name, int(is_synced)))
            super().xDelete(name, is_synced)

    return Watch()


def _make_up(disk: Path, first: bytes, events: list[Event], mode: str, r: random.Random) -> int:
    """Write a disk as a loss of power after these events could leave it; how many commits had returned."""
    synced: dict[str, bytearray | None] = {"first.db": bytearray(first)}
    pending: dict[str, list[Event]] = {}
    n_committed = 0
    for event in events:
        waiting = pending.setdefault(event.name, [])
        if event.kind == "commit":
            n_committed += 1
        elif event.kind == "sync":
            content = synced.get(event.name)
            synced[event.name] = _applied(content if content is not None else bytearray(), waiting)
            waiting.clear()
        elif event.kind == "delete" and event.at:
            synced[event.name] = None
            waiting.clear()
        else:
            waiting.append(event)
    for name, waiting in pending.items():
        content = synced.get(name)
        kept = _kept(waiting, mode, r)
        for at in reversed([i for i, event in enumerate(kept) if event.kind == "delete"][-1:]):
            content, kept = None, kept[at + 1 :]
        if content is not None or kept:
            synced[name] = _applied(bytearray(content or b""), kept)
        else:
            synced[name] = None
    for name, content in synced.items():
        if name and content is not None:
            (disk / name).write_bytes(content)
    return n_committed


def _kept(waiting: list[Event], mode: str, r: random.Random) -> list[Event]:
    if mode == "nothing":
        return []
    if mode == "everything":
        return list(waiting)
    if mode == "beginning":
        return waiting[: r.randrange(len(waiting) + 1)]
    kept = []
    for event in waiting:
        if event.kind != "write":
            kept += [event] if r.random() < 0.5 else []
            continue
        for at, part in _sectors(event):
            if r.random() < 0.5:
                kept.append(event._replace(at=at, data=part))
    r.shuffle(kept)
    # What deletes a file cannot come before what was written to it.
    return sorted(kept, key=lambda event: event.kind == "delete")


def _sectors(event: Event) -> Iterator[tuple[int, bytes]]:
    at, end = event.at, event.at + len(event.data)
    while at < end:
        stop = min(end, (at // SECTOR + 1) * SECTOR)
        yield at, event.data[at - event.at : stop - event.at]
        at = stop


def _applied(content: bytearray, events: list[Event]) -> bytearray:
    for event in events:
        if event.kind == "write":
            if len(content) < event.at + len(event.data):
                content.extend(bytes(event.at + len(event.data) - len(content)))
            content[event.at : event.at + len(event.data)] = event.data
        elif event.kind == "truncate":
            del content[event.at :]
        elif event.kind == "delete":
            content = bytearray()
    return content


def _check(path: Path, n_before: int, n_committed: int, *, deep: bool) -> str | None:
    """What is wrong with a project after a loss of power; None if nothing is."""
    try:
        with Store(path) as store:
            c = store.connection
            if c.one("pragma integrity_check(1)") != ("ok",):
                return "the file is damaged"
            n_steps = (c.one("select count(*) from steps") or (0,))[0]
            n_new = n_steps - n_before
            if not n_committed <= n_new <= n_committed + 1:
                return f"{n_committed} commits had returned, {n_new} are there"
            if deep:
                return _replays(store, path)
    except Exception as error:  # whatever it is, it is a fault
        return f"{type(error).__name__}: {error}"
    return None


def _replays(store: Store, path: Path) -> str | None:
    copy = path.with_name("copy.db")
    store.connection.copy_to(copy)
    with Store(copy) as again:
        again.connection.before_first_write = None
        with again.connection.write():
            rebuild(again.connection)
        found = next(differences(store.connection, again.connection), None)
    return None if found is None else f"the state is not what the history says: {found}"
