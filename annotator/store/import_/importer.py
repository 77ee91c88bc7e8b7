"""Import rows of export files: check each, write those that differ from the project."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from annotator.codebook.model import Codebook
from annotator.codebook.version_steps import CodebookStep
from annotator.errors import IngestError
from annotator.importing.label_values import checked_value
from annotator.jsonl_lines import (
    ArticleLine,
    CodebookLine,
    CoderLine,
    GoldLine,
    LabelLine,
    ParagraphLine,
    StepLine,
)
from annotator.model import DONE, Article, Paragraph
from annotator.store.file.timestamps import stamp
from annotator.store.import_.context import NO_REVIEW, ImportContext, reason_of
from annotator.store.import_.places import check_evidence
from annotator.store.import_.speakers import ImportedSpeakers
from annotator.store.import_.statements import StatementImporter
from annotator.store.import_.versions import variable_of
from annotator.store.merge.file_record import Stated, past_of
from annotator.store.tables.codebooks import seal_steps
from annotator.store.tables.keys import Key, Times, codebook_row
from annotator.store.tables.study.model_runs import MODEL, model_key, model_run
from annotator.text.terminal_text import one_line


class Importer:
    """One import in one transaction; it writes or refuses rows of each kind.

    `annotator.store.merge.file_record` decides between a row and a different record of the project.

    Attributes:
        statements: Writes rows of statements, and rows made elsewhere.
        speakers: Writes entries of the registry.
    """

    def __init__(self, context: ImportContext) -> None:
        self._context = context
        self._c = context.connection
        self.speakers = ImportedSpeakers(context)
        self.statements = StatementImporter(context, self.speakers)

    def article(self, row: ArticleLine) -> None:
        """Add an article, unless its text is here; what is here must be cut into the same paragraphs."""
        spans = [(span.start, span.end) for span in row.paragraphs]
        known = self._context.places.find(row.article_id)
        if known is not None:
            if [(p.start, p.end) for p in known.paragraphs.values()] != spans:
                raise IngestError(f"article {row.article_id} has other paragraphs in this project")
            at = stamp(row.added_at)
            self._c.execute(
                "update articles set added_at = ? where article_id = ? and added_at > ?", (at, row.article_id, at)
            )
            return
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
            raise IngestError(f"the text of article {one_line(row.article_id)} does not match this id")
        self._context.store.articles.add(article)
        self._c.execute("update articles set added_at = ? where article_id = ?", (stamp(row.added_at), row.article_id))
        self._context.places.forget()
        self._context.brought(article=row.article_id)

    def codebook(self, row: CodebookLine) -> None:
        """Keep a version; in a project without labels the exported one comes into force."""
        try:
            codebook = Codebook.model_validate(row.document)
        except ValidationError as error:
            raise IngestError(f"the codebook is not valid: {reason_of(error)}") from error
        if codebook.sha256[:12] != row.codebook_id:
            raise IngestError(f"the codebook does not match the id {one_line(row.codebook_id)}")
        books = self._context.store.codebooks
        is_new = all(row.codebook_id != known for known, *_ in books.versions())
        books.add(codebook)
        at = stamp(row.added_at)
        self._c.execute(
            "update codebooks set added_at = ? where codebook_id = ? and (? or added_at > ?)",
            (at, row.codebook_id, int(is_new), at),
        )
        if row.in_force and books.current_id() != row.codebook_id:
            if self._context.was_empty and not self._was_in_force(row.codebook_id):
                self._context.put(self._context.store.program(), "codebook", [], books.add(codebook))
                return
            self._context.remarks.append(
                f"the project keeps its codebook {books.current().name} {books.current().version};"
                f" the labels keep {codebook.name} {codebook.version}"
            )
        if is_new:
            self._context.brought()

    def _was_in_force(self, codebook_id: str) -> bool:
        """Whether the project had this version, and left it."""
        past = past_of(self._c, 0, "codebook", [])
        return any(codebook_id in (one.before, one.after) for one in past)

    def coder(self, row: CoderLine) -> None:
        """Add a coder, or note whose second self a known one is."""
        is_new = not self._context.has_coder(row.coder)
        coder = self._context.coder(row.coder, row.kind)
        if row.recheck_of is not None:
            first = self._context.coder(row.recheck_of)
            self._c.execute(
                "update coders set recheck_of = ? where id = ? and recheck_of is null", (first.id, coder.id)
            )
        if row.model is not None and model_run(self._c, row.coder) is None:
            self._context.put(self._context.store.program(), MODEL, model_key(row.coder), row.model.model_dump())
        if is_new:
            self._context.brought()

    def codebook_step(self, row: StepLine) -> None:
        """A recorded step of the codebook, by which labels of older versions are read."""
        ids = codebook_row(self._c, row.before), codebook_row(self._c, row.after)
        known = self._c.one("select 1 from codebook_steps where before = ? and after = ? and n = ?", (*ids, row.n))
        try:
            step = CodebookStep.model_validate(row.step)
        except ValidationError as error:
            raise IngestError(f"the codebook step is not valid: {reason_of(error)}") from error
        if known is None:
            facts = {"n": row.n, "document": step.model_dump_json(), "words": row.words, "at": stamp(row.at)}
            self._c.db.table("codebook_steps").insert({"before": ids[0], "after": ids[1], **facts})
            seal_steps(self._c)
            self._context.brought()

    def paragraph(self, row: ParagraphLine, *, with_labels: bool) -> None:
        """One coder's state of a paragraph; labels come along where no `labels.jsonl` brings them."""
        _, paragraph = self._context.places.paragraph(row.article_id, row.paragraph)
        if (paragraph.start, paragraph.end) != (row.start, row.end):
            raise IngestError(f"paragraph {row.paragraph} has other limits in this project")
        if row.coder is None:
            return
        coder = self._context.coder(row.coder)
        key: Key = [row.article_id, row.paragraph]
        role = None if row.role == paragraph.role else row.role
        review = {"state": row.state, "flag": row.flag, "note": row.note, "role": role}
        stated = Stated(None if review == NO_REVIEW else review, None, is_known_older=True)
        self._context.bring(coder.id, "review", key, stated)
        self._context.see(coder.id, paragraph.row, row.seconds)
        if with_labels:
            for name, value in (row.model_extra or {}).items():
                self._context.bring_unit_label(coder.id, "paragraph", [*key, name], value, is_export=True)

    def label(self, row: LabelLine) -> None:
        """A label of a paragraph or an article, or one whose variable has no column any more."""
        coder = self._context.coder(row.coder)
        codebook = self._context.versions.codebook(row.codebook_id)
        if codebook.variable(row.variable) is not None:
            checked_value(variable_of(codebook, row.variable), row.value if row.made is None else row.made)
        made = row.value if row.made is None else row.made
        at = stamp(row.updated_at)
        label = {"value": made, "origin": row.origin, "codebook": row.codebook_id}
        if row.entry is not None:
            label["entry"] = self.speakers.entry(row.entry, str(made))
        stated = Stated(label, at)
        if row.statement_id is not None:
            if not self.statements.is_deleted(row.statement_id):
                self._context.bring(coder.id, "label", [row.statement_id, row.variable], stated, Times.of(at))
            return
        self._context.places.paragraph(row.article_id, row.paragraph or 0)
        unit, key = (
            ("article", [row.article_id]) if row.paragraph is None else ("paragraph", [row.article_id, row.paragraph])
        )
        self._context.bring(coder.id, f"{unit} label", [*key, row.variable], stated, Times.of(at))

    def article_labels(self, row: ArticleLine) -> None:
        """The labels of an article, where no `labels.jsonl` brings them."""
        for name, values in row.labels.items():
            coder = self._context.coder(name)
            for variable, value in values.items():
                self._context.bring_unit_label(coder.id, "article", [row.article_id, variable], value, is_export=True)

    def check_gold(self, row: GoldLine) -> None:
        """Check a row of an adjudicated paragraph.

        Raises:
            IngestError: Its paragraph, evidence, state or adjudicator is not valid here.
        """
        article, _ = self._context.places.paragraph(row.article_id, row.paragraph)
        check_evidence(article.raw_text, row.evidence_start, row.evidence_end, None)
        if row.state not in DONE:
            raise IngestError(f"gold cannot have the state {row.state}")
        self._context.coder(row.decided_by)

    def gold(self, rows: list[GoldLine]) -> None:
        """Bring the rows of one adjudicated paragraph, which are one record."""
        first = rows[0]
        key: Key = [first.article_id, first.paragraph]
        coder = self._context.coder(first.decided_by)
        verdict: dict[str, Any] = {
            "state": first.state,
            "labels": {} if first.gold_id is not None else first.labels,
            "reason": first.reason,
            "decided_by": first.decided_by,
            "codebook": first.codebook_id or self._context.store.codebooks.current_id(),
            "statements": [],
        }
        if first.gold_id is not None:
            verdict = self._context.read(coder.id, "verdict", key) or verdict
        for row in rows:
            if row.gold_id is not None:
                verdict = _with_statement(verdict, row)
        at = stamp(max(row.decided_at for row in rows))
        self._context.bring(coder.id, "verdict", key, Stated(verdict, at), Times.of(at))


def _with_statement(verdict: dict[str, Any], row: GoldLine) -> dict[str, Any]:
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
