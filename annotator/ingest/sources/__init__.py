"""Databases whose files are recognised by content: one module each, in a folder for each kind of file.

A module sets `SOURCE`; to add a source, add a file. The folders are `text` (a `Source[str]`: plain text, and the
lines of Word and RTF documents), `html` (a `Source[str]`: the source of a page), `xml` (a `Source[Node]`: the root
element) and `records` (a `RecordSource`: rows of tables and JSON).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, cast

from annotator.ingest.batch import Source
from annotator.ingest.markup.tree import Node
from annotator.ingest.record_source import RecordSource

KINDS = ("text", "html", "xml", "records")
"""The folders."""


@cache
def sources(kind: str) -> tuple[Any, ...]:
    """The `SOURCE` of every module in one of the folders, in the order of the modules' names."""
    package = import_module(f"{__name__}.{kind}")
    names = sorted(found.name for found in iter_modules(package.__path__))
    return tuple(import_module(f"{package.__name__}.{name}").SOURCE for name in names)


def text_source(text: str) -> Source[str] | None:
    """The source of a text that is a batch, or None."""
    return cast("Source[str] | None", _first("text", text))


def html_source(html: str) -> Source[str] | None:
    """The source of a page that is a batch, or None."""
    return cast("Source[str] | None", _first("html", html))


def xml_source(root: Node) -> Source[Node] | None:
    """The source of an XML file, or None."""
    return cast("Source[Node] | None", _first("xml", root))


def record_source(keys: frozenset[str]) -> RecordSource | None:
    """The source of records with these keys in small letters, or None."""
    return cast("RecordSource | None", _first("records", keys))


def _first(kind: str, content: Any) -> Any:
    return next((source for source in sources(kind) if source.recognises(content)), None)
