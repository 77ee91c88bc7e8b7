"""Recognise, create and migrate a project file."""

from __future__ import annotations

from pathlib import Path

from annotator.errors import StoreError
from annotator.files import private
from annotator.store.file.connection import APPLICATION_ID, Connection
from annotator.store.file.migrations import LATEST


def version(c: Connection) -> int | None:
    """The number of the last migration that a file has seen; None if it is no project of this program."""
    owner, found = c.one("pragma application_id"), c.one("pragma user_version")
    return int(found[0]) if owner and found and owner[0] == APPLICATION_ID and found[0] > 0 else None


def migrate(c: Connection) -> None:
    """Bring the schema up to date; two programs that try at once wait for each other."""
    from annotator.store.file.migrations import migrations

    with c.write():
        if (version(c) or 0) > LATEST:
            raise StoreError(f"{c.name} was brought up to date by a newer version of annotator meanwhile")
        migrations().apply(c.db)
        c.execute(f"pragma user_version = {LATEST}")
        c.execute(f"pragma application_id = {APPLICATION_ID}")


def build_bare(path: Path) -> None:
    """Make a project file without a codebook, for others to be brought into."""
    private.create(path)
    connection = Connection(path)
    try:
        migrate(connection)
    finally:
        connection.close()
