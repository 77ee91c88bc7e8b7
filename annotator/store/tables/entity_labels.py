"""Labels of entity variables: each reads as the present name of a registry entry, whatever words the coder chose.

A label names its entry in the column `entry`. One that was made as words alone (under a list of categories, or as a
text) stands for the entry of that name or, if there is only one, of that alias.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta
from annotator.store.tables.json_values import Value, loaded, stored
from annotator.store.tables.keys import Key, Times, speaker_row
from annotator.store.tables.label_mapping import is_entity, readings
from annotator.store.tables.speakers import write_speaker

_TABLES = {"statement": "labels", "paragraph": "paragraph_labels", "article": "article_labels"}


class Called(NamedTuple):
    """How an entry can be called: its name, its aliases, and the row of the entry that it was merged into."""

    name: str
    aliases: frozenset[str]
    merged_into: int | None


def _called(c: Connection, speaker_id: str) -> Called | None:
    """What an entry is called now; None if there is none."""
    row = c.one("select id, name, merged_into from speakers where speaker_id = ?", (speaker_id,))
    if row is None:
        return None
    aliases = c.all("select alias from aliases where speaker = ?", (row[0],))
    return Called(row[1], frozenset(alias for (alias,) in aliases), row[2])


def name_now(c: Connection, entry: int | None, words: Any) -> Any:
    """What a label reads as: the present name of its entry, or of the entry that its words name; else the words."""
    if entry is None:
        entry = _entry_of(c, words) if isinstance(words, str) else None
    row = c.look_up(
        "select coalesce(m.name, s.name) from speakers s left join speakers m on m.id = s.merged_into where s.id = ?",
        (entry,),
    )
    return words if row is None else row[0]


def write_entry(c: Connection, coder: int, key: Key, value: Value, at: Times) -> None:
    """Write a registry entry (None retires it), and let the labels that stand for it read as its name."""
    before = _called(c, key[0])
    write_speaker(c, coder, key, value, at)
    _follow(c, key[0], before)


def write_entries(c: Connection, entries: Sequence[tuple[str, Any, Times]]) -> None:
    """Write several registry entries by their ids, which may take each other's names, and let their labels follow."""
    before = {speaker_id: _called(c, speaker_id) for speaker_id, _, _ in entries}
    # Of the entries that stand for themselves each has another name, at every moment.
    c.executemany(
        "update speakers set name = speaker_id where speaker_id = ?", [(speaker_id,) for speaker_id in before]
    )
    for speaker_id, value, at in sorted(entries, key=lambda entry: entry[1]["merged_into"] is not None):
        write_speaker(c, 0, [speaker_id], value, at)
        c.execute("update speakers set created_at = ? where speaker_id = ?", (at.first, speaker_id))
    for speaker_id, known in before.items():
        _follow(c, speaker_id, known)


def _follow(c: Connection, speaker_id: str, before: Called | None) -> None:
    """Let the labels that stand for an entry read as its name, after it was written."""
    now = _called(c, speaker_id)
    if now is None or now == before:
        return
    entry = speaker_row(c, speaker_id)
    if before is not None and (before.name, before.merged_into) != (now.name, now.merged_into):
        name = stored(name_now(c, entry, now.name))
        for table, variable in _entity_variables(c):
            c.execute(
                f"update {table} set {_SET} where variable = ?"
                " and entry in (select id from speakers where id = ? or merged_into = ?)",
                (name, name, name, variable, entry, entry),
            )
    # A new entry that has only its name reads as the words that name it.
    words = {now.name, *now.aliases} | ({before.name, *before.aliases} if before else set())
    if words != {now.name}:
        _read_words_again(c, words)


_SET = (
    "value = ?, made = case when coalesce(made, value) is ? and typeof(coalesce(made, value)) = typeof(?)"
    " then null else coalesce(made, value) end"
)


def _entry_of(c: Connection, words: str) -> int | None:
    """The entry that words stand for: the one of that name, merged or not, or the only one with that alias."""
    row = c.look_up("select id from speakers where name = ? order by merged_into is not null, id limit 1", (words,))
    if row is not None:
        return int(row[0])
    rows = c.all(
        "select distinct s.id from aliases a join speakers s on s.id = a.speaker"
        " where a.alias = ? and s.merged_into is null limit 2",
        (words,),
    )
    return int(rows[0][0]) if len(rows) == 1 else None


def _read_words_again(c: Connection, words: set[str]) -> None:
    """Let the labels that were made as these words alone read as the entry that they stand for now."""
    for table, variable in _entity_variables(c):
        marks = ",".join("?" * len(words))
        found = c.all(
            f"select distinct coalesce(made, value) from {table}"
            f" where entry is null and variable = ? and coalesce(made, value) in ({marks})",
            (variable, *sorted(map(stored, words))),
        )
        for (made,) in found:
            name = stored(name_now(c, None, loaded(made)))
            c.execute(
                f"update {table} set {_SET} where entry is null and variable = ? and coalesce(made, value) = ?",
                (name, name, name, variable, made),
            )


def _entity_variables(c: Connection) -> list[tuple[str, str]]:
    """The variables whose labels stand for entries under the codebook in force, each with its table."""
    if read_meta(c, "codebook") is None:
        return []  # a project that is being built has no labels yet
    codebook = readings(c).codebook
    return [(_TABLES[v.scope], v.name) for v in codebook.variables if is_entity(codebook, v)]
