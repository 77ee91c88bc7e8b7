"""Coders' files become one project, and a mistaken merge is taken back.

What comes together are the histories; the state is then made anew from all steps. So it does not matter in which
order files are merged, or how often.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from annotator.errors import StoreError
from annotator.store.file.backup import Snapshot, back_up, new_epoch
from annotator.store.file.connection import Connection
from annotator.store.file.database_files import new_database
from annotator.store.file.migrations import LATEST
from annotator.store.file.project_file import build_bare, migrate, version
from annotator.store.file.schema import refuse_foreign
from annotator.store.history import renumber as order
from annotator.store.history.replay import Rebuilt, rebuild, wipe
from annotator.store.merge.copy_history import Came, Tick, bring
from annotator.store.store import Store
from annotator.text.terminal_text import one_line


class FileReport(NamedTuple):
    """What one file brought: how many steps of each coder were new, articles, and the coders who were."""

    name: str
    steps: dict[str, int]
    n_articles: int
    coders: list[str]


class Conflict(NamedTuple):
    """Two versions of one thing, of which the latest stands; the other is kept beside it.

    Attributes:
        coder: Whose record it is.
        entity: What kind of record.
        key: Which record, as JSON.
        field: Which part of it.
        kept: The version that stands, as JSON.
        other: The version beside it, as JSON.
    """

    coder: str
    entity: str
    key: str
    field: str | None
    kept: str | None
    other: str | None


class Report(NamedTuple):
    """What a merge did, or would do.

    Attributes:
        files: What each file brought.
        conflicts: Versions that stand beside each other in the project now.
        same_names: Entries of the registry that became one because they have one name.
        shared_aliases: Names and aliases that lead to several entries, for a decision: the alias and the entries.
        n_orphans: Records about articles or statements that are in none of the files.
        merge_id: What `annotator merge --undo` calls it; None if nothing was new.
    """

    files: list[FileReport]
    conflicts: list[Conflict]
    same_names: list[tuple[str, int]]
    shared_aliases: list[tuple[str, list[str]]]
    n_orphans: int
    merge_id: str | None


class _DryRun(Exception):  # noqa: N818 (no error: it only ends the transaction)
    pass


def merge(store: Store, others: Sequence[Path], *, dry_run: bool = False, tick: Tick | None = None) -> Report:
    """Bring other project files in, all of them or none, in one transaction; a snapshot is made before.

    Args:
        store: The project.
        others: The other files; they are only read.
        dry_run: Do everything, and then nothing: the report says what would come in.
        tick: Told how far it is.

    Raises:
        StoreError: A file cannot be read, or says what cannot be true together with the others.
    """
    c = store.connection
    report: Report | None = None
    with ExitStack() as stack:
        snapshot = None if dry_run else stack.enter_context(Snapshot(store.path, "before merge"))
        opened = [stack.enter_context(_opened(path, store.path)) for path in others]
        try:
            with c.write():
                report = _merge(c, opened, tick)
                if dry_run:
                    raise _DryRun
                if snapshot is not None:
                    snapshot.is_needed = report.merge_id is not None
        except _DryRun:
            pass
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
            raise StoreError("one of the files holds a history that makes no sense; nothing was changed") from error
    c.know_project()
    assert report is not None  # noqa: S101 (made, or an error was raised)
    return report


def merge_new(path: Path, others: Sequence[Path], *, tick: Tick | None = None) -> Report:
    """Make a new project of other files.

    Raises:
        StoreError: Something of that name exists, or the files do not go together.
    """
    with new_database(path) as unfinished:
        build_bare(unfinished)
        with Store(unfinished) as store:
            store.connection.before_first_write = None
            return _without_backup(store, others, tick)


def merges(store: Store) -> list[tuple[str, str, str, bool]]:
    """The merges of a project, latest first: id, files, time, and whether it was taken back."""
    rows = store.connection.all("select merge_id, name, at, undone_at from merges order by id desc")
    return [(merge_id, name, at, undone is not None) for merge_id, name, at, undone in rows]


def unmerge(store: Store, merge_id: str | None = None, *, dry_run: bool = False) -> tuple[str, int, int]:
    """Take a merge back: what it brought goes, with what was done since to what it brought; the rest stays.

    Args:
        store: The project.
        merge_id: Which merge; the latest that stands by default.
        dry_run: Only count.

    Returns:
        The files of the merge, how many of its steps go, and how many later steps go with them.

    Raises:
        StoreError: There is no such merge.
    """
    c = store.connection
    row = c.one(
        "select id, name from merges where undone_at is null and (merge_id = ?1 or ?1 is null)"
        " order by id desc limit 1",
        (merge_id,),
    )
    if row is None:
        raise StoreError("there is no merge to take back")
    if not dry_run:
        back_up(store.path, "before taking a merge back")
    counts = (0, 0)
    try:
        with c.write():
            counts = _unmerge(c, int(row[0]))
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    c.know_project()
    return (str(row[1]), *counts)


def conflicts(c: Connection) -> list[Conflict]:
    """Every version that stands beside another."""
    rows = c.all(
        "select n.name, entity, key, field, kept, other from conflicts x join coders n on n.id = x.coder"
        " order by n.name, entity, key, field, x.at, x.step_id"
    )
    return [Conflict(*row) for row in rows]


def shared_aliases(c: Connection) -> list[tuple[str, list[str]]]:
    """Names and aliases that lead to more than one entry of the registry, with the entries' names."""
    rows = c.all(
        "select called, name from (select name as called, name from speakers where merged_into is null and retired = 0"
        " union select l.alias, s.name from aliases l join speakers s on s.id = l.speaker"
        " where s.merged_into is null and s.retired = 0) order by called, name"
    )
    named: dict[str, list[str]] = {}
    for called, name in rows:
        named.setdefault(called, []).append(name)
    return [(called, names) for called, names in named.items() if len(names) > 1]


def _without_backup(store: Store, others: Sequence[Path], tick: Tick | None) -> Report:
    with ExitStack() as stack:
        opened = [stack.enter_context(_opened(path, store.path)) for path in others]
        with store.connection.write():
            return _merge(store.connection, opened, tick)


def _merge(c: Connection, others: Sequence[Connection], tick: Tick | None) -> Report:
    """Union first, then the order all files agree on, then the state that all steps together say."""
    came = []
    for other in others:
        with other.read():
            came.append(bring(c, other, tick))
    is_new = any(one.steps or one.articles or one.coders for one in came)
    rebuilt = _settle(c, tick)
    merge_id = str(uuid4()) if is_new else None
    if merge_id is not None:
        _remember(c, merge_id, [other.name for other in others], came)
    files = [_file_report(c, other.name, one) for other, one in zip(others, came, strict=True)]
    return Report(files, conflicts(c), rebuilt.same_names, shared_aliases(c), len(rebuilt.orphans), merge_id)


def _settle(c: Connection, tick: Tick | None) -> Rebuilt:
    """Put articles and steps in their order, and make the state anew."""
    wipe(c)
    triggers = order.allow_rewriting(c)
    order.order_steps(c)
    is_moved = order.order_articles(c)
    order.forbid_rewriting(c, triggers)
    order.count_steps(c)
    rebuilt = rebuild(c, None if tick is None else lambda done, total: tick("records", done, total))
    if len(rebuilt.codebooks) > 1:
        raise StoreError(_two_codebooks(c, rebuilt.codebooks))
    if is_moved:
        new_epoch(c)
    return rebuilt


def _two_codebooks(c: Connection, heads: list[str]) -> str:
    named = [c.one("select name, version from codebooks where codebook_id = ?", (head,)) for head in heads]
    shown = " and ".join(f"{one_line(row[0])} {one_line(row[1])}" for row in named if row)
    return (
        f"the files work with different codebooks ({shown}), and no recorded step leads from one to the other;"
        " bring them to one with `annotator codebook apply` first; nothing was changed"
    )


def _remember(c: Connection, merge_id: str, names: list[str], came: Sequence[Came]) -> None:
    at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    row = c.execute(
        "insert into merges (merge_id, name, at) values (?, ?, ?)", (merge_id, ", ".join(names), at)
    ).lastrowid
    for one in came:
        for kind, found in (("step", one.steps), ("article", one.articles), ("coder", one.coders)):
            c.executemany(
                "insert into merged (merge, kind, name) values (?, ?, ?) on conflict do nothing",
                [(row, kind, name) for name in found],
            )


def _file_report(c: Connection, name: str, came: Came) -> FileReport:
    steps: dict[str, int] = {}
    for step_id in came.steps:
        row = c.one("select n.name from steps t join coders n on n.id = t.coder where step_id = ?", (step_id,))
        if row is not None:
            steps[row[0]] = steps.get(row[0], 0) + 1
    return FileReport(name, dict(sorted(steps.items())), len(came.articles), sorted(came.coders))


def _unmerge(c: Connection, merge: int) -> tuple[int, int]:
    c.execute("drop table if exists temp.gone")
    c.execute(
        "create temp table gone as select t.id, 1 as came from steps t join merged m on m.name = t.step_id"
        " where m.merge = ? and m.kind = 'step'",
        (merge,),
    )
    # What was undone or redone since goes with what it undid.
    c.execute(
        "with recursive later(id) as (select id from temp.gone"
        " union select t.id from steps t join later on t.of = later.id)"
        " insert into temp.gone select id, 0 from later where id not in (select id from temp.gone)"
    )
    n_came, n_later = c.one("select coalesce(sum(came), 0), coalesce(sum(1 - came), 0) from temp.gone") or (0, 0)
    wipe(c)
    triggers = order.allow_rewriting(c)
    c.execute("delete from changes where step in (select id from temp.gone)")
    c.execute("delete from steps where id in (select id from temp.gone)")
    order.forbid_rewriting(c, triggers)
    c.execute("drop table temp.gone")
    _remove_what_came(c, merge)
    at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    c.execute("update merges set undone_at = ? where id = ?", (at, merge))
    c.execute("delete from merged where merge = ?", (merge,))
    rebuilt = _settle(c, None)
    new_epoch(c)
    return int(n_came), int(n_later) + len(rebuilt.orphans)


def _remove_what_came(c: Connection, merge: int) -> None:
    """Coders and articles that came in and that nothing else is about."""
    came = "(select name from merged where merge = ? and kind = ?)"
    coders = (
        f"(select id from coders where name in {came} and not exists (select 1 from steps where coder = coders.id)"
        " and not exists (select 1 from gold where decided_by = coders.id)"
        " and not exists (select 1 from verdicts where decided_by = coders.id)"
        " and not exists (select 1 from unblindings where coder = coders.id))"
    )
    for table in ("reviews", "places"):
        c.execute(f"delete from {table} where coder in {coders}", (merge, "coder"))
    c.execute(f"delete from coders where id in {coders} and recheck_of is not null", (merge, "coder"))
    c.execute(f"delete from coders where id in {coders}", (merge, "coder"))
    rows = c.all(f"select id, article_id from articles where article_id in {came}", (merge, "article"))
    for article, article_id in rows:
        key = f'["{article_id}"'
        paragraphs = "(select id from paragraphs where article = ?)"
        is_used = (
            c.one("select 1 from changes where key >= ? and key < ? limit 1", (key, key + "~"))
            or c.one(
                "select 1 from changes where entity = 'statement' and instr(coalesce(after, before), ?) limit 1",
                (f'"article_id":"{article_id}"',),
            )
            or c.one(f"select 1 from reviews where paragraph in {paragraphs} limit 1", (article,))
            or c.one(f"select 1 from gold where paragraph in {paragraphs} limit 1", (article,))
            or c.one(f"select 1 from places where paragraph in {paragraphs} limit 1", (article,))
        )
        if not is_used:
            c.execute("delete from paragraphs where article = ?", (article,))
            c.execute("delete from articles where id = ?", (article,))


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
        check_whole(c)
        if found < LATEST:
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
        raise StoreError(f"{c.name} is damaged; `annotator doctor --repair` saves what can be read of it")


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
