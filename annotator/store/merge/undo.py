"""Record what a merge or an import brought, and take it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

from annotator.errors import StoreError
from annotator.store.file.backup import back_up, new_epoch
from annotator.store.file.connection import Connection
from annotator.store.file.meta import SYNC
from annotator.store.file.timestamps import now
from annotator.store.history import renumber as order
from annotator.store.history.replay import wipe
from annotator.store.merge.rebuild_project import rebuild_project
from annotator.store.merge.report import Came
from annotator.store.store import Store


class _DryRun(Exception):  # noqa: N818 (no error: it only ends the transaction)
    pass


@contextmanager
def transaction(c: Connection, *, dry_run: bool) -> Iterator[None]:
    """A write that a dry run rolls back at its end."""
    try:
        with c.write():
            yield
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass


def remember(c: Connection, names: Sequence[str], came: Sequence[Came], steps: Sequence[str] = ()) -> str | None:
    """Record what came in, so that it can be taken back; the id of the record, or None if nothing was new.

    `steps` are the ids of those that the program added to what came.
    """
    if not any(one.is_new for one in came):
        return None
    merge_id = str(uuid4())
    # sqlite-utils would take longer to load than a small merge takes.
    merge = c.execute(
        "insert into merges (merge_id, name, at) values (?, ?, ?)", (merge_id, ", ".join(names), now())
    ).lastrowid
    for one in (*came, Came([*steps], [], [])):
        for kind, found in (("step", one.steps), ("article", one.articles), ("coder", one.coders)):
            c.executemany(
                "insert into merged (merge, kind, name) values (?, ?, ?) on conflict do nothing",
                ((merge, kind, name) for name in found),
            )
    return merge_id


def merges(store: Store) -> list[tuple[str, str, str, bool]]:
    """The merges and imports of a project, latest first: id, files, time, and whether it was undone."""
    rows = store.connection.db.table("merges").rows_where(order_by="id desc")
    return [(row["merge_id"], row["name"], row["at"], row["undone_at"] is not None) for row in rows]


def unmerge(store: Store, *, dry_run: bool = False) -> tuple[str, int, int]:
    """Take the latest merge or import back: what it brought goes, with what was done since to that; the rest stays.

    Args:
        store: The project.
        dry_run: Only count.

    Returns:
        The files that it brought, the number of its steps, and the number of later steps deleted with them.

    Raises:
        StoreError: No merge or import stands.
    """
    c = store.connection
    row = c.one("select id, name from merges where undone_at is null order by id desc limit 1")
    if row is None:
        raise StoreError("there is no merge or import to undo")
    if not dry_run:
        back_up(store.path, "before taking a merge back")
    counts = (0, 0)
    with transaction(c, dry_run=dry_run):
        counts = _unmerge(c, int(row[0]))
    c.know_project()
    return (str(row[1]), *counts)


def coders_of(c: Connection) -> tuple[str, ...]:
    """The coders in the latest merge or import not undone, without the program."""
    rows = c.all(
        "select distinct n.name from merged m join steps s on s.step_id = m.name join coders n on n.id = s.coder"
        " where m.kind = 'step' and m.merge = (select max(id) from merges where undone_at is null)"
        " and n.name <> 'annotator' order by n.name"
    )
    return tuple(name for (name,) in rows)


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
    rebuilt = rebuild_project(c, None)
    new_epoch(c)
    # A step may have come by the exchange as well: it is read again.
    c.execute(f"delete from meta where key glob '{SYNC}*'")
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
    came_articles = c.all(f"select id, article_id from articles where article_id in {came}", (merge, "article"))
    used = _used_articles(c) if came_articles else set()
    for article, article_id in came_articles:
        if article_id not in used:
            c.execute("delete from paragraphs where article = ?", (article,))
            c.execute("delete from articles where id = ?", (article,))


def _used_articles(c: Connection) -> set[str]:
    """The articles that any step, review, gold statement or place is about."""
    rows = c.all(
        "select json_extract(key, '$[0]') from changes where entity in"
        " ('review', 'paragraph label', 'article label', 'verdict', 'article')"
        " union select json_extract(key, '$[1]') from changes where entity = 'assignment'"
        " union select json_extract(coalesce(after, before), '$.article_id') from changes where entity = 'statement'"
        " union select a.article_id from articles a join paragraphs p on p.article = a.id where p.id in"
        " (select paragraph from reviews union select paragraph from gold union select paragraph from places)"
    )
    return {str(article_id) for (article_id,) in rows}
