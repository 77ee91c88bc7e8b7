"""One snapshot of the chosen part of a project, as records: the only way out of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from annotator.codebook.model import Codebook
from annotator.records import (
    AGGREGATE,
    GOLD,
    ArticleRecord,
    AssignmentRecord,
    CodebookRecord,
    CoderRecord,
    Columns,
    LabelUses,
    ParagraphRecord,
    Selection,
    SpanRecord,
)
from annotator.store.file.connection import Connection
from annotator.store.read import queries
from annotator.store.read.aggregate_records import Aggregate, aggregate_codebooks, aggregate_rows
from annotator.store.read.article_records import walk
from annotator.store.read.assignment_records import assignment_records, draw_rows
from annotator.store.read.chosen import Chosen
from annotator.store.read.gold_records import gold_codebooks, gold_rows
from annotator.store.read.paragraph_records import Paragraphs
from annotator.store.read.selection import Coders, choose
from annotator.store.tables.codebooks import Codebooks
from annotator.store.tables.study.model_runs import model_run

Progress = Callable[[str, int, int], None]
"""Called after every article: what is read, how many are done, of how many."""


class Snapshot:
    """One snapshot of a project, read in a fixed order.

    Articles come in the order in which they were added, paragraphs by position, the work on them by the coder's
    name, and a coder's statements in the order in which they were made.
    """

    def __init__(self, chosen: Chosen, progress: Progress | None = None) -> None:
        self._c = chosen.connection
        self.chosen = chosen
        """What the store's other readers need of it."""
        self._progress = progress

    @property
    def selection(self) -> Selection:
        """What is chosen."""
        return self.chosen.selection

    @cached_property
    def codebook(self) -> Codebook:
        """The version in force."""
        return Codebooks(self._c).current()

    @property
    def in_force(self) -> CodebookRecord:
        """The record of the version in force."""
        return self.chosen.in_force

    @cached_property
    def coders(self) -> tuple[CoderRecord, ...]:
        """The coders in question, by name; of the adjudicated and the aggregated layer one called as the layer."""
        if self.selection.layer == "aggregate":
            return (CoderRecord(AGGREGATE, "model"),)
        return (CoderRecord(GOLD, "human"),) if self.selection.layer == "gold" else self.everyone

    @cached_property
    def everyone(self) -> tuple[CoderRecord, ...]:
        """The coders in question, whatever the layer."""
        rows = self._c.all(
            "select n.name, c.kind, o.name from temp.chosen_coders n join coders c on c.id = n.coder"
            " left join coders o on o.id = c.recheck_of order by n.name"
        )
        return tuple(
            CoderRecord(name, kind, of, model_run(self._c, name) if kind == "model" else None)
            for name, kind, of in rows
        )

    @cached_property
    def aggregation(self) -> Mapping[str, Any] | None:
        """How the aggregated layer was made, if that is chosen."""
        return Aggregate(self.chosen).run if self.selection.layer == "aggregate" else None

    @cached_property
    def n_articles(self) -> int:
        """How many articles are in question."""
        row = self._c.one("select count(*) from temp.chosen_articles")
        return int(row[0]) if row else 0

    def paragraphs(self) -> Iterator[ParagraphRecord]:
        """The paragraphs with the work on them: those in question, and those that nobody has seen."""
        return Paragraphs(self.chosen).all()

    def paragraph(self, row: int) -> ParagraphRecord | None:
        """The paragraph in this row of the project file, if it is in question."""
        return Paragraphs(self.chosen).one(row)

    def walk(self) -> Iterator[tuple[ArticleRecord, Iterator[ParagraphRecord]]]:
        """Each article without its paragraphs, and these one by one, so that a long article needs little memory."""
        for done, found in enumerate(walk(self.chosen), start=1):
            yield found
            if self._progress is not None:
                self._progress("articles", done, self.n_articles)

    def articles(self) -> Iterator[ArticleRecord]:
        """The articles with the work on them, one in memory at a time."""
        for article, paragraphs in self.walk():
            yield article._replace(paragraphs=tuple(paragraphs))

    def metadata_keys(self) -> list[str]:
        """The keys of the articles' metadata, sorted."""
        return queries.metadata_keys(self.chosen)

    def spans(self, article: ArticleRecord) -> list[SpanRecord]:
        """All paragraphs of an article, also those that are not in question."""
        rows = self._c.all("select start, end, role from paragraphs where article = ? order by position", (article.id,))
        return list(map(SpanRecord._make, rows))

    def label_uses(self) -> LabelUses:
        """The variables and codebook versions of the statements' labels in question."""
        return queries.label_uses(self.chosen)

    def codebooks(self, uses: LabelUses | None = None) -> tuple[CodebookRecord, ...]:
        """The version in force and every other that a label in question was made under, oldest first.

        Args:
            uses: What `label_uses` says, if the caller has read it off the records already.
        """
        uses = self.label_uses() if uses is None else uses
        used = {codebook_id for _, codebook_id in uses} | {self.in_force.codebook_id}
        used |= {step[which] for step in self.steps() for which in ("before", "after")}
        rows = queries.unit_codebooks(self.chosen) | gold_codebooks(self.chosen) | aggregate_codebooks(self.chosen)
        return tuple(v for row, v in self.chosen.versions.items() if row in rows or v.codebook_id in used)

    def steps(self) -> Iterator[dict[str, Any]]:
        """What became of the codebook from version to version, as rows of `steps.jsonl`."""
        return queries.codebook_steps(self.chosen)

    def speakers(self) -> Iterator[dict[str, Any]]:
        """The registry's entries by id, as rows of `speakers.jsonl`; with a selection only those that it needs."""
        return queries.speakers(self.chosen)

    def other_labels(self, uses: LabelUses) -> Iterator[dict[str, Any]]:
        """The labels that have no column elsewhere, as rows of `labels.jsonl`."""
        return queries.other_labels(self.chosen, Columns.of(self.codebook), uses)

    def assignments(self) -> Iterator[AssignmentRecord]:
        """Who had which paragraphs to code, with their inclusion probabilities; by article, paragraph and coder."""
        return assignment_records(self.chosen)

    def draws(self) -> Iterator[dict[str, Any]]:
        """How the assignments were drawn, as rows of `draws.jsonl`; with a selection of coders or articles none."""
        return draw_rows(self.chosen)

    def gold(self) -> Iterator[dict[str, Any]]:
        """What was adjudicated, as rows of `gold.jsonl`."""
        return gold_rows(self.chosen)

    def aggregate(self) -> Iterator[dict[str, Any]]:
        """Every label of the aggregated layer, as rows of `aggregate.jsonl`."""
        return aggregate_rows(self.chosen)


@contextmanager
def snapshot(
    c: Connection,
    selection: Selection | None = None,
    progress: Progress | None = None,
    coders: Coders = "all",
) -> Iterator[Snapshot]:
    """One snapshot of the chosen part of a project, for as long as the block lasts.

    Args:
        c: The project.
        selection: What is chosen; everything by default.
        progress: Called after every article.
        coders: Whose work is meant if the selection names nobody.

    Raises:
        UsageError: The selection names a coder, an article, a role, a phase or a codebook version that does not exist.
    """
    selection = selection or Selection()
    with c.read(), choose(c, selection, coders):
        yield Snapshot(Chosen(c, selection, compares=coders == "human"), progress)
