"""Reading options, and the checked article with its paragraphs that a reader makes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from pydantic import JsonValue, ValidationError

from annotator.errors import IngestError
from annotator.ingest.paragraphs import By, spans
from annotator.ingest.roles.furniture import is_furniture
from annotator.ingest.roles.guess import guess
from annotator.model import Article, Role

# fmt: off
Format = Literal[
    "text", "html", "xml", "jsonl", "json", "csv", "parquet", "xlsx", "docx", "rtf", "odt", "pdf", "epub", "mail",
    "warc", "qdpx", "dna", "zip",
]
# fmt: on
"""How a file is read. JSON and JSONL hold records, or the tasks of Label Studio, doccano and Prodigy."""

FORMATS: tuple[Format, ...] = get_args(Format)

MAX_BYTES = 1 << 26
"""The longest file that is read as one article: 64 MiB are some ten thousand pages."""

_BY_PLACE: frozenset[Role] = frozenset({"furniture", "caption", "subhead", "dek", "kicker"})
"""The roles that a paragraph may be given for the lines around it."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of a table's columns or fields; None means the usual names."""

    text: str | None = None
    name: str | None = None
    title: str | None = None
    source: str | None = None
    date: str | None = None
    url: str | None = None
    metadata: tuple[str, ...] | None = None
    """The columns that are kept as metadata; None stands for all that are left."""


@dataclass(frozen=True, slots=True)
class Options:
    """How files are read."""

    by: By = "line"
    encoding: str | None = None
    """The encoding where it is known; otherwise it is recognised."""
    format: Format | None = None
    """The format where the name does not tell it."""
    columns: Columns = field(default_factory=Columns)
    skip: frozenset[Path] = frozenset()
    """Resolved paths that folders may hold and that are not read: the project's own files."""
    date_formats: tuple[str, ...] = ()
    """How dates in tables are written (`datetime.strptime`); otherwise it is recognised."""
    strict: bool = False
    """Whether a file is refused for a row or part without text, or a date that is not understood."""


@dataclass(frozen=True, slots=True)
class Read:
    """An article as read, with remarks for the user."""

    article: Article
    origin: str
    """Where it comes from, safe for a terminal: the file, and the line in it where it holds several articles."""
    remarks: tuple[str, ...] = ()
    """Sentences without a subject, such as "read as windows-1252"."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of a table or a part of a batch that did not become an article."""

    origin: str
    """Where it stands, safe for a terminal."""
    reason: str
    """Such as "has no text"."""


class NoTextError(IngestError):
    """A record or part without any text, which a table may contain."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of an article besides its text."""

    title: str | None = None
    source: str | None = None
    date: str | None = None
    url: str | None = None
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)


def filled(known: About, more: About) -> About:
    """What is known of an article, its gaps filled from elsewhere."""
    return About(
        title=known.title or more.title,
        source=known.source or more.source,
        date=known.date or more.date,
        url=known.url or more.url,
        metadata={**more.metadata, **known.metadata},
    )


def make(
    raw_text: str,
    name: str,
    path: str,
    by: By = "line",
    about: About | None = None,
    hints: Sequence[Role | None] | None = None,
    roles: Sequence[Role | None] | None = None,
) -> Article:
    """An article with its paragraphs and their roles.

    Args:
        raw_text: The text exactly as read.
        name: Its name for people.
        path: The file it was read from.
        by: Unit of a paragraph: line or block.
        about: Other metadata.
        hints: For each paragraph the role that the file itself gives, where it does. "body" is the word of the
            file against whatever a paragraph's place suggests, but not against its wording.
        roles: For each paragraph its role where the file is sure of it; the others are body or subhead.

    Raises:
        NoTextError: The text is blank.
        IngestError: It cannot be stored exactly; the sentence says where, not in which file.
    """
    check_text(raw_text)
    about = about or About()
    found = spans(raw_text, by)
    texts = [raw_text[start:end] for start, end in found]
    given = _of_database(texts, about.title, roles) if roles is not None else _roles(texts, about.title, hints)
    try:
        # From dictionaries a model and its paragraphs are made and validated in two thirds of the time.
        return Article.model_validate(
            {
                "name": name,
                "raw_text": raw_text,
                "paragraphs": [
                    {"position": position, "start": start, "end": end, "role": role}
                    for position, ((start, end), role) in enumerate(zip(found, given, strict=True))
                ],
                "title": about.title,
                "source": about.source,
                "date": about.date,
                "url": about.url,
                "path": path,
                "metadata": about.metadata,
            }
        )
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"][:2]))
        raise IngestError(f"{place}: {fault['msg'].lower()}") from error


def _roles(texts: Sequence[str], title: str | None, hints: Sequence[Role | None] | None) -> list[Role]:
    if hints is None:
        return guess(texts, title)
    guessed = guess(texts, title, [None if hint == "body" else hint for hint in hints])
    return [_final_role(role, hint, text) for role, hint, text in zip(guessed, hints, texts, strict=True)]


def _of_database(texts: Sequence[str], title: str | None, roles: Sequence[Role | None]) -> list[Role]:
    """Roles in a text that its database parted from all that is not body."""
    guessed = guess(texts, title, ["furniture" if role else None for role in roles])
    return [role or ("subhead" if found == "subhead" else "body") for role, found in zip(roles, guessed, strict=True)]


def _final_role(role: Role, hint: Role | None, text: str) -> Role:
    """The role of a paragraph that the file speaks of: its place says less than the file."""
    if hint == "furniture":
        return hint
    return "body" if hint == "body" and role in _BY_PLACE and not is_furniture(text) else role


def check_text(raw_text: str) -> None:
    """Refuse a text that is blank, or that a project file cannot store exactly.

    Raises:
        NoTextError: The text is blank.
        IngestError: The sentence names the line.
    """
    if not any(sign.isprintable() and sign != " " for sign in raw_text):
        raise NoTextError("no readable text")
    if ("\x00" in raw_text or not _is_encodable(raw_text)) and (found := _UNSTORABLE.search(raw_text)):
        line = raw_text.count("\n", 0, found.start()) + 1
        raise IngestError(f"line {line} of the text: {_sign(found[0])}")


def _is_encodable(text: str) -> bool:
    """Whether a text has no half of a surrogate pair. Encoding is ten times faster than a pattern."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_storable(text: str) -> None:
    """Refuse characters that a project file cannot store exactly: NUL and halves of surrogate pairs.

    Raises:
        IngestError: It holds one.
    """
    if found := _UNSTORABLE.search(text):
        raise IngestError(_sign(found[0]))


def _sign(sign: str) -> str:
    return "a NUL byte, so this is not text" if sign == "\x00" else f"half a surrogate pair (U+{ord(sign):04X})"
