"""Recognise, create and migrate a project file."""

from __future__ import annotations

from pathlib import Path

from annotator.errors import StoreError
from annotator.files import private
from annotator.store.file import statements_view
from annotator.store.file.connection import APPLICATION_ID, Connection
from annotator.store.file.migrations import LATEST


def version(c: Connection) -> int | None:
    """The number of the last migration that a file has seen; None if it is not a project of this program."""
    owner, found = c.one("pragma application_id"), c.one("pragma user_version")
    return int(found[0]) if owner and found and owner[0] == APPLICATION_ID and found[0] > 0 else None


def migrate(c: Connection) -> None:
    """Bring the schema up to date; two programs that try at once wait for each other."""
    from annotator.store.file.migrations import migrations

    with c.write():
        if (version(c) or 0) > LATEST:
            raise StoreError(f"{c.name} was brought up to date by a newer version of annotator meanwhile")
        migrations().apply(c.db)
        _make_view(c)
        c.execute(f"pragma user_version = {LATEST}")
        c.execute(f"pragma application_id = {APPLICATION_ID}")


def _make_view(c: Connection) -> None:
    """Make `v_statements` anew: the one in the file may be an older version's."""
    c.execute(f"drop view if exists {statements_view.NAME}")
    row = c.one("select b.document from meta m join codebooks b on b.codebook_id = m.value where m.key = 'codebook'")
    names = None if row is None else statements_view.columns_of(row[0])
    if names is not None:
        c.execute(statements_view.view_sql(names))


def build_bare(path: Path) -> None:
    """Make a project file without a codebook, for others to be brought into."""
    private.create(path)
    connection = Connection(path)
    try:
        migrate(connection)
    finally:
        connection.close()
