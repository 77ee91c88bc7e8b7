"""Merge coders' files into one project.

A merge joins the histories, then replays all steps. So neither the order nor the number of merges matters.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from annotator.codebook.model import Codebook
from annotator.errors import CodebookError, StoreError
from annotator.store.coder.status import n_outside
from annotator.store.file.backup import Snapshot
from annotator.store.file.connection import Connection
from annotator.store.file.database_files import new_database
from annotator.store.file.migrations import LATEST
from annotator.store.file.project_file import build_bare, known_version, migrate
from annotator.store.file.schema import refuse_foreign
from annotator.store.history.fold_mark import read_mark
from annotator.store.history.join_codebooks import join_as
from annotator.store.history.replay import UNCHANGED, Rebuilt
from annotator.store.merge.apply import Before, apply_new
from annotator.store.merge.copy_history import Tick, bring
from annotator.store.merge.difference import Difference, compare
from annotator.store.merge.leave_open import leave_open
from annotator.store.merge.rebuild_project import ContradictionError, needs_replay, rebuild_project
from annotator.store.merge.remarks import older
from annotator.store.merge.report import Came, JoinedCodebook, Report, conflicts, file_report, removed, shared_aliases
from annotator.store.merge.undo import remember, transaction
from annotator.store.store import Store
from annotator.store.tables.codebooks import Codebooks
from annotator.store.tables.incomplete import n_incomplete
from annotator.text.terminal_text import one_line


def merge(
    store: Store,
    others: Sequence[Path],
    *,
    codebook: Codebook | None = None,
    dry_run: bool = False,
    tick: Tick | None = None,
) -> Report:
    """Merge other project files, all or none, in one transaction, after a snapshot.

    Args:
        store: The project.
        others: The other files, read-only.
        codebook: The codebook that shall hold if those of the files contradict each other.
        dry_run: Merge, report and roll back.
        tick: Callback for progress.

    Raises:
        StoreError: A file cannot be read, or contradicts the others.
        CodebookError: The codebook does not say what became of a name, or there is nothing to decide.
    """
    c = store.connection
    report: Report | None = None
    with ExitStack() as stack:
        opened = [stack.enter_context(_opened(path, store.path)) for path in others]
        lacks = [_compared(c, other) for other in opened]
        if all(one.is_nothing for one in lacks) and not needs_replay(c):
            came = [Came([], [], [])] * len(opened)
            return _report(c, opened, came, UNCHANGED, None)
        for other in opened:
            check_whole(other)
        snapshot = None if dry_run else stack.enter_context(Snapshot(store.path, "before merge"))
        try:
            with transaction(c, dry_run=dry_run):
                report = _merge(store, opened, lacks, codebook, tick)
                if snapshot is not None:
                    snapshot.is_needed = report.merge_id is not None
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
            raise StoreError(
                "one of the files has an invalid history; nothing was changed. Check each file with `annotator doctor`"
            ) from error
    c.know_project()
    assert report is not None  # noqa: S101 (made, or an error was raised)
    return report


def merge_new(
    path: Path, others: Sequence[Path], *, codebook: Codebook | None = None, tick: Tick | None = None
) -> Report:
    """Create a new project from other files; `codebook` as in `merge`.

    Raises:
        StoreError: The name exists already, or the files contradict each other.
    """
    with new_database(path) as unfinished:
        build_bare(unfinished)
        with Store(unfinished) as store:
            store.connection.before_first_write = None
            return _without_backup(store, others, codebook, tick)


def _without_backup(store: Store, others: Sequence[Path], codebook: Codebook | None, tick: Tick | None) -> Report:
    c = store.connection
    with ExitStack() as stack:
        opened = [stack.enter_context(_opened(path, store.path)) for path in others]
        lacks = [_compared(c, other) for other in opened]
        for other in opened:
            check_whole(other)
        with c.write():
            return _merge(store, opened, lacks, codebook, tick)


def _compared(c: Connection, other: Connection) -> Difference:
    try:
        return compare(c, other)
    except StoreError:
        check_whole(other)
        raise


def _merge(
    store: Store,
    others: Sequence[Connection],
    lacks: Sequence[Difference],
    codebook: Codebook | None,
    tick: Tick | None,
) -> Report:
    """Union first, then the order all files agree on, then the state that all steps together say."""
    c, came = store.connection, []
    before = Before.of(c)
    for other, lacking in zip(others, lacks, strict=True):
        with other.read():
            came.append(bring(c, other, lacking, tick))
    known = _joined_names(c)
    is_same = not any(one.changes_records for one in lacks) and not needs_replay(c)
    has_articles = any(one.articles for one in lacks)
    if is_same:
        rebuilt = UNCHANGED
    elif codebook is None:
        rebuilt = apply_new(c, before, has_articles=has_articles, tick=tick)
    else:
        rebuilt = _rebuilt(store, came[-1], codebook, tick)
    n_left_open, steps = (0, []) if is_same else leave_open(store)
    report = _report(c, others, came, rebuilt, remember(c, [other.name for other in others], came, steps))
    same_names = [one for one in report.same_names if one not in known]
    return report._replace(n_left_open=n_left_open, same_names=same_names)


def _joined_names(c: Connection) -> set[tuple[str, int]]:
    """Names of several entries of the registry that are one already, each with the number of entries."""
    rows = c.all(
        "select k.name, count(*) from speakers k left join speakers m on m.id = k.merged_into"
        " where k.name = coalesce(m.name, k.name) group by coalesce(m.id, k.id) having count(*) > 1"
    )
    return {(name, n) for name, n in rows}


def _rebuilt(store: Store, came: Came, codebook: Codebook, tick: Tick | None) -> Rebuilt:
    """Rebuild the project with the codebook that a person chose because the codebooks contradict each other."""
    try:
        rebuild_project(store.connection, tick)
    except ContradictionError as found:
        with store.history.step(store.program(), f"codebook {codebook.version} for all files") as step:
            begun = step.begin()
            step.put("codebook", [], join_as(store.connection, found.versions, codebook, begun.at))
            came.steps.append(begun.step_id)
        return rebuild_project(store.connection, tick)
    raise CodebookError(
        "the codebooks of these files do not contradict each other; leave --codebook out, and change the codebook"
        " with `annotator codebook apply` afterwards"
    )


def _report(
    c: Connection, others: Sequence[Connection], came: Sequence[Came], rebuilt: Rebuilt, merge_id: str | None
) -> Report:
    with c.read():
        found = zip(others, came, strict=True)
        return Report(
            files=[file_report(c, other.name, one, older(c, other)) for other, one in found],
            conflicts=conflicts(c),
            same_names=rebuilt.same_names,
            shared_aliases=shared_aliases(c),
            n_orphans=0 if (mark := read_mark(c)) is None else mark.n_orphans,
            joined=_joined(c, rebuilt),
            merge_id=merge_id,
            outside=n_outside(c),
            incomplete=n_incomplete(c, Codebooks(c).current()),
            removed=removed(c, came),
        )


def _joined(c: Connection, rebuilt: Rebuilt) -> JoinedCodebook | None:
    if rebuilt.joined is None or rebuilt.joined.codebook_id is None:
        return None
    codebook = Codebooks(c).current()
    return JoinedCodebook(f"{codebook.name} {codebook.version}", rebuilt.joined.parts, rebuilt.joined.others)


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
        found = known_version(c)
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
