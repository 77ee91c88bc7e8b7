"""Checks what was read and makes an article of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from annotator.errors import IngestError
from annotator.ingest.paragraphs import By, split
from annotator.model import Article

Format = Literal["text", "html", "jsonl", "json", "csv", "tsv", "parquet", "qdpx"]
"""How a file is read; otherwise its name and its first bytes tell."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Options:
    """How files are read."""

    by: By = "line"
    encoding: str | None = None
    format: Format | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """An article as it was read, with what a person should know about the reading."""

    article: Article
    origin: str
    """Where it comes from, for messages: the file, and the line in it where it holds several articles."""
    remarks: tuple[str, ...] = ()
    """Sentences without a subject, such as "read as windows-1252"."""


def make(
    raw_text: str,
    name: str,
    options: Options,
    *,
    path: str,
    title: str | None = None,
    source: str | None = None,
    date: str | None = None,
    url: str | None = None,
    metadata: Mapping[str, JsonValue] | None = None,
) -> Article:
    """An article with its paragraphs and their roles.

    Raises:
        IngestError: The text is blank or cannot be stored exactly; the sentence says where, not in which file.
    """
    check_text(raw_text)
    return Article(
        name=name,
        raw_text=raw_text,
        paragraphs=split(raw_text, options.by, title),
        title=title,
        source=source,
        date=date,
        url=url,
        path=path,
        metadata=dict(metadata or {}),
    )


def check_text(raw_text: str) -> None:
    """Refuse a text in which nothing can be read, or that no file of ours can hold exactly."""
    if not any(sign.isprintable() and sign != " " for sign in raw_text):
        raise IngestError("no readable text")
    if found := _UNSTORABLE.search(raw_text):
        line = raw_text.count("\n", 0, found.start()) + 1
        sign = "a NUL byte" if found[0] == "\x00" else f"half a surrogate pair (U+{ord(found[0]):04X})"
        raise IngestError(f"line {line}: {sign}, which is no text")
