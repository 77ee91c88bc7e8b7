"""Who may read which change of the history: one filter for packed files and for sync.

Blindness is another matter: it hides others' codings from a coder for as long as a phase is open.
"""

from __future__ import annotations

from typing import Any

from annotator.batch import ALL, LEAD, for_coder, is_open_to
from annotator.store.coder.registry import Registry
from annotator.store.file.connection import Connection
from annotator.store.tables.article_removal import ARTICLE
from annotator.store.tables.coders import PROGRAM
from annotator.store.tables.removed_articles import REMOVED, n_removed
from annotator.store.tables.study.named_facts import FEEDBACK, read_facts

FOR_ALL_FILES = ("codebook", "verdict")
"""Records of which a coder's file holds every author's changes: all share the codebook, and gold is the study's."""

OF_STATEMENT = ("statement", "mentions", "label")
"""Records whose key begins with the id of a statement."""

_FOR_ONE = ("assignment", "unblinding")
_FOR_THE_LEAD = ("aggregation", "aggregate", "draw", "model")


class Readers:
    """The audiences of the changes in a project, as the project is now."""

    def __init__(self, c: Connection) -> None:
        self._c = c
        self._feedback = _feedback(c)

    def of(self, entity: str, key: list[Any], author: str) -> tuple[str, ...]:
        """The audiences that may read a change; one is enough.

        Args:
            entity: The kind of record.
            key: The record's key.
            author: The name of the coder whose step it is.
        """
        if entity in _FOR_ONE:
            return (for_coder(key[0]),)
        if entity == "verdict":
            return tuple(map(for_coder, self._feedback.get((key[0], key[1]), ()))) or (LEAD,)
        if entity in _FOR_THE_LEAD:
            return (LEAD,)
        if entity in OF_STATEMENT and author == PROGRAM:
            return (self._owner(key[0]),)
        return (ALL,)

    def is_for_all(self, entity: str, author: str) -> bool:
        """Whether all may read each change of a kind by an author, whatever its key."""
        is_special = entity in _FOR_ONE or entity in _FOR_THE_LEAD or entity == "verdict"
        return not is_special and (author != PROGRAM or entity not in OF_STATEMENT)

    def _owner(self, statement_id: str) -> str:
        row = self._c.one(
            "select coalesce(b.name, n.name) from statements s join coders n on n.id = s.coder"
            " left join coders b on b.id = n.recheck_of where s.statement_id = ?",
            (statement_id,),
        )
        return LEAD if row is None else for_coder(row[0])


class Share:
    """What one coder may have of a project: their own work, and what the program has for all or for them.

    Attributes:
        authors: The rows of the coder, of the coder's rechecks and of the program. Of others' steps the coder gets only
            what is in `FOR_ALL_FILES`.
        articles: The rows of the articles that the coder's assignments or work touch; without assignments all, None,
            but the removed ones.
    """

    def __init__(self, c: Connection, coder: str) -> None:
        self._coder = coder
        self._readers = Readers(c)
        self.authors = frozenset(
            row
            for (row,) in c.all(
                "select id from coders where name in (?1, ?2) or recheck_of = (select id from coders where name = ?1)",
                (coder, PROGRAM),
            )
        )
        self.articles = _articles(c, coder)
        ids = c.all("select id, article_id from articles")
        self._article_ids = {key for row, key in ids if self.articles is None or row in self.articles}
        self._statements = {
            statement_id
            for statement_id, owner in c.all("select statement_id, coder from statements")
            if owner in self.authors
        }
        row = c.one("select id from coders where name = ?", (coder,))
        self._others_entries = Registry(c).entered_by_others(row[0] if row else 0)

    def has(self, entity: str, key: list[Any]) -> bool:
        """Whether the coder may have a change, in a step of one of `authors` or of a kind in `FOR_ALL_FILES`."""
        if entity in OF_STATEMENT:
            return key[0] in self._statements
        if entity == "speaker":
            return key[0] not in self._others_entries
        if entity == ARTICLE:
            return key[0] in self._article_ids
        return any(is_open_to(audience, self._coder) for audience in self._readers.of(entity, key, ""))


def _articles(c: Connection, coder: str) -> set[int] | None:
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


def _feedback(c: Connection) -> dict[tuple[str, int], set[str]]:
    """Who sees gold of which paragraphs, by article and position: the coders who have them in phases with feedback."""
    phases = tuple(read_facts(c, FEEDBACK))
    found: dict[tuple[str, int], set[str]] = {}
    for name, article_id, position in c.stream(
        "select n.name, a.article_id, p.position from assignments s"
        " join coders n on n.id = s.coder and n.id = s.recorder"
        " join paragraphs p on p.id between s.first and s.last join articles a on a.id = p.article"
        f" where s.phase in ({', '.join('?' * len(phases))})",
        phases,
    ):
        found.setdefault((article_id, position), set()).add(name)
    return found
