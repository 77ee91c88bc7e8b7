"""Shared state of a repair: legible rows, the new project, maps of row numbers, sentences about losses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.store.file.connection import Connection
from annotator.store.file.timestamps import now
from annotator.store.rescue.recover_rows import Legible
from annotator.store.rescue.sound_copies import SoundCopies

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass
class Repair:
    """A damaged project on its way into a new one.

    Attributes:
        old: The legible rows, in tables without rules.
        new: The new project.
        whole: The tables of which no row is lost.
        indexed: Values that indexes of the damaged file repeat, by index.
        copies: Other files that may have an undamaged copy of a part.
        lost: Sentences about parts missing from the new project.
        texts: Legible text of codebooks that could not be saved, by their id.
        coders: The row in the new project of each coder's row in the old one.
        codebooks: The same of codebook versions.
        articles: The id of each article's row in the old one.
    """

    old: Connection
    new: Connection
    whole: set[str]
    indexed: dict[str, dict[Any, Any]]
    copies: SoundCopies
    lost: list[str]
    texts: dict[str, bytes] = field(default_factory=dict)
    coders: dict[int, int] = field(default_factory=dict)
    codebooks: dict[int, int] = field(default_factory=dict)
    articles: dict[int, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, found: Legible, new: Connection, copies: SoundCopies) -> Repair:
        """Begin with what is legible."""
        return cls(found.c, new, found.whole, found.indexed, copies, found.lost)

    def rows(self, table: str, *names: str) -> list[tuple[Any, ...]]:
        """Columns of every legible row of a table, in the order of the first of them."""
        return self.old.all(f"select {', '.join(names)} from {table} order by 1")

    def time(self, value: Any, what: str | None = None) -> str:
        """A legible time, or this moment in its place.

        Args:
            value: The value in the damaged project.
            what: What happened then, for a sentence about the loss; without it there is none.
        """
        if isinstance(value, str) and _TIME.fullmatch(value):
            return value
        if what is not None:
            self.lost.append(f"the time when {what}; the repair's own stands in its place")
        return now()

    def paragraph(self, row: Any) -> int | None:
        """The row in the new project of a paragraph's row in the damaged one; None if its article was not saved."""
        found = self.old.one("select article, position from paragraphs where id = ?", (row,))
        if found is None or found[0] not in self.articles:
            return None
        here = self.new.one(
            "select p.id from paragraphs p join articles a on a.id = p.article"
            " where a.article_id = ? and p.position = ?",
            (self.articles[found[0]], found[1]),
        )
        return int(here[0]) if here else None

    def codebook_id(self, row: Any) -> str | None:
        """The id of the codebook version that had this row in the damaged project; None if it was not saved."""
        found = self.new.one("select codebook_id from codebooks where id = ?", (self.codebooks.get(row),))
        return None if found is None else str(found[0])

    def insert(self, table: str, row: Mapping[str, Any]) -> int:
        """Insert a row into the new project; return its number.

        Raises:
            StoreError: The table refuses it.
        """
        return int(self.new.db.table(table).insert(dict(row)).last_rowid or 0)
