"""A snapshot as lines of JSON: every line of a file has the same keys in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from json.encoder import encode_basestring as quote
from typing import TYPE_CHECKING

from annotator.store.read import paragraph_lines
from annotator.store.read.aggregate_records import aggregate_rows
from annotator.store.read.gold_records import gold_rows
from annotator.store.read.line_cells import dumps
from annotator.store.read.line_texts import Chunk
from annotator.store.read.queries import other_label_rows
from annotator.store.read.statement_lines import StatementLines, Statements
from annotator.store.tables.json_values import loaded

if TYPE_CHECKING:
    from annotator.store.read.snapshot import Records


class JsonLines:
    """A snapshot as lines of JSON."""

    def __init__(self, records: Records) -> None:
        self.records = records

    @cached_property
    def _statements(self) -> StatementLines:
        return StatementLines(self.records)

    def statements(self, first: int, last: int) -> Iterator[Statements]:
        """The lines of the statements in the articles from one place in the order to another, a batch at a time."""
        return self._statements.between(first, last)

    def paragraphs(self) -> Iterator[Chunk]:
        """A line for every paragraph and coder who saw it, and one for every paragraph that nobody saw, in batches."""
        return paragraph_lines.paragraphs(self.records)

    def articles(self) -> Iterator[Chunk]:
        """A line for every article."""
        return paragraph_lines.articles(self.records)

    def coders(self) -> Iterator[str]:
        """A line for every coder."""
        layer = self.records.coders if self.records.selection.layer == "aggregate" else ()
        for coder in sorted({*self.records.everyone, *layer}):
            yield dumps({"coder": coder.name, "kind": coder.kind, "recheck_of": coder.recheck_of})

    def codebooks(self) -> Iterator[str]:
        """A line for every version of the codebook that is in use, oldest first."""
        for version in self.records.codebooks:
            yield (
                f'{{"codebook_id":"{version.codebook_id}","codebook":{quote(version.name)},'
                f'"codebook_version":{quote(version.version)},"added_at":"{version.added_at}",'
                f'"in_force":{"true" if version is self.records.in_force else "false"},"document":{version.document}}}'
            )

    def steps(self) -> Iterator[str]:
        """A line for every recorded step of the codebook."""
        for step in self.records.steps():
            yield dumps(step)

    def speakers(self) -> Iterator[str]:
        """A line for every entry of the registry."""
        for entry in self.records.speakers():
            yield dumps(entry)

    def gold(self) -> Iterator[str]:
        """A line for every paragraph that was settled, and one for every statement that stands in it."""
        for row in gold_rows(self.records):
            yield dumps(row)

    def aggregate(self) -> Iterator[str]:
        """A line for every label of the aggregated layer."""
        for row in aggregate_rows(self.records):
            yield dumps(row)

    def labels(self) -> Iterator[str]:
        """A line for every label that the other files have no row or no column for.

        Those of paragraphs and articles, with how they came about, and those of statements whose variable the codebook
        in force no longer has.
        """
        for row in other_label_rows(self.records):
            statement_id, article_id, paragraph, coder, variable, value, made, origin, codebook, updated_at = row
            yield dumps(
                {
                    "statement_id": statement_id,
                    "article_id": article_id,
                    "paragraph": paragraph,
                    "coder": coder,
                    "variable": variable,
                    "value": loaded(value),
                    "made": loaded(made),
                    "origin": origin,
                    "codebook_id": self.records.versions[codebook].codebook_id,
                    "updated_at": updated_at,
                }
            )
