"""Annotations of other programs, in one shape: a stretch of a text with labels, and what could not be taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn, get_args

from annotator.errors import IngestError
from annotator.model import State
from annotator.text.terminal_text import one_line


class Place(NamedTuple):
    """A place in a file, such as "line 17"."""

    path: str
    where: str

    def refuse(self, reason: str) -> NoReturn:
        """Refuse what stands there."""
        line = self.where.removeprefix("line ")
        where = f":{line}" if line.isdigit() else f", {one_line(self.where)}"
        raise IngestError(f"{self.path}{where}: {one_line(reason)}")


class Lost(NamedTuple):
    """Something of a file that this program has no place for, in the plural, with its number."""

    what: str
    n: int = 1

    def __str__(self) -> str:
        """The number with its noun."""
        noun, space, rest = self.what.partition(" ")
        return f"{self.n} {noun.removesuffix('s') if self.n == 1 else noun}{space}{rest}"


class Annotation(NamedTuple):
    """What one coder said of a stretch of a text, of a whole text, or of a paragraph.

    Attributes:
        place: Where it stands in its file.
        labels: Values, each with the name that the other program has for the question; None if it has none.
        text: The text that is labelled: an article's or a paragraph's. The project finds it again by its words.
        article: The article's id or name, where the file knows it.
        paragraph: The paragraph's place in the article, from 0, where the file knows it.
        span: Start and end in `text`, in code points; None for the whole of it.
        coder: Who says it; None where the file does not tell.
        file: The folder and the name of its file, which many programs call after the coder.
        kind: The kind of a coder who is new; None takes that of the command.
        facts: Further fields of a row: statement_id, speakers, note, flag, state, created_at, updated_at.
    """

    place: Place
    labels: tuple[tuple[str | None, Any], ...]
    text: str | None
    article: str | None = None
    paragraph: int | None = None
    span: tuple[int, int] | None = None
    coder: str | None = None
    file: tuple[str, str] = ("", "")
    kind: str | None = None
    facts: Mapping[str, Any] = {}


STATES: frozenset[str] = frozenset(get_args(State))
"""The states of a paragraph."""
