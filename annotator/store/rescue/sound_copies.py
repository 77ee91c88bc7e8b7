"""Sound copies of a damaged project's parts: in backups, in projects and codebook files beside it, in the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from annotator.codebook.file import load_codebook, parse_codebook
from annotator.codebook.model import Codebook
from annotator.errors import AnnotatorError, StoreError
from annotator.files.shipped import shipped
from annotator.store.file.backup import backups
from annotator.store.file.codebook_text import LOST, is_as_written
from annotator.store.file.connection import Connection
from annotator.store.file.migrations import LATEST
from annotator.store.file.project_file import version
from annotator.store.file.schema import refuse_foreign

SHIPPED = ("political-claims", "framing", "interview", "checkworthiness")
"""The codebooks that travel with the program."""

_MOST = 40
"""Maximum number of files to search; the newest backups come first."""


class SoundCopies:
    """Search other files for undamaged copies of one file's parts."""

    def __init__(self, damaged: Path) -> None:
        self._damaged = damaged

    def codebook(self, codebook_id: str) -> str | None:
        """The document of a codebook version."""
        # A project that was repaired before holds a placeholder under the same id.
        rows = self._rows("select document from codebooks where codebook_id = ? and name != ?", (codebook_id, LOST))
        for (document,) in rows:
            if is_as_written(codebook_id, "", document):
                return str(document)
        books = (book.model_dump_json() for book in self._codebook_files() if book.sha256[:12] == codebook_id)
        return next(books, None)

    def _codebook_files(self) -> Iterator[Codebook]:
        """The codebooks of the program, and those whose files lie beside the project."""
        for name in SHIPPED:
            with suppress(AnnotatorError, OSError):
                yield parse_codebook(shipped(f"schemas/{name}.yaml"))
        files = (path for path in sorted(self._damaged.parent.iterdir()) if path.suffix in (".yaml", ".yml", ".json"))
        for path in islice(files, _MOST):
            with suppress(AnnotatorError, OSError):
                yield load_codebook(path)

    def codebook_steps(self, before: str, after: str) -> list[tuple[Any, ...]]:
        """The recorded steps from one version to the next: number, document, words, time."""
        for c in self._files():
            found = c.all(
                "select s.n, s.document, s.words, s.at from codebook_steps s join codebooks b on b.id = s.before"
                " join codebooks a on a.id = s.after where b.codebook_id = ? and a.codebook_id = ? order by s.n",
                (before, after),
            )
            if found:
                return found
        return []

    def article(self, article_id: str) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]] | None:
        """An article: name, title, source, date, URL, path, metadata, checksum, text; and its paragraphs."""
        for c in self._files():
            row = c.one(
                "select name, title, source, date, url, path, metadata, checksum, raw_text, id from articles"
                " where article_id = ?",
                (article_id,),
            )
            if row is not None:
                cut = c.all(
                    "select position, start, end, role from paragraphs where article = ? order by position", row[9:]
                )
                return row[:9], cut
        return None

    def coder_of(self, step_id: str) -> str | None:
        """The name of the coder who made a step."""
        rows = self._rows("select c.name from steps t join coders c on c.id = t.coder where t.step_id = ?", (step_id,))
        return next((name for (name,) in rows), None)

    def _rows(self, sql: str, parameters: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        for c in self._files():
            with suppress(StoreError):
                yield from c.all(sql, parameters)

    def _files(self) -> Iterator[Connection]:
        """The files, one after the other, each open while it is searched."""
        beside = sorted(self._damaged.parent.glob("*.db"))
        for path in [*(backup.path for backup in backups(self._damaged)), *beside][:_MOST]:
            with suppress(StoreError, OSError):
                if path.resolve() == self._damaged.resolve():
                    continue
                c = Connection(path, read_only=True)
                try:
                    found = version(c)
                    if found == LATEST:
                        refuse_foreign(c)
                        yield c
                finally:
                    c.close()
