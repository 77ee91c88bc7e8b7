"""The units of a project with every coder's coding of them: statements that are the same, paragraphs, articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from annotator.codebook.model import Variable
from annotator.records import ArticleRecord, ParagraphRecord, StatementRecord
from annotator.reports.compared.measures import Measure, Reader, measure_of
from annotator.reports.differences.disagreements import STATE
from annotator.reports.differences.same_statements import Group, same_statements
from annotator.store.read.comparison import article_labels, merged_names
from annotator.store.read.snapshot import Snapshot

Values = Mapping[str, Any]


class Coding(NamedTuple):
    """What one coder said of a unit."""

    coder: str
    values: Values | None
    """The labels that count in agreement, by variable; None if the coder has no such statement."""
    statement: StatementRecord | None = None
    note: str | None = None

    @property
    def guessed(self) -> frozenset[str]:
        """The variables whose label was guessed from the text and left so."""
        labels = self.statement.labels.items() if self.statement is not None else ()
        return frozenset(name for name, label in labels if label.origin == "guess")

    @property
    def evidence(self) -> tuple[int, int] | None:
        """Start and end of the words it rests on, in the article."""
        one = self.statement
        if one is None or one.evidence_start is None or one.evidence_end is None:
            return None
        return one.evidence_start, one.evidence_end


class CodedUnit(NamedTuple):
    """A statement, a paragraph or an article."""

    kind: str
    """statement, paragraph or article."""
    codings: tuple[Coding, ...]
    """Of all coders who are done with it, by name; of an article, of those who labelled it."""


class UnitCodings:
    """Reads the units of one snapshot, as agreement understands their labels."""

    def __init__(self, snapshot: Snapshot, names: Sequence[str] = ()) -> None:
        """Read nothing yet.

        Args:
            snapshot: The project.
            names: Variables that are read although the codebook does not ask them any more.
        """
        codebook = snapshot.codebook
        self._snapshot = snapshot
        self._reader = Reader(codebook, merged_names(snapshot.chosen))
        found = [(v, measure_of(v)) for v in codebook.variables if v.enabled or v.name in names]
        self.measures: list[tuple[Variable, Measure]] = [(v, m) for v, m in found if m is not None]
        """The variables that can be compared, with how they are."""
        self.has_statements = codebook.has_statements
        """Whether the codebook asks about statements."""

    def of(self, part: str) -> list[tuple[Variable, Measure]]:
        """The variables of statements, paragraphs or articles."""
        return [(v, m) for v, m in self.measures if m.part == part]

    def paragraph(self, paragraph: ParagraphRecord) -> tuple[CodedUnit, ...]:
        """The paragraph itself, then its statements in the order of the text.

        Where everyone set a paragraph aside, it has no statements, as in agreement.
        """
        is_aside = all(review.is_set_aside for review in paragraph.done.values())
        groups = () if is_aside else same_statements(paragraph)
        return (self._itself(paragraph), *(self._statement(paragraph, group) for group in groups))

    def articles(self) -> dict[str, CodedUnit]:
        """The articles that coders labelled as a whole, by id."""
        said: dict[str, dict[str, dict[str, Any]]] = {}
        for variable, _ in self.of("article"):
            for article_id, coder, label in article_labels(self._snapshot.chosen, variable.name):
                value = self._reader.of_label(variable, label)[0]
                if value is not None:
                    said.setdefault(article_id, {}).setdefault(coder, {})[variable.name] = value
        return {
            article_id: CodedUnit("article", tuple(Coding(*one) for one in sorted(by_coder.items())))
            for article_id, by_coder in said.items()
        }

    def _itself(self, paragraph: ParagraphRecord) -> CodedUnit:
        """Labels of a coder who set the paragraph aside do not count."""
        codings = []
        for coder, review in paragraph.done.items():
            read = [] if review.is_set_aside else self.of("paragraph")
            labels = ((v.name, self._reader.of_label(v, review.labels.get(v.name))[0]) for v, _ in read)
            values = {STATE: review.state, **{name: label for name, label in labels if label is not None}}
            codings.append(Coding(coder, values, None, review.note))
        return CodedUnit("paragraph", tuple(codings))

    def _statement(self, paragraph: ParagraphRecord, group: Group) -> CodedUnit:
        made = {statement.coder: statement for statement in group}
        codings = []
        for coder in paragraph.done:
            one = made.get(coder)
            codings.append(Coding(coder, None) if one is None else Coding(coder, self._values(one), one, one.note))
        return CodedUnit("statement", tuple(codings))

    def _values(self, statement: StatementRecord) -> dict[str, Any]:
        read = ((v.name, self._reader.of_statement(v, statement)[0]) for v, _ in self.of("statement"))
        return {name: label for name, label in read if label is not None}


def plain_value(value: Any) -> Any:
    """A label as JSON holds it: a set is a sorted list."""
    return sorted(map(str, value)) if isinstance(value, frozenset) else value


def words(article: ArticleRecord, coding: Coding) -> str | None:
    """The words that a coding rests on."""
    return None if coding.evidence is None else article.raw_text[slice(*coding.evidence)]
