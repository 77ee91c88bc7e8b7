"""A file that says how uncertain a model is of each article or paragraph: CSV or JSONL."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from annotator.errors import IngestError
from annotator.importing.annotation import Place
from annotator.importing.files import raw_rows

_COLUMNS = ("uncertainty", "confidence")


class Doubt(NamedTuple):
    """How uncertain a model is of one thing: 0 is sure, 1 is not at all."""

    article: str
    """Id or name of the article."""
    paragraph: int | None
    """Its position; None for the whole article."""
    value: float


def read_doubts(path: Path) -> list[Doubt]:
    """The rows of a file with the columns article_id (or article), paragraph, and uncertainty (or confidence).

    Raises:
        IngestError: A row is not valid; the message begins with its line.
    """
    found = []
    for place, fields in raw_rows(path):
        if fields is None:
            continue
        article = fields.get("article_id", fields.get("article"))
        if article is None:
            place.refuse("the row has no article_id and no article")
        column = next((name for name in _COLUMNS if fields.get(name) is not None), None)
        if column is None:
            place.refuse("the row has neither uncertainty nor confidence, a number from 0 to 1")
        value = _number(fields[column], place, column)
        doubt = value if column == "uncertainty" else 1 - value
        found.append(Doubt(str(article), _position(fields.get("paragraph"), place), doubt))
    if not found:
        raise IngestError(f"{path.name} has no rows")
    return found


def _number(value: Any, place: Place, column: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= 1:
        place.refuse(f"{column} is a number from 0 to 1")
    return number


def _position(value: Any, place: Place) -> int | None:
    if value is None or value == "":
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        return place.refuse("paragraph is a whole number, counted from 0")
