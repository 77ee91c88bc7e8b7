"""Articles taken out of a project: which they are. The table `removed` has a row for each.

Text, codings and number stay; whatever reads the project skips them.
"""

from __future__ import annotations

from annotator.errors import UsageError
from annotator.store.file.connection import Connection
from annotator.text.shell_word import shell_word
from annotator.text.terminal_text import one_line

REMOVED = "(select article from removed)"
"""The rows of the removed articles, in SQL: `a.id not in` them are the articles of the project."""


def is_present(paragraph: str) -> str:
    """The condition, in SQL, that a paragraph belongs to an article of the project.

    Args:
        paragraph: The expression for its row.
    """
    return f"(not exists {REMOVED} or (select article from paragraphs where id = {paragraph}) not in {REMOVED})"


def n_removed(c: Connection) -> int:
    """Number of the removed articles."""
    row = c.one("select count(*) from removed")
    return int(row[0]) if row else 0


def check_article(c: Connection, name: str) -> str:
    """The id of an article of the project, by its id or name; of several of that name, of the first.

    Raises:
        UsageError: There is none, or it was removed.
    """
    named = "article_id = ?1 or name = ?1"
    row = c.one(f"select article_id from articles where ({named}) and id not in {REMOVED} order by id limit 1", (name,))
    if row is not None:
        return str(row[0])
    shown = one_line(name)
    if c.one(f"select 1 from articles where {named}", (name,)) is not None:
        back = f"`annotator remove --undo {shell_word(shown)}` puts it back"
        raise UsageError(f"article {shown} was removed from this project; {back}")
    raise UsageError(f"there is no article {shown} in this project")


def is_removed(c: Connection, paragraph: int) -> bool:
    """Whether a paragraph belongs to a removed article."""
    return end_of_removed(c, paragraph) is not None


def end_of_removed(c: Connection, paragraph: int) -> int | None:
    """The last paragraph of the removed article that a paragraph belongs to; None if it is not removed."""
    row = c.one(
        "select p.id - p.position + a.n_paragraphs - 1 from paragraphs p join removed r on r.article = p.article"
        " join articles a on a.id = p.article where p.id = ?",
        (paragraph,),
    )
    return None if row is None else int(row[0])


def n_present_paragraphs(c: Connection) -> int:
    """Number of the paragraphs of the project.

    Rows of paragraphs have no gaps, so that the last row is the number of all.
    """
    row = c.one(
        "select coalesce(max(id), 0) - (select coalesce(sum(a.n_paragraphs), 0) from removed r"
        " join articles a on a.id = r.article) from paragraphs"
    )
    return int(row[0]) if row else 0
