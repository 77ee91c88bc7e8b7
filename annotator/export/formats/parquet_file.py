"""A Parquet file of an export, written batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-not-found,import-untyped,unused-ignore] # an extra
import pyarrow.parquet as pq  # type: ignore[import-not-found,import-untyped,unused-ignore]

from annotator.export.folder import Folder

BATCH = 10_000
"""Rows of a batch."""


class Table:
    """A Parquet file written batch by batch."""

    def __init__(
        self, folder: Folder, name: str, columns: Sequence[str], types: dict[str, pa.DataType], metadata: dict[str, str]
    ) -> None:
        self._folder = folder
        self._name = name
        self._schema = pa.schema([(c, types.get(c, pa.string())) for c in columns], metadata=metadata)
        self._rows: list[Sequence[Any]] = []
        self._n = 0
        self._path: Path | None = None
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Table:
        self._path = self._folder.reserve(self._name)
        self._writer = pq.ParquetWriter(self._path, self._schema, compression="zstd")
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        assert self._writer is not None  # noqa: S101 (opened in __enter__)
        if kind is None:
            self._flush()
        self._writer.close()
        if kind is None:
            self._folder.staged(self._name, self._n)

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows, as soon as there are enough for a batch."""
        rows = iter(rows)
        while more := list(islice(rows, BATCH - len(self._rows))):
            self._rows.extend(more)
            if len(self._rows) == BATCH:
                self._flush()

    def _flush(self) -> None:
        assert self._writer is not None  # noqa: S101 (opened in __enter__)
        if not self._rows:
            return
        columns = zip(*self._rows, strict=True)
        arrays = [_array(list(values), field) for values, field in zip(columns, self._schema, strict=True)]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        self._n += len(self._rows)
        self._rows = []


def _array(values: list[Any], field: pa.Field) -> pa.Array:
    if pa.types.is_timestamp(field.type):
        values = [None if value is None else datetime.fromisoformat(value) for value in values]
    return pa.array(values, type=field.type)
