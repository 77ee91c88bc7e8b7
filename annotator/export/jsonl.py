"""JSONL: everything the project holds, one object a line, so that it can come back without loss."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from annotator.export.folder import Folder
from annotator.records import Source

FILES = ("articles", "coders", "codebooks", "speakers", "paragraphs", "statements", "origins", "labels", "gold")
"""The files of an export, in the order in which an import needs them."""


class Pair(Protocol):
    """The lines of one statement."""

    @property
    def row(self) -> str:
        """Its row in statements.jsonl."""

    @property
    def origin(self) -> str:
        """Its row in origins.jsonl."""


class Lines(Protocol):
    """A project as lines of JSON; `annotator.store.lines` makes them."""

    def statements(self) -> Iterable[Pair]: ...  # noqa: D102 (each is the file of its name)
    def paragraphs(self) -> Iterable[str]: ...  # noqa: D102
    def articles(self) -> Iterable[str]: ...  # noqa: D102
    def coders(self) -> Iterable[str]: ...  # noqa: D102
    def codebooks(self) -> Iterable[str]: ...  # noqa: D102
    def speakers(self) -> Iterable[str]: ...  # noqa: D102
    def labels(self) -> Iterable[str]: ...  # noqa: D102
    def gold(self) -> Iterable[str]: ...  # noqa: D102


class LineSource(Source, Protocol):
    """A source that can also write itself as lines."""

    def lines(self) -> Lines:
        """The project as lines of JSON."""


def write(source: LineSource, folder: Folder) -> None:
    """Write the files of a JSONL export and their manifest."""
    lines = source.lines()
    with folder.open("statements.jsonl") as statements, folder.open("origins.jsonl") as origins:
        for pair in lines.statements():
            statements.row(pair.row)
            origins.row(pair.origin)
    folder.write_lines("paragraphs.jsonl", lines.paragraphs())
    folder.write_lines("articles.jsonl", lines.articles())
    folder.write_lines("coders.jsonl", lines.coders())
    folder.write_lines("codebooks.jsonl", lines.codebooks())
    folder.write_lines("speakers.jsonl", lines.speakers())
    folder.write_lines("labels.jsonl", lines.labels())
    folder.write_lines("gold.jsonl", lines.gold())
    folder.write_manifest("manifest.json", "jsonl", source)
