"""Map labels of older codebook versions to the codebook in force, by its recorded steps.

A label's row holds two values: what the coder chose under the version of that day (`made`, where it differs), which is
what the history knows, and what that says under the codebook in force (`value`), which is what everybody reads. The
second follows from the first and from the recorded steps alone, so it can always be rebuilt.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from annotator.codebook.model import Codebook, Variable
from annotator.codebook.version_steps import CodebookStep, Reading, back, forward
from annotator.errors import StoreError
from annotator.store.file.connection import Connection
from annotator.store.tables.json_values import loaded


class Edge(NamedTuple):
    """Changes from one version to the next."""

    before: int
    after: int
    steps: tuple[CodebookStep, ...]
    at: str


def is_entity(codebook: Codebook, variable: Variable | None) -> bool:
    """Whether the labels of a variable stand for entries of the registry; speakers are kept apart from labels."""
    return variable is not None and variable.level == "entity" and variable is not codebook.speaker


class Readings:
    """Maps labels of every older version to the codebook in force."""

    def __init__(self, c: Connection, in_force: int, codebook_id: str) -> None:
        self._c = c
        self.in_force = in_force
        self.codebook_id = codebook_id
        self.edges = _edges(c)
        self.codebook = _codebook(c, in_force)
        self.entities = frozenset(v.name for v in self.codebook.variables if is_entity(self.codebook, v))
        self._paths: dict[int, tuple[tuple[Edge, bool], ...] | None] = {}
        self._read: dict[tuple[int, str, Any], Reading] = {}
        self._groups = _same_variables(self.edges)

    @property
    def ancestors(self) -> set[int]:
        """The version in force and its ancestors."""
        found, ahead = {self.in_force}, [self.in_force]
        while ahead:
            at = ahead.pop()
            for edge in self.edges:
                if edge.after == at and edge.before not in found:
                    found.add(edge.before)
                    ahead.append(edge.before)
        return found

    def current_name(self, variable: str) -> str:
        """A variable's current name, from its name in a version."""
        return self._name_in(variable, self.codebook)

    def first_name(self, variable: str) -> str:
        """A variable's first name, which the history uses."""
        group = self._groups.get(variable)
        return group[0] if group else variable

    def read(self, codebook: int, variable: str, made: Any) -> Reading:
        """A label's current reading; `made` is its stored value."""
        # 1, 1.0 and "1" are different labels.
        key = (codebook, variable, (type(made), made))
        if key not in self._read:
            if len(self._read) > 10_000:
                self._read.clear()
            self._read[key] = self._reading(codebook, variable, loaded(made))
        return self._read[key]

    def is_known(self, codebook: int, variable: str, value: Any) -> bool:
        """Whether a label named categories that the version it was made under has."""
        then = _codebook(self._c, codebook)
        return has(then.variable(self._name_in(variable, then)), value)

    def _reading(self, codebook: int, variable: str, value: Any) -> Reading:
        path = self._path(codebook)
        if not path:
            return Reading(self.current_name(variable), value)
        at = Reading(self._name_in(variable, _codebook(self._c, codebook)), value)
        doubts: list[str] = []
        for edge, is_forward in path:
            at = (forward if is_forward else back)(edge.steps, at.variable, at.value)
            doubts += at.doubts
        if isinstance(at.value, list):
            found = self.codebook.variable(at.variable)
            order = {name: i for i, name in enumerate(found.names)} if found else {}
            at = at._replace(value=sorted(at.value, key=lambda one: order.get(one, len(order))))
        return Reading(self.current_name(at.variable), at.value, tuple(dict.fromkeys(doubts)))

    def is_connected(self, codebook: int) -> bool:
        """Whether recorded steps lead from a version to the one in force."""
        return bool(self._path(codebook))

    def names_of(self, variable: str) -> tuple[str, ...]:
        """Every name that a variable ever had."""
        return self._groups.get(variable, (variable,))

    def _name_in(self, variable: str, codebook: Codebook) -> str:
        group = self._groups.get(variable)
        if group is None:
            return variable
        return next((name for name in reversed(group) if codebook.variable(name) is not None), variable)

    def _path(self, codebook: int) -> tuple[tuple[Edge, bool], ...] | None:
        """The shortest path of steps, in both directions, from a version to the one in force; None without one."""
        if codebook not in self._paths:
            self._paths[codebook] = _shortest(self.edges, codebook, self.in_force)
        return self._paths[codebook]


def _shortest(edges: list[Edge], start: int, goal: int) -> tuple[tuple[Edge, bool], ...] | None:
    ways: dict[int, tuple[tuple[Edge, bool], ...]] = {start: ()}
    ahead = [start]
    while ahead and goal not in ways:
        found = []
        for at in ahead:
            ways_on = [(edge.after, edge, True) for edge in edges if edge.before == at]
            ways_on += [(edge.before, edge, False) for edge in edges if edge.after == at]
            for to, edge, is_forward in ways_on:
                if to not in ways:
                    ways[to] = (*ways[at], (edge, is_forward))
                    found.append(to)
        ahead = found
    return ways.get(goal)


def _edges(c: Connection) -> list[Edge]:
    edges: dict[tuple[int, int], Edge] = {}
    for before, after, document, at in c.all(
        "select s.before, s.after, s.document, s.at from codebook_steps s join codebooks b on b.id = s.before"
        " join codebooks a on a.id = s.after order by b.codebook_id, a.codebook_id, s.n"
    ):
        edge = edges.get((before, after), Edge(before, after, (), at))
        edges[before, after] = edge._replace(steps=(*edge.steps, CodebookStep.model_validate_json(document)))
    return list(edges.values())


def _same_variables(edges: list[Edge]) -> dict[str, tuple[str, ...]]:
    """For each variable that was ever renamed, all of its names, the first one first."""
    groups: dict[str, tuple[str, ...]] = {}
    for edge in sorted(edges, key=lambda e: (e.at, e.after)):
        for step in edge.steps:
            if step.what == "variable" and step.kind == "renamed":
                old, new = groups.get(step.variable, (step.variable,)), groups.get(step.after[0], (step.after[0],))
                joined = tuple(dict.fromkeys((*old, *new)))
                groups |= dict.fromkeys(joined, joined)
    return groups


def _codebook(c: Connection, row: int) -> Codebook:
    from annotator.store.tables.codebooks import parsed

    found = c.one("select document from codebooks where id = ?", (row,))
    assert found is not None  # noqa: S101 (labels and steps refer to it)
    return parsed(found[0])


_KEPT: WeakKeyDictionary[Connection, tuple[tuple[Any, Any], Readings]] = WeakKeyDictionary()
_FIXED: WeakKeyDictionary[Connection, Readings | None] = WeakKeyDictionary()


def readings(c: Connection) -> Readings:
    """The readings of the codebook in force; cheap to ask for again."""
    found = _FIXED.get(c)
    if found is None:
        found = _current(c)
        if c in _FIXED:
            _FIXED[c] = found
    return found


@contextmanager
def fixed_codebook(c: Connection) -> Iterator[None]:
    """Look up the codebook in force only once: it does not change in the block, which is part of a write."""
    if c in _FIXED:
        yield
        return
    _FIXED[c] = None
    try:
        yield
    finally:
        del _FIXED[c]


def _current(c: Connection) -> Readings:
    row = c.one(
        "select b.id, (select max(id) from codebook_steps), m.value from meta m"
        " join codebooks b on b.codebook_id = m.value where m.key = 'codebook'"
    )
    if row is None:
        raise StoreError(f"{c.name} holds no codebook: it is an unfinished project")
    kept = _KEPT.get(c)
    if kept is None or kept[0] != (row[0], row[1]):
        kept = _KEPT[c] = ((row[0], row[1]), Readings(c, row[0], row[2]))
    return kept[1]


def has(variable: Variable | None, value: Any) -> bool:
    """Whether a value names categories that a variable has; typed values always fit."""
    if variable is None:
        return False
    if not variable.categories or variable.level not in ("nominal", "ordinal", "set"):
        return True
    return set(map(str, value if isinstance(value, list) else [value])) <= set(variable.names)
