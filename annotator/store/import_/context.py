"""Shared state of an import: project, coders, one open step per coder, record writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pydantic import ValidationError

from annotator.errors import IngestError
from annotator.importing.label_values import checked_value
from annotator.model import Coder, CoderKind
from annotator.records import AGGREGATE, GOLD
from annotator.store.file.timestamps import now
from annotator.store.history.history import Step
from annotator.store.history.record_types import ENTITIES
from annotator.store.import_.places import Places
from annotator.store.import_.versions import Versions, variable_of
from annotator.store.merge.file_record import Past, Stated, decide, past_of
from annotator.store.merge.report import Came, Conflict
from annotator.store.tables.coders import PROGRAM
from annotator.store.tables.json_values import dumps
from annotator.store.tables.keys import Key, Times
from annotator.store.tables.label_mapping import is_entity
from annotator.store.tables.study.fixed_answers import FIXED, changes_answer, fixed_paragraphs
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.store import Store

ABOUT_ARTICLE = "article_"
"""Begins the names of columns that an export with metadata adds to rows of statements."""

NO_REVIEW = {"state": "open", "flag": False, "note": None, "role": None}
"""The review of a paragraph that was seen but not coded."""


class Counts(NamedTuple):
    """Numbers of the rows of one table. Each row counts once.

    Attributes:
        new: Rows that were not here.
        changed: Rows that changed a record.
        unchanged: Rows that say what is here.
        older: Rows whose version the project had and left behind; nothing changed.
        conflicts: Rows with a field that has another version here; the report lists both.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    conflicts: int = 0


class _Row:
    """What has become of one row so far."""

    def __init__(self) -> None:
        self.is_left_out = False
        self.is_known = False
        self.is_written = False
        self.is_older = False
        self.has_conflict = False

    @property
    def outcome(self) -> str:
        """The count that the row belongs to."""
        if self.has_conflict:
            return "conflicts"
        if self.is_written:
            return "changed" if self.is_known else "new"
        return "older" if self.is_older else "unchanged"


class ImportContext:
    """The target project of an import. Each coder's rows are one step of their history.

    Attributes:
        store: The project.
        connection: Its connection, on which a transaction is open.
        places: Its articles and paragraphs.
        versions: Its codebook versions.
        coder_of_all: The coder of every row, overriding the rows; None uses theirs.
        was_empty: Whether the project had no labels before the import.
        counts: The numbers of rows so far, by table.
        has_history: Whether anybody has worked in the project before.
        conflicts: The versions that stand beside each other.
        remarks: Sentences for the user.
    """

    def __init__(
        self,
        store: Store,
        what: str,
        coder_of_all: str | None = None,
        kind: CoderKind | None = None,
        only: str | None = None,
        *,
        replaces: bool = False,
        runs: Mapping[str, str] | None = None,
    ) -> None:
        """Begin an import.

        Args:
            store: The project.
            what: The words of the import in the history.
            coder_of_all: The coder of every row, whatever the rows say.
            kind: The kind of new coders.
            only: The only coder whose rows are allowed; None allows all.
            replaces: Whether a row replaces a different record of the project in any case.
            runs: The names under which labels of models come in, by their names in the rows.
        """
        self.store = store
        self.connection = store.connection
        self.places = Places(store)
        self.versions = Versions(store)
        self.coder_of_all = coder_of_all
        self.was_empty = self._is_empty()
        self.counts: dict[str, Counts] = {}
        self.conflicts: list[Conflict] = []
        self.remarks: list[str] = []
        self.replaces = replaces
        self._what = what
        self._kind = kind
        self._runs = runs or {}
        self._only = only
        self._coders: dict[str, Coder] = {}
        self._steps = ExitStack()
        self._open: dict[int, Step] = {}
        self._row = _Row()
        self._about_articles: dict[str, None] = {}
        self._written: set[tuple[int, str, str]] = set()
        self._fixed: dict[int, set[int]] = {}
        self._came = Came([], [], [])
        self.has_history = self.connection.one("select 1 from steps where coder <> ?", (store.program(),)) is not None

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
        name = self._runs.get(name, name)
        known = self._coders.get(name)
        if known is None:
            wanted = kind or self._kind
            is_new = not self.has_coder(name)
            # An export of a layer names it as its coder: what nobody coded does not count among the human coders.
            is_layer = name in (GOLD, AGGREGATE)
            found = self.store.coder(name, _kind(wanted or ("model" if is_layer else None)) if is_new else "human")
            if is_new:
                self._came.coders.append(name)
            if wanted is not None and found.kind != wanted:
                raise IngestError(f"coder {one_line(name)} is {found.kind} in this project, not {wanted}")
            # The name as the rows write it: ids of their statements are made from it.
            known = self._coders[name] = replace(found, name=name)
        return known

    @property
    def models(self) -> list[str]:
        """The models that rows name."""
        return [name for name, coder in self._coders.items() if coder.kind == "model"]

    def is_new(self, name: str) -> bool:
        """Whether this import has added the coder."""
        return name in self._came.coders

    def has_touched(self, name: str) -> bool:
        """Whether a coder's work has changed, or rows differ from it."""
        step = self._open.get(self._coders[name].id)
        return (step is not None and step.has_begun) or any(one.coder == name for one in self.conflicts)

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

    @contextmanager
    def row(self, table: str, n: int = 1) -> Iterator[None]:
        """Count a row of a table, or several that are one record, when the block has ended."""
        self._row = _Row()
        yield
        if self._row.is_left_out:
            return
        counts = self.counts.get(table, Counts())
        self.counts[table] = counts._replace(**{self._row.outcome: getattr(counts, self._row.outcome) + n})

    def put(self, coder: int, entity: str, key: Key, after: Any, times: Times | None = None) -> bool:
        """Write a record in the coder's step, whatever is there; whether that changed anything."""
        here = self.read(coder, entity, key)
        if here == after:
            return False
        self._row.is_written = True
        self._write(coder, entity, key, after, times)
        return True

    def bring(
        self,
        coder: int,
        entity: str,
        key: Key,
        stated: Stated,
        times: Times | None = None,
        *,
        is_main: bool = True,
        complete: Callable[[Any], Any] | None = None,
    ) -> Any:
        """Decide between the project's record and the row's, as a merge does; the record that stands then.

        Args:
            coder: The record's coder.
            entity: The kind of record.
            key: Its key.
            stated: What the row says.
            times: Times of creation and change, if the row has them.
            is_main: Whether the row counts as known if this record is.
            complete: Adds to the row's version, once it is decided that it stands, what only then enters the registry.
        """
        here = self.read(coder, entity, key)
        if is_main and here is not None:
            self._row.is_known = True
        if here == stated.value:
            return here

        @cache
        def past() -> list[Past]:
            is_any = here is not None or self.has_history
            return past_of(self.connection, coder, entity, key) if is_any else []

        found = decide(entity, here, stated, past, replaces=self.replaces)
        self._row.is_older |= found.is_older
        for field, kept, other in found.beside:
            self.disagree(coder, entity, key, field, kept, other)
        if found.value != here:
            self._row.is_written = True
            # A record is never older than a version that it replaces.
            last = times and max([times.last, *(one.at for one in past())])
            value = complete(found.value) if complete is not None and found.value == stated.value else found.value
            self._write(coder, entity, key, value, times and times._replace(last=last or ""))
        return found.value

    def disagree(self, coder: int, entity: str, key: Key, field: str | None, kept: Any, other: Any) -> None:
        """List two versions of a field."""
        self._row.has_conflict = True
        row = self.connection.one("select name from coders where id = ?", (coder,))
        name = str(row[0]) if row else ""
        versions = (None if version is None else dumps(version) for version in (kept, other))
        self.conflicts.append(Conflict(name, entity, dumps(key), field, *versions))

    def leave_out(self) -> None:
        """Do not count the row at hand: nothing of it could be taken, and a remark says so."""
        self._row.is_left_out = True

    @property
    def has_written_row(self) -> bool:
        """Whether the row at hand has changed anything so far."""
        return self._row.is_written

    def has_written(self, coder: int, entity: str, key: Key) -> bool:
        """Whether this import has written the record."""
        return (coder, entity, dumps(key)) in self._written

    def brought(self, *, article: str | None = None) -> None:
        """The row brought something that is not a record of the history, such as an article."""
        self._row.is_written = True
        if article is not None:
            self._came.articles.append(article)

    def came(self) -> Came:
        """What came in, for the record of the import."""
        return self._came._replace(steps=[step.begin().step_id for step in self._open.values() if step.has_begun])

    def _write(self, coder: int, entity: str, key: Key, after: Any, times: Times | None) -> None:
        if self._is_fixed(coder, entity, key, after):
            raise IngestError(FIXED)
        if entity == "review":
            self._written.add((coder, entity, dumps(key)))
        self.step(coder).put(entity, key, after, times)

    def _is_fixed(self, coder: int, entity: str, key: Key, after: Any) -> bool:
        """Whether a record belongs to an answer that stayed before this import, because gold was shown beside it."""
        if coder not in self._fixed:
            self._fixed[coder] = fixed_paragraphs(self.connection, coder)
        fixed = self._fixed[coder]
        if not fixed or not changes_answer(entity, self.read(coder, entity, key), after):
            return False
        if entity in ("review", "paragraph label"):
            return self.places.paragraph(key[0], key[1])[1].row in fixed
        if entity == "statement" and after is not None:
            return self.places.paragraph(after["article_id"], after["paragraph"])[1].row in fixed
        row = self.connection.one("select paragraph from statements where statement_id = ?", (key[0],))
        return row is not None and row[0] in fixed

    def bring_unit_label(self, coder: int, unit: str, key: Key, value: Any, *, is_export: bool) -> None:
        """Bring a label of a paragraph or an article under the codebook in force; such rows have no times."""
        entity = f"{unit} label"
        stated = complete = None
        if value is not None:
            codebook_id = self.store.codebooks.current_id()
            value = checked_value(variable_of(self.versions.codebook(codebook_id), key[-1]), value)
            stated = {"value": value, "origin": "import", "codebook": codebook_id}
            complete = self.entry_adder(coder, key[-1])
        claim = Stated(stated, None, is_known_older=is_export)
        self.bring(coder, entity, key, claim, is_main=False, complete=complete)

    def entry_adder(self, coder: int, variable: str) -> Callable[[Any], Any]:
        """Adds the registry entry that a label names, if its variable holds entries; unknown names get a new one."""

        def add(label: dict[str, Any]) -> dict[str, Any]:
            codebook = self.store.codebooks.current()
            if not isinstance(label["value"], str) or not is_entity(codebook, codebook.variable(variable)):
                return label
            return {**label, "entry": self.store.registry.entry_of(self.step(coder), label["value"])}

        return add

    def is_of_article(self, column: str, versions: tuple[str, ...]) -> bool:
        """Whether a column of statements holds metadata of their article, which the project keeps as it is."""
        if not column.startswith(ABOUT_ARTICLE):
            return False
        if any(self.versions.codebook(version).variable(column) for version in versions):
            return False
        self._about_articles.setdefault(column)
        return True

    def remark(self) -> None:
        """Say what was left out of all rows, and which codebook versions they name that are not here."""
        self.remarks += self.versions.remarks()
        if self._about_articles:
            names = ", ".join(map(one_line, self._about_articles))
            self.remarks.append(f"columns about articles are left out, the project has its own: {names}")

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
