"""Rows of unblindings: a blind coder was shown the work of others."""

from __future__ import annotations

import json
from typing import Any

from annotator.store.file.connection import Connection
from annotator.store.tables.coders import coder_row


def read_unblinding(c: Connection, _coder: int, key: list[Any]) -> Any:
    """An unblinding: the coder, the time and the command that showed others' codings."""
    row = c.one(
        "select u.phases, u.command from unblindings u join coders n on n.id = u.coder where n.name = ? and u.at = ?",
        key,
    )
    return None if row is None else {"phases": json.loads(row[0]), "command": row[1]}


def write_unblinding(c: Connection, key: list[Any], value: Any) -> None:
    """Record that a coder saw the others' codings."""
    coder = coder_row(c, key[0], at=key[1])
    c.execute("delete from unblindings where coder = ? and at = ?", (coder, key[1]))
    if value is not None:
        c.execute(
            "insert into unblindings (coder, at, phases, command) values (?, ?, ?, ?)",
            (coder, key[1], json.dumps(value["phases"]), value["command"]),
        )
