"""Compare a record of a file that has no history with the project's record: the later version stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from annotator.store.file.connection import Connection
from annotator.store.history.concurrent_versions import Version, joined, latest, split
from annotator.store.history.moment import Moment
from annotator.store.history.record_types import canonical
from annotator.store.tables.json_values import dumps
from annotator.store.tables.keys import Key

_LABELS = ("label", "paragraph label", "article label")
_OWN = ("review", "paragraph label", "article label")
"""Records whose key does not name the coder."""

_BEFORE, _AFTER = "", "9999"
"""Times before and after every other."""


class Past(NamedTuple):
    """One change of a record in the project's history.

    Attributes:
        at: When the version was made, here or where it came from.
        is_imported: Whether it came from a file.
        before: The record before, or None.
        after: The record after, or None.
    """

    at: str
    is_imported: bool
    before: Any
    after: Any


class Stated(NamedTuple):
    """What a row of a file says of a record.

    Attributes:
        value: The record in the file.
        at: When it was last changed; None if the row does not say.
        is_known_older: Whether a version that the project had before counts as older although the row has no time.
    """

    value: Any
    at: str | None
    is_known_older: bool = False


class Beside(NamedTuple):
    """A field with two versions: the one that stands, and the other."""

    field: str | None
    kept: Any
    other: Any


class Decision(NamedTuple):
    """The record after an import.

    Attributes:
        value: What stands.
        beside: The fields with two versions, to be listed.
        is_older: Whether the file has an older version of a field, which the project has left behind.
    """

    value: Any
    beside: list[Beside]
    is_older: bool


def past_of(c: Connection, coder: int, entity: str, key: Key) -> list[Past]:
    """The changes of a record, oldest first."""
    rows = c.all(
        "select coalesce(x.last_at, t.at), x.last_at is not null, x.before, x.after from changes x"
        " join steps t on t.id = x.step where x.key = ? and x.entity = ? and (t.coder = ? or not ?)"
        " order by t.at, t.step_id, x.n",
        (dumps(canonical(c, entity, key)), entity, coder, entity in _OWN),
    )
    return [Past(at, bool(imported), *map(_loaded, values)) for at, imported, *values in rows]


def decide(
    entity: str, here: Any, stated: Stated, past: Callable[[], list[Past]], *, replaces: bool = False
) -> Decision:
    """Decide field by field between the project's record and a file's.

    What is missing here comes in. Where both differ, a version that this project had and left is older; of two versions
    made apart the later stands, and the other is listed. A row without a time is never the later one.

    Args:
        entity: The kind of record.
        here: The project's record, or None.
        stated: The file's.
        past: Reads the record's changes in the project.
        replaces: Take the file's version in any case, and list the project's.
    """
    if here is None and (replaces or not past()):
        return Decision(stated.value, [], is_older=False)
    own, given = split(entity, here), split(entity, stated.value)
    fields = dict(own)
    beside: list[Beside] = []
    is_older = False
    for name, there in given.items():
        if name in own and _is_same(entity, own[name], there):
            fields[name] = _fuller(entity, own[name], there)
            continue
        choice = _choose(entity, name, own.get(name), stated._replace(value=there), past, replaces=replaces)
        fields[name] = choice.value
        beside += choice.beside
        is_older |= choice.is_older
    return Decision(joined(entity, fields), beside, is_older)


def _choose(
    entity: str, name: str, own: Any, stated: Stated, past: Callable[[], list[Past]], *, replaces: bool
) -> Decision:
    there, field = stated.value, name or None
    if replaces:
        return Decision(there, [Beside(field, there, own)], is_older=False)
    changes = [(one, *(split(entity, value).get(name) for value in (one.before, one.after))) for one in past()]
    had = [value for _, before, after in changes for value in (before, after)]
    if _is_blank(name, own) and not any(not _is_blank(name, value) for value in had):
        return Decision(there, [], is_older=False)
    last = next((one for one, before, after in reversed(changes) if not _is_same(entity, before, after)), None)
    is_later = stated.at is not None and last is not None and stated.at > last.at
    if is_later and last is not None and last.is_imported:
        return Decision(there, [], is_older=False)
    is_known = any(_is_same(entity, value, there) for value in had)
    if _is_blank(name, there) or (is_known and (not is_later if stated.at is not None else stated.is_known_older)):
        return Decision(own, [], is_older=True)
    # A version that was left here by hand does not come back by itself, whatever the row's time.
    told = stated.at if stated.at is not None and not is_known else _BEFORE
    versions = [_version(there, told), _version(own, _AFTER if last is None else last.at)]
    stands, others = latest(sorted(versions, key=lambda version: version.at))
    return Decision(stands.value, [Beside(field, stands.value, others[0].value)], is_older=False)


def _version(value: Any, at: str) -> Version:
    return Version(value, Moment(at, ""))


def _is_same(entity: str, one: Any, other: Any) -> bool:
    """Whether two versions say the same; of labels only the value counts, not how it came about."""
    if entity in _LABELS and one is not None and other is not None:
        one, other = one["value"], other["value"]
    return type(one) is type(other) and bool(one == other)


def _fuller(entity: str, own: Any, there: Any) -> Any:
    """Of two labels that say the same the one that knows how it came about."""
    if entity in _LABELS and own is not None and own["origin"] == "import" != there["origin"]:
        return there
    return own


def _is_blank(name: str, value: Any) -> bool:
    """Whether nobody has filled in a field."""
    if name == "deleted":
        return False
    return value is None or value is False or (name == "state" and value in ("open", "unseen"))


def _loaded(text: str | None) -> Any:
    return None if text is None else json.loads(text)
