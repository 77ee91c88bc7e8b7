"""Import annotations of other programs: find their texts and categories in the project, count what has no place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import unquote
from uuid import uuid5

from annotator.codebook.model import Codebook
from annotator.errors import IngestError
from annotator.importing.annotation import Annotation, Lost, Place
from annotator.importing.column_mapping import Mapping
from annotator.importing.fit_labels import Fit, fitted
from annotator.jsonl_lines import ForeignLine
from annotator.store.import_.context import ImportContext
from annotator.store.import_.find_text import Found, Texts
from annotator.store.import_.statements import NAMESPACE, StatementImporter
from annotator.store.tables.json_values import dumps

_SHOWN = 12
"""Kinds of labels that a file's remarks name."""


class _Unit(NamedTuple):
    """The paragraph or article that an annotation is about, with its evidence in the article."""

    article_id: str
    paragraph: int
    evidence: tuple[int, int] | None
    is_article: bool


class AnnotationImporter:
    """Writes annotations of other programs as statements and labels of paragraphs and articles."""

    def __init__(self, context: ImportContext, statements: StatementImporter) -> None:
        self._context = context
        self._statements = statements
        self._texts = Texts(context.store, context.places)
        self._codebook: Codebook = context.store.codebooks.current()
        self._made: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self._used: dict[tuple[str, str], set[str]] = {}
        self._lost: Counter[tuple[str, str]] = Counter()
        self._n_taken = 0

    def row(self, one: Annotation, mapping: Mapping) -> None:
        """Bring an annotation, or count why it cannot be taken.

        Raises:
            IngestError: It names no coder, or a coder whose work the caller may not change.
        """
        found = self._texts.find(one)
        if not isinstance(found, Found):
            self._leave_out(one, found)
            return
        variable = self._codebook.variable(unquote(one.file[1]))
        fit = fitted(self._codebook, mapping, one.labels, None if variable is None else variable.name)
        for label in fit.unknown:
            self._lose(one, f"labels {label}, which the codebook does not have (--mapping FILE can name them)")
        facts = {key: value for key, value in one.facts.items() if value is not None}
        if fit.speakers and "speakers" not in facts:
            facts["speakers"] = fit.speakers
        if one.labels and not fit.values and not facts:
            self._context.leave_out()
            return
        unit = self._unit(one, found, fit, is_state="state" in facts)
        if unit is None:
            self._leave_out(one, "labels of whole articles, for variables of statements or paragraphs")
            return
        coder = self._coder(one, mapping, is_of_variable=variable is not None)
        self._statements.row(self._line(one, unit, fit, facts, coder))
        self._n_taken += 1

    def merged(self, found: Iterable[tuple[Place, Annotation]]) -> Iterator[tuple[Place, Annotation]]:
        """Annotations of a file; a set, of which each category has a span of its own, comes as one."""
        for place, group in groupby(found, key=lambda each: each[0]):
            kept: dict[Any, Annotation] = {}
            for n, (_, one) in enumerate(group):
                variable = self._codebook.variable(unquote(one.file[1]))
                is_set = variable is not None and variable.level == "set" and one.span is not None
                key = (one.coder, one.span, one.facts.get("statement_id")) if is_set else n
                before = kept.get(key)
                kept[key] = one if before is None else before._replace(labels=(*before.labels, *one.labels))
            yield from ((place, one) for one in kept.values())

    def remark(self) -> None:
        """Say what could not be taken.

        Raises:
            IngestError: Nothing could be taken.
        """
        said = [f"{path}: not imported: {Lost(what, n)}" for (path, what), n in self._lost.most_common()]
        if said and not self._n_taken:
            raise IngestError("; ".join(said[:3]))
        self._context.remarks += said[:_SHOWN]
        if len(said) > _SHOWN:
            n = sum(n for _, n in self._lost.most_common()[_SHOWN:])
            self._context.remarks.append(f"not imported: {n} more, of {len(said) - _SHOWN} other kinds")

    def _leave_out(self, one: Annotation, what: str) -> None:
        self._context.leave_out()
        self._lose(one, what)

    def _lose(self, one: Annotation, what: str) -> None:
        self._lost[one.place.path, what] += 1

    def _unit(self, one: Annotation, found: Found, fit: Fit, *, is_state: bool) -> _Unit | None:
        scopes = {self._scope(name) for name in fit.values}
        is_statement = not is_state and (not scopes or "statement" in scopes)
        if one.span is None:
            paragraph = found.paragraph if found.paragraph is not None else self._only_paragraph(found.article_id)
            if paragraph is None and scopes == {"article"}:
                return _Unit(found.article_id, 0, None, is_article=True)
            return None if paragraph is None else _Unit(found.article_id, paragraph, None, is_article=False)
        start, end = found.place(*one.span)
        paragraph = self._texts.paragraph_at(found.article_id, start, end)
        evidence = (start, end) if is_statement and one.facts.get("has_evidence", True) else None
        return None if paragraph is None else _Unit(found.article_id, paragraph, evidence, is_article=False)

    def _only_paragraph(self, article_id: str) -> int | None:
        known = self._context.places.find(article_id)
        return next(iter(known.paragraphs)) if known is not None and len(known.paragraphs) == 1 else None

    def _scope(self, name: str) -> str:
        variable = self._codebook.variable(name)
        return variable.scope if variable else "statement"

    def _coder(self, one: Annotation, mapping: Mapping, *, is_of_variable: bool) -> str | None:
        """The coder: as named, as the mapping says, or after the file or its folder."""
        if self._context.coder_of_all is not None:
            return None
        named = mapping.constants.get("coder") or one.coder
        folder, stem = one.file
        name = str(named) if named else unquote(folder if is_of_variable else stem) or None
        if name is not None and one.kind is not None and not self._context.has_coder(name):
            self._context.coder(name, one.kind)
        return name

    def _line(self, one: Annotation, unit: _Unit, fit: Fit, facts: dict[str, Any], coder: str | None) -> ForeignLine:
        """The annotation as a row: a statement, unless it says something of a paragraph or an article alone."""
        facts.pop("has_evidence", None)
        scopes = {self._scope(name) for name in fit.values}
        is_statement = "state" not in facts and (not scopes or "statement" in scopes)
        own = facts.pop("statement_id", None)
        fields: dict[str, Any] = {"article_id": unit.article_id, "paragraph": unit.paragraph, "coder": coder}
        if is_statement:
            who = self._context.coder_of_all or coder or ""
            fields["statement_id"] = own or self._statement_id(one, unit, who, fit.values)
            fields["speakers"] = facts.pop("speakers", None)
            if unit.evidence is not None and not self._texts.is_without_evidence(
                fields["statement_id"], *unit.evidence
            ):
                fields["evidence_start"], fields["evidence_end"] = unit.evidence
            if fields["speakers"] is None and unit.evidence is None and not fit.values:
                fields["speakers"] = []
        else:
            facts.pop("speakers", None)
        return ForeignLine.model_validate({**fields, **facts, **fit.values})

    def _statement_id(self, one: Annotation, unit: _Unit, coder: str, values: dict[str, Any]) -> str:
        """The id of a statement that came without one.

        Several files may speak of one statement, each of another variable. So it is the coder's first statement on
        these words that this file has not spoken of: one with these labels, else one without others, else any. If
        there is none, it is new.
        """
        key = dumps([unit.article_id, unit.paragraph, coder, unit.evidence])
        if key not in self._made:
            self._made[key] = self._texts.statements_on(unit.article_id, unit.paragraph, coder, unit.evidence)
        made, used = self._made[key], self._used.setdefault((key, one.place.path), set())
        free = [known for known in made if known[0] not in used]
        same = (known for known in free if all(known[1].get(name) == value for name, value in values.items()))
        fitting = (known for known in free if not set(values) & set(known[1]))
        found = next(same, None) or next(fitting, None) or next(iter(free), None)
        if found is None:
            found = (str(uuid5(NAMESPACE, f"{key}{len(made)}")), {})
            made.append(found)
        used.add(found[0])
        found[1].update(values)
        return found[0]
