"""Shared state of an import: project, coders, one open step per coder, record writing."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pydantic import ValidationError

from annotator.errors import IngestError
from annotator.importing.label_values import checked_value
from annotator.model import Coder, CoderKind
from annotator.store.file.timestamps import now
from annotator.store.history.history import Step
from annotator.store.history.record_types import ENTITIES
from annotator.store.import_.places import Places
from annotator.store.import_.versions import Versions, variable_of
from annotator.store.tables.coders import PROGRAM
from annotator.store.tables.entity_labels import is_entity
from annotator.store.tables.keys import Key, Times
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.store import Store

NO_REVIEW = {"state": "open", "flag": False, "note": None, "role": None}
"""The review of a paragraph that was seen but not coded."""


class Counts(NamedTuple):
    """Result of an import: numbers of new rows and of known rows."""

    changed: dict[str, int]
    unchanged: dict[str, int]
    remarks: list[str]


class ImportContext:
    """The target project of an import. Each coder's rows are one step of their history.

    Attributes:
        store: The project.
        connection: Its connection, on which a transaction is open.
        places: Its articles and paragraphs.
        versions: Its codebook versions.
        coder_of_all: The coder of every row, overriding the rows; None uses theirs.
        was_empty: Whether the project had no labels before the import.
        counts: The result so far.
    """

    def __init__(
        self,
        store: Store,
        what: str,
        coder_of_all: str | None = None,
        kind: CoderKind | None = None,
        only: str | None = None,
    ) -> None:
        """Begin an import.

        Args:
            store: The project.
            what: The words of the import in the history.
            coder_of_all: The coder of every row, whatever the rows say.
            kind: The kind of new coders.
            only: The only coder whose rows are allowed; None allows all.
        """
        self.store = store
        self.connection = store.connection
        self.places = Places(store)
        self.versions = Versions(store)
        self.coder_of_all = coder_of_all
        self.was_empty = self._is_empty()
        self.counts = Counts({}, {}, [])
        self._what = what
        self._kind = kind
        self._only = only
        self._coders: dict[str, Coder] = {}
        self._steps = ExitStack()
        self._open: dict[int, Step] = {}

    def __enter__(self) -> Self:
        self._steps.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self._steps.__exit__(*raised)

    def coder(self, name: str, kind: str | None = None) -> Coder:
        """The coder with that name in the rows; a new one gets the kind from the file or command.

        Raises:
            IngestError: The project knows the coder as another kind, or the caller may not change that coder's work.
        """
        if self._only not in (None, name):
            raise IngestError(
                f"these rows are of {one_line(name)}; while your phase is open, you can import only your own"
                " (--unblind imports all, and the history records it)"
            )
        known = self._coders.get(name)
        if known is None:
            wanted = kind or self._kind
            found = self.store.coder(name, "human" if self.has_coder(name) else _kind(wanted))
            if wanted is not None and found.kind != wanted:
                raise IngestError(f"coder {one_line(name)} is {found.kind} in this project, not {wanted}")
            # The name as the rows write it: ids of their statements are made from it.
            known = self._coders[name] = replace(found, name=name)
        return known

    def has_coder(self, name: str) -> bool:
        """Whether the project has a coder of that name."""
        return self.connection.one("select 1 from coders where name = ?", (name,)) is not None

    def step(self, coder: int) -> Step:
        """The coder's step of this import, begun on first use."""
        if coder not in self._open:
            self._open[coder] = self._steps.enter_context(self.store.history.step(coder, self._what))
        return self._open[coder]

    def program_step(self) -> Step:
        """The step for data of the whole project: the codebook and the registry."""
        row = self.connection.one("select id from coders where name = ?", (PROGRAM,))
        assert row is not None  # noqa: S101 (every project begins with it)
        return self.step(int(row[0]))

    def read(self, coder: int, entity: str, key: Key) -> Any:
        """The project's record, or None."""
        return ENTITIES[entity].read(self.connection, coder, key)

    def put(self, coder: int, entity: str, key: Key, after: Any, times: Times | None = None) -> bool:
        """Write a record in the coder's step; whether that changed anything."""
        if self.read(coder, entity, key) == after:
            return False
        self.step(coder).put(entity, key, after, times)
        return True

    def put_unit_label(self, coder: int, unit: str, key: Key, value: Any) -> bool:
        """Write a label of a paragraph or an article under the codebook in force; whether that changed anything."""
        entity = f"{unit} label"
        current = self.read(coder, entity, key)
        if (current is None and value is None) or (current is not None and current["value"] == value):
            return False
        codebook_id = self.store.codebooks.current_id()
        variable = variable_of(self.versions.codebook(codebook_id), key[-1])
        if value is None:
            return self.put(coder, entity, key, None)
        value = checked_value(variable, value)
        label = {"value": value, "origin": "import", "codebook": codebook_id}
        return self.put(coder, entity, key, self.with_entry(coder, key[-1], label))

    def with_entry(self, coder: int, variable: str, label: dict[str, Any]) -> dict[str, Any]:
        """A label with the registry entry that it names, if its variable holds entries; unknown names get a new one."""
        codebook = self.store.codebooks.current()
        if not isinstance(label["value"], str) or not is_entity(codebook, codebook.variable(variable)):
            return label
        return {**label, "entry": self.store.registry.entry_of(self.step(coder), label["value"])}

    def see(self, coder: int, paragraph: int, seconds: float) -> None:
        """Remember that the coder saw the paragraph, and for how long; neither is part of the history."""
        self.connection.execute(
            "insert into reviews (paragraph, coder, state, seconds, updated_at) values (?, ?, 'open', ?, ?)"
            " on conflict do update set seconds = max(seconds, excluded.seconds)",
            (paragraph, coder, seconds, now()),
        )

    def _is_empty(self) -> bool:
        sql = "select 1 from statements union all select 1 from paragraph_labels limit 1"
        return self.connection.one(sql) is None


def _kind(kind: str | None) -> CoderKind:
    return kind if kind in ("model", "pre-annotation") else "human"  # type: ignore[return-value] # checked by the row


def reason_of(error: ValidationError) -> str:
    """A model's validation error in one line."""
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return one_line(f"{where}: {first['msg']}" if where else first["msg"])
