"""Which program a file of annotations is from, by its content."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any, NamedTuple

from annotator.errors import IngestError
from annotator.importing.annotation import Annotation, Lost, Place
from annotator.importing.neighbours import argilla, brat, dna, doccano, inception, labelstudio, prodigy, refi
from annotator.ingest.article import Options
from annotator.ingest.input import Input
from annotator.ingest.reader_table import kind_of, read_tables
from annotator.ingest.readers.encoding import decode

_RECORDS: tuple[ModuleType, ...] = (labelstudio, argilla, prodigy, doccano)
"""Programs whose files are JSON, in the order in which they are asked."""

Beside = Callable[[str], Input | None]
"""Finds a file beside another one, by its path."""


class Neighbour(NamedTuple):
    """A file of another program's annotations: the program, and what reads them."""

    name: str
    read: Callable[[], Iterator[Annotation | Lost]]


def neighbour_of(source: Input, beside: Beside) -> Neighbour | None:
    """The program that a file is from; None for tables and for exports of this program.

    Raises:
        IngestError: The file cannot be read.
    """
    with source.open() as stream:
        start = stream.read(1 << 16)
    path, file = source.shown, _file(source)
    if start.startswith(dna.MAGIC):
        return (
            Neighbour(dna.NAME, lambda: dna.read(Path(source.path), path))
            if dna.recognises(Path(source.path))
            else None
        )
    if source.path.lower().endswith(".qdpx") or (start.startswith(b"PK") and b"project.qde" in start):
        return Neighbour(refi.NAME, lambda: refi.read(source))
    if inception.recognises(start):
        return Neighbour(inception.NAME, lambda: inception.read(_text(source), path, file))
    if brat.recognises(start, source.path):
        text = beside(f"{source.path[:-4]}.txt")
        if text is None:
            raise IngestError(f"{path}: the text file is not beside it; copy it there under the same name")
        return Neighbour(brat.NAME, lambda: brat.read(_text(source), _text(text), path, file))
    return _of_records(source, file)


def _of_records(source: Input, file: tuple[str, str]) -> Neighbour | None:
    kind = kind_of(source, Options())
    if kind not in ("json", "jsonl"):
        return None
    first = next((row for table in read_tables(source, kind) for _, row in table.rows), None)
    found = next((one for one in _RECORDS if first is not None and one.recognises(first)), None)
    if found is None:
        return None
    name = str(found.NAME)

    def read() -> Iterator[Annotation | Lost]:
        for table in read_tables(source, kind):
            for where, record in table.rows:
                yield from _each(found, record, Place(source.shown, where), file)

    return Neighbour(name, read)


def _each(
    found: ModuleType, record: Mapping[str, Any], place: Place, file: tuple[str, str]
) -> Iterator[Annotation | Lost]:
    if not found.recognises(record):
        yield Lost("records of another kind")
        return
    try:
        for one in found.read(record, place):
            yield one._replace(file=file) if isinstance(one, Annotation) else one
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        place.refuse(f"is not a valid record of {found.NAME} ({type(error).__name__}: {error})")


def _file(source: Input) -> tuple[str, str]:
    """The folder and the name of a file, without its ending."""
    path = PurePosixPath(source.path.replace("\\", "/"))
    folder = path.parent.name or Path(source.path).resolve().parent.name
    return folder, path.stem


def _text(source: Input) -> str:
    with source.open() as stream:
        return decode(stream.read())[0].removeprefix("\ufeff")
