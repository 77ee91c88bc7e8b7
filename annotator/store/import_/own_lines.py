"""Lines of an export that the project would write itself: they bring nothing, and need not be parsed.

The project is exported without files, and only the hash of each line is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from annotator.export.counted_stream import Stream
from annotator.export.folder import Folder
from annotator.export.formats import jsonl
from annotator.records import Selection, Source

if TYPE_CHECKING:
    from annotator.store.store import Store

_LARGE = ("articles", "paragraphs", "statements", "labels")
"""Tables whose lines are compared; those of statements together with their origins."""

_WORTH = 1_000_000
"""Files of fewer bytes are imported faster than the project is exported."""

_FEW = 500
"""Of so many articles a part of the project is exported."""

_ARTICLE = re.compile(rb'"article_id":"([0-9a-f]{16})"')
_STATEMENT = re.compile(rb'\{"statement_id":"([0-9A-Za-z-]{1,100})"[,}]')


class Lines(Protocol):
    """A file of an export."""

    @property
    def kind(self) -> str:
        """Which file of the export it is."""

    def lines(self) -> Iterator[bytes]:
        """Its lines, without their ends."""


class OwnLines:
    """The lines that bring nothing."""

    def __init__(self, found: dict[str, set[bytes]], changed: set[bytes]) -> None:
        self._found = found
        self._changed = changed

    def holds(self, kind: str, line: bytes) -> bool:
        """Whether the project would write this line of this file."""
        if kind in ("statements", "origins"):
            statement = _STATEMENT.match(line)
            return statement is not None and statement[1] not in self._changed
        return _digest(line) in self._found.get(kind, ())


def own_lines(store: Store, tables: Sequence[Lines]) -> OwnLines | None:
    """Compare files of an export with the project; None if that is not worth while.

    Must run in the transaction that imports the files.
    """
    large = [table for table in tables if table.kind in _LARGE]
    known = {article.article_id for article in store.articles.all()}
    if not known:
        return None
    size, articles = 0, set[bytes]()
    for line in (line for table in large for line in table.lines()):
        size += len(line)
        if len(articles) <= _FEW and (article := _ARTICLE.search(line)):
            articles.add(article[1])
    if size < _WORTH:
        return None
    chosen = sorted(known & {article.decode() for article in articles}) if len(articles) <= _FEW else []
    found = _Hashed()
    with store.records(Selection(articles=tuple(chosen))) as source:
        jsonl.write(source, found)
    changed = _changed(found.lines, tables)
    return None if changed is None else OwnLines(found.lines, changed)


def _changed(found: dict[str, set[bytes]], tables: Iterable[Lines]) -> set[bytes] | None:
    """The ids of statements whose line, or whose line of origins, differs; None if a line does not begin with an id."""
    changed = set()
    for table in tables:
        if table.kind in ("statements", "origins"):
            own = found[table.kind]
            for line in table.lines():
                statement = _STATEMENT.match(line)
                if statement is None:
                    return None
                if _digest(line) not in own:
                    changed.add(statement[1])
    return changed


class _Hashed(Folder):
    """An export that writes no files: it keeps the hashes of the lines."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.lines: dict[str, set[bytes]] = {}

    @contextmanager
    def open(self, name: str) -> Iterator[Stream]:
        stream = _HashedStream()
        yield stream
        self.lines[name.removesuffix(".jsonl")] = stream.digests

    def write_manifest(self, name: str, format_: str, source: Source, **more: Any) -> None:
        """An export that is only compared needs none."""


class _HashedStream(Stream):
    def __init__(self) -> None:
        self.digests: set[bytes] = set()
        self.rows = 0

    def row(self, line: str, text: str = "", rest: str = "") -> None:
        self.digests.add(_digest(f"{line}{text}{rest}".encode("utf-8", "surrogatepass")))


def _digest(line: bytes) -> bytes:
    return blake2b(line, digest_size=16).digest()
