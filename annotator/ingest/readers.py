"""The table of readers: which kind of file is read by whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from annotator.ingest.article import Options, Read, make
from annotator.ingest.encoding import decode
from annotator.ingest.inputs import STREAM, Input, readable
from annotator.ingest.paragraphs import is_hard_wrapped


def articles(source: Input, options: Options) -> Iterator[Read]:
    """The articles of one file."""
    yield _text(source, options)


def _text(source: Input, options: Options) -> Read:
    with source.open() as stream:
        text, encoding = decode(stream.read(), options.encoding)
    remarks = [] if encoding == "utf-8" else [f"read as {encoding}"]
    if options.by == "line" and is_hard_wrapped(text):
        remarks.append("looks hard-wrapped: try --by block")
    article = make(text, name_of(source.path), options, path=readable(source.path))
    return Read(article, source.shown, tuple(remarks))


def name_of(path: str) -> str:
    """What people call the article of a file: the file's name without its ending."""
    return "standard input" if path == STREAM else PurePath(readable(path)).stem or readable(path)
