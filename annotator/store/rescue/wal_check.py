"""Whether the write-ahead log beside a project is the whole log of that project: looked at before SQLite opens it.

When SQLite finds a log cut, broken or of another time, it silently takes what it can of it, because that is also what a
loss of power leaves behind. The log is a chain of checksums (https://sqlite.org/fileformat2.html, section 4), and its
index says how far it went; both tell when something is missing. Nothing of this process may have the project open:
closing a file drops the locks that a process holds on it.
"""

from __future__ import annotations

import struct
import time
from array import array
from contextlib import suppress
from pathlib import Path
from sys import byteorder
from typing import NamedTuple

from annotator.errors import StoreError
from annotator.store.file.connection import Connection
from annotator.store.file.migrations import LATEST
from annotator.store.file.project_file import version
from annotator.store.file.schema import refuse_foreign

_LITTLE, _BIG = 0x377F0682, 0x377F0683
_HEADER, _FRAME = 32, 24
_TRIES = 3
_MOST = 64_000_000
"""A larger log, in bytes, is left to SQLite: following its checksums would take long."""

GONE = (
    "the write-ahead log of a program at work (-wal) is gone, and what was done last with it: put it back beside the"
    " file before anything opens it"
)
BROKEN = "the write-ahead log beside it (-wal) is broken or cut; what was done last may be lost with the rest of it"
STALE = (
    "the write-ahead log beside it (-wal) is of another time than the file: one of the two was replaced, and together"
    " they are neither"
)


class Log(NamedTuple):
    """What its checksums say of a log: its salts, how many frames its commits hold, whether no commit stands beyond."""

    salts: bytes
    n_committed: int
    is_whole: bool


def fault(path: Path) -> str | None:
    """What is wrong with the log beside a project, in a sentence; None if nothing can be told against it."""
    found = None
    for _ in range(_TRIES):
        # A program at work changes log and index one after the other: what is wrong for a moment is not wrong.
        found = _fault(path)
        if found is None:
            return None
        time.sleep(0.05)
    return found


def _fault(path: Path) -> str | None:
    log, index = Path(f"{path}-wal"), Path(f"{path}-shm")
    try:
        if not log.exists():
            held = index.read_bytes()[:100] if index.exists() else b""
            return GONE if held and not _is_all_in_file(held) else None
        if not 0 < log.stat().st_size < _MOST:
            return None
        # The index first: a program at work writes the log before it, so that the log is never behind.
        held = index.read_bytes()[:48] if index.exists() else b""
        read = read_log(log.read_bytes())
    except OSError:
        return None
    if read is None:
        return BROKEN
    if len(held) >= 40 and held[12]:
        n_held = int.from_bytes(held[16:20], byteorder)
        if n_held and held[32:40] != read.salts:
            return STALE
        if n_held > read.n_committed:
            return BROKEN
        return None
    if not read.is_whole:
        return BROKEN
    # Without an index nobody is at work.
    return STALE if not index.exists() and _is_older(path, index) else None


def _is_all_in_file(index: bytes) -> bool:
    """Whether an index says that all of its log was moved into the file (nBackfill has reached mxFrame)."""
    return len(index) == 100 and int.from_bytes(index[96:100], byteorder) >= int.from_bytes(index[16:20], byteorder)


def read_log(data: bytes) -> Log | None:
    """Follow the checksums of a log; None if not even its beginning holds."""
    if len(data) < _HEADER:
        return None
    magic, _, size = struct.unpack(">3I", data[:12])
    if magic not in (_LITTLE, _BIG):
        return None
    swapped = (magic == _BIG) != (byteorder == "big")
    sums = _sum(data[:24], (0, 0), swapped=swapped)
    if sums != struct.unpack(">2I", data[24:32]):
        return None
    salts, n, n_committed, at = data[16:24], 0, 0, _HEADER
    while at + _FRAME + size <= len(data) and data[at + 8 : at + 16] == salts:
        after = _sum(data[at : at + 8], sums, swapped=swapped)
        after = _sum(data[at + _FRAME : at + _FRAME + size], after, swapped=swapped)
        if after != struct.unpack(">2I", data[at + 16 : at + 24]):
            break
        n, sums, at = n + 1, after, at + _FRAME + size
        if data[at - size - _FRAME + 4 : at - size - _FRAME + 8] != b"\0\0\0\0":
            n_committed = n
    frames = range(at, len(data), _FRAME + size)
    # What an earlier round left behind has other salts; what was rolled back, for want of room say, has no commit.
    is_missed = any(
        data[place + 8 : place + 16] == salts and data[place + 4 : place + 8] not in (b"", b"\0\0\0\0")
        for place in frames
    )
    return Log(salts, n_committed, is_whole=not is_missed)


def _sum(data: bytes, start: tuple[int, int], *, swapped: bool) -> tuple[int, int]:
    """The checksum of the file format over words of 32 bits."""
    words = array("I", data)
    if swapped:
        words.byteswap()
    one, other = start
    pairs = iter(words)
    for first, second in zip(pairs, pairs, strict=True):
        one = (one + first + other) & 0xFFFFFFFF
        other = (other + second + one) & 0xFFFFFFFF
    return one, other


def _is_older(path: Path, index: Path) -> bool:
    """Whether the file alone holds steps of the history that are gone once its log is read with it."""
    try:
        last = _last_step(path, "ro&immutable=1")
        return last is not None and not _holds(path, last)
    except StoreError:
        return False
    finally:
        # It was made for this look alone; a log with an index would be believed the next time.
        with suppress(OSError):
            index.unlink()


def _last_step(path: Path, mode: str) -> str | None:
    c = Connection(path, read_only=True, mode=mode)
    try:
        refuse_foreign(c, version(c) or LATEST)
        row = c.one("select step_id from steps order by id desc limit 1")
        return None if row is None else str(row[0])
    finally:
        c.close()


def _holds(path: Path, step_id: str) -> bool:
    c = Connection(path, read_only=True, mode="ro")
    try:
        refuse_foreign(c, version(c) or LATEST)
        return c.one("select 1 from steps where step_id = ?", (step_id,)) is not None
    finally:
        c.close()
