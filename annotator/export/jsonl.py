"""JSONL: everything the project holds, one object a line, so that it can come back without loss."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from annotator.export.folder import Folder
from annotator.records import Source

FILES = (
    "articles",
    "coders",
    "codebooks",
    "steps",
    "speakers",
    "paragraphs",
    "statements",
    "origins",
    "labels",
    "gold",
)
"""The files of an export, in the order in which an import needs them."""


class Batch(Protocol):
    """Lines of some statements."""

    @property
    def rows(self) -> list[str]:
        """Their rows in statements.jsonl."""

    @property
    def origins(self) -> list[str]:
        """Their rows in origins.jsonl."""


class Lines(Protocol):
    """A project as lines of JSON; `annotator.store.lines` makes them."""

    def statements(self) -> Iterable[Batch]: ...  # noqa: D102 (each is the file of its name)
    def paragraphs(self) -> Iterable[list[str]]: ...  # noqa: D102
    def articles(self) -> Iterable[str]: ...  # noqa: D102
    def coders(self) -> Iterable[str]: ...  # noqa: D102
    def codebooks(self) -> Iterable[str]: ...  # noqa: D102
    def steps(self) -> Iterable[str]: ...  # noqa: D102
    def speakers(self) -> Iterable[str]: ...  # noqa: D102
    def labels(self) -> Iterable[str]: ...  # noqa: D102
    def gold(self) -> Iterable[str]: ...  # noqa: D102


class LineSource(Source, Protocol):
    """A source that can also write itself as lines."""

    def lines(self) -> Lines:
        """The project as lines of JSON."""


def write(source: LineSource, folder: Folder) -> None:
    """Write the files of a JSONL export and their manifest."""
    with _without_collector():
        _write(source.lines(), folder)
    folder.write_manifest("manifest.json", "jsonl", source)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Spare a tenth of the time: rows make no cycles, but their number sets off the search for some."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _write(lines: Lines, folder: Folder) -> None:
    with folder.open("statements.jsonl") as statements, folder.open("origins.jsonl") as origins:
        for batch in lines.statements():
            statements.write_rows(batch.rows)
            origins.write_rows(batch.origins)
    with folder.open("paragraphs.jsonl") as paragraphs:
        for rows in lines.paragraphs():
            paragraphs.write_rows(rows)
    folder.write_lines("articles.jsonl", lines.articles())
    folder.write_lines("coders.jsonl", lines.coders())
    folder.write_lines("codebooks.jsonl", lines.codebooks())
    folder.write_lines("steps.jsonl", lines.steps())
    folder.write_lines("speakers.jsonl", lines.speakers())
    folder.write_lines("labels.jsonl", lines.labels())
    folder.write_lines("gold.jsonl", lines.gold())
