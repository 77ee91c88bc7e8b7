"""What a model's labels were made with: version, prompt, temperature and date, in the history alone."""

from __future__ import annotations

import json
from typing import Any

from annotator.model import ModelRun
from annotator.store.file.connection import Connection
from annotator.store.tables.json_values import Value, dumps
from annotator.store.tables.keys import Key

MODEL = "model"
"""The kind of record in the history."""


def model_key(name: str) -> Key:
    """The key of the record about a coder."""
    return [name]


def read_model(c: Connection, _coder: int, key: Key) -> Value:
    """The record about a coder; None if there is none, or it was taken back."""
    row = c.one(
        "select x.after from changes x join steps t on t.id = x.step where x.key = ? and x.entity = ?"
        " order by t.at desc, t.step_id desc, x.n desc limit 1",
        (dumps(key), MODEL),
    )
    return None if row is None or row[0] is None else json.loads(row[0])


def model_run(c: Connection, name: str) -> ModelRun | None:
    """What is known of a model."""
    found: Any = read_model(c, 0, model_key(name))
    return None if found is None else ModelRun.model_validate(found)
