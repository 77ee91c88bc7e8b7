"""Dated snapshots of a project beside it: made before what could go wrong, thinned by a rule, and put back."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from annotator.errors import StoreError
from annotator.files import durable, private
from annotator.store.file.backup_retention import fit, keep, limit
from annotator.store.file.connection import WAL_IS_SAFE, Connection
from annotator.store.file.database_files import JOURNALS, beside, new_database, reason_of, remove_database
from annotator.store.file.meta import write_meta
from annotator.store.file.project_file import known_version
from annotator.store.file.schema import refuse_foreign
from annotator.text.terminal_text import one_line

IN_BACKGROUND = 20_000_000
"""Above this size, in bytes, the snapshot of the day is copied while the coder goes on."""

_STAMP = "%Y-%m-%dT%H-%M-%S.%fZ"
_NAME = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{6})Z-([a-z0-9-]+)\.db$", re.ASCII)


class Backup(NamedTuple):
    """A snapshot: when it was made, and before what."""

    path: Path
    at: datetime
    why: str
    n_removed: int = 0
    """How many older ones were removed for it, because all together took more than the limit."""

    @property
    def name(self) -> str:
        """The name by which `annotator restore` knows it."""
        return self.path.stem


def folder(project: Path) -> Path:
    """Where the snapshots of a project lie: a folder beside it."""
    return project.with_name(f"{project.name}.backups")


def backups(project: Path) -> list[Backup]:
    """The snapshots of a project, newest first."""
    found = []
    with suppress(OSError):
        for path in folder(project).iterdir():
            backup = _backup(path)
            if backup is not None:
                found.append(backup)
    return sorted(found, key=lambda backup: backup.at, reverse=True)


def _backup(path: Path) -> Backup | None:
    """The snapshot that a file's name tells of; None for another file, also one of the 31st of June."""
    match = _NAME.match(path.name)
    if match is None:
        return None
    day, hour, minute, second, why = match.groups()
    with suppress(ValueError):
        at = datetime.fromisoformat(f"{day}T{hour}:{minute}:{second}+00:00")
        return Backup(path, at, why.replace("-", " "))
    return None


def back_up(project: Path, why: str) -> Backup:
    """Make a snapshot now, whole or not at all, and thin the older ones.

    Args:
        project: The project file.
        why: What it is made before, in a few words; it becomes part of the file's name.

    Raises:
        StoreError: It cannot be written; no part of it is left behind.
    """
    with Snapshot(project, why) as snapshot:
        snapshot.is_needed = True
    return snapshot.backup


def rescue(c: Connection, project: Path) -> Backup:
    """Make a snapshot of what an open connection still reads, although its file may have gone.

    Raises:
        StoreError: It cannot be written, or what can be read is not whole.
    """
    if not project.parent.is_dir():
        raise StoreError(f"the folder of {one_line(str(project))} is gone")
    made = _copy(c, project, "rescued")
    try:
        check_snapshot(made.path)
    except StoreError:
        made.path.unlink()
        raise
    return made


class Snapshot:
    """A snapshot made before something that may come to nothing; then it goes again, so that it drives out no other."""

    def __init__(self, project: Path, why: str) -> None:
        """Make it.

        Raises:
            StoreError: It cannot be written.
        """
        self._project = project
        source = Connection(project, read_only=True)
        try:
            self._backup = _copy(source, project, why)
        finally:
            source.close()
        self.is_needed = False

    @property
    def backup(self) -> Backup:
        """The snapshot."""
        return self._backup

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        """Keep it if it was needed, and thin the others then."""
        if self.is_needed:
            self._backup = self._backup._replace(n_removed=_thin(self._project, self._backup))
        else:
            with suppress(OSError):
                self._backup.path.unlink()


def back_up_daily(project: Path) -> threading.Thread | None:
    """Make the snapshot of the day, unless there is one; a large file is copied while the coder goes on.

    What the file holds at the moment of the call is what the snapshot will hold. A snapshot
    that fails does not stop the coder: `annotator doctor` says when the last one was made.
    """
    today = datetime.now(UTC).date()
    if any(backup.at.date() == today for backup in backups(project)):
        return None
    with suppress(StoreError, OSError):
        if not WAL_IS_SAFE or project.stat().st_size <= IN_BACKGROUND:
            back_up(project, "daily")
            return None
        ready = threading.Event()
        thread = threading.Thread(target=_copy_in_background, args=(project, ready), name="backup")
        thread.start()
        ready.wait()
        return thread
    return None


def restore(project: Path, backup: Path) -> Backup | Path | None:
    """Put a snapshot in the place of the project, in one transaction that programs at work on it notice.

    What was there before is kept: as a snapshot of its own, or, where it can no longer be read, under another name.

    Returns:
        The snapshot of what was there, the file it was moved to, or None where there was nothing.

    Raises:
        StoreError: The snapshot is damaged, or something cannot be written; the project is as it was.
    """
    check_snapshot(backup)
    if not project.exists():
        with new_database(project, "cannot be restored") as unfinished:
            _copy_file(backup, unfinished)
        return None
    copy = beside(project)
    try:
        _copy_file(backup, copy)
        try:
            before = back_up(project, "before restore")
        except StoreError:
            return _replace_unreadable(project, copy)
        _overwrite(copy, project)
        return before
    except OSError as error:
        raise StoreError(f"{one_line(str(project))} cannot be restored: {reason_of(error)}") from error
    finally:
        remove_database(copy)


def check_snapshot(path: Path) -> None:
    """Refuse a file that is not a whole project with the program's own schema.

    Raises:
        StoreError: It is damaged, not a project, made by a newer version, or has another schema.
    """
    name = one_line(str(path))
    if not path.is_file():
        raise StoreError(f"there is no file {name}")
    c = Connection(path, read_only=True)
    try:
        found = known_version(c)
        refuse_foreign(c, found)
        if c.one("pragma quick_check(1)") != ("ok",):
            raise StoreError(f"{name} is damaged and is not put back; `annotator doctor` says what can be saved")
        if c.one("select 1 from meta where key = 'codebook'") is None:
            raise StoreError(f"{name} is not a whole annotator project: it has no codebook")
    finally:
        c.close()


def _copy(source: Connection, project: Path, why: str) -> Backup:
    at = datetime.now(UTC)
    slug = re.sub(r"[^a-z0-9]+", "-", why.lower()).strip("-")[:60] or "backup"
    where = folder(project)
    try:
        private.make_folder(where)
    except OSError as error:
        raise StoreError(f"there is no place for backups in {one_line(str(where))}: {reason_of(error)}") from error
    path = where / f"{at.strftime(_STAMP)}-{slug}.db"
    unfinished = path.with_suffix(".unfinished")
    try:
        source.copy_to(unfinished)
        durable.replace(unfinished, path)
    except (StoreError, OSError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise StoreError(
            f"no backup could be made in {one_line(str(where))} ({reason}); nothing was changed"
        ) from error
    finally:
        remove_database(unfinished)
    return Backup(path, at, slug.replace("-", " "))


def _copy_in_background(project: Path, ready: threading.Event) -> None:
    try:
        source = Connection(project, read_only=True)
    except StoreError:
        ready.set()
        return
    try:
        with suppress(StoreError), source.read():
            source.one("select count(*) from meta")
            ready.set()
            _thin(project, _copy(source, project, "daily"))
    finally:
        ready.set()
        source.close()


def _thin(project: Path, made: Backup) -> int:
    """Remove the snapshots that the rules do not keep, and what a killed program left unfinished long ago.

    The one that was just made stays, also where the clock was wrong and others seem newer.

    Returns:
        Number of snapshots removed because all together took more than the limit.
    """
    found = backups(project)
    stay = keep([backup.at for backup in found])
    aged = [backup for backup, stays in zip(found, stay, strict=True) if stays]
    fitting = fit([one.at for one in aged], [size(one) for one in aged], limit(folder(project)))
    kept = {made.path, *(backup.path for backup, stays in zip(aged, fitting, strict=True) if stays)}
    for backup in found:
        if backup.path not in kept:
            with suppress(OSError):
                backup.path.unlink()
    for left in folder(project).glob("*.unfinished*"):
        with suppress(OSError):
            if datetime.now(UTC).timestamp() - left.stat().st_mtime > 86_400:
                left.unlink()
    return sum(backup.path not in kept for backup in aged)


def size(backup: Backup) -> int:
    """The bytes of a snapshot; none if it is gone."""
    with suppress(OSError):
        return backup.path.stat().st_size
    return 0


def _copy_file(backup: Path, copy: Path) -> None:
    source = Connection(backup, read_only=True)
    try:
        source.copy_to(copy)
    finally:
        source.close()
    c = Connection(copy)
    try:
        with c.write():
            new_epoch(c)
    finally:
        c.close()


def new_epoch(c: Connection) -> None:
    """Let programs that have the project open notice that its rows are arranged anew: they refuse to write."""
    epoch = str(uuid4())
    write_meta(c, "epoch", epoch)
    c.rearrange(epoch)


def _overwrite(copy: Path, project: Path) -> None:
    source, target = Connection(copy, read_only=True), Connection(project)
    try:
        source.copy_into(target)
    finally:
        target.close()
        source.close()


def _replace_unreadable(project: Path, copy: Path) -> Path:
    """Put a copy in the place of a project that cannot be read, which gets another name; return that name."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = project.with_name(f"{project.name}.damaged-{stamp}")
    # A project without its journal would pass for a whole one, so it goes first and comes back last.
    _rename(project, aside, ("", *JOURNALS))
    try:
        durable.appear(copy, project)
    except OSError:
        _rename(aside, project, (*JOURNALS, ""))
        raise
    return aside


def _rename(project: Path, new: Path, parts: Sequence[str]) -> None:
    for part in parts:
        piece = Path(f"{project}{part}")
        if piece.exists():
            durable.replace(piece, Path(f"{new}{part}"))
