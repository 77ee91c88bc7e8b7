"""Import export files and tables made elsewhere: checked, atomic, undoable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from annotator.errors import AnnotatorError, BusyError
from annotator.jsonl_lines import ArticleLine, OriginLine
from annotator.model import CoderKind
from annotator.store.import_.context import Counts, ImportContext
from annotator.store.import_.importer import Importer

if TYPE_CHECKING:
    from annotator.store.store import Store


class Table(Protocol):
    """Rows of one kind with their places, as `annotator.importing.files` reads them."""

    @property
    def kind(self) -> str:
        """A file of the export, or `rows` for rows made elsewhere."""

    def rows(self) -> Iterator[tuple[Any, Any]]:
        """Each row with its place, which has a `refuse` that raises."""


def import_tables(
    store: Store,
    tables: Sequence[Table],
    *,
    what: str = "import",
    coder: str | None = None,
    kind: CoderKind | None = None,
    only: str | None = None,
) -> Counts:
    """Import tables: commit all of their rows, or none.

    Args:
        store: The project.
        tables: The tables; articles come first.
        what: The words of the import in the history.
        coder: The coder of every row, overriding the rows.
        kind: The kind of new coders.
        only: The only coder whose rows are allowed; None allows all.

    Raises:
        IngestError: A row is not valid; the message begins with its file and line.
    """
    kinds = {table.kind for table in tables}
    origins = Origins(next((table.rows() for table in tables if table.kind == "origins"), iter(())))
    with store.connection.write(), ImportContext(store, what, coder, kind, only) as context:
        importer = Importer(context)
        for table in tables:
            if table.kind != "origins":
                _import_table(context.counts, importer, table, kinds, origins)
    return context.counts


def _import_table(counts: Counts, importer: Importer, table: Table, kinds: set[str], origins: Origins) -> None:
    with_labels, marks_coded = "labels" not in kinds, "paragraphs" not in kinds
    statements = importer.statements

    def article(row: ArticleLine) -> bool:
        return importer.article(row) | (with_labels and importer.article_labels(row))

    write: dict[str, Callable[[Any], bool]] = {
        "articles": article,
        "coders": importer.coder,
        "codebooks": importer.codebook,
        "steps": importer.codebook_step,
        "paragraphs": lambda row: importer.paragraph(row, with_labels=with_labels),
        "statements": lambda row: statements.statement(row, origins.take(row.statement_id), marks_coded=marks_coded),
        "labels": importer.label,
        "gold": importer.gold,
        "rows": statements.row,
    }
    n_changed = n_unchanged = 0
    if table.kind == "speakers":
        changes = list(importer.speakers.bring([row for _, row in table.rows()]))
        n_changed, n_unchanged = sum(changes), len(changes) - sum(changes)
    else:
        for place, row in table.rows():
            try:
                is_changed = write[table.kind](row)
            except BusyError:
                raise
            except AnnotatorError as error:
                place.refuse(str(error))
            n_changed += is_changed
            n_unchanged += not is_changed
    for total, n in ((counts.changed, n_changed), (counts.unchanged, n_unchanged)):
        total[table.kind] = total.get(table.kind, 0) + n


class Origins:
    """The rows of `origins.jsonl`, found by statement; in an export they come in the same order."""

    def __init__(self, rows: Iterator[tuple[Any, OriginLine]]) -> None:
        self._rows = rows
        self._skipped: dict[str, OriginLine] = {}

    def take(self, statement_id: str) -> OriginLine | None:
        """The row of a statement, if there is one."""
        if statement_id in self._skipped:
            return self._skipped.pop(statement_id)
        for _, row in self._rows:
            if row.statement_id == statement_id:
                return row
            self._skipped[row.statement_id] = row
        return None
