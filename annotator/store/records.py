"""The project as exports read it: one snapshot, one fixed order, a few rows in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from annotator.codebook import Codebook
from annotator.errors import UsageError
from annotator.model import ROLES
from annotator.plain import one_line
from annotator.records import (
    GOLD,
    ArticleRecord,
    CodebookRecord,
    CoderRecord,
    Columns,
    LabelRecord,
    MentionRecord,
    ParagraphRecord,
    ReviewRecord,
    Selection,
    StatementRecord,
)
from annotator.store.codebooks import Codebooks
from annotator.store.connection import Connection
from annotator.store.entities import loaded
from annotator.store.followers import Follower
from annotator.store.gold_records import Gold, gold_codebooks
from annotator.store.second import Job, Second, snapshot

if TYPE_CHECKING:
    from annotator.store.lines import JsonLines

Row = tuple[Any, ...]

PHASES = ("training", "pilot", "main", "recheck")

Progress = Callable[[str, int, int], None]
"""Told of every article: what is read, how many are done, of how many."""

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
    create temp table chosen_coders (coder integer primary key, name text not null, kind text not null);
"""


class Records:
    """One snapshot of a project, read in a fixed order.

    Articles come in the order in which they were added, paragraphs by position, the work on them by the coder's
    name, and a coder's statements in the order in which they were made.
    """

    def __init__(
        self,
        connection: Connection,
        selection: Selection,
        progress: Progress | None = None,
        helper: Second | None = None,
    ) -> None:
        self.connection = connection
        self.selection = selection
        self.second = helper
        self._progress = progress
        self._codebooks = Codebooks(connection)
        self.seen: set[tuple[str, int]] = set()
        self.chosen = _roles(selection.roles) + _phases(selection.phases)

    @cached_property
    def codebook(self) -> Codebook:
        """The version in force."""
        return self._codebooks.current()

    @cached_property
    def columns(self) -> Columns:
        """The variables that have a column of their own."""
        return Columns.of(self.codebook)

    @cached_property
    def codebooks(self) -> tuple[CodebookRecord, ...]:
        """The version in force and every other that a label was made under, oldest first."""
        used = {row for _, row in self.used} | {row for step in self._steps for row in step[:2]}
        used |= gold_codebooks(self)
        return tuple(v for row, v in self.versions.items() if row in used or v is self.in_force)

    @cached_property
    def versions(self) -> dict[int, CodebookRecord]:
        """Every version that the project ever had, by its row in the project file, oldest first."""
        rows = self.connection.all(
            "select id, codebook_id, name, version, added_at, document from codebooks order by added_at, codebook_id"
        )
        return {row[0]: CodebookRecord(row[1], row[2], row[3], row[4], order, row[5]) for order, row in enumerate(rows)}

    @cached_property
    def used(self) -> set[tuple[str, int]]:
        """The variables that have labels in question, with the rows of the codebook versions of those labels."""
        found = self.seen or self._scanned()
        units = (
            f"select distinct '', l.codebook from {PARAGRAPHS} cross join paragraph_labels l on l.paragraph = p.id"
            " where l.coder in (select coder from temp.chosen_coders)",
            "select distinct '', l.codebook from temp.chosen_articles o join article_labels l on l.article = o.article"
            " where l.coder in (select coder from temp.chosen_coders)",
        )
        return found.union(*(((name, row) for name, row in self.connection.all(sql)) for sql in units))

    @cached_property
    def _steps(self) -> list[Row]:
        return self.connection.all(
            "select before, after, n, document, words, at from codebook_steps order by at, before, after, n"
        )

    def steps(self) -> Iterator[dict[str, Any]]:
        """What became of the codebook from version to version, as rows of `steps.jsonl`."""
        ids = {row: version.codebook_id for row, version in self.versions.items()}
        rows = [(at, ids[before], ids[after], n, step, words) for before, after, n, step, words, at in self._steps]
        for at, before, after, n, step, words in sorted(rows):
            yield {"before": before, "after": after, "n": n, "step": json.loads(step), "words": words, "at": at}

    def _scanned(self) -> set[tuple[str, int]]:
        rows = self.connection.all(
            f"select distinct l.variable, l.codebook from {STATEMENTS} cross join labels l on l.statement = s.id"
            f" where s.deleted = 0{self.chosen}"
        )
        return {(name, row) for name, row in rows}

    @cached_property
    def in_force(self) -> CodebookRecord:
        """The version in force."""
        current = self._codebooks.current_id()
        return next(version for version in self.versions.values() if version.codebook_id == current)

    @cached_property
    def coders(self) -> tuple[CoderRecord, ...]:
        """The coders in question, by name; of the adjudicated layer, one called gold."""
        return (CoderRecord(GOLD, "human"),) if self.selection.layer == "gold" else self.everyone

    @cached_property
    def everyone(self) -> tuple[CoderRecord, ...]:
        """The coders in question, whatever the layer."""
        rows = self.connection.all(
            "select n.name, n.kind, o.name from temp.chosen_coders n join coders c on c.id = n.coder"
            " left join coders o on o.id = c.recheck_of order by n.name"
        )
        return tuple(CoderRecord(*row) for row in rows)

    @cached_property
    def n_articles(self) -> int:
        """How many articles are in question."""
        row = self.connection.one("select count(*) from temp.chosen_articles")
        return int(row[0]) if row else 0

    def lines(self) -> JsonLines:
        """The same as lines of JSON."""
        from annotator.store.lines import JsonLines

        return JsonLines(self)

    @cached_property
    def has_corrected_roles(self) -> bool:
        """Whether any coder gave a paragraph another role than the one guessed; without, reviews need not be asked."""
        return self.connection.one("select 1 from reviews where role is not null limit 1") is not None

    def tick(self, what: str, done: int) -> None:
        """Say that an article is done."""
        if self._progress is not None:
            self._progress(what, done, self.n_articles)

    def speakers(self) -> Iterator[dict[str, Any]]:
        """The registry's entries by id; with a selection only those that it needs."""
        where = "" if self.selection.is_everything else f"where k.id in ({_USED_SPEAKERS})"
        rows = self.connection.stream(
            "select k.speaker_id, k.name, k.type, k.affiliation, k.country, (select json_group_array(alias) from"
            " (select alias from aliases where speaker = k.id order by alias)), k.retired, m.speaker_id"
            f" from speakers k left join speakers m on m.id = k.merged_into {where} order by k.speaker_id"
        )
        for row in rows:
            yield {
                "speaker_id": row[0],
                "name": row[1],
                "type": row[2],
                "affiliation": row[3],
                "country": row[4],
                "aliases": json.loads(row[5]),
                "retired": bool(row[6]),
                "merged_into": row[7],
            }

    def rows(self, columns: str, source: str, order: str, *, where: str = "1") -> Iterator[Row]:
        """Stream a query over the chosen part."""
        return self.connection.stream(f"select {columns} from {source} where {where} order by {order}")

    def statement_rows(self) -> Iterator[Row]:
        """Article rank, statement row and the statement's fields, with its paragraph's."""
        return self.rows(
            "o.rank, s.id, p.id, p.position, p.start, p.end, coalesce(r.role, p.role), n.name, s.statement_id,"
            " s.evidence_start, s.evidence_end, s.note, s.flag, s.created_at, s.updated_at",
            STATEMENTS,
            STATEMENT_ORDER,
            where=f"s.deleted = 0{self.chosen}",
        )

    def label_rows(self) -> Follower:
        """Statement row, variable, value, origin and codebook row, in the order of the statements."""
        return Follower(
            self.rows(
                "s.id, l.variable, l.value, l.origin, l.codebook",
                f"{STATEMENTS} cross join labels l on l.statement = s.id",
                f"{STATEMENT_ORDER}, l.variable",
                where=f"s.deleted = 0{self.chosen}",
            )
        )

    def mention_rows(self) -> Follower:
        """Statement row, canonical name, words, id of the entry chosen and rank, in the order of the statements."""
        return Follower(
            self.rows(
                "s.id, coalesce(m.name, k.name), t.words, k.speaker_id, t.rank",
                f"{STATEMENTS} cross join statement_speakers t on t.statement = s.id"
                " cross join speakers k on k.id = t.speaker left join speakers m on m.id = k.merged_into",
                f"{STATEMENT_ORDER}, t.position",
                where=f"s.deleted = 0{self.chosen}",
            )
        )

    def review_rows(self) -> Iterator[Row]:
        """Article rank, paragraph row and the paragraph's fields, with one coder's review or nulls."""
        return self.rows(
            "o.rank, p.id, p.position, p.start, p.end, p.role, n.coder, n.name, r.state, r.flag, r.note, r.role,"
            " r.seconds",
            REVIEWS,
            "o.rank, p.position, n.name",
            where=f"1{self.chosen}",
        )

    def paragraph_label_rows(self) -> Follower:
        """Paragraph row, coder's name, variable, value, origin and codebook row, by paragraph and coder."""
        return Follower(
            self.rows(
                "p.id, n.name, l.variable, l.value, l.origin, l.codebook, l.updated_at",
                f"{PARAGRAPHS} cross join paragraph_labels l on l.paragraph = p.id"
                " and l.coder in (select coder from temp.chosen_coders)"
                " cross join temp.chosen_coders n on n.coder = l.coder",
                "o.rank, p.position, n.name, l.variable",
            )
        )

    def article_label_rows(self) -> Follower:
        """Article rank, coder's name, variable, value, origin and codebook row, by article and coder."""
        return Follower(
            self.rows(
                "o.rank, n.name, l.variable, l.value, l.origin, l.codebook, l.updated_at",
                "temp.chosen_articles o join article_labels l on l.article = o.article"
                " join temp.chosen_coders n on n.coder = l.coder",
                "o.rank, n.name, l.variable",
            )
        )

    def other_label_rows(self) -> Iterator[Row]:
        """Labels without a row or a column elsewhere, in the order of the fields of `labels.jsonl`."""
        fields = "l.variable, l.value, l.made, l.origin, l.codebook, l.updated_at"
        yield from self.rows(
            f"null, a.article_id, p.position, n.name, {fields}",
            f"{PARAGRAPHS} cross join paragraph_labels l on l.paragraph = p.id"
            " cross join temp.chosen_coders n on n.coder = l.coder join articles a on a.id = o.article",
            "o.rank, p.position, n.name, l.variable",
        )
        yield from self.rows(
            f"null, a.article_id, null, n.name, {fields}",
            f"{ARTICLES} join article_labels l on l.article = o.article join temp.chosen_coders n on n.coder = l.coder",
            "o.rank, n.name, l.variable",
        )
        kept = {variable.name for variable in self.columns.statement}
        gone = sorted({variable for variable, _ in self.used if variable and variable not in kept})
        if gone:
            yield from self.rows(
                f"s.statement_id, a.article_id, p.position, n.name, {fields}",
                f"{STATEMENTS} cross join labels l on l.statement = s.id join articles a on a.id = o.article",
                f"{STATEMENT_ORDER}, l.variable",
                where=f"s.deleted = 0{self.chosen} and l.variable in ({','.join(map(_text, gone))})",
            )

    def article_rows(self) -> Iterator[Row]:
        """Article rank and the article's fields, its text last."""
        return self.rows(ARTICLE, ARTICLES, "o.rank")

    def articles(self) -> Iterator[ArticleRecord]:
        """The articles with the work on them, one in memory at a time."""
        read = _Articles(self)
        for done, row in enumerate(self.article_rows(), start=1):
            yield read.article(row)
            self.tick("articles", done)

    def version(self, rows: Iterable[int]) -> CodebookRecord:
        """The newest of the codebook versions in these rows; the one in force when there is none."""
        return max((self.versions[row] for row in rows), key=lambda v: v.order, default=self.in_force)


class _Articles:
    """Puts the rows of several queries together, article by article."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._wanted = records.selection.codebook_versions
        self._reviews = Follower(records.review_rows())
        self._statements = Follower(records.statement_rows())
        self._labels = records.label_rows()
        self._mentions = records.mention_rows()
        self._paragraph_labels = records.paragraph_label_rows()
        self._article_labels = records.article_label_rows()
        self._gold = Gold(records) if records.selection.layer == "gold" else None

    def article(self, row: Row) -> ArticleRecord:
        rank = row[0]
        statements = Follower(self._statement(each) for each in self._statements.take(rank))
        labels = groupby(self._article_labels.take(rank), key=lambda each: str(each[1]))
        return ArticleRecord(
            article_id=row[1],
            name=row[2],
            title=row[3],
            source=row[4],
            date=row[5],
            url=row[6],
            path=row[7],
            metadata=json.loads(row[8]),
            added_at=row[9],
            raw_text=row[11],
            paragraphs=tuple(
                self._paragraph(list(group), statements)
                for _, group in groupby(self._reviews.take(rank), key=lambda each: int(each[1]))
            ),
            labels={coder: self._read(group, at=2) for coder, group in labels},
        )

    def _paragraph(self, rows: list[Row], statements: Follower) -> ParagraphRecord:
        _, paragraph, position, start, end, role = rows[0][:6]
        labels = {
            coder: self._read(group, at=2)
            for coder, group in groupby(self._paragraph_labels.take(paragraph), key=lambda each: str(each[1]))
        }
        reviews: Iterable[ReviewRecord] = (
            ReviewRecord(row[7], row[8], bool(row[9]), row[10], row[11], row[12], labels.get(row[7], {}))
            for row in rows
            if row[6] is not None
        )
        made: Iterable[StatementRecord] = (statement for _, statement in statements.take(paragraph))
        if self._gold is not None:
            reviews, made = self._gold.take(paragraph, position, role)
        kept = tuple(s for s in made if not self._wanted or s.codebook.version in self._wanted)
        return ParagraphRecord(position, start, end, role, tuple(reviews), kept)

    def _statement(self, row: Row) -> tuple[int, StatementRecord]:
        labels = self._labels.take(row[1])
        return row[2], StatementRecord(
            statement_id=row[8],
            paragraph=row[3],
            role=row[6],
            coder=row[7],
            mentions=tuple(MentionRecord(*mention[1:]) for mention in self._mentions.take(row[1])),
            labels=self._read(labels, at=1),
            evidence_start=row[9],
            evidence_end=row[10],
            note=row[11],
            flag=bool(row[12]),
            codebook=self._records.version(label[4] for label in labels),
            created_at=row[13],
            updated_at=row[14],
        )

    def _read(self, rows: Iterable[Row], at: int) -> dict[str, LabelRecord]:
        """Labels by variable; `at` is the column of the variable, after which value, origin and codebook follow."""
        versions = self._records.versions
        return {
            row[at]: LabelRecord(loaded(row[at + 1]), row[at + 2], versions[row[at + 3]].codebook_id) for row in rows
        }


_USED_SPEAKERS = (
    f"select k.id from {STATEMENTS} join statement_speakers t on t.statement = s.id"
    " join speakers k on k.id = t.speaker where s.deleted = 0 union"
    f" select k.merged_into from {STATEMENTS} join statement_speakers t on t.statement = s.id"
    " join speakers k on k.id = t.speaker where s.deleted = 0 and k.merged_into is not null"
)


@contextmanager
def records(
    c: Connection,
    selection: Selection | None = None,
    progress: Progress | None = None,
    job: Job | None = None,
) -> Iterator[Records]:
    """One snapshot of the chosen part of a project, for as long as the block lasts.

    Args:
        c: The project.
        selection: What is chosen; everything by default.
        progress: What is told of every article.
        job: Work that a second process can do with the same snapshot; `Records.second` has what comes of it.

    Raises:
        UsageError: The selection names a coder, an article, a role or a codebook version that there is not.
    """
    selection = selection or Selection()
    with snapshot(c, selection, job) as helper:
        _choose(c, selection)
        _check(c, selection)
        yield Records(c, selection, progress, helper)
    # The snapshot ends by a rollback, which takes the temporary tables with it.


def _choose(c: Connection, selection: Selection) -> None:
    """Put what is chosen, in order, into temporary tables that every query begins with."""
    if c.is_read_only:
        c.execute("pragma query_only = off")  # it forbids temporary tables too
    for statement in _CHOSEN.strip().split(";\n"):
        c.execute(statement)
    _choose_articles(c, selection.articles)
    _choose_coders(c, selection.coders)
    if c.is_read_only:
        c.execute("pragma query_only = on")


def _roles(roles: tuple[str, ...]) -> str:
    """The condition that a paragraph has one of these roles for its coder."""
    return f" and coalesce(r.role, p.role) in ({', '.join(map(_text, roles))})" if roles else ""


def _phases(phases: tuple[str, ...]) -> str:
    """The condition that a paragraph was assigned to its coder in one of these phases."""
    if not phases:
        return ""
    return (
        " and exists (select 1 from assignments x where x.recorder = n.coder and p.id between x.first and x.last"
        f" and x.phase in ({', '.join(map(_text, phases))}))"
    )


def _text(name: str) -> str:
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
        "insert into temp.chosen_coders (coder, name, kind)"
        f" select id, name, kind from coders where name <> 'annotator'{where}",
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
