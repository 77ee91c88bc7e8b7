"""Pack a project file for one coder: their articles and their own work. A merge brings it back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from annotator.errors import StoreError, UsageError
from annotator.files import durable
from annotator.store.file.backup import new_epoch
from annotator.store.file.connection import Connection
from annotator.store.file.database_files import new_database
from annotator.store.file.meta import LOCKED, SYNC, write_meta
from annotator.store.history import renumber as order
from annotator.store.history.replay import rebuild, wipe
from annotator.store.merge.audience import FOR_ALL_FILES, Share
from annotator.store.tables.codebooks import Codebooks
from annotator.store.tables.coders import PROGRAM
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.store import Store

_OTHERS = "doubts conflicts merged merges gold".split()
"""What tells of others, or is made anew."""


_SHARED = f"(select step from changes where entity in {FOR_ALL_FILES})"
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
    kept = (
        f"(select id from coders where name in (?1, '{PROGRAM}')"
        " or recheck_of = (select id from coders where name = ?1))"
    )
    share = Share(c, coder)
    for table in ("reviews", "places"):
        c.execute(f"delete from {table} where coder not in {kept}", (coder,))
    for table in _OTHERS:
        c.execute(f"delete from {table}")
    wipe(c)
    triggers = order.allow_rewriting(c)
    c.execute(
        f"delete from changes where entity not in {FOR_ALL_FILES}"
        f" and step in (select id from steps where coder not in {kept})",
        (coder,),
    )
    _drop_foreign_changes(c, share)
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
    _drop_articles(c, share.articles)
    triggers = order.allow_rewriting(c)
    order.order_steps(c)
    order.order_articles(c)
    order.forbid_rewriting(c, triggers)
    order.count_steps(c)
    rebuild(c)
    new_epoch(c)
    write_meta(c, "packed_for", coder)
    c.execute(f"delete from meta where key glob '{SYNC}*'")
    n_articles, n_paragraphs, n_statements = (
        int((c.one(f"select count(*) from {table}") or (0,))[0]) for table in ("articles", "paragraphs", "statements")
    )
    codebook = Codebooks(c).current()
    return Packed(path, n_articles, n_paragraphs, n_statements, f"{codebook.name} {codebook.version}")


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


def _drop_foreign_changes(c: Connection, share: Share) -> None:
    """Others' assignments, entries of the registry and work, and gold that the coder will not see."""
    gone = [
        row
        for row, entity, key_text in c.stream("select id, entity, key from changes")
        if not share.has(entity, json.loads(key_text))
    ]
    c.executemany("delete from changes where id = ?", [(row,) for row in gone])
    # The words of a step tell whom it was about.
    empty = "(select id from steps t where kind = 'do' and not exists (select 1 from changes x where x.step = t.id))"
    c.execute(f"delete from steps where of in {empty}")
    c.execute(f"delete from steps where id in {empty}")
