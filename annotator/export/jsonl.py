"""JSONL: everything the project holds, one object a line, so that it can come back without loss."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from annotator.export.folder import Folder, Written, refusal
from annotator.export.stream import Stream
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


TEXTS = ("paragraphs.jsonl", "articles.jsonl")
"""The files that hold the articles' texts."""


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


class Second(Protocol):
    """A process that does a part of the work with the same snapshot."""

    def result(self) -> Any:
        """What came of it, when it is done."""


class LineSource(Source, Protocol):
    """A source that can also write itself as lines."""

    @property
    def second(self) -> Second | None:
        """The process that writes the paragraphs and articles meanwhile, if there is one."""

    def lines(self) -> Lines:
        """The project as lines of JSON."""


def job(folder: Folder) -> Callable[[LineSource], dict[str, Written]]:
    """What a second process can do: the files that hold the articles' texts."""
    return partial(_write_texts, {name: folder.stage(name) for name in TEXTS})


def write(source: LineSource, folder: Folder) -> None:
    """Write the files of a JSONL export and their manifest."""
    with _without_collector():
        _write_small(source.lines(), folder)
        written = source.second.result() if source.second else _write_texts({n: folder.stage(n) for n in TEXTS}, source)
    for name, one in written.items():
        folder.adopt(name, one)
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


def _write_small(lines: Lines, folder: Folder) -> None:
    """Everything but the texts; the codebooks after the statements, which tell which of them are used."""
    with folder.open("statements.jsonl") as statements, folder.open("origins.jsonl") as origins:
        for batch in lines.statements():
            statements.write_rows(batch.rows)
            origins.write_rows(batch.origins)
    folder.write_lines("coders.jsonl", lines.coders())
    folder.write_lines("codebooks.jsonl", lines.codebooks())
    folder.write_lines("steps.jsonl", lines.steps())
    folder.write_lines("speakers.jsonl", lines.speakers())
    folder.write_lines("labels.jsonl", lines.labels())
    folder.write_lines("gold.jsonl", lines.gold())


def _write_texts(paths: dict[str, Path], source: LineSource) -> dict[str, Written]:
    """The paragraphs and the articles, to these temporary paths."""
    lines, written = source.lines(), {}
    with _without_collector():
        for name, path in paths.items():
            stream = Stream(path)
            try:
                if name == "paragraphs.jsonl":
                    for rows in lines.paragraphs():
                        stream.write_rows(rows)
                else:
                    stream.write_rows(lines.articles())
                stream.close()
            except OSError as error:
                raise refusal(path, error) from error
            written[name] = Written(stream.rows, stream.sha256)
    return written
