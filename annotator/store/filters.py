"""The paragraphs that one coder has in mind: by role, state, category, speaker, flag or doubt, in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from annotator.model import Role, State
from annotator.store.connection import Connection
from annotator.store.entities import stored


@dataclass(frozen=True, slots=True)
class Filter:
    """What a paragraph must be, to this coder; what is left empty does not count.

    Attributes:
        roles: One of these roles, as the coder corrected it.
        states: One of these states.
        categories: A label of the paragraph, or of one of its statements, says one of these; (variable, category).
        speakers: A statement names one of these, by canonical name, whatever words stand in the text.
        is_flagged: It is flagged, or it is not.
        is_doubtful: A decision in it is in doubt.
        article: It is of this article.
    """

    roles: tuple[Role, ...] = ()
    states: tuple[State, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()
    speakers: tuple[str, ...] = ()
    is_flagged: bool | None = None
    is_doubtful: bool = False
    article: int | None = None

    @property
    def is_everything(self) -> bool:
        """Whether every paragraph matches."""
        return self == Filter()

    def sentence(self) -> str:
        """The filter in words, for the screen."""
        parts = [
            " or ".join(self.roles),
            " or ".join(self.states),
            " or ".join(f"{variable}: {category}" for variable, category in self.categories),
            " or ".join(self.speakers),
            {True: "flagged", False: "not flagged", None: ""}[self.is_flagged],
            "in doubt" if self.is_doubtful else "",
            "this article" if self.article is not None else "",
        ]
        return ", ".join(filter(None, parts)) or "every paragraph"


def matching(
    c: Connection, coder: int, wanted: Filter, *, after: int = 0, direction: int = 1, limit: int = 100
) -> list[int]:
    """The paragraphs after one (or before it, with direction -1) that match, nearest first."""
    conditions, parameters = _conditions(coder, wanted)
    beyond, order = (">", "asc") if direction > 0 else ("<", "desc")
    rows = c.all(
        "select p.id from paragraphs p left join reviews r on r.coder = ? and r.paragraph = p.id"
        f" where p.id {beyond} ? {conditions} order by p.id {order} limit ?",
        (coder, after, *parameters, limit),
    )
    return [paragraph for (paragraph,) in rows]


def next_matching(c: Connection, coder: int, wanted: Filter, after: int, direction: int = 1) -> int | None:
    """The next paragraph that matches, from the other end again at the last; None when none does."""
    for start in (after, 0 if direction > 0 else 1 << 62):
        found = matching(c, coder, wanted, after=start, direction=direction, limit=1)
        if found:
            return found[0]
    return None


def _conditions(coder: int, wanted: Filter) -> tuple[str, list[Any]]:
    sql, parameters = "", list[Any]()
    if wanted.article is not None:
        sql += " and p.article = ?"
        parameters.append(wanted.article)
    if wanted.roles:
        sql += f" and coalesce(r.role, p.role) in ({_marks(wanted.roles)})"
        parameters += wanted.roles
    if wanted.states:
        sql += f" and coalesce(r.state, 'unseen') in ({_marks(wanted.states)})"
        parameters += wanted.states
        if "unseen" not in wanted.states:
            # Few of many paragraphs were seen: begin with those.
            sql += (
                f" and p.id in (select paragraph from reviews where coder = ? and state in ({_marks(wanted.states)}))"
            )
            parameters += [coder, *wanted.states]
    if wanted.is_flagged is not None:
        flagged = "(select paragraph from reviews where coder = ? and flag = 1)"
        sql += f" and p.id {'' if wanted.is_flagged else 'not '}in {flagged}"
        parameters.append(coder)
    if wanted.is_doubtful:
        sql += (
            " and p.id in (select d.paragraph from doubts d left join statements s on s.id = d.statement"
            " where d.coder = ? and d.settled_at is null and coalesce(s.deleted, 0) = 0)"
        )
        parameters.append(coder)
    if wanted.speakers:
        sql += (
            " and p.id in (select s.paragraph from statements s join statement_speakers t on t.statement = s.id"
            " join speakers k on k.id = t.speaker left join speakers m on m.id = k.merged_into"
            f" where s.coder = ? and s.deleted = 0 and coalesce(m.name, k.name) in ({_marks(wanted.speakers)}))"
        )
        parameters += [coder, *wanted.speakers]
    if wanted.categories:
        says, values = _says(wanted.categories)
        sql += (
            " and p.id in (select s.paragraph from statements s join labels l on l.statement = s.id"
            f" where s.coder = ? and s.deleted = 0 and ({says}) union"
            f" select l.paragraph from paragraph_labels l where l.coder = ? and ({says}))"
        )
        parameters += [coder, *values, coder, *values]
    return sql, parameters


def _says(categories: tuple[tuple[str, str], ...]) -> tuple[str, list[Any]]:
    """Whether a label says one of the categories: alone, in a set, or as a number."""
    one = (
        "l.variable = ? and (l.value = ? or (typeof(l.value) in ('integer', 'real') and l.value = cast(? as real))"
        " or (l.value like '[%' and json_valid(l.value) and exists"
        " (select 1 from json_each(l.value) j where j.value = ?)))"
    )
    values = [part for variable, name in categories for part in (variable, stored(name), _number(name), name)]
    return " or ".join(f"({one})" for _ in categories), values


def _number(name: str) -> str | None:
    """A category's name if it is a number; `cast` would make 0 of any other."""
    try:
        float(name)
    except ValueError:
        return None
    return name


def _marks(values: tuple[str, ...]) -> str:
    return ",".join("?" * len(values))
