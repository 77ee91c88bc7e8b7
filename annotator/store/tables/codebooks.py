"""All codebook versions of a project, and the one in force."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from annotator.codebook.model import Codebook
from annotator.codebook.stored import sound_codebook
from annotator.errors import StoreError
from annotator.store.file import statements_view
from annotator.store.file.checksum import of_codebook_steps
from annotator.store.file.connection import Connection
from annotator.store.file.meta import LOCKED, read_meta, write_meta
from annotator.store.file.timestamps import now

UNKNOWN = "unknown coder "
"""Prefix of the placeholder for a coder name lost with a damaged page."""


class Codebooks:
    """Every version of the project's codebook."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def current_id(self) -> str:
        """The id of the version in force."""
        current = read_meta(self._c, "codebook")
        if current is None:
            raise StoreError(f"{self._c.name} holds no codebook: it is an unfinished project")
        return current

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
        return self._c.all("select codebook_id, name, version, added_at from codebooks order by added_at, codebook_id")

    def refuse_locked(self) -> None:
        """Refuse a change of the codebook where the file was packed without leave for it.

        Raises:
            StoreError: The codebook is locked.
        """
        if read_meta(self._c, LOCKED) is not None:
            raise StoreError(
                "the codebook is locked in this file; write a note instead, or ask the leader of the study to change it"
            )

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


RecordedStep = tuple[int, str, str, str]
"""A recorded change of a variable or category between versions: number, document, words, time."""


def steps_between(c: Connection, before: int, after: int) -> list[RecordedStep]:
    """The recorded steps from one version to another, both known by their rows."""
    return c.all(
        "select n, document, words, at from codebook_steps where before = ? and after = ? order by n", (before, after)
    )


def replace_steps(c: Connection, before: int, after: int, steps: Iterable[RecordedStep]) -> None:
    """Record these steps from one version to another, and no others."""
    table = c.db.table("codebook_steps")
    table.delete_where("before = ? and after = ?", [before, after])
    table.insert_all(
        {"before": before, "after": after, "n": n, "document": document, "words": words, "at": at}
        for n, document, words, at in steps
    )
    seal_steps(c)


_STEPS_KEY = "codebook_steps"


def all_steps(c: Connection) -> list[tuple[Any, ...]]:
    """Every recorded step: the ids of both versions, then its number, document, words and time."""
    return c.all(
        "select b.codebook_id, a.codebook_id, s.n, s.document, s.words, s.at from codebook_steps s"
        " join codebooks b on b.id = s.before join codebooks a on a.id = s.after order by 1, 2, 3"
    )


def seal_steps(c: Connection) -> None:
    """Store the checksum of all recorded steps; call it after each change of them."""
    write_meta(c, _STEPS_KEY, str(of_codebook_steps(all_steps(c))))


def steps_seal(c: Connection) -> str | None:
    """The stored checksum of all recorded steps; None in a file without one."""
    return read_meta(c, _STEPS_KEY)


@lru_cache(maxsize=16)
def parsed(document: str) -> Codebook:
    """The codebook of a stored document; of the same document always the same object.

    Raises:
        StoreError: The document is not a valid codebook.
    """
    return sound_codebook(document, json.loads)


def make_view(c: Connection, codebook: Codebook) -> None:
    """Rebuild `v_statements`: one row per statement, one column per variable of this codebook."""
    c.execute(f"drop view if exists {statements_view.NAME}")
    c.execute(
        statements_view.view_sql(
            v.name for v in codebook.variables if v.scope == "statement" and v is not codebook.speaker
        )
    )
