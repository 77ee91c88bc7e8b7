"""The evidence of a statement: the words it rests on, moved by the arrow keys, and the mode that they show."""

from __future__ import annotations

from collections.abc import Iterable

from annotator.codebook.model import Variable
from annotator.model import JOURNALIST, Mention
from annotator.session import form
from annotator.session.cursor import GRAINS, Cursor, Refused
from annotator.session.instrument import Instrument
from annotator.session.recorder import Recorder
from annotator.store.coder.coding import CodingStep
from annotator.text.evidence import Span, guess_mode, move, sentences


class EvidenceEditor:
    """Actions on evidence: of the current statement, or of the next one."""

    def __init__(self, instrument: Instrument, cursor: Cursor, recorder: Recorder) -> None:
        self._instrument = instrument
        self._cursor = cursor
        self._recorder = recorder

    def move(self, direction: int) -> None:
        """Move the evidence by the grain."""
        self._move(direction, extend=False)

    def stretch(self, direction: int) -> None:
        """Move the end of the evidence by the grain."""
        self._move(direction, extend=True)

    def _move(self, direction: int, *, extend: bool) -> None:
        cursor = self._cursor
        span = cursor.evidence or (0, len(cursor.text))
        self.set(move(cursor.text, span, direction, cursor.grain, extend))

    def set(self, span: Span) -> None:
        """Let the current statement, or the next one, rest on these words of the paragraph."""
        cursor = self._cursor
        start, end = max(0, span[0]), min(len(cursor.text), span[1])
        if start >= end:
            raise Refused("evidence needs at least one character of the paragraph")
        statement = cursor.statement
        if statement is None:
            cursor.draft = (start, end)
            self._recorder.save_place()
            self._recorder.count_time()
            return
        with self._recorder.step("evidence") as step:
            step.change_statement(statement.statement_id, evidence=cursor.in_article((start, end)))
            is_journalist = is_journalists(statement.speakers)
            self.guess(step, statement.statement_id, (start, end), is_journalist=is_journalist)

    def next_grain(self) -> None:
        """Let the arrow keys move by the next smaller unit, and by sentences again after words."""
        cursor = self._cursor
        cursor.grain = GRAINS[(GRAINS.index(cursor.grain) + 1) % len(GRAINS)]
        self._recorder.save_place()
        self._recorder.say(f"the arrow keys move the evidence by {cursor.grain}")

    # what statements begin with

    def for_next(self) -> Span:
        """The evidence of a new statement: the paragraph, or its first sentence after those that are taken."""
        cursor = self._cursor
        taken = [span for span in map(cursor.span_of, cursor.statements) if span]
        if not taken:
            return (0, len(cursor.text))
        reach = max(end for _, end in taken)
        after = [one for one in sentences(cursor.text) if one[0] >= reach]
        free = [one for one in sentences(cursor.text) if not any(s < one[1] and one[0] < e for s, e in taken)]
        return (after or free or [taken[-1]])[0]

    def guess(self, step: CodingStep, statement_id: str, span: Span | None = None, *, is_journalist: bool) -> None:
        """Fill in the mode from the evidence where the coder has not chosen one.

        Args:
            step: The step that is recorded.
            statement_id: The statement.
            span: Its evidence within the paragraph; by default what the step holds.
            is_journalist: Whether its only speaker is the journalist.
        """
        cursor = self._cursor
        is_current = cursor.statement is not None and cursor.statement.statement_id == statement_id
        for variable in self._instrument.codebook.asked("statement"):
            if variable.guess != "mode":
                continue
            label = cursor.label(variable) if is_current else None
            if label is not None and label.origin != "guess":
                continue
            at = span or step.evidence_of(statement_id, cursor.paragraph.start)
            mode = self._mode(variable, at or (0, len(cursor.text)), is_journalist=is_journalist)
            if mode is not None:
                step.label(statement_id, variable.name, mode, "guess")

    def _mode(self, variable: Variable, span: Span, *, is_journalist: bool) -> str | None:
        if is_journalist:
            wanted: tuple[str, ...] = ("own voice",)
        else:
            cursor = self._cursor
            found = guess_mode(cursor.text, span, cursor.article.is_open_at(cursor.index))
            # Conduct of a named speaker without a cue ("abstained", "refused") is a position.
            wanted = (found,) if found != "own voice" else ("position", "indirect")
        return next((mode for mode in wanted if form.is_offered(variable, mode)), None)


def is_journalists(speakers: Iterable[Mention]) -> bool:
    """Whether the journalist is the only speaker."""
    return {mention.name for mention in speakers} == {JOURNALIST}
