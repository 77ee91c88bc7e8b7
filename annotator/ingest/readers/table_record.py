"""One record of a table, a JSON file or another tool's tasks into one article."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from pydantic import JsonValue

from annotator.errors import IngestError
from annotator.ingest.article import About, Columns, LeftOut, NoTextError, Options, Read, check_storable, make
from annotator.ingest.dates import Order, order_of
from annotator.ingest.input import Input, readable
from annotator.ingest.paragraphs import By
from annotator.ingest.readers.date_cells import DateReading, GivenDate
from annotator.ingest.record_source import Record, RecordSource
from annotator.ingest.sources import record_source
from annotator.model import Article
from annotator.text.terminal_text import one_line

_USUAL = {
    "text": ("raw_text", "text", "body", "content", "full_text", "fulltext", "article_text", "article_body", "story"),
    "name": ("article", "name", "id", "doc_id", "document_id", "article_id", "uid"),
    "title": ("title", "headline", "heading"),
    "source": ("source", "publisher", "outlet", "publication", "newspaper", "site", "medium"),
    "date": ("date", "published", "pub_date", "publication_date", "date_published", "published_at", "publish_date"),
    "url": ("url", "link", "uri", "href"),
}

_FIRST = 200
"""How many records show whether day or month comes first in the dates of a table."""

_DEEPEST = 50
"""How deep metadata may be nested."""

# What other tools add to the texts they label; it is theirs, not the text's.
_LABELS = frozenset(
    "label labels entities relations comments cats annotations predictions result spans tokens options accept answer "
    "_input_hash _task_hash _session_id _view_id _annotator_id _timestamp _is_binary".split()
)


class Fields:
    """Roles of the keys of a record.

    Args:
        keys: The keys of the record, or the columns of the table.
        columns: The names that were given; the usual names stand for the others.
        is_first: A name that was given must be there, lest a misspelt one goes unnoticed.
    """

    def __init__(self, keys: Sequence[str], columns: Columns, is_first: bool = False) -> None:
        self._is_first = is_first
        self._keys = {key.strip().casefold(): key for key in reversed(keys)}
        self.text = self._named(columns.text, "text")
        self.name = self._named(columns.name, "name", but=(self.text,))
        self.title = self._named(columns.title, "title")
        self.source = self._named(columns.source, "source")
        self.date = self._named(columns.date, "date")
        self.url = self._named(columns.url, "url")
        self.kept = columns.metadata
        for key in self.kept or ():
            if is_first and key.casefold() not in self._keys:
                raise IngestError(f'there is no column "{key}"')

    def _named(self, given: str | None, purpose: str, but: tuple[str | None, ...] = ()) -> str | None:
        if given is not None:
            if self._is_first and given.casefold() not in self._keys:
                raise IngestError(f'there is no column "{given}"')
            return self._keys.get(given.casefold())
        return next((self._keys[n] for n in _USUAL[purpose] if n in self._keys and self._keys[n] not in but), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record that is still to become an article, which any process can do."""

    record: Record
    fields: Fields
    place: str
    """Where it stands in its file, such as "line 17"."""
    remarks: tuple[str, ...]
    name: str
    """Name of its file."""
    path: str
    by: By
    dates: DateReading
    strict: bool
    """Whether its file is refused when it has no text."""

    @property
    def size(self) -> int:
        """How much there is to read, in letters."""
        text = self.record.get(self.fields.text) if self.fields.text else None
        return len(text) if isinstance(text, str) else 0

    def reads(self) -> Iterator[Read | LeftOut]:
        """Its article, or that it is left out because it has no text.

        Raises:
            IngestError: It gives none; the sentence names its place.
        """
        origin = f"{one_line(self.path)}, {self.place}"
        try:
            date = self.dates.read(_word(self.record, self.fields.date))
            article = _article(self, date)
        except NoTextError as error:
            if self.strict:
                raise IngestError(f"{self.place}: {error}") from error
            yield LeftOut(origin, "has no text")
            return
        except IngestError as error:
            raise IngestError(f"{self.place}: {error}") from error
        yield Read(article, origin, (*self.remarks, *date.remarks))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of records with the same keys."""

    fields: Fields
    source: RecordSource | None = None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A record with its fields known."""

    place: str
    record: Record
    known: _Known
    is_labelled: bool


def entries(
    records: Iterator[tuple[str, Record]], source: Input, options: Options, remarks: Sequence[str] = ()
) -> Iterator[Entry]:
    """The articles of a file of records, each still to be made.

    Args:
        records: Each with its place in the file, such as "line 17"; their errors name that place.
        source: The file, for names and messages.
        options: Which columns hold what.
        remarks: Remarks about the file, given with its first article.

    Raises:
        IngestError: A column is not there, there is no record, or such records never hold full texts.
    """
    prepared = _prepared(records, options.columns)
    first = list(islice(prepared, _FIRST))
    if not first:
        raise IngestError("contains no record")
    name = first[0].known.source
    if name is not None:
        remarks = [*remarks, f"from {name.name}"]
    order = _order(first)
    n_labelled = 0
    path = readable(source.path)
    for one in chain(first, prepared):
        said = (*remarks, *(["labels in it are not read"] if one.is_labelled and not n_labelled else []))
        n_labelled += one.is_labelled
        dates = DateReading(options.date_formats, order, options.strict, is_day=one.known.source is not None)
        yield Entry(one.record, one.known.fields, one.place, said, source.name, path, options.by, dates, options.strict)
        remarks = ()


def _prepared(records: Iterator[tuple[str, Record]], columns: Columns) -> Iterator[_Prepared]:
    known: dict[tuple[str, ...], _Known] = {}
    for place, record in records:
        if any(_is_too_deep(value) for value in record.values() if isinstance(value, dict | list)):
            raise IngestError(f"{place}: metadata is nested more than {_DEEPEST} deep")  # nor could it travel
        inner, is_labelled = _task(record)
        keys = tuple(inner)
        if keys not in known:
            known[keys] = _know(inner, columns, place, is_first=not known)
        its = known[keys]
        yield _Prepared(place, inner if its.source is None else its.source.adapt(inner), its, is_labelled)


def is_record(record: Record, columns: Columns) -> bool:
    """Whether an object is an article's record, and not a document around a list of them."""
    inner, _ = _task(record)
    keys = frozenset(key.strip().casefold() for key in inner)
    found = Fields(tuple(inner), columns).text
    return record_source(keys) is not None or (found is not None and isinstance(inner.get(found), str | None))


def _know(record: Record, columns: Columns, place: str, is_first: bool) -> _Known:
    source = record_source(frozenset(key.strip().casefold() for key in record)) if columns == Columns() else None
    try:
        if source is not None:
            return _Known(Fields(["text", "id", "title", "source", "date", "url"], columns), source)
        return _Known(Fields(tuple(record), columns, is_first))
    except IngestError as error:
        raise IngestError(f"{place}: {error}") from error


def _order(first: Sequence[_Prepared]) -> Order | None:
    """Whether day or month comes first in the dates of a table, as far as its first rows show it."""
    dates = [one.record.get(one.known.fields.date) for one in first if one.known.fields.date]
    return order_of([date for date in dates if isinstance(date, str)])


def _task(record: Record) -> tuple[Record, bool]:
    """The fields of a record without another tool's labels, and whether there were labels.

    Label Studio puts it under "data", Argilla under "fields", Prodigy the rest under "meta"; doccano and JSON-MIN keep
    it flat.
    """
    data, meta = record.get("data"), record.get("meta")
    if isinstance(data, dict) and data:
        outer = {"id": record["id"]} if isinstance(record.get("id"), int | str) else {}
        return {**outer, **data}, bool(record.get("annotations") or record.get("predictions"))
    fields = record.get("fields")
    if isinstance(fields, dict) and isinstance(record.get("responses"), dict | list):  # Argilla
        about = record.get("metadata")
        return {**(about if isinstance(about, dict) else {}), **fields}, bool(record["responses"])
    labels = {key for key in record if key.casefold() in _LABELS} if "text" in record else set()
    if "_input_hash" in record and isinstance(meta, dict):
        record = {**{key: value for key, value in record.items() if key != "meta"}, **meta}
    if not labels:
        return record, False
    return {key: value for key, value in record.items() if key not in labels}, any(record[key] for key in labels)


def _article(entry: Entry, date: GivenDate) -> Article:
    record, fields = entry.record, entry.fields
    if fields.text is None:
        known = ", ".join(f'"{key}"' for key in list(record)[:8])
        raise IngestError(f"no text column among {known}: name it with --text")
    text = record.get(fields.text)
    if text is None:
        raise NoTextError(f'"{fields.text}" contains nothing, not a text')
    if not isinstance(text, str):
        raise IngestError(f'"{fields.text}" contains {kind(text)}, not a text')
    name = _word(record, fields.name) or f"{entry.name}-{entry.place.rsplit(maxsplit=1)[-1]}"
    used = {fields.text, fields.name, fields.title, fields.source, fields.date, fields.url}
    rest = [key for key in record if key not in used] if fields.kept is None else fields.kept
    metadata = {key: record[key] for key in rest if record.get(key) is not None}
    if date.kept is not None:
        metadata["date_as_given"] = date.kept
    for key, value in metadata.items():
        _check(key)
        _check(value)
    about = About(
        title=_word(record, fields.title),
        source=_word(record, fields.source),
        date=date.iso,
        url=_word(record, fields.url),
        metadata=metadata,
    )
    return make(text, name, entry.path, entry.by, about)


def _word(record: Record, key: str | None) -> str | None:
    """A field that should be a short text: numbers are taken as they are written, blanks as nothing."""
    value = None if key is None else record.get(key)
    if value is None or isinstance(value, bool) or value == "":
        return None
    if not isinstance(value, str | int | float):
        raise IngestError(f'"{key}" contains {kind(value)}, not a text')
    word = str(value)
    check_storable(word)
    return word.strip() or None


def _is_too_deep(value: JsonValue, depth: int = 0) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return depth > _DEEPEST or any(_is_too_deep(one, depth + 1) for one in inner)


def _check(value: JsonValue) -> None:
    """Refuse metadata that JSON or SQLite could not give back as it was."""
    if isinstance(value, str):
        check_storable(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise IngestError(f"{value} is not a valid JSON number")
    elif isinstance(value, dict):
        for key, inner in value.items():
            check_storable(key)
            _check(inner)
    elif isinstance(value, list):
        for inner in value:
            _check(inner)


def kind(value: object) -> str:
    """The type of a value, for use in a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return f"the text “{value[:20]}”"
    return str(value).lower() if isinstance(value, bool) else f"the number {str(value)[:20]}"
