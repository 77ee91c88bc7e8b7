"""Who coded what, as plain records and counts that agreement is computed from; a few paragraphs in memory at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from annotator.errors import UsageError
from annotator.model import DONE, ROLES, Role, State
from annotator.store.file.connection import Connection
from annotator.store.tables.json_values import loaded
from annotator.text.terminal_text import one_line

SET_ASIDE: frozenset[State] = frozenset({"furniture", "duplicate"})
"""States in which a paragraph is done and nothing in it was to be coded."""

PHASES = ("training", "pilot", "main", "recheck")

_BLOCK = 4096
"""Paragraphs that are read at once."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which codings are compared; what is empty does not narrow it.

    Attributes:
        coders: Names. Without them everyone human, but not the second, blind codings of rechecks.
        articles: Ids or names of articles.
        roles: Roles of paragraphs, as corrected by a coder or else as guessed on reading.
        phases: Phases of the assignments under which a coder coded.
    """

    coders: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()

    def as_json(self) -> dict[str, list[str] | None]:
        """The filters by name; what does not narrow is null."""
        return {
            "coders": list(self.coders) or None,
            "articles": list(self.articles) or None,
            "roles": list(self.roles) or None,
            "phases": list(self.phases) or None,
        }


class Decision(NamedTuple):
    """A label and how it came about; one of origin `default` is no decision."""

    value: Any
    origin: str


class CodedStatement(NamedTuple):
    """One coder's statement; evidence in code points of the article, speakers by canonical name after merges."""

    statement_id: str
    start: int | None
    end: int | None
    speakers: tuple[str, ...]
    labels: Mapping[str, Decision]
    note: str | None


class CodedParagraph(NamedTuple):
    """One coder's work on one paragraph."""

    coder: str
    state: State
    role: Role | None
    note: str | None
    updated_at: str
    statements: tuple[CodedStatement, ...]
    labels: Mapping[str, Decision]
    phase: str | None
    batch: str | None

    @property
    def is_done(self) -> bool:
        """Whether the coder is done with it."""
        return self.state in DONE

    @property
    def is_set_aside(self) -> bool:
        """Whether the coder took it to be furniture or a duplicate."""
        return self.state in SET_ASIDE


class SeenParagraph(NamedTuple):
    """A paragraph that at least one of the chosen coders has seen, with what each of them made of it."""

    paragraph: int
    article: int
    article_id: str
    article_name: str
    position: int
    start: int
    end: int
    guessed_role: Role
    codings: Mapping[str, CodedParagraph]
    """By coder's name, in the order of the names; also of those who are not done."""

    @property
    def done(self) -> dict[str, CodedParagraph]:
        """The codings of those who are done with it."""
        return {coder: one for coder, one in self.codings.items() if one.is_done}

    @property
    def role(self) -> Role:
        """Its role: the first correction in the order of the coders' names, else the guess."""
        return next((one.role for one in self.codings.values() if one.role is not None), self.guessed_role)

    @property
    def batch(self) -> str | None:
        """The batch it was assigned in."""
        return next((one.batch for one in self.codings.values() if one.batch is not None), None)

    @property
    def week(self) -> str:
        """The ISO week in which the last of its codings was made: 2026-W07."""
        latest = max(one.updated_at for one in self.codings.values())
        year, week, _ = date.fromisoformat(latest[:10]).isocalendar()
        return f"{year}-W{week:02}"


class ArticleLabel(NamedTuple):
    """One coder's label of an article."""

    article_id: str
    coder: str
    variable: str
    decision: Decision


class Codings:
    """Every chosen coder's work, paragraph by paragraph, in the order of the project file.

    Everything is read from one snapshot if it is read inside `connection.read()`.
    """

    def __init__(self, connection: Connection, choice: Choice | None = None) -> None:
        """Resolve the names that were chosen.

        Raises:
            UsageError: There is no such coder, article, role or phase.
        """
        self._c = connection
        self.choice = choice or Choice()
        self._coders = self._chosen_coders()
        self._articles = self._chosen_articles()
        for role in self.choice.roles:
            if role not in ROLES:
                raise UsageError(f"{one_line(role)} is no role; roles are {', '.join(ROLES)}")
        for phase in self.choice.phases:
            if phase not in PHASES:
                raise UsageError(f"{one_line(phase)} is no phase; phases are {', '.join(PHASES)}")

    @property
    def coders(self) -> tuple[str, ...]:
        """The names of the chosen coders, in alphabetical order."""
        return tuple(self._coders.values())

    @property
    def coder_rows(self) -> tuple[int, ...]:
        """The rows of the chosen coders in the project file, in the order of their names."""
        return tuple(self._coders)

    @cached_property
    def coders_left_out(self) -> tuple[str, ...]:
        """Models, and second codings of rechecks, that nobody asked for."""
        rows = self._c.all("select id, name from coders where name <> 'annotator' order by name")
        return () if self.choice.coders else tuple(name for row, name in rows if row not in self._coders)

    def paragraphs(self) -> Iterator[SeenParagraph]:
        """The paragraphs that at least one chosen coder has seen, and that the choice does not leave out."""
        row = self._c.one("select max(id) from paragraphs")
        last = int(row[0]) if row and row[0] is not None else 0
        for first in range(1, last + 1, _BLOCK):
            yield from self._between(first, min(first + _BLOCK - 1, last))

    def paragraph(self, paragraph: int) -> SeenParagraph | None:
        """One paragraph, if a chosen coder has seen it and the choice does not leave it out."""
        return next(self._between(paragraph, paragraph), None)

    def n_paragraphs(self) -> int:
        """How many paragraphs the choice leaves in, seen or not; corrected roles do not count here."""
        where = [f"article in ({_list(self._articles)})"] if self._articles is not None else []
        if self.choice.roles:
            where.append(f"role in ({','.join('?' * len(self.choice.roles))})")
        sql = "select count(*) from paragraphs" + (f" where {' and '.join(where)}" if where else "")
        row = self._c.one(sql, self.choice.roles)
        return int(row[0]) if row else 0

    def article_labels(self) -> list[ArticleLabel]:
        """The labels of whole articles, by article, coder and variable."""
        where = f" and l.article in ({_list(self._articles)})" if self._articles is not None else ""
        rows = self._c.all(
            "select a.article_id, l.coder, l.variable, l.value, l.origin from article_labels l"
            f" join articles a on a.id = l.article where l.coder in ({_list(self._coders)}){where}"
            " order by a.id, l.coder, l.variable"
        )
        return [ArticleLabel(row[0], self._coders[row[1]], row[2], Decision(loaded(row[3]), row[4])) for row in rows]

    def n_in_doubt(self) -> int:
        """How many of the chosen coders' labels a change of the codebook put in doubt."""
        row = self._c.one(f"select count(*) from doubts where settled_at is null and coder in ({_list(self._coders)})")
        return int(row[0]) if row else 0

    @cached_property
    def phases(self) -> tuple[str, ...]:
        """The phases in which the chosen coders were given something to code, and which the choice leaves in."""
        given = {phase for runs in self._assignments.values() for _, _, phase, _ in runs}
        return tuple(phase for phase in PHASES if phase in given and phase in (self.choice.phases or PHASES))

    @cached_property
    def merged_names(self) -> dict[str, str]:
        """What the names of merged registry entries stand for now."""
        rows = self._c.all("select k.name, m.name from speakers k join speakers m on m.id = k.merged_into")
        return dict(rows)

    def _between(self, first: int, last: int) -> Iterator[SeenParagraph]:
        by_paragraph: dict[int, dict[str, CodedParagraph]] = {}
        for row, name in self._coders.items():
            for paragraph, coding in self._work(row, name, first, last):
                by_paragraph.setdefault(paragraph, {})[name] = coding
        if not by_paragraph:
            return
        where = f" and p.article in ({_list(self._articles)})" if self._articles is not None else ""
        places = self._c.all(
            "select p.id, p.article, a.article_id, a.name, p.position, p.start, p.end, p.role from paragraphs p"
            f" join articles a on a.id = p.article where p.id between ? and ?{where} order by p.id",
            (first, last),
        )
        for place in places:
            codings = by_paragraph.get(place[0])
            if codings is not None:
                seen = SeenParagraph._make((*place, codings))
                if not self.choice.roles or seen.role in self.choice.roles:
                    yield seen

    def _work(self, coder: int, name: str, first: int, last: int) -> Iterator[tuple[int, CodedParagraph]]:
        """What one coder did in a range of paragraphs."""
        span = (coder, first, last)
        reviews = self._c.all(
            "select paragraph, state, role, note, updated_at from reviews"
            " where coder = ? and paragraph between ? and ? order by paragraph",
            span,
        )
        if not reviews:
            return
        statements = self._statements(span)
        labels: dict[int, dict[str, Decision]] = {}
        for paragraph, variable, value, origin in self._c.all(
            "select paragraph, variable, value, origin from paragraph_labels"
            " where coder = ? and paragraph between ? and ?",
            span,
        ):
            labels.setdefault(paragraph, {})[variable] = Decision(loaded(value), origin)
        for paragraph, state, role, note, updated_at in reviews:
            phase, batch = self._assignment(coder, paragraph)
            if self.choice.phases and phase not in self.choice.phases:
                continue
            made = tuple(statements.get(paragraph, ()))
            yield (
                paragraph,
                CodedParagraph(name, state, role, note, updated_at, made, labels.get(paragraph, {}), phase, batch),
            )

    def _statements(self, span: tuple[int, int, int]) -> dict[int, list[CodedStatement]]:
        """A coder's statements in a range of paragraphs, in the order in which they were made."""
        here = "s.coder = ? and s.paragraph between ? and ? and s.deleted = 0"
        labels: dict[int, dict[str, Decision]] = {}
        for statement, variable, value, origin in self._c.all(
            "select s.id, l.variable, l.value, l.origin from statements s cross join labels l on l.statement = s.id"
            f" where {here}",
            span,
        ):
            labels.setdefault(statement, {})[variable] = Decision(loaded(value), origin)
        speakers: dict[int, list[str]] = {}
        for statement, speaker in self._c.all(
            "select s.id, coalesce(m.name, k.name) from statements s"
            " cross join statement_speakers t on t.statement = s.id cross join speakers k on k.id = t.speaker"
            f" left join speakers m on m.id = k.merged_into where {here} order by s.id, t.position",
            span,
        ):
            speakers.setdefault(statement, []).append(speaker)
        found: dict[int, list[CodedStatement]] = {}
        for row, statement_id, paragraph, start, end, note in self._c.all(
            "select s.id, s.statement_id, s.paragraph, s.evidence_start, s.evidence_end, s.note from statements s"
            f" where {here} order by s.id",
            span,
        ):
            made = CodedStatement(statement_id, start, end, tuple(speakers.get(row, ())), labels.get(row, {}), note)
            found.setdefault(paragraph, []).append(made)
        return found

    def _assignment(self, coder: int, paragraph: int) -> tuple[str | None, str | None]:
        """Phase and batch under which a coder had this paragraph to code."""
        runs = self._assignments.get(coder)
        if not runs:
            return None, None
        at = bisect_right(runs, paragraph, key=lambda run: run[0]) - 1
        return (runs[at][2], runs[at][3]) if at >= 0 and paragraph <= runs[at][1] else (None, None)

    @cached_property
    def _assignments(self) -> dict[int, list[tuple[int, int, str, str]]]:
        """First and last paragraph, phase and batch of every run that a chosen coder was given."""
        found: dict[int, list[tuple[int, int, str, str]]] = {}
        for recorder, *run in self._c.all(
            "select recorder, first, last, phase, batch from assignments order by recorder, first"
        ):
            if recorder in self._coders:
                found.setdefault(recorder, []).append((run[0], run[1], run[2], run[3]))
        return found

    def _chosen_coders(self) -> dict[int, str]:
        """Row and name of the coders, by name."""
        rows = self._c.all("select id, name, kind, recheck_of from coders where name <> 'annotator' order by name")
        names = {row[1] for row in rows}
        for name in self.choice.coders:
            if name not in names:
                raise UsageError(f"there is no coder {one_line(name)} in this project")
        if self.choice.coders:
            return {row[0]: row[1] for row in rows if row[1] in self.choice.coders}
        return {row[0]: row[1] for row in rows if row[2] == "human" and row[3] is None}

    def _chosen_articles(self) -> tuple[int, ...] | None:
        """Rows of the chosen articles; None when all are meant."""
        if not self.choice.articles:
            return None
        found: list[int] = []
        for name in self.choice.articles:
            rows = self._c.all("select id from articles where article_id = ? or name = ?", (name, name))
            if not rows:
                raise UsageError(f"there is no article {one_line(name)} in this project")
            found += [row[0] for row in rows]
        return tuple(sorted(set(found)))


def _list(rows: Mapping[int, str] | Sequence[int] | None) -> str:
    """Row numbers as SQL lists them; they come from the file itself."""
    return ",".join(str(int(row)) for row in rows or ())
