"""Work that comes in from export files and tables made elsewhere: checked, all of it or nothing, undoable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import ValidationError

from annotator.codebook.model import Codebook
from annotator.codebook.version_steps import CodebookStep
from annotator.errors import AnnotatorError, BusyError, IngestError
from annotator.importing.label_values import checked_value
from annotator.jsonl_lines import (
    ArticleRow,
    CodebookRow,
    CoderRow,
    GoldRow,
    LabelRow,
    OriginRow,
    ParagraphRow,
    SpeakerRow,
    StepRow,
)
from annotator.model import DONE, Article, CoderKind, Paragraph, Speaker
from annotator.store.history.record_types import ENTITIES
from annotator.store.import_.context import NO_REVIEW, Counts, reason_of, stored_time, variable_of
from annotator.store.import_.statements import Statements
from annotator.store.tables.keys import Key, Times, codebook_row
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.store import Store


class Importing(Statements):
    """One import in one transaction: rows of each kind are given in, and written or refused.

    What stands in the project already is left alone where it is the same, and changed where the row says otherwise.
    """

    def article(self, row: ArticleRow) -> bool:
        """Add an article, unless its text is here; what is here must be cut into the same paragraphs."""
        spans = [(span.start, span.end) for span in row.paragraphs]
        known = self._known(row.article_id)
        if known is not None:
            if [(p.start, p.end) for p in known[2].values()] != spans:
                raise IngestError(f"article {row.article_id} is cut into other paragraphs in this project")
            return self._earlier("articles", "article_id", row.article_id, "added_at", row.added_at)
        try:
            article = Article(
                name=row.article,
                raw_text=row.raw_text,
                title=row.title,
                source=row.source,
                date=row.date,
                url=row.url,
                path=row.path,
                metadata=row.metadata,
                paragraphs=tuple(
                    Paragraph(position=i, start=span.start, end=span.end, role=span.role)
                    for i, span in enumerate(row.paragraphs)
                ),
            )
        except ValidationError as error:
            raise IngestError(reason_of(error)) from error
        if article.article_id != row.article_id:
            raise IngestError(f"the text of article {one_line(row.article_id)} is not the one that has this id")
        self._store.articles.add(article)
        self._c.execute(
            "update articles set added_at = ? where article_id = ?", (stored_time(row.added_at), row.article_id)
        )
        self._article = None
        return True

    def codebook(self, row: CodebookRow) -> bool:
        """Keep a version; in a project without labels the exported one comes into force."""
        try:
            codebook = Codebook.model_validate(row.document)
        except ValidationError as error:
            raise IngestError(f"the codebook is not sound: {reason_of(error)}") from error
        if codebook.sha256[:12] != row.codebook_id:
            raise IngestError(f"the codebook is not the one that has the id {one_line(row.codebook_id)}")
        books = self._store.codebooks
        is_new = all(row.codebook_id != known for known, *_ in books.versions())
        books.add(codebook)
        self._c.execute(
            "update codebooks set added_at = ? where codebook_id = ? and (? or added_at > ?)",
            (stored_time(row.added_at), row.codebook_id, int(is_new), stored_time(row.added_at)),
        )
        if row.in_force and books.current_id() != row.codebook_id:
            if self._was_empty:
                self._step(self._program()).put("codebook", [], books.add(codebook))
                return True
            self.counts.remarks.append(
                f"the project keeps its codebook {books.current().name} {books.current().version};"
                f" the labels keep {codebook.name} {codebook.version}"
            )
        return is_new

    def coder(self, row: CoderRow) -> bool:
        """Know a coder."""
        is_new = self._c.one("select 1 from coders where name = ?", (row.coder,)) is None
        coder = self._coder_row(row.coder, row.kind)
        if row.recheck_of is not None:
            first = self._coder_row(row.recheck_of)
            self._c.execute("update coders set recheck_of = ? where id = ? and recheck_of is null", (first, coder))
        return is_new

    def codebook_step(self, row: StepRow) -> bool:
        """A recorded step of the codebook, by which labels of older versions are read."""
        ids = codebook_row(self._c, row.before), codebook_row(self._c, row.after)
        known = self._c.one("select 1 from codebook_steps where before = ? and after = ? and n = ?", (*ids, row.n))
        try:
            step = CodebookStep.model_validate(row.step)
        except ValidationError as error:
            raise IngestError(f"the step is none: {reason_of(error)}") from error
        if known is None:
            self._c.execute(
                "insert into codebook_steps (before, after, n, document, words, at) values (?, ?, ?, ?, ?, ?)",
                (*ids, row.n, step.model_dump_json(), row.words, stored_time(row.at)),
            )
        return known is None

    def speakers(self, rows: Sequence[SpeakerRow]) -> Iterator[bool]:
        """Know the registry's entries, those that stand for merged ones first; the project's own stay as they are."""
        for row in sorted(rows, key=lambda row: row.merged_into is not None):
            key: Key = [row.speaker_id]
            current = ENTITIES["speaker"].read(self._c, 0, key)
            same_name = None if row.merged_into else self._store.registry.find(row.name)
            if current is None and same_name is not None:
                self._speakers[row.speaker_id] = same_name
                yield False
                continue
            self._speakers[row.speaker_id] = row.speaker_id
            if current is not None:
                yield False
                continue
            merged = row.merged_into and self._speakers.get(row.merged_into, row.merged_into)
            entry = Speaker(**{**row.model_dump(), "merged_into": merged, "aliases": tuple(row.aliases)})
            self._store.registry.put(self._step(self._program()), entry)
            yield True

    def paragraph(self, row: ParagraphRow, *, with_labels: bool) -> bool:
        """One coder's state of a paragraph; labels come along where no `labels.jsonl` brings them."""
        article_id, paragraph = self._place(row.article_id, row.paragraph)
        if (paragraph.start, paragraph.end) != (row.start, row.end):
            raise IngestError(f"paragraph {row.paragraph} begins or ends elsewhere in this project")
        if row.coder is None:
            return False
        coder = self._coder_row(row.coder)
        role = None if row.role == paragraph.role else row.role
        review = {"state": row.state, "flag": row.flag, "note": row.note, "role": role}
        changed = self._put(coder, "review", [article_id, row.paragraph], None if review == NO_REVIEW else review)
        self._see(coder, paragraph.row, row.seconds)
        if with_labels:
            for name, value in (row.model_extra or {}).items():
                changed |= self._unit_label(coder, "paragraph", [article_id, row.paragraph, name], value)
        return changed

    def label(self, row: LabelRow) -> bool:
        """A label of a paragraph or an article, or one whose variable has no column any more."""
        coder = self._coder_row(row.coder)
        codebook = self._codebook(row.codebook_id)
        if codebook.variable(row.variable) is not None:
            checked_value(variable_of(codebook, row.variable), row.value if row.made is None else row.made)
        made = row.value if row.made is None else row.made
        after = {"value": made, "origin": row.origin, "codebook": row.codebook_id}
        if row.statement_id is not None:
            times = Times.of(stored_time(row.updated_at))
            return self._put(coder, "label", [row.statement_id, row.variable], after, times)
        article_id, _ = self._place(row.article_id, row.paragraph or 0)
        times = Times.of(stored_time(row.updated_at))
        if row.paragraph is None:
            return self._put(coder, "article label", [article_id, row.variable], after, times)
        return self._put(coder, "paragraph label", [article_id, row.paragraph, row.variable], after, times)

    def article_labels(self, row: ArticleRow) -> bool:
        """The labels of an article, where no `labels.jsonl` brings them."""
        changed = False
        for name, values in row.labels.items():
            coder = self._coder_row(name)
            for variable, value in values.items():
                changed |= self._unit_label(coder, "article", [row.article_id, variable], value)
        return changed

    def gold(self, row: GoldRow) -> bool:
        """What was settled of a paragraph, or a statement that stands in it."""
        article_id, _ = self._place(row.article_id, row.paragraph)
        self._check_evidence(row.evidence_start, row.evidence_end, None)
        if row.state not in DONE:
            raise IngestError(f"a paragraph cannot be settled as {row.state}")
        key: Key = [article_id, row.paragraph]
        coder = self._coder_row(row.decided_by)
        known = ENTITIES["verdict"].read(self._c, coder, key)
        about = {
            "state": row.state,
            "labels": {} if row.gold_id is not None else row.labels,
            "reason": row.reason,
            "decided_by": row.decided_by,
            "codebook": row.codebook_id or self._store.codebooks.current_id(),
        }
        if row.gold_id is None:
            is_same = known is not None and all(known[name] == value for name, value in about.items())
            after = known if is_same else {**about, "statements": []}
        else:
            after = _with_statement(known or {**about, "statements": []}, row)
        return self._put(coder, "verdict", key, after, Times.of(stored_time(row.decided_at)))


def _with_statement(verdict: dict[str, Any], row: GoldRow) -> dict[str, Any]:
    """A verdict with one more statement, or with another version of one that it has."""
    evidence = None if row.evidence_start is None else [row.evidence_start, row.evidence_end]
    one = {
        "gold_id": row.gold_id,
        "evidence": evidence,
        "speakers": row.speakers,
        "labels": row.labels,
        "of": row.statements,
    }
    others = [other for other in verdict["statements"] if other["gold_id"] != row.gold_id]
    at = next((i for i, other in enumerate(verdict["statements"]) if other["gold_id"] == row.gold_id), len(others))
    return {**verdict, "statements": [*others[:at], one, *others[at:]]}


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
) -> Counts:
    """Bring tables in: all of their rows are committed together, or nothing is.

    Args:
        store: The project.
        tables: Articles before the work on them.
        what: What the history calls it.
        coder: Whose rows these are, whatever they say themselves.
        kind: What coders are that the project does not know.

    Raises:
        IngestError: A row cannot come in; the sentence begins with its file and line.
    """
    kinds = {table.kind for table in tables}
    origins = Origins(next((table.rows() for table in tables if table.kind == "origins"), iter(())))
    with store.connection.write(), Importing(store, what, coder, kind) as incoming:
        for table in tables:
            if table.kind != "origins":
                _import_table(incoming, table, kinds, origins)
    return incoming.counts


def _import_table(incoming: Importing, table: Table, kinds: set[str], origins: Origins) -> None:
    with_labels, marks_coded = "labels" not in kinds, "paragraphs" not in kinds

    def article(row: ArticleRow) -> bool:
        return incoming.article(row) | (with_labels and incoming.article_labels(row))

    write: dict[str, Callable[[Any], bool]] = {
        "articles": article,
        "coders": incoming.coder,
        "codebooks": incoming.codebook,
        "steps": incoming.codebook_step,
        "paragraphs": lambda row: incoming.paragraph(row, with_labels=with_labels),
        "statements": lambda row: incoming.statement(row, origins.take(row.statement_id), marks_coded=marks_coded),
        "labels": incoming.label,
        "gold": incoming.gold,
        "rows": incoming.row,
    }
    n_changed = n_unchanged = 0
    if table.kind == "speakers":
        changes = list(incoming.speakers([row for _, row in table.rows()]))
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
    for counts, n in ((incoming.counts.changed, n_changed), (incoming.counts.unchanged, n_unchanged)):
        counts[table.kind] = counts.get(table.kind, 0) + n


class Origins:
    """The rows of `origins.jsonl`, found by statement; in an export they come in the same order."""

    def __init__(self, rows: Iterator[tuple[Any, OriginRow]]) -> None:
        self._rows = rows
        self._skipped: dict[str, OriginRow] = {}

    def take(self, statement_id: str) -> OriginRow | None:
        """The row of a statement, if there is one."""
        if statement_id in self._skipped:
            return self._skipped.pop(statement_id)
        for _, row in self._rows:
            if row.statement_id == statement_id:
                return row
            self._skipped[row.statement_id] = row
        return None
