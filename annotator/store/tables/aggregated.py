"""Rows of the aggregated layer: the run of `annotator aggregate` in force, and each run's labels.

A run never changes: its labels stand in the history, one record an article, under the run's id, which is made of what
the run says. So two files that aggregate the same codings alike hold the same run, and a merge has to choose the run in
force alone.
"""

from __future__ import annotations

import json
from typing import Any

from annotator.errors import StoreError
from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta, write_meta
from annotator.store.tables.json_values import Value, dumps
from annotator.store.tables.keys import Key

AGGREGATION, AGGREGATE = "aggregation", "aggregate"
"""The kinds of record in the history: the run in force, and the labels of one article."""

RUN_KEY: Key = ["aggregate"]
"""The layer's name."""


def read_run(c: Connection, _coder: int, _key: Key) -> Value:
    """The run in force: method, seed, input and figures for each variable; None without a run."""
    text = read_meta(c, "aggregate")
    return None if text is None else json.loads(text)


def write_run(c: Connection, value: Value) -> None:
    """Put a run in force, or none."""
    if value is None:
        c.execute("delete from meta where key = 'aggregate'")
    else:
        write_meta(c, "aggregate", dumps(value))


def read_units(c: Connection, _coder: int, key: Key) -> Value:
    """The labels that a run made of an article, known by the ids of both."""
    row = c.one(
        "select after from changes where key = ? and entity = ? and after is not null limit 1", (dumps(key), AGGREGATE)
    )
    return None if row is None else json.loads(row[0])


def run_in_force(c: Connection) -> dict[str, Any] | None:
    """The run in force; None without a run.

    Raises:
        StoreError: Some of its labels are lost.
    """
    run: dict[str, Any] | None = read_run(c, 0, RUN_KEY)
    if run is not None and _n_articles(c, run["run"]) < run["n_articles"]:
        raise StoreError("some of the aggregated labels are lost; make them again with `annotator aggregate`")
    return run


def _n_articles(c: Connection, run: str) -> int:
    """Number of articles with labels of a run."""
    first = dumps([run])[:-1]
    row = c.one(
        "select count(distinct key) from changes where key > ? and key < ? and entity = ?",
        (first, f"{first}~", AGGREGATE),
    )
    return int(row[0]) if row else 0
