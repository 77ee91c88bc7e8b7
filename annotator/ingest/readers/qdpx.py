"""The text sources of a REFI-QDA project (.qdpx), as NVivo, MAXQDA, ATLAS.ti and QualCoder write it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast
from xml.parsers import expat

from annotator.errors import IngestError
from annotator.ingest.article import MAX_BYTES, About, LeftOut, NoTextError, Options, Read, make
from annotator.ingest.input import Input, readable
from annotator.ingest.readers.encoding import decode
from annotator.ingest.readers.zip_archive import FAULTS, fault
from annotator.text.terminal_text import one_line

_NOT_TEXT = frozenset({"PictureSource", "AudioSource", "VideoSource", "PDFSource"})


@dataclass
class _Source:
    """One TextSource element."""

    name: str
    path: str | None
    text: str = ""


def read(source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The text sources of a project, in its order; pictures, sound, film and PDF are said and left out."""
    with source.open() as stream:
        try:
            with zipfile.ZipFile(cast("IO[bytes]", stream)) as archive:
                names = {name.casefold(): name for name in archive.namelist()}
                sources, n_left = _sources(content(archive, names, "project.qde"))
                for found in sources:
                    yield _article(found, archive, names, source, options, n_left)
                    n_left = 0
        except FAULTS as error:
            raise IngestError(f"not a readable REFI-QDA project ({str(error).lower()})") from error
    if not sources:
        raise IngestError("the project contains no text source")


def _article(
    found: _Source, archive: zipfile.ZipFile, names: dict[str, str], source: Input, options: Options, n_left: int
) -> Read | LeftOut:
    remarks = [f"{n_left} sources that are not text are left out"] if n_left else []
    text = found.text
    try:
        if found.path is not None:
            text, encoding = decode(content(archive, names, member(found.path, names)))
            remarks += [] if encoding == "utf-8" else [f"read as {encoding}"]
        article = make(text, found.name, readable(source.path), options.by, About(title=found.name))
    except NoTextError as error:
        if options.strict:
            raise IngestError(f'source "{found.name}": {error}') from error
        return LeftOut(f"{source.shown}, {one_line(found.name)}", "has no text")
    except IngestError as error:
        raise IngestError(f'source "{found.name}": {error}') from error
    return Read(article, f"{source.shown}, {found.name}", tuple(remarks))


def member(path: str, names: dict[str, str]) -> str:
    """The name of a source's text in the archive. Some programs leave "internal://" out."""
    inner = path.removeprefix("internal://")
    for name in (f"sources/{inner}", inner.removeprefix("./")):
        if name.casefold() in names:
            return name
    if inner is path:
        raise IngestError("its text is outside the project file")
    return f"sources/{inner}"


def content(archive: zipfile.ZipFile, names: dict[str, str], name: str) -> bytes:
    """A file of the project.

    Args:
        archive: The project.
        names: The names of its files by their names in small letters.
        name: The file's name.

    Raises:
        IngestError: The project lacks it, or it cannot be read.
    """
    if name.casefold() not in names:
        raise IngestError(f"the project file contains no {name}")
    entry = archive.getinfo(names[name.casefold()])
    if reason := fault(entry):
        raise IngestError(f"{name}: {reason}")
    if entry.file_size > MAX_BYTES:
        raise IngestError(f"{name} is longer than {MAX_BYTES >> 20} MiB")
    return archive.read(entry)


def _sources(project: bytes) -> tuple[list[_Source], int]:
    """The text sources of project.qde, and how many sources of other kinds there are.

    A document type declaration is refused before anything of it is read: entities are declared there, and a
    project needs none. expat itself fetches nothing.
    """
    sources: list[_Source] = []
    path: list[str] = []
    n_left = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal n_left
        path.append(tag.rpartition(" ")[2])
        if path[-1] in _NOT_TEXT:
            n_left += 1
        elif path[-1] == "TextSource" and not _NOT_TEXT.intersection(path):
            name = attributes.get("name") or attributes.get("guid") or f"source {len(sources) + 1}"
            sources.append(_Source(name, attributes.get("plainTextPath")))
        if len(path) > 100:
            raise IngestError("project.qde is nested more than 100 deep")

    def end(_tag: str) -> None:
        path.pop()

    def text(words: str) -> None:
        if path[-2:] == ["TextSource", "PlainTextContent"]:
            sources[-1].text += words

    def declared(*_: object) -> None:
        raise IngestError("project.qde declares a document type, which is not allowed")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, declared
    try:
        parser.Parse(project, True)
    except expat.ExpatError as error:
        raise IngestError(f"project.qde, line {error.lineno}: {expat.ErrorString(error.code)}") from error
    return sources, n_left
