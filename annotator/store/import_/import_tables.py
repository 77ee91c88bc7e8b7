"""Import export files and tables made elsewhere: checked, atomic, undoable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from annotator.errors import AnnotatorError, BusyError, IngestError
from annotator.importing.column_mapping import Mapping as Names
from annotator.jsonl_lines import ArticleLine, OriginLine
from annotator.model import CoderKind, ModelRun
from annotator.store.coder.registry import Entry
from annotator.store.coder.status import n_outside
from annotator.store.import_.annotations import AnnotationImporter
from annotator.store.import_.context import Counts, ImportContext
from annotator.store.import_.gold_rows import ROW_KINDS, GoldRows
from annotator.store.import_.importer import Importer
from annotator.store.import_.models import FrozenModelError, record_models
from annotator.store.import_.own_lines import OwnLines, own_lines
from annotator.store.merge.leave_open import leave_open
from annotator.store.merge.report import Report, file_report, removed, shared_aliases
from annotator.store.merge.undo import remember, transaction
from annotator.store.tables.incomplete import n_incomplete
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.store import Store


class Table(Protocol):
    """Rows of one kind with their places, as `annotator.importing.files` reads them."""

    path: str
    remarks: list[str]

    @property
    def kind(self) -> str:
        """A file of the export, `rows` made elsewhere, or `annotations` of another program."""

    def rows(self, is_known: Callable[[bytes], bool] | None = None) -> Iterator[tuple[Any, Any]]:
        """Each row with its place, which has a `refuse` that raises; None for a row whose line is known."""

    def lines(self) -> Iterator[bytes]:
        """The lines of the file, without their ends."""


class Imported(NamedTuple):
    """Result of an import, or of a dry run.

    Attributes:
        report: What came in and what has two versions, as a merge reports it.
        counts: The numbers of rows, by table.
        remarks: Sentences for the user.
    """

    report: Report
    counts: dict[str, Counts]
    remarks: list[str]

    @property
    def is_changed(self) -> bool:
        """Whether any row changed the project."""
        return self.report.merge_id is not None or any(each.new or each.changed for each in self.counts.values())


class Rule(NamedTuple):
    """How rows are taken.

    Attributes:
        coder: The coder of every row, overriding the rows.
        kind: The kind of new coders.
        only: The only coder whose rows are allowed; None allows all.
        replaces: Whether a row replaces a different record of the project in any case.
        model: What the labels of models were made with.
        runs: The names under which labels of models come in, by their names in the rows.
        gold_by: The adjudicator, if the rows are gold; None if they are codings.
    """

    coder: str | None = None
    kind: CoderKind | None = None
    only: str | None = None
    replaces: bool = False
    model: ModelRun | None = None
    runs: Mapping[str, str] = {}
    gold_by: str | None = None

    @property
    def takes_rows_as_they_are(self) -> bool:
        """Whether coders, their kinds and whose rows are allowed are as the rows say."""
        return (self.coder, self.kind, self.only, self.gold_by) == (None, None, None, None)


def import_tables(
    store: Store, tables: Sequence[Table], rule: Rule, *, name: str = "a table", dry_run: bool = False
) -> Imported:
    """Import tables, all of their rows or none, as a merge does: what is missing comes in, the later version stands.

    Args:
        store: The project.
        tables: The tables; articles come first.
        rule: How rows are taken.
        name: What is imported, for the history and the list of merges.
        dry_run: Import, report and roll back.

    A model's codings are frozen: labels made elsewhere that differ from them come in as another run, under a name of
    its own.

    Raises:
        IngestError: A row is not valid; the message begins with its file and line.
    """
    runs: dict[str, str] = {}
    while True:
        try:
            return _import_once(store, tables, rule._replace(runs=runs), name, dry_run=dry_run)
        except FrozenModelError as frozen:
            runs = frozen.next_runs(runs)


def _import_once(store: Store, tables: Sequence[Table], rule: Rule, name: str, *, dry_run: bool) -> Imported:
    c = store.connection
    kinds = {table.kind for table in tables}
    known = {entry.speaker_id: entry for entry in store.registry.entries()}
    with transaction(c, dry_run=dry_run):
        own = own_lines(store, tables) if rule.takes_rows_as_they_are else None
        origins = Origins(next((_rows(table, own) for table in tables if table.kind == "origins"), iter(())))
        with ImportContext(store, f"import {name}"[:200], *rule[:3], replaces=rule.replaces, runs=rule.runs) as context:
            importer = Importer(context)
            annotations = AnnotationImporter(context, importer.statements)
            if rule.gold_by is not None:
                _import_as_gold(context, importer, tables, rule.gold_by)
            states = {table.path for table in tables if table.kind == "paragraphs"}
            for table in tables if rule.gold_by is None else ():
                if table.kind == "annotations":
                    _import_annotations(context, annotations, table)
                elif table.kind != "origins":
                    _import_table(context, importer, table, kinds, origins, own, has_states=table.path in states)
            context.remarks += (remark for table in tables for remark in table.remarks)
            n_left_open = importer.statements.leave_open()
            annotations.remark()
            if kinds & {"rows", "annotations"} and rule.gold_by is None:
                record_models(context, rule.model, rule.runs)
            context.remark()
            came = context.came()
            _compare_names(context, known, is_blind=rule.only is not None)
        n_more, steps = leave_open(store) if came.is_new else (0, [])
        n_left_open += n_more
        merge_id = remember(c, [name], [came], steps)
        report = Report(
            [file_report(c, name, came)], context.conflicts, [], shared_aliases(c), 0, None, merge_id,
            outside=n_outside(c),
            incomplete=n_incomplete(c, store.codebooks.current()),
            n_left_open=n_left_open,
            removed=removed(c, [came]),
        )  # fmt: skip
    return Imported(report, context.counts, context.remarks)


def _compare_names(context: ImportContext, known: Mapping[str, Entry], *, is_blind: bool) -> None:
    """Remark on new names that are perhaps entries of the registry; to a blind coder only on those of the file."""
    new = [entry.name for entry in context.store.registry.entries() if entry.speaker_id not in known]
    if not 0 < len(new) <= _MOST_COMPARED:
        return
    from annotator.speakers import KnownSpeaker
    from annotator.speakers.lookalikes import pairs

    others = () if is_blind else known.values()
    found = pairs(new, [KnownSpeaker(entry.name, entry.aliases) for entry in others])
    more = [f"and {len(found) - _MOST_TOLD} more"] if len(found) > _MOST_TOLD else []
    if found:
        told = one_line("; ".join([*found[:_MOST_TOLD], *more]))
        context.remarks.append(f"{told}. If two are one, `annotator speakers merge NAME --into NAME` joins them.")


_MOST_TOLD = 5
_MOST_COMPARED = 2_000
"""New names of one import that are compared with others; it takes a second."""


def _import_table(
    context: ImportContext,
    importer: Importer,
    table: Table,
    kinds: set[str],
    origins: Origins,
    own: OwnLines | None,
    *,
    has_states: bool,
) -> None:
    with_labels, marks_coded = "labels" not in kinds, "paragraphs" not in kinds
    statements = importer.statements

    def article(row: ArticleLine) -> None:
        importer.article(row)
        if with_labels:
            importer.article_labels(row)

    write: dict[str, Callable[[Any], None]] = {
        "articles": article,
        "coders": importer.coder,
        "codebooks": importer.codebook,
        "steps": importer.codebook_step,
        "paragraphs": lambda row: importer.paragraph(row, with_labels=with_labels),
        "statements": lambda row: statements.statement(row, origins.take(row.statement_id), marks_coded=marks_coded),
        "labels": importer.label,
        "rows": lambda row: statements.row(row, marks_coded=not has_states),
    }
    if table.kind == "speakers":
        importer.speakers.bring([row for _, row in table.rows()])
    elif table.kind == "gold":
        _import_gold(context, importer, table)
    else:
        for place, row in _rows(table, own):
            with _refused_at(place), context.row(table.kind):
                if row is not None:
                    write[table.kind](row)


def _import_annotations(context: ImportContext, annotations: AnnotationImporter, table: Table) -> None:
    mapping = getattr(table, "mapping", None) or Names()
    for place, one in annotations.merged(table.rows()):
        with _refused_at(place), context.row(table.kind):
            annotations.row(one, mapping)


def _rows(table: Table, own: OwnLines | None) -> Iterator[tuple[Any, Any]]:
    """The rows of a table; None for those that bring nothing."""
    return table.rows(None if own is None else lambda line: own.holds(table.kind, line))


def _import_as_gold(context: ImportContext, importer: Importer, tables: Sequence[Table], by: str) -> None:
    """Import rows as the adjudicated layer; an export's own `gold.jsonl` comes first."""
    for table in tables:
        if table.kind == "gold":
            _import_gold(context, importer, table)
            return
    others = [table.path for table in tables if table.kind == "annotations"]
    if others:
        raise IngestError(
            f"{one_line(others[0])} has another program's annotations: import them as codings, not as gold"
        )
    found = [table for table in tables if table.kind in ROW_KINDS]
    if not found:
        raise IngestError("there is no gold in these files: give rows with article_id, paragraph and labels")
    rows = GoldRows(context, importer.speakers, context.coder(by))
    for table in found:
        for place, row in table.rows():
            with _refused_at(place):
                rows.row(row, place)
    for place, reason in rows.write()[:1]:
        place.refuse(reason)


def _import_gold(context: ImportContext, importer: Importer, table: Table) -> None:
    for _, found in groupby(table.rows(), key=lambda each: (each[1].article_id, each[1].paragraph)):
        group = list(found)
        for place, row in group:
            with _refused_at(place):
                importer.check_gold(row)
        with _refused_at(group[0][0]), context.row("gold", len(group)):
            importer.gold([row for _, row in group])


@contextmanager
def _refused_at(place: Any) -> Iterator[None]:
    """Begin the sentence about a bad row with its file and line."""
    try:
        yield
    except BusyError:
        raise
    except AnnotatorError as error:
        place.refuse(str(error))


class Origins:
    """The rows of `origins.jsonl`, found by statement; in an export they come in the same order."""

    def __init__(self, rows: Iterator[tuple[Any, OriginLine | None]]) -> None:
        self._rows = rows
        self._skipped: dict[str, OriginLine] = {}

    def take(self, statement_id: str) -> OriginLine | None:
        """The row of a statement, if there is one."""
        if statement_id in self._skipped:
            return self._skipped.pop(statement_id)
        for row in (row for _, row in self._rows if row is not None):
            if row.statement_id == statement_id:
                return row
            self._skipped[row.statement_id] = row
        return None
