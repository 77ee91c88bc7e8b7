"""Gold beside the coder's answer, in place of the form."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.app.widgets.form_panel import Part, Row, sentence_rows
from annotator.session.feedback import Feedback
from annotator.session.feedback import Part as FeedbackPart
from annotator.text.counted import counted

_SAME, _DIFFERENT = "✓", "✗"
_RULE_LINES = 6
"""Lines of one rule that are shown; the page of help has all of it."""


def feedback_rows(feedback: Feedback, width: int, most: int, help_key: str) -> list[Row]:
    """The rows, at most so many of that width; differences come first where not all fits."""
    head = sentence_rows(feedback.heading, "good" if feedback.is_same else "warning", width)
    parts = [row for part in feedback.parts for row in _part_rows(part, width)]
    why = sentence_rows(f"why: {feedback.reason}", "plain", width) if feedback.reason else []
    rows = [*head, *parts, *why]
    if len(rows) > most:
        different = [part for part in feedback.parts if not part.is_same]
        rows = [*head, *(row for part in different for row in _part_rows(part, width)), *why]
    if len(rows) > most:
        rows = [
            *rows[: most - 1],
            [Part(f"… {counted(len(rows) - most + 1, 'more line')}: {help_key} shows all", "weak", help_key)],
        ]
    return rows


def _part_rows(part: FeedbackPart, width: int) -> Iterator[Row]:
    is_same = part.is_same
    yield from sentence_rows(f"{_sign(is_same)} {part.title}", "good" if is_same else "warning", width)
    if is_same and part.is_found:
        yield from sentence_rows(f"  {', '.join(row.own or row.gold for row in part.rows)}", "weak", width)
        return
    shown = [row for row in part.rows if not (row.is_same and part.is_found)]
    for row in shown:
        yield from sentence_rows(f"  {row.words}", "plain", width)
    for rule in (rule for row in shown for rule in row.rules):
        lines = sentence_rows(f"  {rule}", "weak", width)
        yield from lines[:_RULE_LINES]
        if len(lines) > _RULE_LINES:
            yield [Part("    …", "weak")]


def _sign(is_same: bool) -> str:
    return _SAME if is_same else _DIFFERENT
