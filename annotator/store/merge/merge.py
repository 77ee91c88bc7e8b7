"""Merge coders' files into one project.

A merge joins the histories, then replays all steps. So neither the order nor the number of merges matters.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from annotator.errors import StoreError
from annotator.store.file.backup import Snapshot
from annotator.store.file.connection import Connection
from annotator.store.file.database_files import new_database
from annotator.store.file.migrations import LATEST
from annotator.store.file.project_file import build_bare, migrate, version
from annotator.store.file.schema import refuse_foreign
from annotator.store.history.replay import Rebuilt
from annotator.store.merge.copy_history import Tick, bring
from annotator.store.merge.difference import Difference, compare
from annotator.store.merge.rebuild_project import needs_replay, rebuild_project
from annotator.store.merge.report import Came, Report, conflicts, file_report, shared_aliases
from annotator.store.merge.undo import remember, transaction
from annotator.store.store import Store
from annotator.text.terminal_text import one_line


def merge(store: Store, others: Sequence[Path], *, dry_run: bool = False, tick: Tick | None = None) -> Report:
    """Merge other project files, all or none, in one transaction, after a snapshot.

    Args:
        store: The project.
        others: The other files, read-only.
        dry_run: Merge, report and roll back.
        tick: Callback for progress.

    Raises:
        StoreError: A file cannot be read, or contradicts the others.
    """
    c = store.connection
    report: Report | None = None
    with ExitStack() as stack:
        opened = [stack.enter_context(_opened(path, store.path)) for path in others]
        lacks = [_compared(c, other) for other in opened]
        if all(one.is_nothing for one in lacks) and not needs_replay(c):
            came = [Came([], [], [])] * len(opened)
            return _report(c, opened, came, Rebuilt(0, [], [], [], 0), None)
        for other in opened:
            check_whole(other)
        snapshot = None if dry_run else stack.enter_context(Snapshot(store.path, "before merge"))
        try:
            with transaction(c, dry_run=dry_run):
                report = _merge(c, opened, lacks, tick)
                if snapshot is not None:
                    snapshot.is_needed = report.merge_id is not None
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
            raise StoreError(
                "one of the files has an invalid history; nothing was changed. Check each file with `annotator doctor`"
            ) from error
    c.know_project()
    assert report is not None  # noqa: S101 (made, or an error was raised)
    return report


def merge_new(path: Path, others: Sequence[Path], *, tick: Tick | None = None) -> Report:
    """Create a new project from other files.

    Raises:
        StoreError: The name exists already, or the files contradict each other.
    """
    with new_database(path) as unfinished:
        build_bare(unfinished)
        with Store(unfinished) as store:
            store.connection.before_first_write = None
            return _without_backup(store, others, tick)


def _without_backup(store: Store, others: Sequence[Path], tick: Tick | None) -> Report:
    c = store.connection
    with ExitStack() as stack:
        opened = [stack.enter_context(_opened(path, store.path)) for path in others]
        lacks = [_compared(c, other) for other in opened]
        for other in opened:
            check_whole(other)
        with c.write():
            return _merge(c, opened, lacks, tick)


def _compared(c: Connection, other: Connection) -> Difference:
    try:
        return compare(c, other)
    except StoreError:
        check_whole(other)
        raise


def _merge(c: Connection, others: Sequence[Connection], lacks: Sequence[Difference], tick: Tick | None) -> Report:
    """Union first, then the order all files agree on, then the state that all steps together say."""
    came = []
    for other, lacking in zip(others, lacks, strict=True):
        with other.read():
            came.append(bring(c, other, lacking, tick))
    is_same = not any(one.steps or one.articles or one.has_codings for one in lacks) and not needs_replay(c)
    rebuilt = Rebuilt(0, [], [], [], 0) if is_same else rebuild_project(c, tick)
    return _report(c, others, came, rebuilt, remember(c, [other.name for other in others], came))


def _report(
    c: Connection, others: Sequence[Connection], came: Sequence[Came], rebuilt: Rebuilt, merge_id: str | None
) -> Report:
    files = [file_report(c, other.name, one) for other, one in zip(others, came, strict=True)]
    return Report(files, conflicts(c), rebuilt.same_names, shared_aliases(c), len(rebuilt.orphans), merge_id)


@contextmanager
def _opened(path: Path, project: Path) -> Iterator[Connection]:
    """Another project file, checked and only read; one of an older version is brought up to date in a copy."""
    name = one_line(str(path))
    if not path.is_file():
        raise StoreError(f"there is no file {name}")
    if project.exists() and path.samefile(project):
        raise StoreError(f"{name} is the project itself")
    with ExitStack() as stack:
        c = Connection(path, read_only=True)
        stack.callback(c.close)
        found = version(c)
        if found is None:
            raise StoreError(f"{name} is not an annotator project")
        if found > LATEST:
            raise StoreError(f"{name} was made by a newer version of annotator")
        refuse_foreign(c, found)
        if found < LATEST:
            check_whole(c)
            c = stack.enter_context(_updated(c))
            refuse_foreign(c)
        yield c


def check_whole(c: Connection) -> None:
    """Refuse a damaged file.

    Raises:
        StoreError: SQLite finds a fault in it.
    """
    verdict = c.one("pragma quick_check(1)")
    if verdict != ("ok",):
        raise StoreError(f"{c.name} is damaged; save its readable parts with `annotator doctor --repair`")


@contextmanager
def _updated(c: Connection) -> Iterator[Connection]:
    with tempfile.TemporaryDirectory(prefix="annotator-") as folder:
        copy = Path(folder) / "copy.db"
        c.copy_to(copy)
        mine = Connection(copy)
        try:
            migrate(mine)
            mine.name = c.name
            mine.forbid_writing()
            yield mine
        finally:
            with suppress(StoreError):
                mine.close()
