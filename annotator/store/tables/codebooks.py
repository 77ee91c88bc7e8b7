"""The codebook versions that a project has had, and the one in force."""

from __future__ import annotations

import json
from functools import lru_cache

from annotator.codebook.model import Codebook
from annotator.codebook.stored import sound_codebook
from annotator.errors import StoreError
from annotator.store.file import statements_view
from annotator.store.file.connection import Connection
from annotator.store.file.timestamps import now

UNKNOWN = "unknown coder "
"""What begins the name of a coder whose own was lost with a damaged page."""


class Codebooks:
    """Every version of the project's codebook."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def current_id(self) -> str:
        """The id of the version in force."""
        row = self._c.one("select value from meta where key = 'codebook'")
        if row is None:
            raise StoreError(f"{self._c.name} holds no codebook: it is an unfinished project")
        return str(row[0])

    def current(self) -> Codebook:
        """The version in force."""
        return self.version(self.current_id())

    def version(self, codebook_id: str) -> Codebook:
        """The version of that id."""
        row = self._c.one("select document from codebooks where codebook_id = ?", (codebook_id,))
        if row is None:
            raise StoreError(f"this project never had the codebook version {codebook_id}")
        return parsed(row[0])

    def versions(self) -> list[tuple[str, str, str, str]]:
        """Id, name, version and time of every version, oldest first."""
        return self._c.all("select codebook_id, name, version, added_at from codebooks order by id")

    def add(self, codebook: Codebook) -> str:
        """Keep a version, unless it is known; return its id."""
        codebook_id = codebook.sha256[:12]
        with self._c.write():
            self._c.execute(
                "insert into codebooks (codebook_id, name, version, document, added_at) values (?, ?, ?, ?, ?)"
                " on conflict do nothing",
                (codebook_id, codebook.name, codebook.version, codebook.model_dump_json(), now()),
            )
        return codebook_id


@lru_cache(maxsize=16)
def parsed(document: str) -> Codebook:
    """The codebook of a stored document; of the same document always the same object.

    Raises:
        StoreError: The document is not that of a sound codebook.
    """
    return sound_codebook(document, json.loads)


def make_view(c: Connection, codebook: Codebook) -> None:
    """Make `v_statements` anew: one row a statement, one column a variable of this codebook."""
    c.execute(f"drop view if exists {statements_view.NAME}")
    c.execute(
        statements_view.view_sql(
            v.name for v in codebook.variables if v.scope == "statement" and v is not codebook.speaker
        )
    )
