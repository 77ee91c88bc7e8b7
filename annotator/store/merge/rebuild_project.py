"""Rebuild the project after histories were joined or parted."""

from __future__ import annotations

from annotator.errors import StoreError
from annotator.store.file.backup import new_epoch
from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta, write_meta
from annotator.store.history import renumber as order
from annotator.store.history.replay import Rebuilt, has_resolved_conflicts, rebuild, wipe
from annotator.store.merge.copy_history import Tick
from annotator.text.terminal_text import one_line


def rebuild_project(c: Connection, tick: Tick | None) -> Rebuilt:
    """Put articles and steps in their order, and make the state anew.

    Raises:
        StoreError: The joined histories leave two codebooks in force.
    """
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
    write_meta(c, "orphans", str(len(rebuilt.orphans)))
    return rebuilt


def needs_replay(c: Connection) -> bool:
    """Whether a replay of the history as it is would change the state: records waited for others, or were resolved."""
    known = read_meta(c, "orphans")
    if known is None:
        # Made by an older version, which did not count them, or parted from its project.
        is_whole = read_meta(c, "packed_for") is None and c.one("select 1 from merges limit 1") is None
    else:
        is_whole = known == "0"
    return not is_whole or has_resolved_conflicts(c)


def _two_codebooks(c: Connection, heads: list[str]) -> str:
    named = [c.one("select name, version from codebooks where codebook_id = ?", (head,)) for head in heads]
    shown = " and ".join(f"{one_line(row[0])} {one_line(row[1])}" for row in named if row)
    return (
        f"the files use different codebooks ({shown}), and no recorded step leads from one to the other;"
        " nothing was changed; first give both files the same one with `annotator codebook apply`"
    )
