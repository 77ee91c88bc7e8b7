"""Which part of a project is sent: everything, a coder's own, or what one coder may have."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from annotator.batch import ALL, OF_STUDY
from annotator.store.file.connection import Connection
from annotator.store.merge.audience import FOR_ALL_FILES, Readers, Share
from annotator.store.tables.coders import PROGRAM


class Change(NamedTuple):
    """What decides who may read a change: its place in the step, the kind of record, and the key as JSON text."""

    n: int
    entity: str
    key: str


class Head(NamedTuple):
    """What decides whether a step is sent: its row, id, coder and kind, and the row of the step it is about."""

    row: int
    step_id: str
    coder: int
    author: str
    did: str
    of: int | None


class View(Protocol):
    """Which part of a project is sent.

    Attributes:
        coders: The rows of the coders whose time and place are sent; None is everybody's.
        named: The rows of the coders who are named; None is everybody.
        articles: The rows of the articles that are sent; None is all.
        has_places: Whether it is also sent where these coders are at work.
        authors: The rows of the coders whose steps are looked at; None is everybody's.
        n_held: Number of steps that stay here until the lead has them: changes of the codebook.
    """

    coders: frozenset[int] | None
    named: frozenset[int] | None
    articles: frozenset[int] | None
    has_places: bool
    authors: frozenset[int] | None
    n_held: int

    def holds(self, head: Head, changes: list[Change]) -> bool:
        """Whether a step that the target lacks stays here."""
        ...

    def parts(self, head: Head, changes: list[Change]) -> Iterable[tuple[str, tuple[int, ...]]]:
        """The audiences of a step, each with the numbers of the changes for it; nothing if the step stays here."""
        ...


class Whole:
    """Everything, with each change for its own audience: what the lead sends."""

    def __init__(self, c: Connection) -> None:
        self._readers = Readers(c)
        self.coders: frozenset[int] | None = None
        self.named: frozenset[int] | None = None
        self.articles: frozenset[int] | None = None
        self.has_places = False
        self.authors: frozenset[int] | None = None
        self.n_held = 0

    def holds(self, _head: Head, _changes: list[Change]) -> bool:
        """Nothing stays."""
        return False

    def parts(self, head: Head, changes: list[Change]) -> Iterable[tuple[str, tuple[int, ...]]]:
        """Every change, by audience."""
        if all(self._readers.is_for_all(change.entity, head.author) for change in changes):
            return [(ALL, tuple(change.n for change in changes))]
        found: dict[str, list[int]] = {}
        for change in changes:
            for audience in self._readers.of(change.entity, json.loads(change.key), head.author):
                found.setdefault(audience, []).append(change.n)
        return [(audience, tuple(numbers)) for audience, numbers in found.items()]


class Own:
    """A coder's own steps and those of the coder's rechecks: what a coder sends."""

    def __init__(self, c: Connection, coder: str) -> None:
        self.coders: frozenset[int] | None = frozenset(
            row
            for (row,) in c.all(
                "select id from coders where name = ?1 or recheck_of = (select id from coders where name = ?1)",
                (coder,),
            )
        )
        self.named: frozenset[int] | None = self.coders
        self.articles: frozenset[int] | None = None
        self.has_places = True
        self.authors: frozenset[int] | None = self.coders
        self.n_held = 0
        self._held: set[int] = set()

    def holds(self, head: Head, changes: list[Change]) -> bool:
        """Changes that are the lead's to make stay, as of the codebook, and what undid or redid them."""
        is_held = any(change.entity in OF_STUDY for change in changes) or head.of in self._held
        if is_held:
            self._held.add(head.row)
        return is_held

    def parts(self, _head: Head, changes: list[Change]) -> Iterable[tuple[str, tuple[int, ...]]]:
        """The whole step."""
        return [(ALL, tuple(change.n for change in changes))]


class ForCoder:
    """What a packed file of one coder would hold: what the lead puts into that coder's folder."""

    def __init__(self, c: Connection, coder: str) -> None:
        self._share = Share(c, coder)
        row = c.one("select id from coders where name = ?", (PROGRAM,))
        self.coders: frozenset[int] | None = self._share.authors - {row[0] if row else 0}
        changed_codebook = c.all(
            "select distinct t.coder from steps t join changes x on x.step = t.id where x.entity = 'codebook'"
        )
        self.named: frozenset[int] | None = self._share.authors | {row for (row,) in changed_codebook}
        self.articles = None if self._share.articles is None else frozenset(self._share.articles)
        self.has_places = True
        self.authors: frozenset[int] | None = None
        self.n_held = 0
        self._sent: set[int] = set()

    def holds(self, _head: Head, _changes: list[Change]) -> bool:
        """Nothing stays."""
        return False

    def parts(self, head: Head, changes: list[Change]) -> Iterable[tuple[str, tuple[int, ...]]]:
        """The changes that the coder may have. A step without any is left out: its words tell whom it was about."""
        is_own = head.coder in self._share.authors
        kept = tuple(
            change.n
            for change in changes
            if (is_own or change.entity in FOR_ALL_FILES) and self._share.has(change.entity, json.loads(change.key))
        )
        if not (kept if head.of is None else head.of in self._sent):
            return []
        self._sent.add(head.row)
        return [(ALL, kept)]
