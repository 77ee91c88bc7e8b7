"""Gold from codings: one coder's as a whole, what all coded alike, or decided value by value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from annotator.codebook.model import Codebook
from annotator.model import DONE, State, Value
from annotator.records import LabelRecord, ParagraphRecord, ReviewRecord, StatementRecord
from annotator.reports.compared.collect import match
from annotator.reports.disagreements import STATE, STATEMENT, Comparer, Difference, Disagreement
from annotator.reports.garbage_pause import keep_records
from annotator.store import Store
from annotator.store.changes.adjudication import GoldParagraph, GoldStatement
from annotator.store.read.comparison import merged_names

A, B = "a", "b"
STANDS, FALLS = "stands", "falls"
_OTHER = "="
"""Before a category that neither coder chose."""


class Question(NamedTuple):
    """One question to decide: what differs, and the answers there are, each with a line that shows it."""

    difference: Difference
    choices: tuple[tuple[str, str], ...]


def gold_of_coder(paragraph: ParagraphRecord, review: ReviewRecord) -> GoldParagraph:
    """One coder's work on a paragraph as what stands of it."""
    statements = tuple(map(_adjudicated, paragraph.statements_of(review.coder)))
    return GoldParagraph(review.state, statements, _values(review.labels))


def unanimous(store: Store) -> dict[int, GoldParagraph | None]:
    """Paragraphs that two or more human coders are done with: what they all say, or None where they differ.

    Statements are alike if they are matched and no variable differs; of their evidence the longest stands.
    """
    found: dict[int, GoldParagraph | None] = {}
    with keep_records(), store.records(coders="human") as snapshot:
        comparer = Comparer(snapshot.codebook, merged_names(snapshot.chosen))
        for paragraph in snapshot.paragraphs():
            done = list(paragraph.done.values())
            if len(done) > 1:
                differ = any(True for a, b in combinations(done, 2) for _ in comparer.pair(paragraph, a, b))
                found[paragraph.id] = None if differ else _together(paragraph, done)
    return found


def _together(paragraph: ParagraphRecord, done: Sequence[ReviewRecord]) -> GoldParagraph:
    first = gold_of_coder(paragraph, done[0])
    same = [[one] for one in paragraph.statements_of(done[0].coder)]
    for other in done[1:]:
        made = paragraph.statements_of(other.coder)
        for i, j in match(paragraph, done[0].coder, other.coder).pairs:
            same[i].append(made[j])
    statements = [
        statement._replace(
            evidence=max(map(_evidence, group), key=lambda span: span[1] - span[0] if span else 0),
            of=tuple(one.statement_id for one in group),
        )
        for statement, group in zip(first.statements, same, strict=True)
    ]
    return first._replace(statements=tuple(statements))


def questions(one: Disagreement, codebook: Codebook) -> list[Question]:
    """The questions that decide a paragraph, in the order of the text."""
    return [
        Question(difference, _choices(one, difference, codebook))
        for comparison in one.comparisons
        for difference in comparison.differences
    ]


def gold_from_answers(one: Disagreement, answers: Sequence[str], codebook: Codebook) -> GoldParagraph:
    """What stands after these answers to the questions, one for each; what was said alike stands as it is."""
    left = iter(answers)
    statements: list[GoldStatement] = []
    labels: dict[str, Value] = {}
    state: State | None = None
    for comparison in one.comparisons:
        given = [(difference, next(left)) for difference in comparison.differences]
        if comparison.a is None and comparison.b is None:
            state, labels = _paragraph(one, given)
        elif comparison.a is not None and comparison.b is not None:
            statements.append(_both(comparison.a, comparison.b, given, codebook))
        elif given[0][1] == STANDS:
            statements.append(_adjudicated(comparison.a or comparison.b))  # type: ignore[arg-type]  # one of them is there
    if statements:
        return GoldParagraph("coded", tuple(statements), labels)
    if state is not None and (state != "coded" or labels):
        return GoldParagraph(state, (), labels)
    # No statement stands: what the one said who had none, else that there is no claim.
    for other in (one.a.state, one.b.state):
        if other != "coded":
            return GoldParagraph(other, (), labels)
    return GoldParagraph("no claim", (), labels)


def gold_lines(gold: GoldParagraph) -> Iterator[str]:
    """What stands, a line a statement and one for the paragraph's own labels."""
    if gold.labels:
        yield ", ".join(f"{name} {_words(value)}" for name, value in gold.labels.items())
    for one in gold.statements:
        parts = [", ".join(one.speakers) or "no speaker"]
        yield ": ".join([*parts, ", ".join(f"{name} {_words(value)}" for name, value in one.labels.items())])


def _words(value: Value) -> str:
    return " + ".join(value) if isinstance(value, list) else str(value)


def _paragraph(one: Disagreement, given: Sequence[tuple[Difference, str]]) -> tuple[State | None, dict[str, Value]]:
    """State and labels of the paragraph itself."""
    labels = _values(one.a.labels)
    state: State | None = one.a.state if one.a.state == one.b.state else None
    for difference, answer in given:
        if difference.variable == STATE:
            state = {A: one.a.state, B: one.b.state}.get(answer) or _state(answer)
        else:
            _take(labels, difference.variable, answer, _values(one.a.labels), _values(one.b.labels))
    return state, labels


def _state(answer: str) -> State:
    return next(state for state in DONE if state == answer.removeprefix(_OTHER))


def _both(
    a: StatementRecord, b: StatementRecord, given: Sequence[tuple[Difference, str]], codebook: Codebook
) -> GoldStatement:
    """A statement that both have; its evidence is that of the coder who was right more often."""
    labels, speakers = _values(a.labels), tuple(a.speakers)
    who = codebook.speaker.name if codebook.speaker is not None else None
    for difference, answer in given:
        if difference.variable == who:
            speakers = tuple(b.speakers if answer == B else a.speakers)
        else:
            _take(labels, difference.variable, answer, _values(a.labels), _values(b.labels))
    n_a, n_b = (sum(answer == side for _, answer in given) for side in (A, B))
    better = b if n_b > n_a else a
    return GoldStatement(_evidence(better) or _evidence(a), speakers, labels, (a.statement_id, b.statement_id))


def _take(labels: dict[str, Value], name: str, answer: str, a: Mapping[str, Value], b: Mapping[str, Value]) -> None:
    if answer.startswith(_OTHER):
        labels[name] = answer.removeprefix(_OTHER)
        return
    side = b if answer == B else a
    if name in side:
        labels[name] = side[name]
    else:
        labels.pop(name, None)


def _choices(one: Disagreement, difference: Difference, codebook: Codebook) -> tuple[tuple[str, str], ...]:
    if difference.variable == STATEMENT:
        return (STANDS, "it stands"), (FALLS, "it is not a statement")
    choices = [(A, f"‹{one.a.coder}›: {difference.a}"), (B, f"[{one.b.coder}]: {difference.b}")]
    said = {difference.a, difference.b}
    variable = codebook.variable(difference.variable)
    if difference.variable == STATE:
        choices += [(_OTHER + state, f"neither: {state}") for state in sorted(DONE - {"coded"} - said)]
    elif variable is not None and variable.level in ("nominal", "ordinal"):
        names = [c.name for c, _ in variable.walk() if not c.retired and c.name not in said]
        choices += [(_OTHER + name, f"neither: {name}") for name in names]
    return tuple(choices)


def _adjudicated(one: StatementRecord) -> GoldStatement:
    return GoldStatement(_evidence(one), tuple(one.speakers), _values(one.labels), (one.statement_id,))


def _evidence(one: StatementRecord) -> tuple[int, int] | None:
    return None if one.evidence_start is None or one.evidence_end is None else (one.evidence_start, one.evidence_end)


def _values(labels: Mapping[str, LabelRecord]) -> dict[str, Value]:
    return {name: label.value for name, label in labels.items()}
