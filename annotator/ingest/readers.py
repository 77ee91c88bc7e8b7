"""The table of readers: which kind of file is read by whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import PurePosixPath
from typing import cast

from annotator.ingest.article import Format, Options, Read
from annotator.ingest.inputs import Input

Reader = Callable[[Input, Options], Iterator[Read]]

# Module and function by name: a reader is imported when the first file of its kind turns up.
READERS: dict[Format, tuple[str, str]] = {
    "text": ("text", "read"),
    "html": ("page", "read"),
    "jsonl": ("json_lines", "read"),
    "json": ("json_lines", "read_document"),
    "csv": ("spreadsheet", "read"),
    "parquet": ("parquet", "read"),
    "qdpx": ("qdpx", "read"),
}

SUFFIXES: dict[str, Format] = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".qdpx": "qdpx",
}

_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_RECORD = re.compile(rb'\s*\{\s*"[^"\n]*"\s*:.*\}\s*(?:\n|$)')


def articles(source: Input, options: Options) -> Iterator[Read]:
    """The articles of one file, read as its name says, or as it begins where its name says nothing."""
    kind = options.format or SUFFIXES.get(PurePosixPath(source.path).suffix.lower()) or _by_content(source)
    module, function = READERS["text" if kind == "zip" else kind]
    reader = cast("Reader", getattr(import_module(f"annotator.ingest.{module}"), function))
    return reader(source, options)


def _by_content(source: Input) -> Format:
    with source.open() as stream:
        start = stream.read(1 << 16).removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(start):
        return "html"
    return "jsonl" if _RECORD.match(start) else "text"
