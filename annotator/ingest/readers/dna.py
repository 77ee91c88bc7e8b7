"""The documents of a Discourse Network Analyzer database (.dna)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from annotator.errors import IngestError
from annotator.ingest.article import About, LeftOut, NoTextError, Options, Read, make
from annotator.ingest.input import Input, readable
from annotator.text.terminal_text import one_line

_TABLES = "select count(*) from sqlite_master where type = 'table' and name in ('DOCUMENTS', 'STATEMENTS', 'VARIABLES')"
_DOCUMENTS = "select ID, Title, Text, coalesce(Author, ''), coalesce(Source, ''), Date from DOCUMENTS order by ID"


def read(source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The documents in their order; `annotator import` reads the statements.

    Raises:
        IngestError: It is another database, or damaged.
    """
    try:
        uri = f"{Path(source.path).resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as c:
            if c.execute(_TABLES).fetchone()[0] < 3:
                raise IngestError("is a SQLite database, but not one of Discourse Network Analyzer")
            documents = c.execute(_DOCUMENTS).fetchall()
    except sqlite3.Error as error:
        raise IngestError(f"not a readable database of Discourse Network Analyzer ({error})") from error
    if not documents:
        raise IngestError("the database contains no document")
    for number, title, text, author, name, seconds in documents:
        origin = f"{source.shown}, document {number}"
        about = About(
            title=title or None,
            source=name or None,
            date=datetime.fromtimestamp(seconds, UTC).date().isoformat() if seconds else None,
            metadata={"author": author} if author else {},
        )
        try:
            article = make(text or "", title or f"document {number}", readable(source.path), options.by, about)
        except NoTextError:
            yield LeftOut(origin, "has no text")
            continue
        except (IngestError, TypeError) as error:
            raise IngestError(f"document {number}: {one_line(str(error))}") from error
        yield Read(article, origin, () if number != documents[0][0] else ("statements in it are not read",))
