"""State of a session in sentences, for screen readers, pipes and scripts."""

from __future__ import annotations

import re
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
_PARAGRAPHS = re.compile(r"¶ (?=\d+( and \d+ more|[–,] ?\d)?)")
MOST_ARTICLES = 30
MOST_FOUND = 20


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
    codebook = session.instrument.codebook
    for step in told_steps(changes, lambda start, end: text[start:end], codebook, " becomes ", "nothing"):
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
    if session.targets.has_digits:
        yield from open_targets(session)
    wanted = missing(session)
    if wanted:
        yield f"Asked: {', '.join(v.title for v in wanted)}."


def open_targets(session: Session) -> Iterator[str]:
    """The targets that the digits name now, if the coder has chosen none yet."""
    variable = session.targets.variable
    label = session.cursor.label(variable) if variable is not None else None
    if variable is not None and (label is None or label.origin in ("guess", "sticky")):
        names = _numbered(session)
        yield f"The digits name the {variable.title} now: {names or 'none is suggested'}."


def _numbered(session: Session) -> str:
    return ", ".join(f"{i} {one_line(one.name)}" for i, one in enumerate(session.targets.ranked(), 1))


def notice(text: str) -> str:
    """What a step says on the screen, as a sentence that can be read aloud."""
    text = without_signs(one_line(text))
    return f"{text[:1].upper()}{text[1:]}."


def without_signs(text: str) -> str:
    """A line of the screen without the sign that is read aloud as "pilcrow"."""
    return _PARAGRAPHS.sub(lambda found: f"paragraph{'s' if found[1] else ''} ", text)


def note(session: Session) -> str:
    """The note of the current statement, or of the paragraph."""
    cursor = session.cursor
    held = cursor.statement.note if cursor.statement is not None else cursor.note
    return f"Note: {one_line(held)}" if held else "No note yet; note TEXT writes one."


def articles(session: Session, words: str) -> Iterator[str]:
    """The articles whose name or title holds some words, each with the coder's progress."""
    found = session.navigation.progress_of(words, MOST_ARTICLES + 1)
    for number, title, (done, left, flagged) in found[:MOST_ARTICLES]:
        flags = f", {flagged} flagged" if flagged else ""
        yield f"Article {number} {one_line(title)}: {done} of {done + left} done{flags}."
    if len(found) > MOST_ARTICLES:
        yield "There are more; articles WORDS tells those whose title holds the words."
    if not found:
        yield "No article is called so."


def found(session: Session, query: str) -> Iterator[str]:
    """The paragraphs that meet the conditions of a search, such as `state:open`, as on the screen."""
    articles = session.store.articles
    hits = [
        (row, one.paragraph, one.shown)
        for one in session.navigation.find(query)
        if one.paragraph is not None and (row := articles.of_paragraph(one.paragraph)) is not None
    ]
    for row, paragraph, shown in hits[:MOST_FOUND]:
        yield f"{row}/{paragraph - articles.get(row).first + 1}: {without_signs(one_line(shown))}"
    more = f", the first {MOST_FOUND} are told" if len(hits) > MOST_FOUND else ""
    yield f"{len(hits)} found{more}; go PLACE goes there." if hits else "Nothing found."


def evidence(session: Session) -> Iterator[str]:
    """The evidence of the current statement or of the next one, and what no statement rests on."""
    cursor = session.cursor
    span = cursor.evidence
    if span is not None:
        whole = "the whole paragraph, " if span == (0, len(cursor.text)) else ""
        shared = _shared(cursor, cursor.statement) if cursor.statement is not None else ""
        words = one_line(cursor.text[slice(*span)])
        yield f"Evidence: {whole}“{words}”, {session.evidence.place()}{shared}."
    yield from uncovered(session)


def uncovered(session: Session) -> Iterator[str]:
    """The words of the paragraph on which no statement rests."""
    left = [one_line(session.cursor.text[slice(*span)]) for span in session.evidence.uncovered()]
    if left and session.cursor.statements:
        yield f"No statement rests on: {'; '.join(f'“{words}”' for words in left)}."
    elif session.cursor.statements:
        yield "Statements rest on every word of the paragraph."


def _shared(cursor: Cursor, statement: Statement) -> str:
    """Which other statements rest on words of this one's evidence."""
    span = cursor.span_of(statement)
    others = [(i, cursor.span_of(one)) for i, one in enumerate(cursor.statements, 1) if one is not statement]
    if span is None:
        return ""
    same = [str(i) for i, one in others if one == span]
    if same:
        return f", as statement {' and '.join(same)}"
    met = [str(i) for i, one in others if one is not None and one[0] < span[1] and span[0] < one[1]]
    return f", in part as statement {' and '.join(met)}" if met else ""


def statement_line(session: Session, index: int, statement: Statement) -> str:
    """A statement in one sentence."""
    cursor = session.cursor
    mark = " (current)" if index == cursor.current and len(cursor.statements) > 1 else ""
    speakers = " and ".join(_speaker(m.words, m.name) for m in statement.speakers)
    why = session.predicted.why(statement)
    speakers += "" if why is None else f" (predicted: {why})" if why else " (predicted)"
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
    if index == cursor.current:
        words += _shared(cursor, statement)
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


def choices_here(session: Session, variable: Variable) -> str:
    """The possible values of a variable; of the target also those that are suggested, with their digits."""
    names = _numbered(session) if variable is session.targets.variable else ""
    return f"{choices(variable).rstrip('.')}: {names}, or any other." if names else choices(variable)


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
