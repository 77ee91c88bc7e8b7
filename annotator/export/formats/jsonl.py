"""JSONL: everything the project holds, one object a line, so that it can come back without loss."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from annotator.export.counted_stream import Stream
from annotator.export.folder import Folder, Written, refusal
from annotator.export.shares import Shares
from annotator.files import private
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

_TEXTS = ("paragraphs.jsonl", "articles.jsonl")
"""The files that hold the articles' texts."""

_STATEMENTS = ("statements.jsonl", "origins.jsonl")
"""The files that hold a row a statement, which come in pieces."""

_PIECES = 64
_COPIED = 1 << 20
"""Bytes of a piece that are copied at once."""


class Chunk(Protocol):
    """Some lines of one file, as bytes that end with a line feed."""

    @property
    def data(self) -> bytes:
        """The lines."""

    @property
    def rows(self) -> int:
        """How many they are."""


class Batch(Protocol):
    """Lines of some statements."""

    @property
    def rows(self) -> Chunk:
        """Their rows in statements.jsonl."""

    @property
    def origins(self) -> Chunk:
        """Their rows in origins.jsonl."""


class Lines(Protocol):
    """A project as lines of JSON; `annotator.store.read.lines` makes them."""

    def statements(self, first: int, last: int) -> Iterable[Batch]: ...  # noqa: D102 (each is the file of its name)
    def paragraphs(self) -> Iterable[Chunk]: ...  # noqa: D102
    def articles(self) -> Iterable[Chunk]: ...  # noqa: D102
    def coders(self) -> Iterable[str]: ...  # noqa: D102
    def codebooks(self) -> Iterable[str]: ...  # noqa: D102
    def steps(self) -> Iterable[str]: ...  # noqa: D102
    def speakers(self) -> Iterable[str]: ...  # noqa: D102
    def labels(self) -> Iterable[str]: ...  # noqa: D102
    def gold(self) -> Iterable[str]: ...  # noqa: D102


class LineSource(Source, Protocol):
    """A source that can also write itself as lines."""

    seen: set[tuple[str, int]]
    """The variables and versions of the codebook that were met in labels of statements."""

    @property
    def second(self) -> object | None:
        """The process that does its part meanwhile with the same snapshot, if there is one."""

    def second_result(self) -> Any:
        """What came of its part, when it is done."""

    def lines(self) -> Lines:
        """The project as lines of JSON."""


class Done(NamedTuple):
    """What the second process did: whole files, pieces with the rows of each of their files, and what it met."""

    files: dict[str, Written]
    pieces: dict[int, tuple[int, int]]
    seen: set[tuple[str, int]]


class Job(NamedTuple):
    """What a second process can do: the files of texts, and then pieces of the statements from the last one back."""

    texts: dict[str, Path]
    shares: Shares

    def __call__(self, source: LineSource) -> Done:
        """Do it."""
        with _without_collector():
            lines = source.lines()
            files = _write_texts(self.texts, lines)
            pieces = {}
            if source.selection.layer == "individual":
                for number in self.shares.from_the_back():
                    pieces[number] = _write_piece(self.shares, number, source, lines)
        return Done(files, pieces, source.seen)


def job(folder: Folder) -> Job:
    """What a second process can do of an export into this folder."""
    return Job({name: folder.stage(name) for name in _TEXTS}, Shares(folder.workshop(), _PIECES))


def write(source: LineSource, folder: Folder) -> None:
    """Write the files of a JSONL export and their manifest."""
    with _without_collector():
        lines = source.lines()
        with folder.open("statements.jsonl") as statements, folder.open("origins.jsonl") as origins:
            is_shared = source.second is not None and source.selection.layer == "individual"
            shares = Shares(folder.workshop(), _PIECES if is_shared else 1)
            for number in shares.from_the_front():
                for batch in lines.statements(*_ranks(source, number, shares.n)):
                    statements.write_bytes(batch.rows.data, batch.rows.rows)
                    origins.write_bytes(batch.origins.data, batch.origins.rows)
            done: Done | None = source.second_result() if source.second else None
            if done is not None:
                _append(done, folder.workshop(), (statements, origins))
                source.seen |= done.seen
        files = done.files if done is not None else _write_texts({name: folder.stage(name) for name in _TEXTS}, lines)
        for name, written in files.items():
            folder.adopt(name, written)
        _write_small(lines, folder)
    folder.write_manifest("manifest.json", "jsonl", source)


def _ranks(source: LineSource, number: int, n: int) -> tuple[int, int]:
    """The first and the last article of one of n pieces, by their places in the order of the export, from 1."""
    return source.n_articles * number // n + 1, source.n_articles * (number + 1) // n


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
    """Everything but statements and texts; the statements, which come before, tell which codebooks are used."""
    folder.write_lines("coders.jsonl", lines.coders())
    folder.write_lines("codebooks.jsonl", lines.codebooks())
    folder.write_lines("steps.jsonl", lines.steps())
    folder.write_lines("speakers.jsonl", lines.speakers())
    folder.write_lines("labels.jsonl", lines.labels())
    folder.write_lines("gold.jsonl", lines.gold())


def _write_texts(paths: dict[str, Path], lines: Lines) -> dict[str, Written]:
    """The paragraphs and the articles, to these temporary paths."""
    written = {}
    for name, path in paths.items():
        try:
            stream = Stream(path)
            try:
                for chunk in lines.paragraphs() if name == "paragraphs.jsonl" else lines.articles():
                    stream.write_bytes(chunk.data, chunk.rows)
            finally:
                stream.close()
        except OSError as error:
            raise refusal(path, error) from error
        written[name] = Written(stream.rows, stream.sha256)
    return written


def _write_piece(shares: Shares, number: int, source: LineSource, lines: Lines) -> tuple[int, int]:
    """One piece of the statements and of their origins; return the rows of each."""
    n_rows = n_origins = 0
    paths = [shares.folder / f"{number}-{name}" for name in _STATEMENTS]
    try:
        with private.create_binary(paths[0]) as rows, private.create_binary(paths[1]) as origins:
            for batch in lines.statements(*_ranks(source, number, shares.n)):
                rows.write(batch.rows.data)
                origins.write(batch.origins.data)
                n_rows += batch.rows.rows
                n_origins += batch.origins.rows
    except OSError as error:
        raise refusal(shares.folder, error) from error
    return n_rows, n_origins


def _append(done: Done, folder: Path, streams: tuple[Stream, Stream]) -> None:
    """Put the second process's pieces behind one's own, in their order."""
    for number in sorted(done.pieces):
        for name, stream, n in zip(_STATEMENTS, streams, done.pieces[number], strict=True):
            path = folder / f"{number}-{name}"
            stream.rows += n
            with path.open("rb", buffering=0) as piece:
                while data := piece.read(_COPIED):
                    stream.write_bytes(data, 0)
            path.unlink()
