"""Recode queue: each coder's doubts after a codebook change, closed by deciding again."""

from __future__ import annotations

from typing import Any, NamedTuple

from annotator.codebook.model import Codebook, Variable
from annotator.codebook.version_steps import CodebookStep
from annotator.store.file.connection import Connection
from annotator.store.tables.label_mapping import Readings, readings
from annotator.store.tables.removed_articles import is_present

_RAISE = (
    "insert into doubts (coder, paragraph, statement, variable, codebook, reason, raised_at) {} on conflict"
    " (paragraph, coder, variable, reason, coalesce(statement, 0)) do update set settled_at = null,"
    " codebook = excluded.codebook"
)

_FIRST = "(select min(p.id) from paragraphs p where p.article = l.article)"
UNITS = {
    "statement": ("labels", "labels l join statements s on s.id = l.statement", "s.coder, s.paragraph, s.id"),
    "paragraph": ("paragraph_labels", "paragraph_labels l", "l.coder, l.paragraph, null"),
    "article": ("article_labels", "article_labels l", f"l.coder, {_FIRST}, null"),
}
"""Where the labels of each scope are: the table, what it is joined with, and their coder, paragraph and statement."""

_OPEN = (
    "from doubts d left join statements s on s.id = d.statement"
    f" where d.coder = ? and d.settled_at is null and coalesce(s.deleted, 0) = 0 and {is_present('d.paragraph')}"
)
"""A coder's open doubts, without those in removed articles."""


class Doubtful(NamedTuple):
    """A decision to make again; choosing the same value again is one too.

    Attributes:
        paragraph: The paragraph's id in the project file; an article's first for a label of the article.
        statement_id: The statement, or None for a label of the paragraph or the article.
        variable: The variable in doubt.
        reason: Why, in a sentence for the coder.
    """

    paragraph: int
    statement_id: str | None
    variable: str
    reason: str


def open_doubts(c: Connection, coder: int, paragraph: int | None = None) -> list[Doubtful]:
    """The coder's doubts, in reading order; of one paragraph, if it is given."""
    where = "" if paragraph is None else f" and d.paragraph = {int(paragraph)}"
    rows = c.all(
        f"select d.paragraph, s.statement_id, d.variable, d.reason {_OPEN}{where} order by d.paragraph, d.id",
        (coder,),
    )
    return [Doubtful(*row) for row in rows]


def next_doubt(c: Connection, coder: int, after: int) -> int | None:
    """The next paragraph with a doubt after this one, wrapping at the end; None without doubts."""
    for start in (after, 0):
        row = c.one(f"select d.paragraph {_OPEN} and d.paragraph > ? order by d.paragraph limit 1", (coder, start))
        if row is not None:
            return int(row[0])
    return None


def n_doubts(c: Connection, coder: int) -> int:
    """Number of the coder's doubts."""
    row = c.one(f"select count(*) {_OPEN}", (coder,))
    return int(row[0]) if row else 0


def close_all(c: Connection, at: str) -> None:
    """Close every doubt, before those that still hold are raised again."""
    c.execute("update doubts set settled_at = ? where settled_at is null", (at,))


def raise_doubts(c: Connection, scope: str, at: str) -> None:
    """Raise the doubts about labels that `temp.reading` names, with the reasons that it gives."""
    if c.one("select 1 from temp.reading where doubts is not null limit 1") is None:
        return
    _, joined, unit = UNITS[scope]
    c.execute(
        _RAISE.format(
            f"select {unit}, l.variable, l.codebook, j.value, ? from {joined}"
            " join temp.reading r on r.codebook = l.codebook and r.variable_now = l.variable"
            " and r.made = coalesce(l.made, l.value) and r.entry is l.entry and r.doubts is not null"
            " join json_each(r.doubts) j where true"
        ),
        (at,),
    )


def raise_missing(c: Connection, held: Readings, at: str, places: set[tuple[int, int]] | None = None) -> None:
    """Doubt units coded before a variable was asked, if they have no label of it.

    `places` are the coders and paragraphs to look at; without them, all.
    """
    ancestors = held.ancestors
    for edge in held.edges:
        for step in edge.steps:
            if edge.after in ancestors and step.doubt == "missing":
                variable = held.codebook.variable(held.current_name(step.variable))
                if variable is not None and variable.enabled and variable.required:
                    _raise_missing_of(c, held.codebook, variable, step, edge.at, at, places)


def _raise_missing_of(
    c: Connection,
    codebook: Codebook,
    variable: Variable,
    step: CodebookStep,
    since: str,
    at: str,
    places: set[tuple[int, int]] | None,
) -> None:
    found = missing(codebook, variable, since)
    if found is not None:
        sql, parameters = found
        given = (variable.name, step.reason or step.words, at, *parameters)
        raised = _RAISE.format(f"select coder, paragraph, statement, ?, null, ?, ? from ({sql}) where {{}}")
        if places is None:
            c.execute(raised.format("true"), given)
        else:
            c.executemany(raised.format("coder = ? and paragraph = ?"), [(*given, *place) for place in sorted(places)])


def missing(codebook: Codebook, variable: Variable, since: str) -> tuple[str, tuple[Any, ...]] | None:
    """What finds the units that were coded before a time without a label of this variable; None if nothing could.

    Conditions on the variable count as far as they ask about the unit itself.
    """
    if variable is codebook.speaker or variable.scope == "article":
        return None
    conditions, parameters = "", []
    for name, categories in variable.conditions().items():
        other = codebook.variable(name)
        if other is None or other.scope != variable.scope:
            continue
        marks = ",".join("?" * len(categories))
        conditions += (
            f" and exists (select 1 from {_labels_of(variable)} and x.variable = ?"
            f" and case when x.value like '[%' then exists (select 1 from json_each(x.value) where value in ({marks}))"
            f" else x.value in ({marks}) end)"
        )
        parameters += [name, *categories, *categories]
    if variable.scope == "statement":
        sql = (
            "select s.coder, s.paragraph, s.id as statement from statements s where s.deleted = 0 and s.created_at < ?"
        )
    else:
        sql = (
            "select s.coder, s.paragraph, null as statement from reviews s where s.state = 'coded' and s.updated_at < ?"
        )
    lacks = f" and not exists (select 1 from {_labels_of(variable)} and x.variable = ?)"
    return sql + lacks + conditions, (since, variable.name, *parameters)


def _labels_of(variable: Variable) -> str:
    if variable.scope == "statement":
        return "labels x where x.statement = s.id"
    return "paragraph_labels x where x.paragraph = s.paragraph and x.coder = s.coder"


def forget_doubts(c: Connection, unit: Unit, variable: str) -> None:
    """Remove every doubt about a unit's label of a variable, by its name now, before it is written anew."""
    c.execute(
        "delete from doubts where coder = ? and paragraph = ? and statement is ? and variable = ?", (*unit, variable)
    )


class Unit(NamedTuple):
    """A label's unit: the row of a statement or paragraph; for an article, its first paragraph."""

    coder: int
    paragraph: int
    statement: int | None


def decided(c: Connection, unit: Unit, variable: str, made: tuple[int, Any] | None, at: str) -> None:
    """Close a written label's doubts; a label of an older codebook version raises its own again.

    Args:
        c: The connection, inside a write.
        unit: What it stands on.
        variable: The variable's name now.
        made: The row of the version it was made under, and its value as its column holds it; None when it was taken
            away.
        at: When.
    """
    if c.is_in_bulk:
        return  # `renew` raises them all
    if unit.statement is not None:
        where, parameters = "statement = ? and variable = ?", (unit.statement, variable)
    else:
        where = "paragraph = ? and coder = ? and variable = ? and statement is null"
        parameters = (unit.paragraph, unit.coder, variable)  # type: ignore[assignment]
    if c.one(f"select 1 from doubts where {where} limit 1", parameters):
        c.execute(f"update doubts set settled_at = ? where {where} and settled_at is null", (at, *parameters))
        if made is None:
            c.execute(f"update doubts set settled_at = null where {where} and codebook is null", parameters)
    held = readings(c)
    if made is not None and made[0] != held.in_force:
        for reason in held.read(made[0], variable, made[1]).doubts:
            c.execute(
                _RAISE.format("values (?, ?, ?, ?, ?, ?, ?)"),
                (unit.coder, unit.paragraph, unit.statement, variable, made[0], reason, at),
            )
