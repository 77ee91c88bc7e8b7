"""Adjudication dialogs: decide each difference, change one value of the gold, add a statement that no coder has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from textual.app import App

from annotator.app.dialogs.ask_value import Offer, ask_value
from annotator.app.dialogs.prompt import TAKES_LINE, Found, Prompt
from annotator.codebook.model import Codebook, Variable
from annotator.errors import UsageError
from annotator.model import DONE, State, Value
from annotator.reports.differences.adjudication import Question, gold_from_answers, in_words, n_questions, next_question
from annotator.reports.differences.disagreements import STATE, STATEMENT
from annotator.reports.differences.same_statements import joint_evidence
from annotator.reports.differences.side_by_side import FALLS, STANDS, SideBySide
from annotator.store.changes.adjudication import GoldParagraph, GoldStatement
from annotator.text.clauses import sentence_units
from annotator.text.named_span import named_span
from annotator.text.search_text import holds_words
from annotator.text.terminal_text import one_line

WHY = "why? (may stay empty)"
_SHOWN = {STANDS: "it stands", FALLS: "it is not a statement"}


class Bench(NamedTuple):
    """What an adjudicator works with.

    Attributes:
        app: The application.
        codebook: The codebook in force.
        names: The canonical names of the registry.
        text: The text of the paragraph.
        start: Where the paragraph begins in the article.
    """

    app: App[Any]
    codebook: Codebook
    names: Callable[[], Sequence[str]]
    text: str
    start: int


async def ask_each(bench: Bench, side: SideBySide) -> GoldParagraph | None:
    """Ask for each difference which value becomes gold, then for the reason.

    Returns:
        The decision; None if the adjudicator left before the end.
    """
    answers: dict[tuple[int, str], Value | None] = {}
    most = n_questions(side)
    while (question := next_question(side, answers, bench.codebook)) is not None:
        what = f"{len(answers) + 1} of at most {most} · {_what(question)}: which is right?"
        statements = side.units[question.unit].statements
        answer = await _ask(bench, question, what, _words(bench, joint_evidence(statements)))
        if answer is None:
            return None
        answers[question.unit, question.row.name] = answer[0]
    hint = "Enter makes the paragraph gold · Esc leaves it open"
    reason = await bench.app.push_screen_wait(Prompt(WHY, None, "", hint))
    if reason is None:
        return None
    return gold_from_answers(side, answers, bench.codebook)._replace(reason=reason.strip() or None)


async def change_gold(bench: Bench, gold: GoldParagraph) -> GoldParagraph | None:
    """Change one thing of the gold: a value, the evidence or the speakers of a statement, or take a statement away.

    Raises:
        UsageError: The evidence is not in the paragraph.
    """
    fields = _fields(bench, gold)

    def find(text: str) -> list[Found]:
        return [Found(str(i), shown) for i, (_, _, shown) in enumerate(fields) if holds_words(shown, text)]

    chosen = await bench.app.push_screen_wait(Prompt("what of the gold do you change?", find, "", TAKES_LINE))
    if chosen is None:
        return None
    n, name, _ = fields[int(chosen)]
    if name == STATE:
        return await _change_state(bench, gold)
    if n == 0:
        labels = await _change_label(bench, name, gold.labels)
        return None if labels is None else gold._replace(labels=labels)
    statements = list(gold.statements)
    if name == STATEMENT:
        del statements[n - 1]
        is_coded = bool(statements or gold.labels)
        return gold._replace(statements=tuple(statements), state="coded" if is_coded else "no claim")
    changed = await _change_statement(bench, statements[n - 1], name)
    if changed is None:
        return None
    statements[n - 1] = changed
    return gold._replace(statements=tuple(statements))


async def new_statement(bench: Bench) -> GoldStatement | None:
    """A statement that no coder has: its evidence, then each variable that is asked.

    Raises:
        UsageError: The evidence is not in the paragraph.
    """
    span = await _ask_evidence(bench, "evidence of the new statement")
    if span is None:
        return None
    values: dict[str, Value] = {}
    for variable in bench.codebook.asked("statement"):
        if not _is_asked(variable, values):
            continue
        question = f"{variable.title} of the new statement"
        answer = await ask_value(bench.app, variable, question, (), bench.names)
        if answer is None:
            return None
        if answer[0] is not None:
            values[variable.name] = answer[0]
    return _with_values(bench, GoldStatement(span, (), {}), values)


async def gold_is_meant(app: App[Any]) -> bool:
    """Ask a coder on the labelling screen to confirm that a key shall make the paragraph gold."""
    question = "adjudicate this paragraph? This writes the gold layer, not your own coding"
    return await _confirmed(app, question, "no, leave it open", "yes: this becomes gold")


async def replacement_is_meant(app: App[Any], decided_by: str) -> bool:
    """Ask to confirm that a key shall replace the gold that a paragraph has, which somebody decided."""
    question = f"this paragraph has other gold, by {one_line(decided_by)}; replace it?"
    return await _confirmed(app, question, "no, keep it (e changes single values)", "yes: replace it")


async def _confirmed(app: App[Any], question: str, no: str, yes: str) -> bool:
    choices = [Found("", no), Found("yes", yes)]

    def find(text: str) -> list[Found]:
        return [one for one in choices if holds_words(one.shown, text)]

    return await app.push_screen_wait(Prompt(question, find, "", TAKES_LINE)) == "yes"


async def _ask(bench: Bench, question: Question, what: str, evidence: str) -> tuple[Value | None] | None:
    """The answer to a question: what a coder said, or another value."""
    row = question.row
    variable = bench.codebook.variable(row.name)
    offers = [
        Offer(answer.value, f"{_SHOWN.get(answer.shown, answer.shown)}: {', '.join(answer.coders)}", answer.is_majority)
        for answer in row.answers
    ]
    if row.name == STATE:
        said = {answer.value for answer in row.answers}
        offers += [Offer(state, f"{state}: nobody", False) for state in sorted(DONE - {"coded"}) if state not in said]
    return await ask_value(bench.app, variable, what, offers, bench.names, evidence)


def _what(question: Question) -> str:
    """What a question is about."""
    title = one_line(question.row.title)
    if question.unit == 0:
        return title
    return f"statement {question.unit}" + ("" if question.row.name == STATEMENT else f", {title}")


def _fields(bench: Bench, gold: GoldParagraph) -> list[tuple[int, str, str]]:
    """What can be changed: the statement (0 is the paragraph itself), the name, and a line that shows it."""
    fields = [] if gold.statements else [(0, STATE, f"state: {gold.state}")]
    fields += [
        (0, variable.name, _line(variable, gold.labels.get(variable.name)))
        for variable in bench.codebook.asked("paragraph")
        if _is_asked(variable, gold.labels)
    ]
    for n, one in enumerate(gold.statements, 1):
        values = _values(bench, one)
        fields += [
            (n, variable.name, f"statement {n} · {_line(variable, values.get(variable.name))}")
            for variable in bench.codebook.asked("statement")
            if _is_asked(variable, {**gold.labels, **values})
        ]
        words = _words(bench, one.evidence) or "all of the paragraph"
        fields += [(n, "", f"statement {n} · evidence: {words}"), (n, STATEMENT, f"statement {n}: take it away")]
    return fields


async def _change_state(bench: Bench, gold: GoldParagraph) -> GoldParagraph | None:
    offers = [Offer(state, state, False) for state in sorted(DONE - {"coded"})]
    if gold.labels:
        offers.insert(0, Offer("coded", "coded", False))
    answer = await ask_value(bench.app, None, "state of the paragraph", offers, bench.names)
    if answer is None:
        return None
    state: State = next(state for state in DONE if state == answer[0])
    return gold._replace(state=state)


async def _change_label(bench: Bench, name: str, labels: Mapping[str, Value]) -> dict[str, Value] | None:
    variable = bench.codebook.variable(name)
    assert variable is not None  # noqa: S101 (it was offered)
    held = [value for value in [labels.get(name)] if value is not None]
    answer = await ask_value(bench.app, variable, variable.title, _offers(held), bench.names)
    if answer is None:
        return None
    kept = {key: value for key, value in labels.items() if key != name}
    return kept if answer[0] is None else {**kept, name: answer[0]}


async def _change_statement(bench: Bench, one: GoldStatement, name: str) -> GoldStatement | None:
    if not name:
        span = await _ask_evidence(bench, "evidence of the statement")
        return None if span is None else one._replace(evidence=span)
    values = await _change_label(bench, name, _values(bench, one))
    return None if values is None else _with_values(bench, one, values)


async def _ask_evidence(bench: Bench, what: str) -> tuple[int, int] | None:
    """Evidence within the article: a sentence by its number, words, or the whole paragraph."""
    found = sentence_units(bench.text, open_at_start=False)

    def find(text: str) -> list[Found]:
        if text.strip():
            try:
                start, end = named_span(bench.text, found, text.strip())
            except UsageError as error:
                return [Found("", f"✗ {error}")]
            return [Found(f"{start} {end}", one_line(bench.text[start:end]))]
        listed = [Found(f"{s} {e}", f"{i} {one_line(bench.text[s:e])}") for i, (s, e) in enumerate(found, 1)]
        return [*listed, Found(f"0 {len(bench.text)}", "all of the paragraph")]

    hint = f"type words of the paragraph or the number of a sentence · {TAKES_LINE}"
    chosen = await bench.app.push_screen_wait(Prompt(what, find, "", hint))
    if not chosen:
        return None
    start, _, end = chosen.partition(" ")
    return bench.start + int(start), bench.start + int(end)


def _values(bench: Bench, one: GoldStatement) -> dict[str, Value]:
    """The labels of a statement, its speakers among them."""
    speaker = bench.codebook.speaker
    return {**({speaker.name: list(one.speakers)} if speaker is not None and one.speakers else {}), **one.labels}


def _with_values(bench: Bench, one: GoldStatement, values: Mapping[str, Value]) -> GoldStatement:
    """A statement with these values; those that are not asked any more go."""
    asked = {v.name for v in bench.codebook.asked("statement") if _is_asked(v, values)}
    kept = {name: value for name, value in values.items() if name in asked}
    speaker = bench.codebook.speaker
    names = kept.pop(speaker.name, []) if speaker is not None else []
    return one._replace(speakers=tuple(names) if isinstance(names, list) else (str(names),), labels=kept)


def _is_asked(variable: Variable, values: Mapping[str, Value]) -> bool:
    """Whether a variable is asked, as far as these values say: its conditions on variables that have none here hold."""
    for name, categories in variable.conditions().items():
        value = values.get(name)
        if value is not None and not set(value if isinstance(value, list) else [str(value)]) & set(categories):
            return False
    return True


def _offers(held: Sequence[Value]) -> list[Offer]:
    return [Offer(value, in_words(value), False) for value in held]


def _line(variable: Variable, value: Value | None) -> str:
    return f"{one_line(variable.title)}: {'–' if value is None else one_line(in_words(value))}"


def _words(bench: Bench, evidence: tuple[int, int] | None) -> str:
    """The words of evidence; empty without any."""
    return "" if evidence is None else one_line(bench.text[evidence[0] - bench.start : evidence[1] - bench.start])
