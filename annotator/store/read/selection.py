"""The selection as SQL: temporary tables of the chosen articles and coders, and conditions on rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from annotator.errors import StoreError, UsageError
from annotator.model import PHASES, ROLES
from annotator.records import GOLD, Selection
from annotator.store.file.connection import Connection
from annotator.store.tables.coders import CODES
from annotator.store.tables.removed_articles import REMOVED, check_article
from annotator.text.terminal_text import one_line

ARTICLES = "temp.chosen_articles o join articles a on a.id = o.article"

PARAGRAPHS = "temp.chosen_articles o cross join paragraphs p on p.article = o.article"

STATEMENTS = (
    f"{PARAGRAPHS} cross join statements s on s.paragraph = p.id cross join temp.chosen_coders n on n.coder = s.coder"
    " left join reviews r on r.coder = s.coder and r.paragraph = s.paragraph"
)

STATEMENT_ORDER = "o.rank, p.position, n.name, s.created_at, s.statement_id"

Coders = Literal["all", "human"]
"""Whose work is meant where no coder is named: everybody's who codes; or, where coders are compared, that of humans
without second codings of rechecks."""

_TABLES = {
    "chosen_articles": "(rank integer primary key, article integer not null)",
    "chosen_coders": "(coder integer primary key, name text not null)",
}
_UNNAMED: dict[Coders, str] = {
    "all": f" and {CODES}",
    "human": f" and kind = 'human' and recheck_of is null and {CODES}",
}


@contextmanager
def choose(c: Connection, selection: Selection, coders: Coders) -> Iterator[None]:
    """Keep what is chosen, in order, in temporary tables for as long as the block lasts.

    Raises:
        UsageError: The selection names a coder, an article, a role, a phase or a codebook version that does not exist.
    """
    c.execute("savepoint chosen")
    try:
        with _may_write(c):
            for name, columns in _TABLES.items():
                c.execute(f"create temp table {name} {columns}")
            _choose_coders(c, selection.coders, coders)
            _choose_articles(c, selection.articles)
        _check(c, selection)
        yield
    finally:
        with suppress(StoreError):  # after an error of the disk the transaction has ended, and the tables with it
            c.execute("rollback to chosen")
            c.execute("release chosen")


@contextmanager
def _may_write(c: Connection) -> Iterator[None]:
    """Allow temporary tables, which a connection for reading forbids like any other."""
    if c.is_read_only:
        c.execute("pragma query_only = off")
    try:
        yield
    finally:
        if c.is_read_only:
            c.execute("pragma query_only = on")


def condition(selection: Selection) -> str:
    """What a row of STATEMENTS or REVIEWS, or of any query that calls these tables so, must fulfil besides."""
    inside = "" if selection.outside else f" and (n.coder not in (select recorder from assignments) or {_assigned()})"
    without = f" and not {_assigned(selection.without)}" if selection.without else ""
    return _with_role(selection.roles) + _in_phase(selection.phases) + inside + without


def _with_role(roles: tuple[str, ...]) -> str:
    """The condition that a paragraph has one of these roles for its coder."""
    return f" and coalesce(r.role, p.role) in ({', '.join(map(text, roles))})" if roles else ""


def _in_phase(phases: tuple[str, ...]) -> str:
    """The condition that a paragraph was assigned to its coder in one of these phases."""
    return f" and {_assigned(phases)}" if phases else ""


def _assigned(phases: tuple[str, ...] = ()) -> str:
    """The condition that a paragraph was assigned to its coder, in one of these phases or in any."""
    of_phase = f" and x.phase in ({', '.join(map(text, phases))})" if phases else ""
    return (
        f"exists (select 1 from assignments x where x.recorder = n.coder and p.id between x.first and x.last{of_phase})"
    )


def text(name: str) -> str:
    """A text as SQL writes it."""
    return "'" + name.replace("'", "''") + "'"


def _choose_articles(c: Connection, articles: tuple[str, ...]) -> None:
    wanted = ",".join("?" * len(articles))
    where = f" and (article_id in ({wanted}) or name in ({wanted}))" if articles else ""
    c.execute(
        "insert into temp.chosen_articles (article)"
        f" select id from articles where id not in {REMOVED}{where} order by added_at, article_id",
        articles * 2,
    )
    for article in articles:
        check_article(c, article)


def _choose_coders(c: Connection, coders: tuple[str, ...], unnamed: Coders) -> None:
    where = f" and name in ({','.join('?' * len(coders))})" if coders else _UNNAMED[unnamed]
    c.execute(
        "insert into temp.chosen_coders (coder, name)"
        f" select id, name from coders k where name <> 'annotator'{where} order by name",
        coders,
    )
    for coder in coders:
        is_layer = coder == GOLD and unnamed == "all"
        if not is_layer and c.one("select 1 from temp.chosen_coders where name = ?", (coder,)) is None:
            raise UsageError(f"there is no coder {one_line(coder)} in this project")


def _check(c: Connection, selection: Selection) -> None:
    for role in selection.roles:
        if role not in ROLES:
            raise UsageError(f"{one_line(role)} is not a role; roles are {', '.join(ROLES)}")
    for phase in selection.phases:
        if phase not in PHASES:
            raise UsageError(f"{one_line(phase)} is not a phase; phases are {', '.join(PHASES)}")
    for version in selection.codebook_versions:
        if c.one("select 1 from codebooks where version = ?", (version,)) is None:
            raise UsageError(f"this project never had a codebook of version {one_line(version)}")
