"""Recognise, create and migrate a project file."""

from __future__ import annotations

from pathlib import Path

from annotator.errors import StoreError
from annotator.files import private
from annotator.store.file import statements_view
from annotator.store.file.connection import APPLICATION_ID, Connection
from annotator.store.file.migrations import LATEST

_HEADER = b"SQLite format 3\x00"
"""The first bytes of every SQLite database."""

_MARK = slice(68, 72)
"""Where the header holds `application_id` (SQLite's file format, section 1.3)."""


def version(c: Connection) -> int | None:
    """The number of the last migration that a file has seen; None if it is not a project of this program."""
    owner, found = c.one("pragma application_id"), c.one("pragma user_version")
    return int(found[0]) if owner and found and owner[0] == APPLICATION_ID and found[0] > 0 else None


def projects_in(folder: Path) -> list[Path]:
    """The project files in a folder, by name: a coder who forgets `--project` is told of them."""
    try:
        return [path for path in sorted(folder.glob("*.db")) if _has_mark(path)]
    except OSError:
        return []


def _has_mark(path: Path) -> bool:
    """Whether the header of a database names this program; the file is not opened as a database."""
    try:
        with path.open("rb") as file:
            header = file.read(_MARK.stop)
    except OSError:
        return False
    return header.startswith(_HEADER) and int.from_bytes(header[_MARK], "big") == APPLICATION_ID


def known_version(c: Connection) -> int:
    """The schema version of a project file that this program can read.

    Raises:
        StoreError: It is not a project, or a newer version of annotator made it.
    """
    found = version(c)
    if found is None:
        raise StoreError(f"{c.name} is not an annotator project")
    if found > LATEST:
        raise StoreError(f"{c.name} was made by a newer version of annotator")
    return found


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
