"""Files into articles: readers, paragraphs and their offsets, roles."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from annotator.errors import IngestError
from annotator.ingest.article import FORMATS, Columns, Format, LeftOut, Options, Read
from annotator.ingest.find_inputs import inputs
from annotator.ingest.input import Input, Refusal, readable
from annotator.ingest.paragraphs import BYS, By, split
from annotator.ingest.reader_table import read_input

__all__ = [
    "BYS",
    "FORMATS",
    "By",
    "Columns",
    "Format",
    "Input",
    "LeftOut",
    "Options",
    "Read",
    "Refusal",
    "inputs",
    "read",
    "read_input",
    "read_inputs",
    "split",
]


def read_inputs(
    paths: Iterable[str | os.PathLike[str]], options: Options | None = None
) -> Iterator[Read | LeftOut | Refusal]:
    """Every article of files, folders and "-" (standard input), and one refusal for each file that gives none.

    A file is read to its end before its first article is given out, so that a file is there whole or not at
    all. A caller that can take articles back (a transaction) saves that memory with `inputs` and `read_input`.
    """
    for found in inputs(paths, options):
        if isinstance(found, Refusal):
            yield found
            continue
        try:
            yield from list(read_input(found, options))
        except IngestError as error:
            yield Refusal(readable(found.path), str(error))


def read(path: str | os.PathLike[str], options: Options | None = None) -> Iterator[Read | LeftOut | Refusal]:
    """The articles of one path; see `read_inputs`."""
    return read_inputs([path], options)
