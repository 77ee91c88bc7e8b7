"""Concurrent changes of a record on two machines: fold them into the latest version and its conflicts.

A record is a set of fields, each folded for itself, so that a note made here and a flag set there are both kept. A
change that was made without knowledge of the value it meets leaves that value standing beside its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from annotator.errors import StoreError
from annotator.store.history.moment import Moment
from annotator.store.tables.keys import Times

ALIAS = "alias "
"""Before each alias, which is a field of its own: two machines may each add one."""

_MISSING = object()
_ENTRY: dict[str, Any] = {"kind": "actor", "definition": None}
"""Fields that a registry entry has in the history only where they are not these."""
_BLANK_REVIEW = {"state": "open", "flag": False, "note": None, "role": None}


class Made(NamedTuple):
    """One change of one record, in the order of the history.

    Attributes:
        moment: The time and id of the step.
        is_informed: Whether its author knew every earlier step of the coder.
        before: The record before, or None.
        after: The record after, or None.
        times: Time of the change, here or in its original file.
    """

    moment: Moment
    is_informed: bool
    before: Any
    after: Any
    times: Times


class Version(NamedTuple):
    """One value of one field, and the step that made it."""

    value: Any
    moment: Moment

    @property
    def at(self) -> str:
        """The time of the step."""
        return self.moment.at

    @property
    def step_id(self) -> str:
        """The id of the step in every file."""
        return self.moment.step_id


class Folded(NamedTuple):
    """A record after all of its changes.

    Attributes:
        values: The latest value of each field.
        made: The step that made it, by field.
        others: Conflicting versions by field, oldest first.
        times: When it was first and last written.
    """

    values: dict[str, Any]
    made: dict[str, Moment]
    others: dict[str, list[Version]]
    times: Times


def fold(entity: str, changes: Sequence[Made]) -> Folded:
    """Fold the changes of one record, at least one, in the order of the history."""
    if len(changes) == 1:
        return _only(entity, changes[0])
    bases: dict[str, Any] = {}
    heads: dict[str, list[Version]] = {}
    times: Times | None = None
    for made in changes:
        before, after = split(entity, made.before), split(entity, made.after)
        if times is None:
            times = made.times
            bases = dict(before)
            heads = {name: [Version(value, made.moment)] for name, value in before.items()}
        times = Times(times.first, max(times.last, made.times.last))
        for name in [*after, *(name for name in before if name not in after and name.startswith(ALIAS))]:
            absent = False if name.startswith(ALIAS) else _MISSING
            was, will = before.get(name, absent), after.get(name, absent)
            if was == will and type(was) is type(will) and name in heads:
                continue
            bases.setdefault(name, was)
            version = Version(will, made.moment)
            standing = [] if made.is_informed else heads.get(name, [])
            heads[name] = [*(h for h in standing if h.value not in (was, will)), version]
    fields, others = {}, {}
    for name, versions in heads.items():
        # A value that was there before and came back, while another machine chose a new one, is not a choice.
        fields[name], beside = latest([v for v in versions if v.value != bases[name]] or versions)
        if beside:
            others[name] = beside
    if times is None:
        raise StoreError("a record without a history cannot be made anew")
    values = {name: version.value for name, version in fields.items()}
    return Folded(values, {name: version.moment for name, version in fields.items()}, others, times)


def _only(entity: str, made: Made) -> Folded:
    """A record that was changed once, as most are."""
    values = split(entity, made.after)
    if made.before is not None or made.after is None or entity == "speaker":
        before = split(entity, made.before)
        gone = {name: False for name in before if name not in values and name.startswith(ALIAS)}
        values = before | gone | values
    return Folded(values, dict.fromkeys(values, made.moment), {}, made.times)


def latest(versions: list[Version]) -> tuple[Version, list[Version]]:
    """Of versions made without knowledge of each other, in the order of their times: the one that stands, the others.

    Merges and imports decide by it.
    """
    return versions[-1], versions[:-1]


def split(entity: str, value: Any) -> dict[str, Any]:
    """Split a record into fields, to fold each separately."""
    if entity == "statement":
        return {"deleted": True} if value is None else dict(value)
    if entity == "review":
        return dict(_BLANK_REVIEW) if value is None else dict(value)
    if entity == "speaker":
        if value is None:
            return {"retired": True}
        fields = {name: field for name, field in value.items() if name != "aliases"}
        return _ENTRY | fields | {ALIAS + alias: True for alias in value["aliases"]}
    return {"": value}


def joined(entity: str, fields: dict[str, Any]) -> Any:
    """Join fields into a record, the opposite of `split`; None if fields are missing."""
    if entity == "statement":
        return fields if "article_id" in fields else None
    if entity == "review":
        return None if fields == _BLANK_REVIEW else fields
    if entity == "speaker":
        if "name" not in fields:
            return None
        aliases = sorted(name[len(ALIAS) :] for name, held in fields.items() if name.startswith(ALIAS) and held)
        kept = {n: f for n, f in fields.items() if not n.startswith(ALIAS) and (n not in _ENTRY or f != _ENTRY[n])}
        return kept | {"aliases": aliases}
    return fields[""]
