"""Fold registry entries again: those that changed, with all that share a name with them or are merged with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from annotator.store.file.connection import Connection
from annotator.store.history.concurrent_versions import joined
from annotator.store.history.speaker_merges import Person, resolve
from annotator.store.tables.entity_labels import write_entries
from annotator.store.tables.json_values import dumps
from annotator.store.tables.keys import Times
from annotator.store.tables.speakers import read_speaker


class UnknownEntryError(Exception):
    """An entry is known from the words of a statement alone; what it is depends on all that name it."""


class RegistryFold:
    """A fold of some entries of the registry."""

    def __init__(self, c: Connection, known_until: int, person: Callable[[str], Person | None]) -> None:
        """Prepare it.

        Args:
            c: The project.
            known_until: The row of the newest change before those that came in.
            person: Makes an entry from its own changes; None without any.
        """
        self._c = c
        self._known_until = known_until
        self._person = person

    def write(self, changed: set[str]) -> list[tuple[str, int]]:
        """Write these entries, by their ids, and those that they touch.

        Returns:
            Names of several entries among them, with their number.

        Raises:
            UnknownEntryError: The registry has one of them without a history.
        """
        resolved = resolve(self._connected(changed))
        new = [(person, value) for person in resolved.people if (value := self._new(person)) is not None]
        write_entries(self._c, [(person.speaker_id, value, Times.of(person.created_at)) for person, value in new])
        return resolved.same_names

    def _connected(self, start: set[str]) -> list[Person]:
        found: dict[str, Person] = {}
        ahead = set(start)
        while ahead:
            speaker_id = ahead.pop()
            row = self._c.one("select id, coalesce(merged_into, id) from speakers where speaker_id = ?", (speaker_id,))
            if row is not None and not self._had_history(speaker_id):
                raise UnknownEntryError
            person = self._person(speaker_id)
            if person is None:
                continue
            found[speaker_id] = person
            near = self._c.all(
                "select speaker_id from speakers where id = ?1 or merged_into = ?1 or name = ?2",
                (row and row[1], person.fields.get("name")),
            )
            target = person.fields.get("merged_into")
            ahead |= ({one for (one,) in near} | ({target} if target else set())) - found.keys()
        return list(found.values())

    def _had_history(self, speaker_id: str) -> bool:
        sql = "select 1 from changes where key = ? and entity = 'speaker' and id <= ? limit 1"
        return self._c.one(sql, (dumps([speaker_id]), self._known_until)) is not None

    def _new(self, person: Person) -> Any:
        """What an entry is to be, where its row is not so yet; else None."""
        value = joined("speaker", person.fields)
        row = self._c.one("select created_at from speakers where speaker_id = ?", (person.speaker_id,))
        is_same = row == (person.created_at,) and read_speaker(self._c, 0, [person.speaker_id]) == value
        return None if is_same else value
