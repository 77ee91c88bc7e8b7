"""Renumber rows after a merge: articles by the time they were added, steps by their times."""

from __future__ import annotations

from annotator.store.file.connection import Connection

_APPEND_ONLY = ("steps_are_kept", "steps_stay", "changes_are_kept", "changes_stay")

_PARAGRAPH_COLUMNS = (("reviews", "paragraph"), ("places", "paragraph"), ("gold", "paragraph"), ("steps", "paragraph"))
"""What refers to paragraphs and is not made anew from the history."""


def order_articles(c: Connection) -> bool:
    """Renumber articles and paragraphs by the time they were added; whether any row changed.

    Row order is reading order. Delete records made from the history before, and replay them after.
    """
    c.execute("drop table if exists temp.article_order")
    c.execute(
        "create temp table article_order as select id as old, row_number() over (order by added_at, article_id) as new"
        " from articles"
    )
    c.execute("drop table if exists temp.paragraph_order")
    c.execute(
        "create temp table paragraph_order as select p.id as old,"
        " row_number() over (order by o.new, p.position) as new"
        " from paragraphs p join temp.article_order o on o.old = p.article"
    )
    moved = "select 1 from temp.{0}_order where old <> new limit 1"
    is_moved = any(c.one(moved.format(kind)) is not None for kind in ("article", "paragraph"))
    if is_moved:
        c.execute("create unique index temp.article_old on article_order (old)")
        c.execute("create unique index temp.paragraph_old on paragraph_order (old)")
        _renumber(c, "articles", "article", (("paragraphs", "article"),))
        with_steps = tuple(_PARAGRAPH_COLUMNS)
        _renumber(c, "paragraphs", "paragraph", with_steps)
    c.execute("drop table temp.paragraph_order")
    c.execute("drop table temp.article_order")
    return is_moved


def are_articles_in_order(c: Connection) -> bool:
    """Whether `order_articles` would change no row."""
    articles = "select 1 from (select id, row_number() over (order by added_at, article_id) as n from articles)"
    paragraphs = (
        "select 1 from (select p.id, row_number() over (order by p.article, p.position) as n from paragraphs p)"
    )
    return all(c.one(f"{rows} where id <> n limit 1") is None for rows in (articles, paragraphs))


def order_steps(c: Connection) -> bool:
    """Renumber steps by their times; whether any row changed."""
    c.execute("drop table if exists temp.step_order")
    c.execute(
        "create temp table step_order as select old, new from (select id as old,"
        " row_number() over (order by at, step_id) as new from steps) where old <> new"
    )
    if c.one("select 1 from temp.step_order limit 1") is None:
        c.execute("drop table temp.step_order")
        return False
    c.execute("create unique index temp.step_old on step_order (old)")
    _renumber(c, "steps", "step", (("changes", "step"), ("steps", "of")))
    c.execute("drop table temp.step_order")
    return True


def count_steps(c: Connection) -> None:
    """Recount every coder's steps."""
    c.execute("update coders set n_steps = (select count(*) from steps where coder = coders.id)")


def allow_rewriting(c: Connection) -> list[str]:
    """Drop the triggers that keep the history append-only, inside a transaction; return their SQL."""
    made = []
    for name in _APPEND_ONLY:
        row = c.one("select sql from sqlite_master where type = 'trigger' and name = ?", (name,))
        if row is not None:
            made.append(str(row[0]))
            c.execute(f"drop trigger {name}")
    return made


def forbid_rewriting(c: Connection, triggers: list[str]) -> None:
    """Create the triggers again."""
    for sql in triggers:
        c.execute(sql)


def _renumber(c: Connection, table: str, kind: str, references: tuple[tuple[str, str], ...]) -> None:
    """Move rows by way of negative numbers, so that no two meet."""
    moved = f"temp.{kind}_order"
    for holder, column in ((table, "id"), *references):
        c.execute(
            f"update {holder} set {column} = -o.new from {moved} o where o.old = {holder}.{column} and o.old <> o.new"
        )
    for holder, column in ((table, "id"), *references):
        c.execute(f"update {holder} set {column} = -{column} where {column} < 0")
