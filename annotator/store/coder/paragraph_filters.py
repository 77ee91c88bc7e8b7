"""Paragraph filters for one coder: by role, state, category, speaker, flag or doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from annotator.model import Role, State
from annotator.store.file.connection import Connection
from annotator.store.tables.json_values import stored
from annotator.store.tables.removed_articles import REMOVED


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on a paragraph for this coder; empty ones do not count.

    Attributes:
        roles: One of these roles, as the coder corrected it.
        states: One of these states.
        categories: A label of the paragraph, or of one of its statements, says one of these; (variable, category).
        speakers: A statement names one of these, by canonical name.
        guessed: A label of one of these variables was guessed from the text and left so, in one of its statements.
        is_flagged: It is flagged, or it is not.
        is_doubtful: A decision in it is in doubt.
        article: It is of this article.
    """

    roles: tuple[Role, ...] = ()
    states: tuple[State, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()
    speakers: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
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
            " or ".join(f"{variable} guessed" for variable in self.guessed),
            {True: "flagged", False: "not flagged", None: ""}[self.is_flagged],
            "in doubt" if self.is_doubtful else "",
            "this article" if self.article is not None else "",
        ]
        return ", ".join(filter(None, parts)) or "every paragraph"


def matching(c: Connection, coder: int, wanted: Filter, *, after: int = 0, limit: int = 100) -> list[int]:
    """The paragraphs after one that match, in reading order."""
    driver = _driver(c, wanted)
    conditions, parameters = _conditions(c, coder, wanted, driver)
    rows = c.all(
        f"select {driver.at} from {driver.table} cross join paragraphs p on p.id = {driver.at}"
        " left join reviews r on r.coder = ? and r.paragraph = p.id"
        f" where {driver.where}{driver.at} > ? and p.article not in {REMOVED}{conditions}"
        f" group by {driver.at} order by {driver.at} limit ?",
        (coder, *([coder] if driver.where else []), after, *parameters, limit),
    )
    return [paragraph for (paragraph,) in rows]


class _Driver(NamedTuple):
    """The table to search first: the one with the fewest candidate rows, by an index in reading order."""

    table: str
    at: str
    where: str


_EVERYWHERE = _Driver("paragraphs d", "d.id", "")
_IN_DOUBT = _Driver("doubts d indexed by doubts_open", "d.paragraph", "d.coder = ? and d.settled_at is null and ")
_FLAGGED = _Driver("reviews d indexed by reviews_flagged", "d.paragraph", "d.coder = ? and d.flag = 1 and ")
_CODED = _Driver("statements d indexed by statements_paragraph", "d.paragraph", "d.coder = ? and d.deleted = 0 and ")
_SEEN = _Driver("reviews d", "d.paragraph", "d.coder = ? and ")


def _driver(c: Connection, wanted: Filter) -> _Driver:
    if wanted.is_doubtful:
        return _IN_DOUBT
    if wanted.is_flagged:
        return _FLAGGED
    of_statements = [name for name, _ in wanted.categories if not _is_of_paragraphs(c, name)]
    if wanted.speakers or wanted.guessed or (wanted.categories and len(of_statements) == len(wanted.categories)):
        return _CODED
    return _SEEN if wanted.states and "unseen" not in wanted.states else _EVERYWHERE


def _is_of_paragraphs(c: Connection, variable: str) -> bool:
    return c.one("select 1 from paragraph_labels where variable = ? limit 1", (variable,)) is not None


def _conditions(c: Connection, coder: int, wanted: Filter, driver: _Driver) -> tuple[str, list[Any]]:
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
    if wanted.is_flagged is not None:
        sql += " and coalesce(r.flag, 0) = ?"
        parameters.append(int(wanted.is_flagged))
    if wanted.is_doubtful:
        sql += (
            " and exists (select 1 from doubts o left join statements s on s.id = o.statement where o.coder = ?"
            " and o.paragraph = p.id and o.settled_at is null and coalesce(s.deleted, 0) = 0)"
        )
        parameters.append(coder)
    # Where statements are gone through anyway, the one at hand is asked and not all of its paragraph.
    is_at_hand = driver is _CODED
    if wanted.categories:
        held, values = _held(c, coder, wanted, is_at_hand=is_at_hand)
        sql += f" and ({held})"
        parameters += values
    if wanted.guessed:
        is_one = is_at_hand and not wanted.categories and not wanted.speakers
        whose = "s.id = d.id" if is_one else _OWN
        sql += (
            " and exists (select 1 from statements s join labels g on g.statement = s.id"
            f" where {whose} and g.origin = 'guess' and g.variable in ({_marks(wanted.guessed)}))"
        )
        parameters += [*([] if is_one else [coder]), *wanted.guessed]
    if wanted.speakers:
        is_at_hand = is_at_hand and not wanted.categories
        whose = "s.id = d.id" if is_at_hand else _OWN
        sql += (
            " and exists (select 1 from statements s join statement_speakers t on t.statement = s.id"
            " join speakers k on k.id = t.speaker left join speakers m on m.id = k.merged_into"
            f" where {whose} and coalesce(m.name, k.name) in ({_marks(wanted.speakers)}))"
        )
        parameters += [*([] if is_at_hand else [coder]), *wanted.speakers]
    return sql, parameters


_OWN = "s.coder = ? and s.paragraph = p.id and s.deleted = 0"


def _held(c: Connection, coder: int, wanted: Filter, *, is_at_hand: bool) -> tuple[str, list[Any]]:
    """Whether one of the categories is held."""
    held, parameters = [], list[Any]()
    for name, category in wanted.categories:
        says, values = _says(name, category)
        if _is_of_paragraphs(c, name):
            held.append(
                f"exists (select 1 from paragraph_labels l where l.coder = ? and l.paragraph = p.id and {says})"
            )
            parameters.append(coder)
        elif is_at_hand:
            held.append(f"exists (select 1 from labels l where l.statement = d.id and {says})")
        else:
            joined = "statements s join labels l on l.statement = s.id"
            held.append(f"exists (select 1 from {joined} where {_OWN} and {says})")
            parameters.append(coder)
        parameters += values
    return " or ".join(held), parameters


def _says(variable: str, category: str) -> tuple[str, list[Any]]:
    """Whether a label says a category: alone, in a set, as a number, or as an entry of the registry by its name."""
    sql = (
        "l.variable = ? and (l.value = ? or (typeof(l.value) in ('integer', 'real') and l.value = cast(? as real))"
        " or (l.value like '[%' and json_valid(l.value) and exists"
        " (select 1 from json_each(l.value) j where j.value = ?))"
        " or (l.entry is not null and exists (select 1 from speakers e left join speakers m on m.id = e.merged_into"
        " where e.id = l.entry and coalesce(m.name, e.name) = ?)))"
    )
    return sql, [variable, stored(category), _number(category), category, category]


def _number(name: str) -> str | None:
    """A category's name if it is a number; `cast` would make 0 of any other."""
    try:
        float(name)
    except ValueError:
        return None
    return name


def _marks(values: tuple[str, ...]) -> str:
    return ",".join("?" * len(values))
