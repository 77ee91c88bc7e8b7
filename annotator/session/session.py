"""Session of one coder: the parts that the screen and the line mode share."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from annotator.codebook.model import Variable
from annotator.commands import Command
from annotator.errors import StoreError
from annotator.session.cursor import Cursor, Refused
from annotator.session.digits import Digits
from annotator.session.evidence import EvidenceEditor
from annotator.session.feedback import Feedbacks
from annotator.session.instrument import Instrument
from annotator.session.keys.custom_keys import Keymap
from annotator.session.labels import LabelEditor
from annotator.session.navigation import Navigation
from annotator.session.paragraphs import ParagraphEditor
from annotator.session.passing import Passing
from annotator.session.predicted_speaker import PredictedSpeaker
from annotator.session.recorder import Recorder
from annotator.session.statements import StatementEditor
from annotator.session.suggestions import Suggestions
from annotator.session.targets import Targets
from annotator.session.what_next import what_next
from annotator.store import Store
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.changes.codebook_changes import Rule
    from annotator.store.history.history import Undone


class Session:
    """One coder in one project.

    Attributes:
        store: The project.
        coding: The coder's records in the project.
        instrument: The codebook in force, and the keys that hold.
        cursor: The coder's place, and its records.
        recorder: Writer of key presses; notice about the last one.
        suggestions: Who may be speaking.
        targets: What the statement may be about.
        evidence: Actions on evidence.
        statements: Actions on statements and their speakers.
        labels: Actions on labels.
        predicted: The speaker that is offered for a statement without one.
        digits: Takes the speaker or the target that a digit names.
        paragraphs: Actions on the state and the role of a paragraph.
        navigation: Moves to other paragraphs.
        feedback: Gold beside the coder's answer, in training.
    """

    def __init__(
        self,
        store: Store,
        coder: str,
        clock: Callable[[], float] = time.monotonic,
        keymap: Keymap | None = None,
    ) -> None:
        """Go to where the coder was, or to the first paragraph.

        Raises:
            UsageError: The coder's name cannot be used.
            KeymapError: The keys of one's own collide with each other or with the codebook's.
            StoreError: The project has no articles.
        """
        if not store.articles.n_paragraphs():
            raise StoreError("the project has no articles yet; `annotator add PATH` adds some")
        self.store = store
        coding = self.coding = store.coding(coder)
        instrument = self.instrument = Instrument(store.codebooks, keymap or Keymap())
        cursor = self.cursor = Cursor(store.articles, coding, instrument)
        recorder = self.recorder = Recorder(store.connection, coding, instrument, cursor, clock)
        self.suggestions = Suggestions(coding, cursor)
        self.targets = Targets(coding, instrument, cursor, self.suggestions)
        recorder.finishers.append(self.targets.guess)
        self.navigation = Navigation(
            store.articles, coding, instrument, cursor, recorder, lambda: what_next(store, coding)
        )
        passing = Passing(store.articles, coding, instrument, cursor)
        self.evidence = EvidenceEditor(instrument, cursor, recorder, self.suggestions, self.navigation)
        self.predicted = PredictedSpeaker(coding, instrument, cursor, self.suggestions, self.evidence)
        self.statements = StatementEditor(
            coding, instrument, cursor, recorder, self.suggestions, self.evidence, self.predicted
        )
        self.labels = LabelEditor(
            instrument, cursor, recorder, self.statements, self.evidence, self.navigation, self.predicted
        )
        self.digits = Digits(instrument, cursor, recorder, self.targets, self.statements, self.labels)
        self.paragraphs = ParagraphEditor(instrument, cursor, recorder, self.navigation, passing, self.targets)
        self.feedback = Feedbacks(store, instrument, cursor)
        recorder.slots = {"speakers": self.suggestions.slots, "targets": self.targets.slots}
        recorder.restore_digits()
        recorder.arrive()

    @property
    def is_new_here(self) -> bool:
        """Whether the coder has recorded nothing yet."""
        is_blank = not self.cursor.statements and self.coding.last_statement() is None
        return is_blank and self.coding.progress().done == 0

    def begin_at(self, place: str) -> None:
        """Go to a place, as the key `g` takes it, and stand on what is missing there.

        Raises:
            Refused: There is no such place.
        """
        with self.recorder.key():
            self.navigation.go_to_place(place)
            self.paragraphs.stand_on_gap()

    def deed(self, command: Command, given: str = "") -> Callable[[], object]:
        """The action of a command, bound to its arguments.

        Args:
            command: The command.
            given: What it takes, as the command says: the one of its keys that was pressed, a role, or a text.
        """
        values: tuple[object, ...] = () if command.takes == "nothing" else (given,)
        if command.takes == "key":
            values = (command.keys.index(given) + 1,)
        return partial(attrgetter(command.action)(self), *values, *command.arguments)

    # history

    def undo(self) -> None:
        """Take back the last step, wherever it was."""
        self._go_back_to("undone", self.coding.undo(), "there is nothing to undo")

    def redo(self) -> None:
        """Do again what was undone last."""
        self._go_back_to("done again", self.coding.redo(), "there is nothing to redo")

    def _go_back_to(self, verb: str, done: Undone | None, refusal: str) -> None:
        """Go to the paragraph and the statement that a step changed, and name them."""
        if done is None:
            raise Refused(refusal)
        cursor = self.cursor
        before, place = cursor.statement_ids, cursor.current
        held = None if place is None else before[place]
        trouble = self._reload(done.paragraph or cursor.paragraph.id, done.statement or held)
        n = self._number_of(done.statement)
        if n is not None and done.statement not in cursor.statement_ids:
            if done.statement in before:
                cursor.stand_near(before, place)
            else:
                cursor.current = min(n, len(cursor.statements)) - 1
            self.recorder.save_place()
        self._say(f"{verb}: {done.what}{f' (statement {n})' if n else ''}", trouble)

    def _number_of(self, statement: str | None) -> int | None:
        """The number of a statement of the paragraph, which may be gone; None without others."""
        if statement is None or len(self.cursor.statements) + (statement not in self.cursor.statement_ids) < 2:
            return None
        return self.coding.n_before(statement) + 1

    # what is changed beside the paragraph

    def look_again(self, what: str) -> None:
        """Reload after a change outside the paragraph, and say so."""
        self._say(what, self._reload())

    def _reload(self, paragraph: int | None = None, statement: str | None = None) -> str | None:
        """Read everything back, there or in another place; return what is wrong with the keys of the codebook."""
        self.suggestions.forget()
        self.targets.forget()
        self.cursor.article.marks.forget_all()
        trouble = self.instrument.reload()
        if paragraph is None:
            self.cursor.reload()
        else:
            self.navigation.arrive(paragraph, statement)
        return trouble

    def _say(self, what: str, trouble: str | None) -> None:
        self.recorder.say(f"{what}; {trouble}" if trouble else what, is_warning=bool(trouble))

    def add_rule(self, variable: str, category: str | None, kind: Rule, text: str) -> None:
        """Add a rule or an example to the codebook, as a new revision of it."""
        from annotator.store.changes.codebook_changes import CodebookChanges

        version = CodebookChanges(self.store).add_rule(self.coding.coder.id, variable, category, kind, text)
        self.look_again(f"the codebook is now {self.instrument.codebook.name} {version}")

    def add_category(self, variable: Variable, name: str) -> None:
        """Add a category to a variable's list, as a new revision of the codebook, and choose it."""
        from annotator.store.changes.codebook_changes import CodebookChanges

        version = CodebookChanges(self.store).add_category(self.coding.coder.id, variable.name, name)
        self.instrument.reload()
        revised = self.instrument.codebook.variable(variable.name)
        if revised is not None:
            self.labels.choose(revised, " ".join(name.split()))
        what = f"{one_line(name)} is new in the codebook, now {self.instrument.codebook.name} {version}"
        self.recorder.say(what)

    def switch_on(self, variable: str) -> None:
        """Ask for a variable that the codebook keeps switched off, as a new revision of the codebook.

        Args:
            variable: Its name or title.

        Raises:
            Refused: There is no name, but a list of the variables that can be meant.
            UsageError: There is no such variable, it is asked already, or its keys collide with others.
        """
        from annotator.store.changes.codebook_changes import CodebookChanges

        off = self.instrument.switched_off
        if not variable:
            names = ", ".join(one_line(one.name) for one in off)
            raise Refused(f"name a variable that is switched off: {names}" if off else "no variable is switched off")
        named = (one.name for one in off if variable.casefold() in (one.name.casefold(), one.title.casefold()))
        variable = next(named, variable)
        version = CodebookChanges(self.store).switch_on(self.coding.coder.id, variable)
        self.look_again(f"{variable} is asked now: {self.instrument.codebook.name} {version}; z takes it back")
