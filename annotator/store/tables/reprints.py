"""Groups of reprints: articles whose texts are nearly the same. They are derived from the texts and kept in `meta`."""

from __future__ import annotations

import json

from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta, write_meta

_KEY = "reprints"


def read_reprints(c: Connection) -> dict[str, str]:
    """The group of each article that has reprints, both as article ids: a group bears the id of its first article."""
    stored = read_meta(c, _KEY)
    groups: list[list[str]] = json.loads(stored) if stored else []
    return {article: group[0] for group in groups for article in group}


def write_reprints(c: Connection, groups: list[list[str]]) -> None:
    """Keep groups, each a list of article ids in the order of the project."""
    write_meta(c, _KEY, json.dumps(groups, separators=(",", ":")))
