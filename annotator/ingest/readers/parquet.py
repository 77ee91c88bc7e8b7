"""Parquet tables, with pyarrow (the extra `parquet`)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib import import_module
from typing import cast

from pydantic import JsonValue

from annotator.distribution import with_extra
from annotator.errors import IngestError
from annotator.ingest.article import Options
from annotator.ingest.input import Input
from annotator.ingest.readers import table_record as records
from annotator.ingest.readers.table_record import Entry
from annotator.ingest.record_source import Record, Rows


def entries(source: Input, options: Options) -> Iterator[Entry]:
    """The articles of a Parquet table, a few rows at a time.

    Raises:
        IngestError: pyarrow is not installed, or the file is not Parquet.
    """
    return records.entries(_rows(source), source, options)


def tables(source: Input, options: Options) -> Iterator[Rows]:  # noqa: ARG001 (as every reader of tables)
    """The table of a Parquet file."""
    yield Rows(_rows(source))


def _rows(source: Input) -> Iterator[tuple[str, Record]]:
    try:
        pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")  # 30 MB that only Parquet needs
    except ImportError as error:
        raise IngestError(f"reading Parquet needs pyarrow; {with_extra('parquet')}") from error
    with source.open() as stream:
        try:
            number = 0
            for batch in pq.ParquetFile(stream).iter_batches(batch_size=64):
                for row in batch.to_pylist():
                    number += 1
                    yield f"row {number}", {str(key): _plain(value) for key, value in row.items()}
        except pa.ArrowException as error:
            raise IngestError(f"not a readable Parquet file ({str(error).splitlines()[0].lower()})") from error


def _plain(value: object) -> JsonValue:
    """A value as JSON has it: times as ISO 8601, bytes as text, a missing number (NaN) as nothing."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return cast("str", value.isoformat()) if hasattr(value, "isoformat") else str(value)
