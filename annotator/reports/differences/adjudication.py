"""Gold from codings: one coder's as a whole, the majority, what all coded alike, or decided value by value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from annotator.codebook.model import Codebook
from annotator.model import DONE, State, Value
from annotator.records import LabelRecord, ParagraphRecord, ReviewRecord, Selection, StatementRecord
from annotator.reports.differences.disagreements import STATE, STATEMENT, Comparer
from annotator.reports.differences.same_statements import joint_evidence
from annotator.reports.differences.side_by_side import STANDS, Row, SideBySide, Unit, side_by_side
from annotator.reports.garbage_pause import keep_records
from annotator.store import Store
from annotator.store.changes.adjudication import GoldParagraph, GoldStatement
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.read.comparison import merged_names, passed_places

Answers = Mapping[tuple[int, str], Value | None]
"""Decided values: by unit (0 is the paragraph, 1 the first statement) and the name of the row."""


class Question(NamedTuple):
    """Something to decide: the unit (0 is the paragraph itself) and what the coders say."""

    unit: int
    row: Row


class Majority(NamedTuple):
    """What more than half of the coders say, and the questions on which no answer has a majority."""

    gold: GoldParagraph
    ties: tuple[Question, ...]


def gold_of_coder(paragraph: ParagraphRecord, review: ReviewRecord) -> GoldParagraph:
    """One coder's work on a paragraph as gold."""
    statements = tuple(map(_adjudicated, paragraph.statements_of(review.coder)))
    return GoldParagraph(review.state, statements, _values(review.labels))


def unanimous(store: Store, phases: Sequence[str] = ()) -> dict[int, GoldParagraph | None]:
    """Paragraphs that two or more human coders are done with: what they all say, or None where they differ.

    Statements are alike if they are matched and no variable differs; of their evidence the most typical stands. A
    paragraph without a difference that fewer than two have looked at, because it was passed, is left out.

    Args:
        store: The project.
        phases: Only codings of these phases; by default all but those of training.
    """
    found: dict[int, GoldParagraph | None] = {}
    selection = AssignmentPlan(store).without_training(Selection(phases=tuple(phases)))
    with keep_records(), store.records(selection, coders="human") as snapshot:
        names = merged_names(snapshot.chosen)
        comparer, passed = Comparer(snapshot.codebook, names), passed_places(snapshot.chosen)
        for paragraph in snapshot.paragraphs():
            done = list(paragraph.done.values())
            if len(done) > 1:
                n_judged = sum((paragraph.id, review.coder) not in passed for review in done)
                differ = any(True for a, b in combinations(done, 2) for _ in comparer.pair(paragraph, a, b))
                if not differ and n_judged < 2:
                    continue
                side = None if differ else side_by_side(paragraph, snapshot.codebook, names)
                found[paragraph.id] = side and gold_from_answers(side, {}, snapshot.codebook)
    return found


def majority(side: SideBySide, codebook: Codebook) -> Majority:
    """What more than half of the coders say. A question without such an answer is a tie."""
    answers: dict[tuple[int, str], Value | None] = {}
    ties = []
    while (question := next_question(side, answers, codebook)) is not None:
        first = question.row.majority
        if first is None:
            ties.append(question)
        answers[question.unit, question.row.name] = question.row.answers[0].value
    return Majority(gold_from_answers(side, answers, codebook), tuple(ties))


def next_question(side: SideBySide, answers: Answers, codebook: Codebook) -> Question | None:
    """The first question that is still open after these answers, in the order of the text; None after the last."""
    for n, unit in enumerate(side.units):
        for row in unit.differing:
            is_open = (n, row.name) not in answers and not (row.name == STATE and side.statements)
            if is_open and _stands(n, unit, answers) and _is_asked(n, unit, row.name, side, answers, codebook):
                return Question(n, row)
    return None


def n_questions(side: SideBySide) -> int:
    """The largest number of questions that can be asked."""
    return sum(len(unit.differing) for unit in side.units) - bool(side.statements and side.paragraph.rows[0].differs)


def gold_from_answers(side: SideBySide, answers: Answers, codebook: Codebook) -> GoldParagraph:
    """The gold that these answers make; what all coders said alike stands as it is."""
    labels = _labels(0, side.paragraph, side, answers, codebook)
    statements = tuple(
        _statement(n, unit, side, answers, codebook)
        for n, unit in enumerate(side.statements, 1)
        if _stands(n, unit, answers)
    )
    if statements:
        return GoldParagraph("coded", statements, labels)
    return GoldParagraph(_state(side, answers, labels), (), labels)


def gold_lines(gold: GoldParagraph, codebook: Codebook) -> Iterator[str]:
    """The gold of a paragraph, a line a statement and one for the paragraph's own labels."""
    if gold.labels:
        yield _labels_in_words(gold.labels, codebook)
    for one in gold.statements:
        yield f"{', '.join(one.speakers) or 'no speaker'}: {_labels_in_words(one.labels, codebook)}"


def _labels_in_words(labels: Mapping[str, Value], codebook: Codebook) -> str:
    """Labels under the titles that variables have on the screen, in the codebook's order."""
    known = [one for one in codebook.variables if one.name in labels]
    others = [name for name in labels if codebook.variable(name) is None]
    named = [*((one.title, one.name) for one in known), *((name, name) for name in others)]
    return ", ".join(f"{title} {in_words(labels[name])}" for title, name in named)


def in_words(value: Value) -> str:
    """A gold value in words."""
    return " + ".join(value) if isinstance(value, list) else str(value)


def _stands(n: int, unit: Unit, answers: Answers) -> bool:
    """Whether a unit is part of the gold: the paragraph itself is, a statement if it was decided so, or all have it."""
    if unit.stands is None:
        return True
    return answers.get((n, STATEMENT), unit.stands.answers[0].value if not unit.stands.differs else STANDS) == STANDS


def _is_asked(n: int, unit: Unit, name: str, side: SideBySide, answers: Answers, codebook: Codebook) -> bool:
    """Whether a variable is asked of a unit, given the values of the paragraph and the statement that are decided."""
    variable = codebook.variable(name)
    values = _decided(side.paragraph, 0, answers) | (_decided(unit, n, answers) if n else {})
    for other, categories in variable.conditions().items() if variable is not None else ():
        depends_on = codebook.variable(other)
        if depends_on is not None and depends_on.scope != "article":
            value = values.get(other)
            if value is None or not set(value if isinstance(value, list) else [str(value)]) & set(categories):
                return False
    return True


def _decided(unit: Unit, n: int, answers: Answers) -> dict[str, Value]:
    """The values of a unit's variables, as they are decided or all coders say."""
    found = {row.name: answers.get((n, row.name), row.answers[0].value) for row in unit.rows}
    return {name: value for name, value in found.items() if value is not None}


def _labels(n: int, unit: Unit, side: SideBySide, answers: Answers, codebook: Codebook) -> dict[str, Value]:
    found = _decided(unit, n, answers)
    found.pop(STATE, None)
    return {name: value for name, value in found.items() if _is_asked(n, unit, name, side, answers, codebook)}


def _statement(n: int, unit: Unit, side: SideBySide, answers: Answers, codebook: Codebook) -> GoldStatement:
    """A gold statement; its evidence is that of the coder whose labels were right most often."""
    labels = _labels(n, unit, side, answers, codebook)
    who = codebook.speaker.name if codebook.speaker is not None else None
    speakers = labels.pop(who, []) if who is not None else []
    decided = {**labels, **({who: speakers} if who is not None else {})}
    right: Counter[str] = Counter({one.coder: 0 for one in unit.statements})
    for row in unit.rows:
        for answer in row.answers:
            if row.differs and answer.value == decided.get(row.name):
                right.update(answer.coders)
    most = max(right.values())
    best = tuple(one for one in unit.statements if right[one.coder] == most)
    evidence = joint_evidence(best) or joint_evidence(unit.statements)
    ids = tuple(one.statement_id for one in unit.statements)
    return GoldStatement(evidence, tuple(speakers) if isinstance(speakers, list) else (), labels, ids)


def _state(side: SideBySide, answers: Answers, labels: Mapping[str, Value]) -> State:
    """The state of a paragraph of which no statement stands."""
    said = answers.get((0, STATE), side.paragraph.rows[0].answers[0].value)
    if not side.statements:
        return next(state for state in DONE if state == said) if said != "coded" or labels else "no claim"
    # What most of those said who had no statement, else that there is no claim.
    others = Counter(review.state for review in side.reviews if review.state != "coded")
    return others.most_common(1)[0][0] if others else ("coded" if labels else "no claim")


def _adjudicated(one: StatementRecord) -> GoldStatement:
    span = None if one.evidence_start is None or one.evidence_end is None else (one.evidence_start, one.evidence_end)
    return GoldStatement(span, tuple(one.speakers), _values(one.labels), (one.statement_id,))


def _values(labels: Mapping[str, LabelRecord]) -> dict[str, Value]:
    return {name: label.value for name, label in labels.items()}
