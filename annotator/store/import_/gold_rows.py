"""Import rows made elsewhere as gold: all rows of a paragraph are its one adjudicated answer."""

from __future__ import annotations

from typing import Any
from uuid import uuid5

from annotator.errors import IngestError
from annotator.jsonl_lines import DERIVED, ForeignLine, ParagraphLine, StatementLine
from annotator.model import DONE, Coder
from annotator.store.file.timestamps import stamp
from annotator.store.import_.context import ImportContext
from annotator.store.import_.places import evidence_of
from annotator.store.import_.speakers import ImportedSpeakers
from annotator.store.import_.statements import NAMESPACE, holds_statement
from annotator.store.import_.versions import Given
from annotator.store.merge.file_record import Stated
from annotator.store.tables.json_values import dumps
from annotator.store.tables.keys import Key, Times
from annotator.store.tables.label_mapping import is_entity
from annotator.text.terminal_text import one_line

ROW_KINDS = frozenset({"rows", "statements", "paragraphs"})
"""The tables whose rows can be gold."""

_REASON = "reason"
"""A column beside the variables: why the answer is right. Coders in training see it."""


class _Paragraph:
    """What the rows of one paragraph have said so far."""

    def __init__(self, key: Key, place: Any) -> None:
        self.key = key
        self.place = place
        self.n_rows = 0
        self.state: str | None = None
        self.labels: dict[str, Any] = {}
        self.statements: list[dict[str, Any]] = []
        self.reasons: dict[str, None] = {}
        self.codebooks: set[str] = set()
        self.at: str | None = None


class GoldRows:
    """Collects rows by paragraph, then brings the gold of each paragraph as one record."""

    def __init__(self, context: ImportContext, speakers: ImportedSpeakers, by: Coder) -> None:
        self._context = context
        self._speakers = speakers
        self._by = by
        self._found: dict[tuple[str, int], _Paragraph] = {}
        self._coders: set[str] = set()
        self._ordinals: dict[str, int] = {}
        self._left_out: set[str] = set()

    def row(self, row: Any, place: Any) -> None:
        """Take a row: a statement, labels of a paragraph, or a paragraph without a claim.

        Raises:
            IngestError: Its place, evidence or labels are not valid, or rows of two coders are given.
        """
        if isinstance(row, ParagraphLine) and (row.coder is None or row.state not in DONE):
            return
        foreign = _foreign(row)
        self._check_coder(foreign.coder)
        article, paragraph = self._context.places.paragraph(self._context.places.article_of(foreign), foreign.paragraph)
        key = (article.article_id, foreign.paragraph)
        into = self._found.setdefault(key, _Paragraph([*key], place))
        into.n_rows += 1
        extra = dict(foreign.model_extra or {})
        if extra.get(_REASON):
            into.reasons[str(extra[_REASON])] = None
        versions = self._context.versions.of(foreign)
        values = [
            self._context.versions.given(versions, name, value)
            for name, value in extra.items()
            if name not in DERIVED and name != _REASON and not self._context.is_of_article(name, versions)
        ]
        held = [given for given in values if given.value is not None]
        into.codebooks |= {given.codebook_id for given in held}
        self._take(into, foreign, held, evidence_of(foreign, article.raw_text, paragraph))
        if foreign.updated_at is not None:
            into.at = max(into.at or "", stamp(foreign.updated_at))

    def write(self) -> list[tuple[Any, str]]:
        """Bring every paragraph; return the place and reason of each that is not valid."""
        refused = []
        for one in self._found.values():
            try:
                with self._context.row("gold", one.n_rows):
                    self._bring(one)
            except IngestError as error:
                refused.append((one.place, str(error)))
        if self._left_out:
            names = ", ".join(sorted(self._left_out))
            self._context.remarks.append(f"gold is of paragraphs: labels of whole articles are left out ({names})")
        return refused

    def _take(
        self, into: _Paragraph, row: ForeignLine, values: list[Given], evidence: tuple[int | None, int | None]
    ) -> None:
        of_statement = [given for given in values if given.variable.scope == "statement"]
        if holds_statement(row, of_statement):
            into.statements.append(
                {
                    "gold_id": self._id(row, into.key, evidence),
                    "evidence": None if evidence[0] is None else list(evidence),
                    "speakers": [self._speakers.name_now(name) for name in row.speakers or []],
                    "labels": {given.variable.name: self._value(given) for given in of_statement},
                    "of": [],
                }
            )
        for given in values:
            if given.variable.scope == "paragraph":
                into.labels[given.variable.name] = self._value(given)
            elif given.variable.scope == "article":
                self._left_out.add(given.variable.name)
        if row.state is not None:
            if row.state not in DONE or into.state not in (None, row.state):
                raise IngestError(f"gold of this paragraph cannot have the state {row.state}")
            into.state = row.state

    def _bring(self, one: _Paragraph) -> None:
        state = one.state or ("coded" if one.statements or one.labels else "no claim")
        if one.statements and state != "coded":
            raise IngestError(f"a paragraph with a statement is coded; its gold cannot have the state {state}")
        if state == "coded" and not (one.statements or one.labels):
            raise IngestError("gold with the state coded needs a statement or a label")
        if len(one.codebooks) > 1:
            raise IngestError("the rows of this paragraph have labels of different codebook versions")
        verdict = {
            "state": state,
            "labels": one.labels,
            "reason": " / ".join(one.reasons) or None,
            "decided_by": self._by.name,
            "codebook": next(iter(one.codebooks), self._context.store.codebooks.current_id()),
            "statements": sorted(one.statements, key=lambda each: each["evidence"] or [-1, -1]),
        }
        times = None if one.at is None else Times.of(one.at)
        self._context.bring(self._by.id, "verdict", one.key, Stated(verdict, one.at), times)

    def _check_coder(self, name: str | None) -> None:
        if name is not None:
            self._coders.add(name)
        if len(self._coders) > 1:
            names = " and ".join(sorted(map(one_line, self._coders)))
            raise IngestError(f"the file has rows of {names}: gold is one answer, so give the rows of one coder")

    def _value(self, given: Given) -> Any:
        """A label; the name of an entity as the registry has it now."""
        codebook = self._context.versions.codebook(given.codebook_id)
        if isinstance(given.value, str) and is_entity(codebook, given.variable):
            return self._speakers.name_now(given.value)
        return given.value

    def _id(self, row: ForeignLine, key: Key, evidence: tuple[int | None, int | None]) -> str:
        """The id of a gold statement: the same each time the same row is imported."""
        what = dumps(["gold", *key, row.statement_id, *evidence, row.speakers])
        self._ordinals[what] = self._ordinals.get(what, -1) + 1
        return str(uuid5(NAMESPACE, f"{what}{self._ordinals[what]}"))


def _foreign(row: Any) -> ForeignLine:
    """A line of an export as a row made elsewhere."""
    if isinstance(row, StatementLine):
        return ForeignLine.model_construct(**{key: value for key, value in row if key not in DERIVED})
    if isinstance(row, ParagraphLine):
        facts: dict[str, Any] = {
            "article_id": row.article_id,
            "paragraph": row.paragraph,
            "coder": row.coder,
            "state": row.state,
        }
        return ForeignLine.model_construct(**facts, **(row.model_extra or {}))
    assert isinstance(row, ForeignLine)  # noqa: S101 (the only other kind of table)
    return row
