"""Finished work that lacks a required label: which, where and by whom."""

from __future__ import annotations

from typing import Any, NamedTuple

from annotator.codebook.model import Codebook, Variable
from annotator.store.file.connection import Connection
from annotator.store.tables.removed_articles import is_present

_PEOPLE = " join coders k on k.id = {0}.coder and k.kind = 'human'"
_UNITS = {
    "statement": "select s.coder, s.paragraph, s.id as statement, coalesce(k.recheck_of, k.id) as person"
    " from statements s"
    + _PEOPLE.format("s")
    + " join reviews r on r.coder = s.coder and r.paragraph = s.paragraph and r.state in ('coded') where s.deleted = 0",
    "paragraph": "select r.coder, r.paragraph, null as statement, coalesce(k.recheck_of, k.id) as person from reviews r"
    + _PEOPLE.format("r")
    + " where r.state in ('coded', 'no claim')",
    # An article is done when each of its paragraphs is, or each that was assigned; what is set aside needs no label.
    "article": "select r.coder, min(r.paragraph) as paragraph, null as statement, r.coder as person from reviews r"
    + _PEOPLE.format("r")
    + " and k.recheck_of is null join paragraphs p on p.id = r.paragraph join articles a on a.id = p.article"
    " where r.state in ('coded', 'no claim', 'furniture', 'duplicate') group by r.coder, a.id"
    " having sum(r.state in ('coded', 'no claim')) > 0 and (count(*) = a.n_paragraphs or (select sum(g.n_left) from"
    " assignments g where g.coder = r.coder and g.first between min(p.id - p.position) and"
    " min(p.id - p.position) + a.n_paragraphs - 1) = 0)",
}
"""The finished units of each scope, with their coder; `person` is the coder to whom labels of articles belong."""

_LABELS = {
    "statement": "labels x where x.statement = u.statement",
    "paragraph": "paragraph_labels x where x.paragraph = u.paragraph and x.coder = u.coder",
    "article": "article_labels x where x.article = (select article from paragraphs where id = u.paragraph)"
    " and x.coder = u.person",
}
_SPEAKERS = "statement_speakers x where x.statement = u.statement"


class Lack(NamedTuple):
    """A required label that finished work lacks.

    Attributes:
        coder: The coder's row.
        paragraph: The paragraph's row; of an article its first one.
        statement: The statement's row; None for a label of a paragraph or an article.
        variable: The variable's name.
    """

    coder: int
    paragraph: int
    statement: int | None
    variable: str


def lacking(c: Connection, codebook: Codebook, *, with_open: bool = False) -> list[Lack]:
    """What people's finished paragraphs lack, in reading order. A default of the codebook is not a decision.

    Removed articles lack nothing.

    Args:
        c: The connection.
        codebook: The codebook in force.
        with_open: Look at paragraphs that are open too.
    """
    found: list[Lack] = []
    for variable in codebook.variables:
        if variable.required and variable.enabled:
            sql, parameters = _missing(codebook, variable)
            if with_open:
                sql = sql.replace("('coded'", "('open', 'coded'")
            found += [Lack(row[0], row[1], row[2], variable.name) for row in c.all(sql, parameters)]
    return sorted(found, key=lambda one: (one.paragraph, one.coder, one.statement or 0))


def incomplete(c: Connection, codebook: Codebook) -> set[tuple[int, int]]:
    """The coders and paragraphs, by their rows, that lack a required label although they are finished."""
    return {(one.coder, one.paragraph) for one in lacking(c, codebook)}


def n_incomplete(c: Connection, codebook: Codebook) -> dict[str, int]:
    """Number of such paragraphs by coder."""
    names = dict(c.all("select id, name from coders"))
    counts: dict[str, int] = {}
    for coder, _ in incomplete(c, codebook):
        counts[names[coder]] = counts.get(names[coder], 0) + 1
    return dict(sorted(counts.items()))


def places(c: Connection, codebook: Codebook) -> list[dict[str, Any]]:
    """What is missing, a row for each paragraph and coder, as `annotator status --json` writes it.

    `at` is the number of the article and of the paragraph in it, as `annotator label --at` and the key `g` take them.
    """
    titles = {variable.name: variable.title for variable in codebook.variables}
    names = dict(c.all("select k.id, coalesce(m.name, k.name) from coders k left join coders m on m.id = k.recheck_of"))
    grouped: dict[tuple[int, int], dict[str, None]] = {}
    for one in lacking(c, codebook):
        grouped.setdefault((one.paragraph, one.coder), {})[titles[one.variable]] = None
    found = []
    for (paragraph, coder), variables in grouped.items():
        row = c.one(
            "select a.name, a.id, p.position + 1 from paragraphs p join articles a on a.id = p.article where p.id = ?",
            (paragraph,),
        )
        assert row is not None  # noqa: S101 (a review has a paragraph)
        at = f"{row[1]}/{row[2]}"
        found.append({"coder": names[coder], "at": at, "article": row[0], "missing": list(variables)})
    return found


def _missing(codebook: Codebook, variable: Variable) -> tuple[str, tuple[Any, ...]]:
    """The query for the finished units that lack a variable, and its parameters."""
    conditions = ""
    parameters: list[str] = []
    for name, categories in variable.conditions().items():
        other = codebook.variable(name)
        if other is None:
            continue
        marks = ",".join("?" * len(categories))
        value = f"x.value in ({marks})"
        if other.level == "set":
            value = f"exists (select 1 from json_each(x.value) j where j.value in ({marks}))"
        conditions += f" and exists (select 1 from {_LABELS[other.scope]} and x.variable = ? and {value})"
        parameters += [name, *categories]
    if variable is codebook.speaker:
        lacks = f"not exists (select 1 from {_SPEAKERS})"
    else:
        lacks = f"not exists (select 1 from {_LABELS[variable.scope]} and x.variable = ? and x.origin <> 'default')"
        parameters.insert(0, variable.name)
    units = _UNITS[variable.scope]
    where = f"{is_present('u.paragraph')} and {lacks}{conditions}"
    return f"select u.coder, u.paragraph, u.statement from ({units}) u where {where}", tuple(parameters)
