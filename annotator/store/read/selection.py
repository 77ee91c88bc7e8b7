"""The chosen part of a project: temporary tables that every query of an export begins with, and conditions."""

from __future__ import annotations

from annotator.errors import UsageError
from annotator.model import PHASES, ROLES
from annotator.records import GOLD, Selection
from annotator.store.file.connection import Connection
from annotator.text.terminal_text import one_line

ARTICLES = "temp.chosen_articles o join articles a on a.id = o.article"

ARTICLE = (
    "o.rank, a.article_id, a.name, a.title, a.source, a.date, a.url, a.path, a.metadata, a.added_at, a.sha256,"
    " a.raw_text"
)

PARAGRAPHS = "temp.chosen_articles o cross join paragraphs p on p.article = o.article"

REVIEWS = (
    f"{PARAGRAPHS} left join reviews r on r.paragraph = p.id and r.coder in (select coder from temp.chosen_coders)"
    " left join temp.chosen_coders n on n.coder = r.coder"
)

STATEMENTS_ALONE = (
    f"{PARAGRAPHS} cross join statements s on s.paragraph = p.id cross join temp.chosen_coders n on n.coder = s.coder"
)

STATEMENTS = f"{STATEMENTS_ALONE} left join reviews r on r.coder = s.coder and r.paragraph = s.paragraph"

STATEMENT_ORDER = "o.rank, p.position, n.name, s.created_at, s.statement_id"

_CHOSEN = """
    create temp table chosen_articles (rank integer primary key, article integer not null);
    create temp table chosen_coders
      (coder integer primary key, name text not null, kind text not null, quoted text not null);
"""


def choose(c: Connection, selection: Selection) -> None:
    """Put what is chosen, in order, into temporary tables.

    Raises:
        UsageError: The selection names a coder, an article, a role or a codebook version that there is not.
    """
    if c.is_read_only:
        c.execute("pragma query_only = off")  # it forbids temporary tables too
    for statement in _CHOSEN.strip().split(";\n"):
        c.execute(statement)
    _choose_articles(c, selection.articles)
    _choose_coders(c, selection.coders)
    _check(c, selection)
    if c.is_read_only:
        c.execute("pragma query_only = on")


def condition(selection: Selection) -> str:
    """What a row of STATEMENTS or REVIEWS, or of any query that calls these tables so, must fulfil besides."""
    return _with_role(selection.roles) + _in_phase(selection.phases)


def _with_role(roles: tuple[str, ...]) -> str:
    """The condition that a paragraph has one of these roles for its coder."""
    return f" and coalesce(r.role, p.role) in ({', '.join(map(text, roles))})" if roles else ""


def _in_phase(phases: tuple[str, ...]) -> str:
    """The condition that a paragraph was assigned to its coder in one of these phases."""
    if not phases:
        return ""
    return (
        " and exists (select 1 from assignments x where x.recorder = n.coder and p.id between x.first and x.last"
        f" and x.phase in ({', '.join(map(text, phases))}))"
    )


def text(name: str) -> str:
    """A text as SQL writes it."""
    return "'" + name.replace("'", "''") + "'"


def _choose_articles(c: Connection, articles: tuple[str, ...]) -> None:
    wanted = ",".join("?" * len(articles))
    where = f" where article_id in ({wanted}) or name in ({wanted})" if articles else ""
    c.execute(
        f"insert into temp.chosen_articles (article) select id from articles{where} order by added_at, article_id",
        articles * 2,
    )
    for article in articles:
        if c.one("select 1 from articles where article_id = ? or name = ?", (article, article)) is None:
            raise UsageError(f"there is no article {one_line(article)} in this project")


def _choose_coders(c: Connection, coders: tuple[str, ...]) -> None:
    wanted = ",".join("?" * len(coders))
    where = f" and name in ({wanted})" if coders else ""
    c.execute(
        "insert into temp.chosen_coders (coder, name, kind, quoted)"
        f" select id, name, kind, json_quote(name) from coders where name <> 'annotator'{where}",
        coders,
    )
    for coder in coders:
        if coder != GOLD and c.one("select 1 from temp.chosen_coders where name = ?", (coder,)) is None:
            raise UsageError(f"there is no coder {one_line(coder)} in this project")


def _check(c: Connection, selection: Selection) -> None:
    for role in selection.roles:
        if role not in ROLES:
            raise UsageError(f"{one_line(role)} is no role; roles are {', '.join(ROLES)}")
    for phase in selection.phases:
        if phase not in PHASES:
            raise UsageError(f"{one_line(phase)} is no phase; phases are {', '.join(PHASES)}")
    for version in selection.codebook_versions:
        if c.one("select 1 from codebooks where version = ?", (version,)) is None:
            raise UsageError(f"this project never had a codebook of version {one_line(version)}")
