"""Join the speaker registries of several files: merge entries of one name, resolve chains and circles."""

from __future__ import annotations

from typing import Any, NamedTuple

from annotator.model import JOURNALIST
from annotator.store.history.concurrent_versions import ALIAS
from annotator.store.tables.speakers import JOURNALIST_ID


class Person(NamedTuple):
    """An entry of the registry: its id, when it was made, and its fields, each alias a field of its own."""

    speaker_id: str
    created_at: str
    fields: dict[str, Any]


class Resolved(NamedTuple):
    """The entries, oldest first, and the names of several entries, with their number."""

    people: list[Person]
    same_names: list[tuple[str, int]]


def resolve(people: list[Person]) -> Resolved:
    """Merge every entry directly into its final entry; the result does not depend on their order.

    The oldest entry of a name replaces the others and takes their aliases, unless it has dropped one.
    """
    known = {p.speaker_id: p for p in sorted(people, key=lambda p: (p.created_at, p.speaker_id)) if "name" in p.fields}
    into = {speaker_id: _target(p, known) for speaker_id, p in known.items()}
    roots = {speaker_id: _root(speaker_id, into, known) for speaker_id in known}
    named: dict[str, list[str]] = {}
    for speaker_id in known:
        if roots[speaker_id] == speaker_id:
            named.setdefault(known[speaker_id].fields["name"], []).append(speaker_id)
    stands_for: dict[str, str] = {}
    for name, same in named.items():
        first = JOURNALIST_ID if name == JOURNALIST and JOURNALIST_ID in same else _first(same, known)
        stands_for |= dict.fromkeys(same, first)
        for other in same:
            aliases = {field: True for field, held in known[other].fields.items() if field.startswith(ALIAS) and held}
            for field in aliases:
                known[first].fields.setdefault(field, True)
    resolved = []
    for speaker_id, person in known.items():
        root = stands_for[roots[speaker_id]]
        fields = {**person.fields, "merged_into": None if root == speaker_id else root}
        resolved.append(Person(speaker_id, person.created_at, fields))
    return Resolved(resolved, sorted((name, len(same)) for name, same in named.items() if len(same) > 1))


def _first(same: list[str], known: dict[str, Person]) -> str:
    return next((s for s in same if not known[s].fields.get("retired")), same[0])


def _target(person: Person, known: dict[str, Person]) -> str | None:
    target = person.fields.get("merged_into")
    return target if target in known and target != person.speaker_id else None


def _root(speaker_id: str, into: dict[str, str | None], known: dict[str, Person]) -> str:
    """The final entry in a chain of merges; in a circle, its oldest member."""
    path = [speaker_id]
    while True:
        target = into[path[-1]]
        if target is None:
            return path[-1]
        if target in path:
            circle = path[path.index(target) :]
            return min(circle, key=lambda s: (known[s].created_at, s))
        path.append(target)
