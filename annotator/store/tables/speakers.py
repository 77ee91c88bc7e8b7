"""Rows of the registry of speakers and targets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from annotator.model import Mention, Speaker
from annotator.store.file.connection import Connection
from annotator.store.tables.json_values import Value
from annotator.store.tables.keys import Key, Times, speaker_row

JOURNALIST_ID = "08e857c1-76e3-5d12-91a2-173eaef0ada3"
"""The journalist is the same entry in every project: UUIDv5 of `annotator:speaker:journalist` in the URL name space."""


def mentions_value(mentions: Iterable[Mention]) -> list[list[object]] | None:
    """A statement's speakers as the history keeps them; one that was predicted says so at its end."""
    return [[m.words, m.speaker_id, m.rank, *([m.origin] if m.origin != "coder" else [])] for m in mentions] or None


def read_speaker(c: Connection, _coder: int, key: Key) -> Value:
    """A registry entry as the history keeps it; None if there is none."""
    row = c.one(
        "select s.id, s.name, s.type, s.affiliation, s.country, s.retired, m.speaker_id, s.kind, s.definition"
        " from speakers s"
        " left join speakers m on m.id = s.merged_into where s.speaker_id = ?",
        (key[0],),
    )
    if row is None:
        return None
    aliases = [alias for (alias,) in c.all("select alias from aliases where speaker = ? order by alias", (row[0],))]
    return {
        "name": row[1],
        "type": row[2],
        "affiliation": row[3],
        "country": row[4],
        "retired": bool(row[5]),
        "merged_into": row[6],
        "aliases": aliases,
        **_beyond_defaults(row[7], row[8]),
    }


def speaker_value(speaker: Speaker) -> dict[str, Any]:
    """A registry entry as the history keeps it."""
    fields = speaker.model_dump(mode="json", exclude={"speaker_id", "kind", "definition"})
    return {**fields, "aliases": sorted(speaker.aliases), **_beyond_defaults(speaker.kind, speaker.definition)}


def _beyond_defaults(kind: str | None, definition: str | None) -> dict[str, str]:
    """Kind and definition where they are not the default: older histories know neither."""
    found = {} if kind in (None, "actor") else {"kind": str(kind)}
    return found if definition is None else {**found, "definition": definition}


def write_speaker(c: Connection, _coder: int, key: Key, value: Value, at: Times) -> None:
    """Write a registry entry; None retires it."""
    c.forget_rows()
    c.execute("insert into meta (key, value) values ('registry', '1') on conflict do update set value = value + 1")
    if value is None:
        # Labels may stand on it already, in another coder's work: it is retired, not removed.
        c.execute("update speakers set retired = 1 where speaker_id = ?", (key[0],))
        return
    merged = None if value["merged_into"] is None else speaker_row(c, value["merged_into"])
    c.execute(
        "insert into speakers (speaker_id, name, type, affiliation, country, retired, merged_into, kind, definition,"
        " created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (speaker_id) do update set"
        " name = excluded.name, type = excluded.type, affiliation = excluded.affiliation, country = excluded.country,"
        " retired = excluded.retired, merged_into = excluded.merged_into, kind = excluded.kind,"
        " definition = excluded.definition",
        (
            key[0],
            value["name"],
            value["type"],
            value["affiliation"],
            value["country"],
            int(value["retired"]),
            merged,
            value.get("kind", "actor"),
            value.get("definition"),
            at.first,
        ),
    )
    row = speaker_row(c, key[0])
    c.execute("delete from aliases where speaker = ?", (row,))
    c.executemany("insert into aliases (speaker, alias) values (?, ?)", [(row, a) for a in sorted(value["aliases"])])
