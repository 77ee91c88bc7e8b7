"""The labels of a statement, a paragraph or an article: what a coder chooses or types for a variable."""

from __future__ import annotations

from annotator.codebook.model import Variable
from annotator.model import Label, Value
from annotator.session import form
from annotator.session.cursor import Cursor, Refused
from annotator.session.evidence import EvidenceEditor, is_claim, is_journalists
from annotator.session.instrument import Instrument
from annotator.session.navigation import Navigation
from annotator.session.predicted_speaker import PredictedSpeaker
from annotator.session.recorder import Recorder
from annotator.session.statements import StatementEditor
from annotator.store.coder.coding import CodingStep
from annotator.text.terminal_text import one_line


class LabelEditor:
    """Actions on labels; a label of a statement starts a statement if there is none."""

    def __init__(
        self,
        instrument: Instrument,
        cursor: Cursor,
        recorder: Recorder,
        statements: StatementEditor,
        evidence: EvidenceEditor,
        navigation: Navigation,
        predicted: PredictedSpeaker,
    ) -> None:
        self._predicted = predicted
        self._instrument = instrument
        self._cursor = cursor
        self._recorder = recorder
        self._statements = statements
        self._evidence = evidence
        self._navigation = navigation

    def choose(self, variable: Variable, category: str) -> None:
        """Choose a category; in a set it is put in or taken out, but in a set that is in doubt it confirms the set."""
        found = variable.category(category)
        if found is None or found.retired:
            raise Refused(f"{variable.title} has no category {category!r} now")
        if variable.level == "set":
            label = self._cursor.label(variable)
            held = set(label.value) if label and isinstance(label.value, list) else set()
            if category in held and self._cursor.is_doubtful(variable):
                self.confirm(variable)
                self._recorder.say(f"{variable.title} is kept; choose {category} again to take it out")
                return
            held ^= {category}
            self._write(variable, [name for name in variable.names if name in held] or None, category)
        elif variable.level in ("interval", "ratio"):
            self._write(variable, float(category), category)
        else:
            self._write(variable, category, category)

    def type_value(self, variable: Variable, text: str) -> None:
        """Give a number, a text or an entity's name to a variable; an empty text takes the label away."""
        text = text.strip()
        if not text:
            self.clear(variable)
        elif variable.is_numeric:
            self._write(variable, form.number(variable, text), text)
        elif variable.categories:
            self.choose(variable, text)
        else:
            self._write(variable, text, one_line(text)[:40])

    def confirm(self, variable: Variable) -> None:
        """Decide again for the value that a variable has, which ends its doubt."""
        label = self._cursor.label(variable)
        if label is None:
            raise Refused(f"{variable.title} is empty, so there is nothing to confirm")
        self._write(variable, label.value, "kept")

    def clear(self, variable: Variable) -> None:
        """Clear the label of a variable."""
        self._write(variable, None, "nothing")

    def _write(self, variable: Variable, value: Value | None, shown: str) -> None:
        """Record the value of a variable (None clears it), and its consequences."""
        if value is not None:
            self._cursor.check_asked(variable)
        elif self._cursor.label(variable) is None:
            raise Refused(f"{variable.title} is empty, so there is nothing to clear")
        begun: str | None = None
        prediction = self._predicted.of_current() if value is not None and self._predicted.takes(variable) else None
        is_first = prediction is not None and self._cursor.statement is None
        span = self._evidence.for_speaker(prediction.name) if prediction is not None and is_first else None
        advances = variable.advance and value is not None
        gap: str | None = None
        with self._recorder.step(f"{variable.title}: {shown}") as step:
            if variable.scope == "statement":
                begun = self._statements.begun(step, span)
                if prediction is not None:
                    self._statements.accept(step, begun, prediction)
            self._put(step, variable, value, begun)
            if begun is not None and is_claim(variable):
                statement = self._cursor.statement
                is_journalist = statement is not None and is_journalists(statement.speakers)
                self._evidence.guess(step, begun, is_journalist=is_journalist)
            self._drop_hidden(step, variable, value)
            gap = self._navigation.gap_now() if advances else None
            if advances and gap is None:
                step.review(state="coded")
            elif value is None and variable.required and self._cursor.state in ("coded", "no claim"):
                step.review(state="open")
        if begun is not None:
            self._statements.stand_on(begun)
        if gap is not None:
            self._recorder.say(gap, is_warning=True)
        elif advances:
            self._navigation.go_on()

    def _put(self, step: CodingStep, variable: Variable, value: Value | None, statement_id: str | None) -> None:
        if variable.scope == "paragraph":
            step.label_paragraph(variable.name, value)
        elif variable.scope == "article":
            step.label_article(variable.name, value)
        elif statement_id is not None:
            step.label(statement_id, variable.name, value)

    def _drop_hidden(self, step: CodingStep, changed: Variable, value: Value | None) -> None:
        """Take away the labels of variables that are not asked any more after this change."""
        cursor = self._cursor
        statement_id = cursor.statement.statement_id if cursor.statement else None
        of_statement = cursor.statement.labels if cursor.statement else {}
        values = {"paragraph": cursor.review.labels, "article": cursor.article_labels, "statement": of_statement}
        held = values[changed.scope]
        after = {**cursor.around, **held}
        after.pop(changed.name, None)
        if value is not None:
            after[changed.name] = Label(value=value)
        for variable in self._instrument.codebook.variables:
            if variable.scope == changed.scope and variable.name in held and not form.holds(variable, after):
                self._put(step, variable, None, statement_id)
