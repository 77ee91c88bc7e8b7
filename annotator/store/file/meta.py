"""Rows of `meta`: facts about the whole project file, each under its name.

`codebook` is the id of the version in force, `aggregate` the run whose labels are in force, `created_at` the project's
time, `packed_for` the one coder of a packed file, `epoch` the current arrangement of the rows, `registry` a counter of
changes, `codebook_steps` a checksum of the table of that name, `search` how far the index reaches, `orphans` the number
of records that wait for an article or a statement, `folded` the mark of the last fold of the history, `reprints` the
groups of articles with nearly the same text, `feedback` the phases whose coders see gold, `judge` the people who may
adjudicate.
`codebook_locked` stands in a packed file whose codebook must stay. Names that begin with `sync:` tell what was
exchanged with a target of `annotator sync`.
"""

from __future__ import annotations

from annotator.store.file.connection import Connection

LOCKED = "codebook_locked"
"""Present where the codebook cannot be changed."""


SYNC = "sync:"
"""How the names of facts about the exchange with a target begin; they hold for this copy of the file alone."""


def read_meta(c: Connection, key: str) -> str | None:
    """The value under a name, or None."""
    row = c.one("select value from meta where key = ?", (key,))
    return None if row is None else str(row[0])


def write_meta(c: Connection, key: str, value: str) -> None:
    """Write the value under a name, whether there was one or not."""
    # Where a codebook is written or a file is packed, sqlite-utils would take longer to load than the rest.
    c.execute(
        "insert into meta (key, value) values (?, ?) on conflict do update set value = excluded.value", (key, value)
    )
