"""Mapping file: names of another table's columns and values in this project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import Field, ValidationError

from annotator.errors import IngestError
from annotator.importing.typed_cells import whole
from annotator.model import Model
from annotator.text.terminal_text import one_line


class Refuser(Protocol):
    """A place in a file that can refuse its value."""

    def refuse(self, reason: str) -> None:
        """Raise an error that begins with the place."""


class Spans(Model):
    """A column that holds labelled stretches of the text, as taggers write them; each is a statement."""

    column: str = Field(description="Holds [start, end, label] or objects with start, end (or …_offset) and label.")
    variable: str = Field(description="The variable whose categories the labels are.")
    offsets: Literal["paragraph", "article"] = Field(
        "paragraph", description="Where offsets begin, in code points: at the paragraph or at the article."
    )


class Mapping(Model):
    """Names of another table's columns and values in this project; an empty mapping changes nothing."""

    columns: dict[str, str] = Field(
        default_factory=dict,
        description="For each key of this project (article_id, paragraph, coder, a variable) its column there.",
    )
    values: dict[str, dict[str, str | None]] = Field(
        default_factory=dict,
        description="For a key, its values there and their names here; null drops a value.",
    )
    constants: dict[str, Any] = Field(default_factory=dict, description="Keys that have one value in every row.")
    first_paragraph: int = Field(0, description="The number of the first paragraph there, often 1.")
    spans: Spans | None = Field(None, description="A column of labelled stretches, where a row is a whole paragraph.")
    only: bool = Field(True, description="Columns that are not named under `columns` are left out.")

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return self == Mapping()

    def rows(self, place: Refuser, fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The rows made from a row, with this project's names: one, or one per span."""
        if self.is_empty:
            yield fields
            return
        row = self._row(place, fields)
        if self.spans is None:
            yield row
            return
        spans = _found(fields, self.spans.column)
        if not isinstance(spans, list):
            place.refuse(f"there is no list of spans under {self.spans.column!r}")
        variable, offsets = self.spans.variable, self.spans.offsets
        given = [(start, end, self._value(variable, label)) for start, end, label in (_span(place, s) for s in spans)]
        kept = [span for span in given if span[2] is not None]
        for start, end, value in kept:
            where = {"evidence_start": start, "evidence_end": end, "evidence_from": offsets}
            yield {**row, **where, variable: value}
        if not kept:
            yield {**row, variable: None}

    def _row(self, place: Refuser, fields: dict[str, Any]) -> dict[str, Any]:
        named = {*self.columns.values(), *([self.spans.column] if self.spans else [])}
        row = {} if self.only else {key: value for key, value in fields.items() if key not in named}
        for key, column in self.columns.items():
            value = _found(fields, column)
            if value is _NOTHING:
                place.refuse(f"there is no column {column!r} for {key}")
            row[key] = self._value(key, value)
        row.update(self.constants)
        paragraph = whole(row.get("paragraph"))
        if isinstance(paragraph, int) and not isinstance(paragraph, bool):
            row["paragraph"] = paragraph - self.first_paragraph
        if isinstance(row.get("speakers"), str):
            row["speakers"] = [row["speakers"]]
        return row

    def _value(self, key: str, value: Any) -> Any:
        known = self.values.get(key)
        if known is None:
            return value
        if isinstance(value, list):
            return [known.get(str(each), each) for each in value if known.get(str(each), each) is not None]
        return known.get(str(value), value) if value is not None else None


_NOTHING = object()


def _found(fields: dict[str, Any], column: str) -> Any:
    """The value of a column; `meta.id` is also the key `id` of the object under `meta`."""
    if column in fields:
        return fields[column]
    head, dot, rest = column.partition(".")
    inner = fields.get(head)
    return _found(inner, rest) if dot and isinstance(inner, dict) else _NOTHING


def _span(place: Refuser, span: Any) -> tuple[Any, Any, Any]:
    if isinstance(span, dict):
        start, end = span.get("start", span.get("start_offset")), span.get("end", span.get("end_offset"))
        span = [start, end, span.get("label")]
    if not isinstance(span, list) or len(span) != 3 or None in span:
        place.refuse("a span must be [start, end, label] or an object with these keys")
    return span[0], span[1], span[2]


def load_mapping(path: Path | None) -> Mapping:
    """Read a mapping file, YAML or JSON.

    Raises:
        IngestError: The file cannot be read, or is not a valid mapping.
    """
    if path is None:
        return Mapping()
    from ruamel.yaml import YAML  # only imports with a mapping need it
    from ruamel.yaml.error import YAMLError

    name = one_line(str(path))
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
        return Mapping.model_validate(document)
    except OSError as error:
        raise IngestError(f"{name} cannot be read: {(error.strerror or 'refused').lower()}") from error
    except (YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise IngestError(f"{name} is not a mapping: {one_line(str(error)).split('␊')[0][:200]}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        raise IngestError(f"{name}: {where}: {one_line(first['msg'])}") from error
