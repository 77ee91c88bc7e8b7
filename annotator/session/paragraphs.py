"""State and role of a paragraph: done, no claim, furniture, duplicate."""

from __future__ import annotations

from annotator.codebook.model import Variable
from annotator.model import DONE, UNREAD, Role, State, Value
from annotator.session import form, gaps
from annotator.session.cursor import Cursor, Refused
from annotator.session.instrument import Instrument
from annotator.session.navigation import Navigation
from annotator.session.passing import Passed, Passing, told
from annotator.session.recorder import Recorder
from annotator.session.targets import Targets
from annotator.store.coder.coding import CodingStep
from annotator.store.tables.study.fixed_answers import FIXED
from annotator.text.counted import counted


class ParagraphEditor:
    """Actions on the state and the role of a paragraph."""

    def __init__(
        self,
        instrument: Instrument,
        cursor: Cursor,
        recorder: Recorder,
        navigation: Navigation,
        passing: Passing,
        targets: Targets,
    ) -> None:
        self._instrument = instrument
        self._cursor = cursor
        self._recorder = recorder
        self._navigation = navigation
        self._passing = passing
        self._targets = targets
        self._told_at = -1
        """The moment at which the gap of a paragraph was told."""

    def done(self) -> None:
        """Mark the paragraph as coded and go to the next open one. Report missing labels first, once.

        A paragraph that was guessed to be furniture, and in which nothing is coded, is done as furniture, and a byline
        as `no claim`. Where gold is shown, the coder has read it and goes on.
        """
        if self._cursor.sees_gold:
            self._navigation.go_next()
            return
        state = UNREAD.get(self._cursor.role)
        if state is not None and not self._cursor.statements and not self._cursor.review.labels:
            self._finish(state)
            return
        gap = self._gap()
        if gap is not None:
            self._leave_open(gap)
            return
        lacking = self._targets.lacking()
        passed = self._passing.ahead()
        with self._recorder.step(self._words("done", passed)) as step:
            self._fill_defaults(step)
            step.review(state="coded")
            self._passing.write(step, passed)
        self._navigation.go_on(passed)
        if lacking is not None:
            told = self._recorder.notice
            said = "; ".join([lacking, *([told.text] if told is not None and told.text else [])])
            self._recorder.say(said, is_warning=True, shown=told.shown if told is not None else ())

    def no_claim(self) -> None:
        """Mark the paragraph as `no claim`; go on. What the codebook requires of every paragraph comes first."""
        self._finish("no claim")

    def furniture(self) -> None:
        """Mark the paragraph as furniture; go on."""
        self._finish("furniture", role="furniture")

    def duplicate(self) -> None:
        """Mark the paragraph as a duplicate of a coded one; go on."""
        self._finish("duplicate")

    def set_role(self, role: Role) -> None:
        """Correct what the paragraph is in the article."""
        with self._recorder.step(f"role {role}") as step:
            step.review(role=None if role == self._cursor.paragraph.role else role)

    def _finish(self, state: State, role: Role | None = None) -> None:
        if self._cursor.sees_gold:
            raise Refused(FIXED)
        if self._cursor.statements:
            n = len(self._cursor.statements)
            raise Refused(f"there {'is' if n == 1 else 'are'} {counted(n, 'statement')} here; Backspace takes one away")
        gap = gaps.of_paragraph(self._instrument.codebook, gaps.Held.of(self._cursor)) if state == "no claim" else None
        gap = gap or self._navigation.gap_at_end(state)
        if gap is not None:
            raise Refused(gap)
        passed = self._passing.ahead()
        with self._recorder.step(self._words(state, passed)) as step:
            step.review(state=state)
            if role is not None and self._cursor.role != role:
                step.review(role=role)
            self._passing.write(step, passed)
        self._navigation.go_on(passed)

    def _words(self, what: str, passed: list[Passed]) -> str:
        """The words of a step that is also done with what follows."""
        return f"{what}, {told(passed, self._cursor.article.number)}" if passed else what

    def _leave_open(self, gap: str) -> None:
        """Say what is missing; go on only when that was said before, and nothing was done since."""
        has_something = bool(self._cursor.statements or self._cursor.review.labels)
        if self._told_at != self._recorder.moment or not has_something:
            self._told_at = self._recorder.moment
            raise Refused(gap + ("; Enter again leaves the paragraph open" if has_something else ""))
        self._navigation.go_next()
        self._recorder.say("left open: " + gap, is_warning=True)

    def stand_on_gap(self) -> None:
        """Stand on what keeps the paragraph from being done, and say it, where something was coded."""
        gap = self._gap() if self._cursor.statements or self._cursor.state in DONE else None
        if gap is not None:
            self._recorder.say(gap, is_warning=True)

    def _gap(self) -> str | None:
        """What is missing before the paragraph is done, in a sentence; go to the statement that lacks it."""
        gap = gaps.before_done(self._instrument.codebook, gaps.Held.of(self._cursor))
        if gap is None:
            return self._navigation.gap_at_end("coded")
        if gap.statement is not None:
            self._cursor.current = gap.statement
        return gap.words

    def _fill_defaults(self, step: CodingStep) -> None:
        """Write the codebook's defaults for open variables; they do not count as decisions."""
        cursor, codebook = self._cursor, self._instrument.codebook
        for statement in cursor.statements:
            values = {**cursor.around, **statement.labels}
            for variable in form.asked(codebook, "statement", values):
                if variable.default is not None and variable.name not in statement.labels:
                    step.label(statement.statement_id, variable.name, _default(variable), "default")
        for variable in form.asked(codebook, "paragraph", cursor.around):
            if variable.default is not None and variable.name not in cursor.review.labels:
                step.label_paragraph(variable.name, _default(variable), "default")


def _default(variable: Variable) -> Value | None:
    default = variable.default
    if isinstance(default, tuple):
        return [name for name in variable.names if name in default]
    if variable.level in ("interval", "ratio") and default is not None:
        return float(default)
    return [str(default)] if variable.level == "set" else default
