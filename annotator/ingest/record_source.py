"""Records of a program that is recognised by their keys, brought to the usual names of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import JsonValue

Record = Mapping[str, JsonValue]


class Rows(NamedTuple):
    """A table that was read from a file: its rows, each with its place there, such as "line 17".

    Attributes:
        rows: The rows; iterating raises IngestError, which names the place.
        remarks: Sentences about the file without a subject, such as "read as windows-1252".
        name: The sheet, where a file holds several tables.
    """

    rows: Iterator[tuple[str, Record]]
    remarks: tuple[str, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class RecordSource:
    """A program or database whose rows or JSON objects are recognised by their keys."""

    name: str
    """As people call it, for remarks and the table in the docs."""
    files: str
    """The kinds of files, for the table in the docs."""
    recognised_by: str
    """In words, for the table in the docs."""
    article: str
    """What one article is, in words, for the table in the docs."""
    recognises: Callable[[frozenset[str]], bool]
    """Whether records with these keys, in small letters, are its records."""
    adapt: Callable[[Record], Record]
    """A record as a flat one with the fields text, title, date, source, url, author, section, where they are known.

    Raises:
        IngestError: Such records hold no full text; the sentence says where to find it.
    """
    note: str = ""
    """What to know about its articles, for the table in the docs."""


def word(record: Record, *keys: str) -> str | None:
    """The first of these fields that is a text with letters. A dot leads into an object: "source.name"."""
    for key in keys:
        found: JsonValue = dict(record)
        for step in key.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, str) and found.strip() and found.strip() != "None":
            return found
    return None


def rest(record: Record, *used: str) -> dict[str, JsonValue]:
    """The fields that were not used and that say something."""
    return {key: value for key, value in record.items() if key not in used and value not in (None, "", "None", [], {})}
