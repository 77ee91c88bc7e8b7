"""Named facts about the whole project, kept by the history: which phases give feedback, who may adjudicate.

All facts of one kind are one row of `meta`, a JSON object by name.
"""

from __future__ import annotations

import json
from typing import Any

from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta, write_meta
from annotator.store.tables.json_values import dumps

FEEDBACK = "feedback"
"""Record of a phase whose coders see gold once they are done with a paragraph; the key is the phase."""

JUDGE = "judge"
"""Record of a person who may adjudicate; the key is their name. Without any, everybody may."""

KINDS = (FEEDBACK, JUDGE)


def read_facts(c: Connection, kind: str) -> dict[str, Any]:
    """Every fact of a kind, by name."""
    text = read_meta(c, kind)
    found: dict[str, Any] = {} if text is None else json.loads(text)
    return found


def write_fact(c: Connection, kind: str, name: str, value: Any) -> None:
    """Write a fact; None removes it."""
    facts = {other: held for other, held in read_facts(c, kind).items() if other != name}
    if value is not None:
        facts[name] = value
    if facts:
        write_meta(c, kind, dumps(dict(sorted(facts.items()))))
    else:
        c.execute("delete from meta where key = ?", (kind,))


def wipe_facts(c: Connection) -> None:
    """Remove every fact; the history makes them again."""
    for kind in KINDS:
        c.execute("delete from meta where key = ?", (kind,))
