"""Merge coders' files into one project, and undo a merge.

A merge joins the histories, then replays all steps. So neither the order nor the number of merges matters.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
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
from annotator.store.file.timestamps import now
from annotator.store.history import renumber as order
from annotator.store.history.replay import Rebuilt, rebuild, wipe
from annotator.store.merge.copy_history import Came, Tick, bring
from annotator.store.store import Store
from annotator.text.terminal_text import one_line


class FileReport(NamedTuple):
    """New data of one file: steps of each coder, articles and coders."""

    name: str
    steps: dict[str, int]
    n_articles: int
    coders: list[str]


class Conflict(NamedTuple):
    """Two versions of one field; the later counts, the other is kept.

    Attributes:
        coder: The record's coder.
        entity: The kind of record.
        key: The record's key, as JSON.
        field: The field of the record.
        kept: The version that counts, as JSON.
        other: The other version, as JSON.
    """

    coder: str
    entity: str
    key: str
    field: str | None
    kept: str | None
    other: str | None


class Report(NamedTuple):
    """Result of a merge, or of a dry run.

    Attributes:
        files: What each file brought.
        conflicts: Versions that stand beside each other in the project now.
        same_names: Entries of the registry that became one because they have one name.
        shared_aliases: Names and aliases that lead to several entries, for a decision: the alias and the entries.
        n_orphans: Records about articles or statements that are in none of the files.
        merge_id: Its id; None if nothing was new.
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


def merges(store: Store) -> list[tuple[str, str, str, bool]]:
    """The merges of a project, latest first: id, files, time, and whether it was undone."""
    rows = store.connection.db.table("merges").rows_where(order_by="id desc")
    return [(row["merge_id"], row["name"], row["at"], row["undone_at"] is not None) for row in rows]


def unmerge(store: Store, *, dry_run: bool = False) -> tuple[str, int, int]:
    """Take the latest merge back: what it brought goes, with what was done since to that; the rest stays.

    Args:
        store: The project.
        dry_run: Only count.

    Returns:
        The files of the merge, the number of its steps, and the number of later steps deleted with them.

    Raises:
        StoreError: No merge stands.
    """
    c = store.connection
    row = c.one("select id, name from merges where undone_at is null order by id desc limit 1")
    if row is None:
        raise StoreError("there is no merge to undo")
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


def coders_of(c: Connection) -> tuple[str, ...]:
    """The coders in the latest merge not undone, without the program."""
    rows = c.all(
        "select distinct n.name from merged m join steps s on s.step_id = m.name join coders n on n.id = s.coder"
        " where m.kind = 'step' and m.merge = (select max(id) from merges where undone_at is null)"
        " and n.name <> 'annotator' order by n.name"
    )
    return tuple(name for (name,) in rows)


def conflicts(c: Connection) -> list[Conflict]:
    """Every conflict."""
    rows = c.all(
        "select n.name, entity, key, field, kept, other from conflicts x join coders n on n.id = x.coder"
        " order by n.name, entity, key, field, x.at, x.step_id"
    )
    return [Conflict(*row) for row in rows]


def shared_aliases(c: Connection) -> list[tuple[str, list[str]]]:
    """Names and aliases of more than one registry entry, with the entries' names."""
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
        f"the files use different codebooks ({shown}), and no recorded step leads from one to the other;"
        " nothing was changed; first give both files the same one with `annotator codebook apply`"
    )


def _remember(c: Connection, merge_id: str, names: list[str], came: Sequence[Came]) -> None:
    merge = c.db.table("merges").insert({"merge_id": merge_id, "name": ", ".join(names), "at": now()}).last_pk
    for one in came:
        for kind, found in (("step", one.steps), ("article", one.articles), ("coder", one.coders)):
            c.db.table("merged").upsert_all({"merge": merge, "kind": kind, "name": name} for name in found)


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
    c.db.table("merges").update(merge, {"undone_at": now()})
    c.db.table("merged").delete_where("merge = ?", [merge])
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
