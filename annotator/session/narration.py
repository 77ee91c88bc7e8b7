"""What a session shows, in sentences: for screen readers, pipes and scripts."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.codebook.model import Variable
from annotator.model import JOURNALIST, Statement, Value
from annotator.session import form
from annotator.session.session import Session
from annotator.text.terminal_text import one_line

MOST_LISTED = 12


def paragraph(session: Session) -> Iterator[str]:
    """Where the coder is and what stands there, a line each."""
    article, index = session.article, session.index
    title = f" “{one_line(article.title)}”" if article.title else ""
    yield (
        f"Article {article.row} {one_line(article.name)}{title}, paragraph {index + 1} of {len(article.paragraphs)},"
        f" {session.role}, {session.state}{', flagged' if session.review.flag else ''}."
    )
    yield f"Text: {one_line(session.text)}"
    for i, statement in enumerate(session.statements):
        yield statement_line(session, i, statement)
    labels = [told for v in session.codebook.variables if v.scope != "statement" and (told := _label(session, v))]
    if labels:
        yield f"Of the paragraph and the article: {'; '.join(labels)}."
    if session.note:
        yield f"Note: {one_line(session.note)}"
    yield from asked(session)


def asked(session: Session) -> Iterator[str]:
    """What can be said here: the suggestions, and the variables with their keys."""
    if session.codebook.speaker is not None:
        names = [f"{i} {one_line(name)}" for i, name in enumerate(session.suggestions(), 1)]
        yield f"Suggested speakers: {', '.join(names) or 'none'}; 0 is the journalist."
    wanted = missing(session)
    if wanted:
        yield f"Asked: {', '.join(v.title for v in wanted)}."


def statement_line(session: Session, index: int, statement: Statement) -> str:
    """A statement in one sentence."""
    mark = " (current)" if index == session.current and len(session.statements) > 1 else ""
    speakers = " and ".join(_speaker(m.words, m.name) for m in statement.speakers)
    parts = [f"speaker {speakers}"] if speakers else []
    for variable in session.codebook.variables:
        label = statement.labels.get(variable.name)
        if label is not None:
            aside = {"guess": " (guessed)", "sticky": " (carried on)", "default": " (default)"}.get(label.origin, "")
            parts.append(f"{variable.title} {value(label.value)}{aside}")
    parts += ["flagged"] if statement.flag else []
    if statement.note:
        parts.append(f"note {one_line(statement.note)}")
    words = _evidence(session, statement)
    said = ", ".join(parts) or "nothing yet"
    return f"Statement {index + 1} of {len(session.statements)}{mark}: {said}; evidence: {words}."


def state(session: Session) -> str:
    """The current statement, or the paragraph, and what is missing, in one sentence."""
    if session.current is not None and session.statement is not None:
        told = statement_line(session, session.current, session.statement).rstrip(".")
    else:
        labels = [told for v in session.codebook.variables if v.scope != "statement" and (told := _label(session, v))]
        told = "; ".join(labels) or f"Paragraph {session.index + 1} is {session.state}, no statement"
    wanted = missing(session)
    if not wanted:
        return f"{told}."
    return f"{told}; still missing: {', '.join(variable.title for variable in wanted)}."


def missing(session: Session) -> list[Variable]:
    """The required variables without a decision, of the current statement, or of one that is to be made."""
    codebook, around = session.codebook, session.around
    gaps = form.missing_of_unit(codebook, "paragraph", session.review.labels, around)
    if session.statement is not None:
        gaps += form.missing(codebook, session.statement, around)
    elif session.state in ("unseen", "open"):
        gaps += [v for v in form.asked(codebook, "statement", around) if v.required]
    return gaps


def choices(variable: Variable) -> str:
    """What a variable can hold, in one sentence."""
    categories = [c for c, _ in variable.walk() if not c.retired]
    if not categories:
        kind = {"entity": "a name", "text": "a text"}.get(variable.level, "a number")
        return f"{variable.title} is {kind}."
    listed = [f"{c.key} {c.name}" if c.key else c.name for c in categories[:MOST_LISTED]]
    more = f" and {len(categories) - MOST_LISTED} more" if len(categories) > MOST_LISTED else ""
    several = "any of " if variable.level == "set" else ""
    return f"{variable.title} is {several}{', '.join(listed)}{more}."


def value(held: Value) -> str:
    """A label's value in words."""
    if isinstance(held, list):
        return " and ".join(map(one_line, held))
    return one_line(str(int(held) if isinstance(held, float) and held == int(held) else held))


def _label(session: Session, variable: Variable) -> str:
    label = session.label(variable) if variable.enabled else None
    return f"{variable.title} {value(label.value)}" if label is not None else ""


def _speaker(words: str, name: str) -> str:
    if name == JOURNALIST:
        return "the journalist"
    return one_line(name) if words == name else f"{one_line(name)} (“{one_line(words)}”)"


def _evidence(session: Session, statement: Statement) -> str:
    if statement.evidence_start is None or statement.evidence_end is None:
        return "none"
    start, end = (at - session.paragraph.start for at in (statement.evidence_start, statement.evidence_end))
    text = session.text
    if (start, end) == (0, len(text)):
        return "the whole paragraph"
    return f"“{one_line(text[start:end])}”"
