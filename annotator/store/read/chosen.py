"""The chosen part of one snapshot: what the readers of records share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from annotator.model import Role
from annotator.records import CodebookRecord, Selection
from annotator.store.file.connection import Connection
from annotator.store.read.merge_join import Row
from annotator.store.read.selection import PARAGRAPHS, condition
from annotator.store.tables.codebooks import Codebooks
from annotator.store.tables.reprints import read_reprints


class Place(NamedTuple):
    """A paragraph before anybody's work on it: its row, article, place in the text, and the role guessed."""

    id: int
    article: int
    article_id: str
    article_name: str
    position: int
    start: int
    end: int
    role: Role


class Chosen:
    """The chosen part of one snapshot, after `choose`.

    Attributes:
        connection: The project.
        selection: What is chosen.
        compares: Whether the coders are compared. Then a paragraph has one role for all of them.
        condition: What a row of STATEMENTS, or of a query with the same table names, must fulfil besides.
    """

    def __init__(self, connection: Connection, selection: Selection, *, compares: bool = False) -> None:
        self.connection = connection
        self.selection = selection
        self.compares = compares
        self.condition = condition(selection)

    def rows(self, columns: str, source: str, order: str, *, where: str = "1") -> Iterator[Row]:
        """Stream a query over the chosen part."""
        return self.connection.stream(f"select {columns} from {source} where {where} order by {order}")

    def places(self, where: str = "1") -> Iterator[Place]:
        """The paragraphs of the chosen articles, in order."""
        columns = "p.id, p.article, a.article_id, a.name, p.position, p.start, p.end, p.role"
        source = f"{PARAGRAPHS} cross join articles a on a.id = o.article"
        return map(Place._make, self.rows(columns, source, "o.rank, p.position", where=where))

    @cached_property
    def reprints(self) -> dict[str, str]:
        """The group of each article that has reprints, by ids."""
        return read_reprints(self.connection)

    @cached_property
    def coders(self) -> dict[int, str]:
        """Row and name of the chosen coders, by name."""
        return dict(self.connection.all("select coder, name from temp.chosen_coders order by name"))

    @cached_property
    def versions(self) -> dict[int, CodebookRecord]:
        """Every codebook version that the project ever had, by its row in the project file, oldest first."""
        rows = self.connection.all(
            "select id, codebook_id, name, version, added_at, document from codebooks order by added_at, codebook_id"
        )
        return {row[0]: CodebookRecord(row[1], row[2], row[3], row[4], order, row[5]) for order, row in enumerate(rows)}

    @cached_property
    def in_force(self) -> CodebookRecord:
        """The version in force."""
        current = Codebooks(self.connection).current_id()
        return next(version for version in self.versions.values() if version.codebook_id == current)
