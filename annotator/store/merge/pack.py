"""Pack a project file for one coder: their articles and their own work. A merge brings it back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from annotator.errors import StoreError, UsageError
from annotator.files import durable
from annotator.store.coder.registry import Registry
from annotator.store.file.backup import new_epoch
from annotator.store.file.connection import Connection
from annotator.store.file.database_files import new_database
from annotator.store.file.meta import LOCKED, write_meta
from annotator.store.history import renumber as order
from annotator.store.history.replay import rebuild, wipe
from annotator.store.tables.article_removal import ARTICLE
from annotator.store.tables.codebooks import Codebooks
from annotator.store.tables.removed_articles import REMOVED, n_removed
from annotator.store.tables.study.named_facts import FEEDBACK, read_facts
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.store import Store

_OTHERS = "doubts conflicts merged merges gold".split()
"""What tells of others, or is made anew."""


_SHARED = "(select step from changes where entity in ('codebook', 'verdict'))"
"""The steps that changed the codebook, or made gold that the coder is to see."""


class Packed(NamedTuple):
    """Contents of a packed file; `codebook` is the name and version in force."""

    path: Path
    n_articles: int
    n_paragraphs: int
    n_statements: int
    codebook: str
    aside: Path | None = None
    """The new name of a file that stood in the way."""


def pack(store: Store, coder: str, path: Path, *, replace: bool = False, locked: bool = False) -> Packed:
    """Write a file for one coder.

    With assignments, it holds the assigned articles and those the coder has worked on; without, all. It holds every
    version of the codebook, by every author.

    Args:
        store: The project.
        coder: Whose file.
        path: The file.
        replace: Set a file of that name aside under another name first.
        locked: Forbid changes of the codebook in the file.

    Raises:
        UsageError: The project does not know the coder.
        StoreError: The name exists already, or the file is not writable.
    """
    row = store.connection.one("select id from coders where name = ?", (coder,))
    if row is None:
        raise UsageError(f"this project has no coder {one_line(coder)}; add the coder with `annotator assign`")
    with _set_aside(path, replace=replace) as aside, new_database(path, "cannot be written") as unfinished:
        store.connection.copy_to(unfinished)
        c = Connection(unfinished)
        try:
            with c.checking_keys_last(), c.write():
                packed = _strip(c, coder, path)
                if locked:
                    write_meta(c, LOCKED, "1")
            # What was deleted still lies in the file until it is written anew.
            c.execute("vacuum")
        finally:
            c.close()
    return packed._replace(aside=aside)


@contextmanager
def _set_aside(path: Path, *, replace: bool) -> Iterator[Path | None]:
    """Give a file that stands in the way another name; it gets its own back if the block fails.

    Raises:
        StoreError: The file may not be replaced, is open, or was not closed well: part of it is still in its journal.
    """
    if path.exists() and not replace:
        raise StoreError(f"{one_line(str(path))} exists already; --force sets it aside, --out gives another name")
    if not path.exists():
        yield None
        return
    journal = path.with_name(f"{path.name}-wal")
    if journal.exists() and journal.stat().st_size:
        raise StoreError(f"{one_line(str(path))} is open in another program; close it first")
    aside = path.with_name(f"{path.stem}.replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%f}{path.suffix}")
    durable.appear(path, aside)
    try:
        yield aside
    except BaseException:
        durable.appear(aside, path)
        raise


def _strip(c: Connection, coder: str, path: Path) -> Packed:
    from annotator.store.tables.coders import PROGRAM

    kept = (
        f"(select id from coders where name in (?1, '{PROGRAM}')"
        " or recheck_of = (select id from coders where name = ?1))"
    )
    own = {row[0] for row in c.all(f"select statement_id from statements where coder in {kept}", (coder,))}
    row = c.one("select id from coders where name = ?", (coder,))
    others_entries = Registry(c).entered_by_others(row[0] if row else 0)
    touched, seen_gold = _articles(c, coder), _paragraphs_with_feedback(c, coder)
    for table in ("reviews", "places"):
        c.execute(f"delete from {table} where coder not in {kept}", (coder,))
    for table in _OTHERS:
        c.execute(f"delete from {table}")
    wipe(c)
    triggers = order.allow_rewriting(c)
    c.execute(
        "delete from changes where entity not in ('codebook', 'verdict')"
        f" and step in (select id from steps where coder not in {kept})",
        (coder,),
    )
    articles = {key for row, key in c.all("select id, article_id from articles") if touched is None or row in touched}
    _drop_foreign_changes(c, coder, _Own(own, seen_gold, articles), others_entries)
    # All coders share the codebook: the pack holds every change of it, by any coder, and what was undone. Gold comes
    # along where the coder gets feedback.
    c.execute(
        f"delete from steps where coder not in {kept} and id not in {_SHARED} and (of is null or of not in {_SHARED})",
        (coder,),
    )
    c.execute("delete from steps where of is not null and of not in (select id from steps)")
    order.forbid_rewriting(c, triggers)
    gone = f"id not in {kept} and id not in (select coder from steps)"
    c.execute(f"delete from coders where {gone} and recheck_of is not null", (coder,))
    c.execute(f"delete from coders where {gone}", (coder,))
    _drop_articles(c, touched)
    triggers = order.allow_rewriting(c)
    order.order_steps(c)
    order.order_articles(c)
    order.forbid_rewriting(c, triggers)
    order.count_steps(c)
    rebuild(c)
    new_epoch(c)
    write_meta(c, "packed_for", coder)
    n_articles, n_paragraphs, n_statements = (
        int((c.one(f"select count(*) from {table}") or (0,))[0]) for table in ("articles", "paragraphs", "statements")
    )
    codebook = Codebooks(c).current()
    return Packed(path, n_articles, n_paragraphs, n_statements, f"{codebook.name} {codebook.version}")


def _articles(c: Connection, coder: str) -> set[int] | None:
    """The articles that a coder's assignments or work touch; without assignments all, None, but the removed ones."""
    rows = c.all("select first from assignments a join coders c on c.id = a.coder where c.name = ?", (coder,))
    if not rows:
        return _without_removed(c, coder)
    found = c.all(
        "select distinct p.article from paragraphs p where p.id in (select first from assignments a join coders c"
        " on c.id = a.coder where c.name = ?1 union select paragraph from reviews r join coders c on c.id = r.coder"
        " where c.name = ?1 union select paragraph from statements s join coders c on c.id = s.coder"
        " where c.name = ?1)",
        (coder,),
    )
    return {int(row[0]) for row in found}


def _without_removed(c: Connection, coder: str) -> set[int] | None:
    """All articles but those that were removed and that the coder never saw; None for all."""
    if not n_removed(c):
        return None
    rows = c.all(
        f"select id from articles where id not in {REMOVED} or id in (select p.article from reviews r"
        " join coders n on n.id = r.coder left join coders o on o.id = n.recheck_of"
        " join paragraphs p on p.id = r.paragraph where ? in (n.name, o.name))",
        (coder,),
    )
    return {int(row[0]) for row in rows}


def _paragraphs_with_feedback(c: Connection, coder: str) -> set[tuple[str, int]]:
    """The paragraphs, by article and position, that a coder has in phases with feedback."""
    phases = tuple(read_facts(c, FEEDBACK))
    rows = c.all(
        "select a.article_id, p.position from assignments s join coders n on n.id = s.coder and n.id = s.recorder"
        " join paragraphs p on p.id between s.first and s.last join articles a on a.id = p.article"
        f" where n.name = ? and s.phase in ({', '.join('?' * len(phases))})",
        (coder, *phases),
    )
    return {(article_id, position) for article_id, position in rows}


class _Own(NamedTuple):
    """What a coder may have: their statements by id, paragraphs whose gold they will see, and articles by id."""

    statements: set[str]
    gold: set[tuple[str, int]]
    articles: set[str]


def _drop_articles(c: Connection, kept: set[int] | None) -> None:
    if kept is None:
        return
    gone = [article for (article,) in c.all("select id from articles") if article not in kept]
    for article in gone:
        for table in ("reviews", "places"):
            c.execute(
                f"delete from {table} where paragraph in (select id from paragraphs where article = ?)", (article,)
            )
        c.execute("delete from paragraphs where article = ?", (article,))
        c.execute("delete from articles where id = ?", (article,))


def _drop_foreign_changes(c: Connection, coder: str, own: _Own, others_entries: set[str]) -> None:
    """Others' assignments, entries of the registry and work, and gold that the coder will not see."""
    gone = [
        row
        for row, entity, key_text in c.stream("select id, entity, key from changes")
        if not _is_for(coder, own, entity, key := json.loads(key_text))
        or (entity == "speaker" and key[0] in others_entries)
    ]
    c.executemany("delete from changes where id = ?", [(row,) for row in gone])
    # The words of a step tell whom it was about.
    empty = "(select id from steps t where kind = 'do' and not exists (select 1 from changes x where x.step = t.id))"
    c.execute(f"delete from steps where of in {empty}")
    c.execute(f"delete from steps where id in {empty}")


def _is_for(coder: str, own: _Own, entity: str, key: list[Any]) -> bool:
    if entity in ("assignment", "unblinding"):
        return bool(key[0] == coder)
    if entity == "verdict":
        return (key[0], key[1]) in own.gold
    if entity == ARTICLE:
        return key[0] in own.articles
    if entity in ("aggregation", "aggregate", "draw", "model"):
        return False
    return entity not in ("statement", "mentions", "label") or key[0] in own.statements
