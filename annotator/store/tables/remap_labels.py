"""Remap every label after a change of the codebook in force or of its steps."""

from __future__ import annotations

from typing import Any

from annotator.codebook.model import Codebook
from annotator.errors import StoreError
from annotator.store.file.connection import Connection
from annotator.store.file.timestamps import now
from annotator.store.tables.entity_labels import name_now
from annotator.store.tables.json_values import dumps, loaded, stored
from annotator.store.tables.label_mapping import Readings, has, readings
from annotator.store.tables.recode_queue import UNITS, close_all, raise_doubts, raise_missing
from annotator.text.counted import counted


def renew(c: Connection, previous: Codebook | None = None) -> None:
    """Remap every label to the codebook in force and raise its doubts; safe to repeat.

    Args:
        c: The connection, inside a write.
        previous: The codebook that was in force before, if it was another: no label may lose its category to this one.

    Raises:
        StoreError: Labels would lose their category.
    """
    held = readings(c)
    variables = _touched(held, previous)
    if not variables or (previous is not None and _is_in_words_only(c, held, previous)):
        return
    at = now()
    close_all(c, at)
    lost: dict[tuple[str, str], int] = {}
    for scope in UNITS:
        c.execute("drop table if exists temp.reading")
        c.execute("create temp table reading (codebook, variable, made, variable_now, value, doubts, entry)")
        for reading, n in _readings_of(c, held, scope, variables):
            if previous is not None and _is_lost(held, *reading[:5]):
                lost[reading[3], str(reading[4])] = lost.get((reading[3], str(reading[4])), 0) + n
            c.execute("insert into temp.reading values (?, ?, ?, ?, ?, ?, ?)", reading)
        c.execute("create index temp.reading_made on reading (codebook, variable, made)")
        _write(c, UNITS[scope][0])
        raise_doubts(c, scope, at)
    c.execute("drop table temp.reading")
    _refuse_lost(held.codebook, lost)
    raise_missing(c, held, at)


def _touched(held: Readings, previous: Codebook | None) -> list[str]:
    """The variables, by every name they had, whose labels may read differently or may have lost their category."""
    found: set[str] = set()
    for edge in held.edges:
        found.update(step.variable for step in edge.steps if step.is_mapping or step.doubt)
    for variable in previous.variables if previous else ():
        after = held.codebook.variable(held.current_name(variable.name))
        if after is None or after.level != variable.level or not set(variable.names) <= set(after.names):
            found.add(variable.name)
    return sorted({name for one in found if one for name in held.names_of(one)})


def _is_in_words_only(c: Connection, held: Readings, previous: Codebook) -> bool:
    """Whether the codebook before led to this one, or the other way round, by steps that touch no label."""
    row = c.one("select id from codebooks where codebook_id = ?", (previous.sha256[:12],))
    now = {v.name: v for v in held.codebook.variables}
    if row is None or any(
        v.name not in now or now[v.name].level != v.level or not set(v.names) <= set(now[v.name].names)
        for v in previous.variables
    ):
        return False
    return any(
        {edge.before, edge.after} == {row[0], held.in_force}
        and not any(step.is_mapping or step.doubt for step in edge.steps)
        for edge in held.edges
    )


def _readings_of(
    c: Connection, held: Readings, scope: str, variables: list[str]
) -> list[tuple[tuple[int, str, Any, str, Any, str | None, int | None], int]]:
    """For each different label, with their number.

    It has version, variable, value as made, variable and value now, doubts, and the registry entry that it names.
    """
    marks = ",".join("?" * len(variables))
    rows = c.all(
        f"select codebook, variable, coalesce(made, value), entry, count(*) from {UNITS[scope][0]}"
        f" where variable in ({marks}) group by 1, 2, 3, 4",
        variables,
    )
    found = []
    for codebook, variable, made, entry, n in rows:
        reading = held.read(codebook, variable, made)
        value = reading.value
        if reading.variable in held.entities:
            value = name_now(c, entry, value)
        doubts = dumps(list(reading.doubts)) if reading.doubts else None
        found.append(((codebook, variable, made, reading.variable, stored(value), doubts, entry), n))
    return found


def _is_lost(held: Readings, codebook: int, variable: str, made: Any, variable_now: str, value: Any) -> bool:
    """Whether a label that its own version could hold does not fit the codebook in force.

    A codebook that came from elsewhere, without steps, may lack a whole variable: its labels are not asked for, but
    every export has them.
    """
    found = held.codebook.variable(variable_now)
    if found is None and not held.is_connected(codebook):
        return False
    return not has(found, loaded(value)) and held.is_known(codebook, variable, loaded(made))


def _write(c: Connection, table: str) -> None:
    c.execute(
        f"update {table} set variable = r.variable_now, value = r.value,"
        " made = case when r.value is r.made and typeof(r.value) = typeof(r.made) then null else r.made end"
        f" from temp.reading r where r.codebook = {table}.codebook and r.variable = {table}.variable"
        f" and r.made = coalesce({table}.made, {table}.value) and r.entry is {table}.entry"
        f" and (r.variable_now <> {table}.variable or r.value is not {table}.value)"
    )


def _refuse_lost(codebook: Codebook, lost: dict[tuple[str, str], int]) -> None:
    if not lost:
        return
    (variable, value), n = max(lost.items(), key=lambda item: item[1])
    total = sum(lost.values())
    what = f"{counted(total, 'label')} made since"
    most = f" (most of them {variable}: {value}, {n})" if len(lost) > 1 else f" ({variable}: {value})"
    raise StoreError(f"{what}{most} would not fit {codebook.name} {codebook.version}; nothing was changed")
