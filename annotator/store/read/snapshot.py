"""The project as exports read it: one snapshot, one fixed order, a few rows in memory at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from annotator.codebook.model import Codebook
from annotator.records import AGGREGATE, GOLD, ArticleRecord, CodebookRecord, CoderRecord, Columns, Selection
from annotator.store.file.connection import Connection
from annotator.store.read.aggregate_records import Aggregate, aggregate_codebooks
from annotator.store.read.article_records import Articles
from annotator.store.read.gold_records import gold_codebooks
from annotator.store.read.merge_join import Row
from annotator.store.read.second import Job, Second, snapshot
from annotator.store.read.selection import ARTICLE, ARTICLES, PARAGRAPHS, STATEMENTS, choose, condition
from annotator.store.tables.codebooks import Codebooks

if TYPE_CHECKING:
    from annotator.store.read.lines import JsonLines

Progress = Callable[[str, int, int], None]
"""Told of every article: what is read, how many are done, of how many."""

_OFTEN = 256
"""After how many articles the second process is asked how far it is."""


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
        self._done: Counter[str] = Counter()
        self._codebooks = Codebooks(connection)
        self.seen: set[tuple[str, int]] = set()
        self.condition = condition(selection)

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
        used |= gold_codebooks(self) | aggregate_codebooks(self)
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
            f" where s.deleted = 0{self.condition}"
        )
        return {(name, row) for name, row in rows}

    @cached_property
    def in_force(self) -> CodebookRecord:
        """The version in force."""
        current = self._codebooks.current_id()
        return next(version for version in self.versions.values() if version.codebook_id == current)

    @cached_property
    def coders(self) -> tuple[CoderRecord, ...]:
        """The coders in question, by name; of the adjudicated and the aggregated layer one called as the layer."""
        if self.selection.layer == "aggregate":
            return (CoderRecord(AGGREGATE, "model"),)
        return (CoderRecord(GOLD, "human"),) if self.selection.layer == "gold" else self.everyone

    @cached_property
    def aggregation(self) -> dict[str, Any] | None:
        """The run behind the aggregated layer, where that is exported."""
        return Aggregate(self).run if self.selection.layer == "aggregate" else None

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
        from annotator.store.read.lines import JsonLines

        return JsonLines(self)

    @property
    def has_steps(self) -> bool:
        """Whether the codebook ever changed by a recorded step; without, labels read as they were made."""
        return bool(self._steps)

    @cached_property
    def has_corrected_roles(self) -> bool:
        """Whether any coder gave a paragraph another role than the one guessed; without, reviews need not be asked."""
        return self.connection.one("select 1 from reviews where role is not null limit 1") is not None

    def tick(self, what: str, n: int = 1) -> None:
        """Say that so many more articles are done."""
        self._done[what] += n
        if self._progress is not None:
            if self.second is not None and not self._done[what] % _OFTEN:
                self.second.listen()
                self._tell_all()
            self._tell(self._progress, what)

    def second_result(self) -> Any:
        """What came of the second process's work, when it is done; there must be one."""
        assert self.second is not None  # noqa: S101 (said above)
        return self.second.result(self._tell_all)

    def _tell(self, progress: Progress, what: str) -> None:
        there = self.second.told.get(what, 0) if self.second is not None else 0
        progress(what, self._done[what] + there, self.n_articles)

    def _tell_all(self) -> None:
        if self._progress is not None and self.second is not None:
            for what in self.second.told:
                self._tell(self._progress, what)

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

    def articles(self) -> Iterator[ArticleRecord]:
        """The articles with the work on them, one in memory at a time."""
        read = Articles(self)
        for row in self.rows(ARTICLE, ARTICLES, "o.rank"):
            yield read.article(row)
            self.tick("articles")

    def version(self, rows: Iterable[int]) -> CodebookRecord:
        """The newest of the codebook versions in these rows; the one in force when there is none."""
        return max((self.versions[row] for row in rows), key=lambda v: v.order, default=self.in_force)


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
        choose(c, selection)
        yield Records(c, selection, progress, helper)
    # The snapshot ends by a rollback, which takes the temporary tables with it.
