"""Batches: files in which a database delivers many articles, split into parts, each made an article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import JsonValue

from annotator.errors import IngestError
from annotator.ingest.article import About, LeftOut, NoTextError, Options, Read, make
from annotator.ingest.input import Input, readable
from annotator.model import Role
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

T = TypeVar("T")

_MOST_NUMBERS = 1 << 20
_LINE_ENDS = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]+")
_BY = re.compile(r"^(?:by|von|par|por|di|door|af|av)\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of an article, with its role where the database says it."""

    text: str
    role: Role | None = None


@dataclass(slots=True)
class Part:
    """One article of a batch, as its database gives it."""

    lines: list[Line] = field(default_factory=list)
    """Its text alone: dek, body, captions. Its headline and what stands around the text are fields."""
    title: str | None = None
    date: str | None = None
    """In ISO 8601."""
    source: str | None = None
    author: str | None = None
    section: str | None = None
    url: str | None = None
    number: int | None = None
    """Its number, if the batch numbers its articles."""
    metadata: dict[str, JsonValue] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """The parts of one file."""

    parts: Sequence[Part]
    announced: int | None = None
    """How many articles the file says it holds."""
    remarks: list[str] = field(default_factory=list)
    """Remarks about the whole file."""


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    """A database or program whose files are recognised by their content, and how such a file is split.

    `T` is what the file's reader makes of it: its text, the source of a page, or the root of an XML file.
    """

    name: str
    """As people call it, for remarks and the table in the docs."""
    files: str
    """The kinds of files, for the table in the docs."""
    recognised_by: str
    """In words, for the table in the docs."""
    article: str
    """What one article is, in words, for the table in the docs."""
    recognises: Callable[[T], bool]
    split: Callable[[T], Batch]
    note: str = ""
    """What to know about its articles, for the table in the docs."""


def lines_of(texts: Sequence[str], role: Role | None = None) -> list[Line]:
    """Paragraphs of one role, a line each; blank ones are dropped."""
    return [Line(_LINE_ENDS.sub(" ", text).strip(), role) for text in texts if text.strip()]


def between_rules(text: str, rule: re.Pattern[str]) -> list[list[str]]:
    """The lines of a text between lines that are a rule, such as one of underscores."""
    pieces: list[list[str]] = [[]]
    for line in text.splitlines():
        if rule.fullmatch(line.strip()):
            pieces.append([])
        else:
            pieces[-1].append(line)
    return pieces


def author_of(names: str | Sequence[str] | None) -> str | None:
    """Authors as one text: without "By", a list joined by commas and "and"."""
    if names is None:
        return None
    if isinstance(names, str):
        return _BY.sub("", " ".join(names.split())).strip(" ,;") or None
    known = [name for name in map(author_of, names) if name]
    return " and ".join(filter(None, (", ".join(known[:-1]), *known[-1:]))) or None


def given_name_first(name: str) -> str:
    """A name such as "Atherley, Tom" as "Tom Atherley"."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and given.strip() and "," not in given else name.strip()


def reads(batch: Batch, kind: str, source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The articles of a batch, each with remarks on what it lacks; parts without text are left out.

    Args:
        batch: The parts.
        kind: The name of the database.
        source: The file.
        options: How files are read.

    Raises:
        IngestError: None of the parts has text.
    """
    parts = list(batch.parts)
    for part in parts:
        part.lines = [line for one in part.lines for line in lines_of([one.text], one.role)]
    if not any(part.lines for part in parts):
        raise IngestError(f"looks like a file from {kind}, but no article with text was found in it")
    remarks = [*_counted(batch, kind), *batch.remarks]
    for position, part in enumerate(parts, 1):
        number = position if part.number is None else part.number
        origin = f"{source.shown}, article {number}"
        try:
            article = make(
                "\n\n".join(line.text for line in part.lines),
                f"{source.name}-{number}",
                readable(source.path),
                options.by,
                _about(part),
                roles=[line.role for line in part.lines],
            )
        except NoTextError:
            yield LeftOut(origin, _without_text(part))
            continue
        except IngestError as error:
            raise IngestError(f"article {number}: {error}") from error
        yield Read(article, origin, (*remarks, *_missing(part), *part.remarks))
        remarks = []


def _about(part: Part) -> About:
    more: dict[str, JsonValue] = {"author": part.author, "section": part.section, **part.metadata}
    return About(
        title=part.title,
        source=part.source,
        date=part.date,
        url=part.url,
        metadata={key: value for key, value in more.items() if value not in (None, "", [])},
    )


def _without_text(part: Part) -> str:
    return "has no text" + (f" (title “{one_line(part.title)}”)" if part.title else "")


def _missing(part: Part) -> list[str]:
    lacking = [name for name, value in (("title", part.title), ("date", part.date)) if not value]
    return [f"no {' and no '.join(lacking)} found"] if lacking else []


def _counted(batch: Batch, kind: str) -> list[str]:
    """How many articles a batch holds, and where its numbers say something else."""
    n = len(batch.parts)
    said = [f"{counted(n, 'article')} in 1 file from {kind}"]
    if batch.announced is not None and batch.announced != n:
        said.append(f"the file announces {batch.announced}")
    numbers = [part.number for part in batch.parts if part.number is not None]
    if numbers and max(numbers) - min(numbers) < _MOST_NUMBERS:
        absent = sorted(set(range(min(numbers), max(numbers) + 1)) - set(numbers))
        if absent:
            said.append(
                f"article {_listed(absent)} is missing"
                if len(absent) == 1
                else f"articles {_listed(absent)} are missing"
            )
        twice = sorted({number for number in numbers if numbers.count(number) > 1})
        if twice:
            said.append(f"the number {_listed(twice)} is given twice")
    return said


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return f"{shown} and {len(numbers) - 10} more" if len(numbers) > 10 else shown
