"""State of a session in sentences, for screen readers, pipes and scripts."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.codebook.model import Variable
from annotator.errors import UsageError
from annotator.model import JOURNALIST, Statement, Value
from annotator.records import SET_ASIDE
from annotator.session import form
from annotator.session.cursor import Cursor
from annotator.session.session import Session
from annotator.session.told_history import told_steps
from annotator.text.quotation import quoted
from annotator.text.terminal_text import one_line

MOST_LISTED = 12


def paragraph(session: Session) -> Iterator[str]:
    """The coder's place and its records, one line each."""
    cursor = session.cursor
    article = cursor.article
    role = f"{cursor.role} (uncertain)" if cursor.is_role_doubtful else cursor.role
    title = f" “{one_line(article.title)}”" if article.title else ""
    yield (
        f"Article {article.row} {one_line(article.name)}{title}, paragraph {cursor.index + 1} of"
        f" {len(article.paragraphs)}, {role}, {cursor.state}{', flagged' if cursor.review.flag else ''}."
    )
    yield f"Text: {one_line(cursor.text)}"
    for i, statement in enumerate(cursor.statements):
        yield statement_line(session, i, statement)
    around = _around(session)
    if around:
        yield f"Of the paragraph and the article: {around}."
    if cursor.note:
        yield f"Note: {one_line(cursor.note)}"
    if cursor.sees_gold:
        yield from gold(session)
    else:
        yield from asked(session)


def history(session: Session) -> Iterator[str]:
    """What was done to the current statement, the newest step first, one line each.

    Raises:
        UsageError: There is no statement.
    """
    statement = session.cursor.statement
    if statement is None:
        raise UsageError("there is no statement here, so there is no history")
    text = session.cursor.article.raw_text
    changes = session.store.history.of_statement(statement.statement_id)
    for step in told_steps(changes, lambda start, end: text[start:end]):
        yield f"{step.at} {step.coder}, {step.what}: {'; '.join(step.changes)}."


def gold(session: Session) -> Iterator[str]:
    """Gold beside the coder's answer, one line each; nothing where it is not shown."""
    found = session.feedback.here()
    if found is None:
        return
    yield f"Gold: {found.heading}"
    for part in found.parts:
        yield f"{part.title[:1].upper()}{part.title[1:]}: {'; '.join(row.words for row in part.rows) or 'nothing'}."
        yield from (f"Rule: {rule}" for row in part.rows for rule in row.rules)
    if found.reason:
        yield f"Why: {one_line(found.reason)}"


def asked(session: Session) -> Iterator[str]:
    """The choices here: suggested speakers, and variables with their keys."""
    if session.instrument.codebook.speaker is not None:
        names = [f"{i} {one_line(one.name)}" for i, one in enumerate(session.suggestions.ranked(), 1)]
        yield f"Suggested speakers: {', '.join(names) or 'none'}; 0 is the journalist."
    prediction = session.predicted.of_current()
    if prediction is not None:
        yield f"Predicted speaker: {one_line(prediction.name)} ({prediction.reason}); giving the stance takes it."
    wanted = missing(session)
    if wanted:
        yield f"Asked: {', '.join(v.title for v in wanted)}."


def statement_line(session: Session, index: int, statement: Statement) -> str:
    """A statement in one sentence."""
    cursor = session.cursor
    mark = " (current)" if index == cursor.current and len(cursor.statements) > 1 else ""
    speakers = " and ".join(_speaker(m.words, m.name) for m in statement.speakers)
    parts = [f"speaker {speakers}"] if speakers else []
    for variable in session.instrument.codebook.variables:
        label = statement.labels.get(variable.name)
        if label is not None:
            aside = {"guess": " (guessed)", "sticky": " (carried on)", "default": " (default)"}.get(label.origin, "")
            parts.append(f"{variable.title} {value(label.value, variable)}{aside}")
    parts += ["flagged"] if statement.flag else []
    if statement.note:
        parts.append(f"note {one_line(statement.note)}")
    words = _evidence(cursor, statement)
    if index == cursor.current and words.endswith("”"):
        words += f", {session.evidence.place()}"
    said = ", ".join(parts) or "nothing yet"
    return f"Statement {index + 1} of {len(cursor.statements)}{mark}: {said}; evidence: {words}."


def state(session: Session) -> str:
    """The current statement, or the paragraph, and what is missing, in one sentence."""
    cursor = session.cursor
    if cursor.current is not None:
        told = statement_line(session, cursor.current, cursor.statements[cursor.current]).rstrip(".")
    else:
        told = _around(session) or f"Paragraph {cursor.index + 1} is {cursor.state}, no statement"
    wanted = missing(session)
    if not wanted:
        return f"{told}."
    return f"{told}; still missing: {', '.join(variable.title for variable in wanted)}."


def missing(session: Session) -> list[Variable]:
    """The required variables without a decision, of the current statement, or of one that is to be made."""
    cursor, codebook = session.cursor, session.instrument.codebook
    if cursor.state in SET_ASIDE:
        return []
    gaps = form.missing_of_unit(codebook, "paragraph", cursor.review.labels, cursor.around)
    if cursor.statement is not None:
        gaps += form.missing(codebook, cursor.statement, cursor.around)
    elif cursor.state in ("unseen", "open") and not any(map(form.is_decided, cursor.review.labels.values())):
        gaps += [v for v in form.asked(codebook, "statement", cursor.around) if v.required]
    return gaps


def choices(variable: Variable) -> str:
    """The possible values of a variable, in one sentence."""
    categories = [c for c, _ in variable.walk() if not c.retired]
    if not categories:
        kind = {"entity": "a name", "text": "a text"}.get(variable.level, "a number")
        return f"{variable.title} is {kind}."
    listed = [one_line(f"{c.first_key} {c.title}".strip()) for c in categories[:MOST_LISTED]]
    more = f" and {len(categories) - MOST_LISTED} more" if len(categories) > MOST_LISTED else ""
    several = "any of " if variable.level == "set" else ""
    how = "; | stands between several, and the same again takes one out" if several and len(categories) > 1 else ""
    return f"{variable.title} is {several}{', '.join(listed)}{more}{how}."


def value(held: Value, variable: Variable) -> str:
    """A label's value in words."""
    if isinstance(held, list):
        return " and ".join(one_line(variable.title_of(name)) for name in held)
    text = str(int(held) if isinstance(held, float) and held == int(held) else held)
    return one_line(variable.title_of(text))


def _around(session: Session) -> str:
    """The labels of the paragraph and of the article."""
    variables = [v for v in session.instrument.codebook.variables if v.scope != "statement" and v.enabled]
    labels = [(one, session.cursor.label(one)) for one in variables]
    return "; ".join(f"{one.title} {value(label.value, one)}" for one, label in labels if label is not None)


def _speaker(words: str, name: str) -> str:
    if name == JOURNALIST:
        return "the journalist"
    return one_line(name) if words == name else f"{one_line(name)} (“{one_line(words)}”)"


def _evidence(cursor: Cursor, statement: Statement) -> str:
    span = cursor.span_of(statement)
    if span is None:
        return "none"
    if span == (0, len(cursor.text)):
        return "the whole paragraph"
    return quoted(one_line(cursor.text[slice(*span)]))
