"""All codings of a paragraph side by side: who says what, and what more than half of the coders say."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from annotator.codebook.model import Codebook, Variable
from annotator.model import Value
from annotator.records import ParagraphRecord, ReviewRecord, StatementRecord
from annotator.reports.compared.measures import Reader, is_set_valued
from annotator.reports.differences.disagreements import STATE, STATEMENT, words
from annotator.reports.differences.same_statements import same_statements

STANDS, FALLS = "stands", "falls"


class Answer(NamedTuple):
    """One answer to a question, and who gave it.

    Attributes:
        value: The value as gold keeps it; None for no label.
        shown: The value in words.
        coders: The coders who gave it.
        is_majority: Whether they are more than half of those asked.
    """

    value: Value | None
    shown: str
    coders: tuple[str, ...]
    is_majority: bool


class Row(NamedTuple):
    """What the coders say of one thing: the answer of most coders first.

    Attributes:
        name: The variable's name, `state` or `statement`.
        title: What people call it.
        answers: The different answers.
    """

    name: str
    title: str
    answers: tuple[Answer, ...]

    @property
    def differs(self) -> bool:
        """Whether the coders do not all say the same."""
        return len(self.answers) > 1

    @property
    def majority(self) -> Answer | None:
        """The answer of more than half of the coders, or of all."""
        first = self.answers[0]
        return first if first.is_majority else None

    def of(self, coder: str) -> Answer | None:
        """A coder's answer; None if they were not asked."""
        return next((answer for answer in self.answers if coder in answer.coders), None)


class Unit(NamedTuple):
    """The paragraph itself, or statements of several coders that are taken to be the same.

    Attributes:
        statements: The statements; none for the paragraph itself.
        stands: Who has the statement; None for the paragraph itself.
        rows: What they say, a row for each variable.
    """

    statements: tuple[StatementRecord, ...]
    stands: Row | None
    rows: tuple[Row, ...]

    def guessed_by(self, name: str) -> frozenset[str]:
        """The coders whose label of a variable was guessed from the text and left so."""
        labels = ((one.coder, one.labels.get(name)) for one in self.statements)
        return frozenset(coder for coder, label in labels if label is not None and label.origin == "guess")

    @property
    def differing(self) -> list[Row]:
        """The rows in which the coders differ, whether the statement stands among them."""
        return [row for row in (self.stands, *self.rows) if row is not None and row.differs]


class SideBySide(NamedTuple):
    """A paragraph with the work of all coders who are done with it.

    Attributes:
        place: The paragraph.
        coders: The coders, by name.
        paragraph: What they say of the paragraph itself.
        statements: The statements, in the order of the text.
    """

    place: ParagraphRecord
    coders: tuple[str, ...]
    paragraph: Unit
    statements: tuple[Unit, ...]

    @property
    def units(self) -> tuple[Unit, ...]:
        """The paragraph itself, then the statements."""
        return (self.paragraph, *self.statements)

    @property
    def reviews(self) -> list[ReviewRecord]:
        """The coders' reviews, in the order of their names."""
        return list(self.place.done.values())


def side_by_side(place: ParagraphRecord, codebook: Codebook, merged_names: Mapping[str, str]) -> SideBySide:
    """Put the codings of a paragraph side by side.

    Args:
        place: The paragraph, with everybody's work on it.
        codebook: The codebook in force.
        merged_names: What the names of merged registry entries stand for now.
    """
    reader = Reader(codebook, merged_names)
    done = place.done
    asked = [variable for variable in codebook.variables if variable.enabled]
    rows = [_row(STATE, STATE, [(coder, review.state, review.state) for coder, review in done.items()])]
    for variable in asked:
        if variable.scope == "paragraph":
            labels = ((coder, review.labels.get(variable.name)) for coder, review in done.items())
            given = [(coder, label and (label.value, label.origin)) for coder, label in labels]
            rows.append(_of_variable(reader, variable, given))
    statements = [
        _statement(reader, list(done), group, [v for v in asked if v.scope == "statement"])
        for group in (same_statements(place) if codebook.has_statements else ())
    ]
    return SideBySide(place, tuple(done), Unit((), None, tuple(rows)), tuple(statements))


def _statement(
    reader: Reader, coders: Sequence[str], group: tuple[StatementRecord, ...], asked: Sequence[Variable]
) -> Unit:
    holders = {one.coder for one in group}
    said = [(coder, STANDS if coder in holders else FALLS) for coder in coders]
    stands = _row(STATEMENT, STATEMENT, [(coder, answer, answer) for coder, answer in said])
    rows = []
    for variable in asked:
        if variable is reader.codebook.speaker:
            named = [(one.coder, (one.speakers, "coder") if one.mentions else None) for one in group]
            rows.append(_of_variable(reader, variable, named))
        else:
            labels = [(one.coder, one.labels.get(variable.name)) for one in group]
            given = [(coder, label and (label.value, label.origin)) for coder, label in labels]
            rows.append(_of_variable(reader, variable, given))
    return Unit(group, stands, tuple(rows))


def _of_variable(reader: Reader, variable: Variable, given: Sequence[tuple[str, Any]]) -> Row:
    """The row of a variable; given are the coders with their values and origins.

    A default of the codebook is not a decision, but it is kept where nobody decided otherwise.
    """
    said: list[tuple[str, Hashable, Value | None]] = []
    for coder, label in given:
        if label is None:
            said.append((coder, None, None))
        elif variable.level == "text":
            said.append((coder, str(label[0]), label[0]))
        else:
            read = reader.label(variable, *label)[0]
            is_default = read is None and label[1] == "default"
            said.append((coder, read, label[0] if is_default else _value(variable, read, label[0])))
    return _row(variable.name, variable.title, said)


def _value(variable: Variable, read: Any, said: Value) -> Value | None:
    """A label as gold keeps it: sets in the codebook's order, names in the coder's."""
    if read is None:
        return None
    if not is_set_valued(variable):
        return read if isinstance(read, str) else said
    if variable.level == "set":
        return [name for name in variable.names if name in read]
    order = list(said) if isinstance(said, list) else [str(said)]
    kept = [name for name in order if name in read]
    return kept + sorted(read - set(kept))


def _row(name: str, title: str, said: Sequence[tuple[str, Hashable, Value | None]]) -> Row:
    """The answers, those of most coders first; no label comes last among equals."""
    found: dict[Hashable, list[tuple[str, Value | None]]] = {}
    for coder, read, value in said:
        found.setdefault(read, []).append((coder, value))
    ordered = sorted(found.items(), key=lambda one: (-len(one[1]), one[0] is None, words(one[0])))
    answers = []
    for read, given in ordered:
        value = next((value for _, value in given if value is not None), None)
        coders = tuple(coder for coder, _ in given)
        answers.append(Answer(value, words(read), coders, is_majority=len(given) * 2 > len(said)))
    return Row(name, title, tuple(answers))
