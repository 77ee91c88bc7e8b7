"""Statements of a paragraph: add, continue, delete, note, flag; choose speakers."""

from __future__ import annotations

from annotator.model import DONE, JOURNALIST, Statement, Value
from annotator.session import form
from annotator.session.cursor import Cursor, NextSpeaker, Refused
from annotator.session.evidence import EvidenceEditor, is_journalists
from annotator.session.instrument import Instrument
from annotator.session.keys import custom_keys
from annotator.session.predicted_speaker import PredictedSpeaker, Prediction
from annotator.session.recorder import Recorder
from annotator.session.suggestions import Suggestions
from annotator.store.coder.coding import Coding, CodingStep
from annotator.text.evidence import Span, is_all_quoted
from annotator.text.terminal_text import one_line

_NEXT_SPEAKER: dict[NextSpeaker, str] = {
    "joins": "the next speaker joins those there; , again replaces them",
    "replaces": "the next speaker is the only one",
    "": "speakers stay as they are",
}
"""What is said about the next speaker."""

_REACH = 2
"""How many paragraphs above the speaker of a quotation that goes on is looked for."""

_LONGEST_TOLD = 40
"""Characters of speakers' names in a message."""


class StatementEditor:
    """Actions on statements as a whole, and on their speakers."""

    def __init__(
        self,
        coding: Coding,
        instrument: Instrument,
        cursor: Cursor,
        recorder: Recorder,
        suggestions: Suggestions,
        evidence: EvidenceEditor,
        predicted: PredictedSpeaker,
    ) -> None:
        self._predicted = predicted
        self._coding = coding
        self._instrument = instrument
        self._cursor = cursor
        self._recorder = recorder
        self._suggestions = suggestions
        self._evidence = evidence

    # speakers

    def pick(self, rank: int) -> None:
        """Take the suggestion under that digit."""
        ranked = self._suggestions.ranked()
        if not 1 <= rank <= len(ranked):
            raise Refused(f"there is no speaker under {rank}; / finds others")
        chosen = ranked[rank - 1]
        self._speak(chosen.name, self._suggestions.rank_of(chosen.name), chosen.names)

    def pick_journalist(self) -> None:
        """The journalist's own voice."""
        self._speak(JOURNALIST, None)

    def type_speaker(self, words: str) -> None:
        """Take the words a coder typed, or found by typing; a new name becomes an entry of the registry."""
        words = words.strip()
        if not words:
            raise Refused("a speaker needs a name")
        if one_line(words) != words or len(words) > 200:
            raise Refused("a speaker's name is one line of at most 200 characters, without control characters")
        self._speak(words, None)
        if any(one.several and one.name == words for one in self._suggestions.ranked()):
            self._suggestions.forget()  # that line means the new entry from now on

    def join(self) -> None:
        """Let the next speaker join those that the statement has; again, let it replace them; again, neither.

        As long as one of them holds, the digits name speakers.
        """
        self._need_speaker_variable()
        cursor = self._cursor
        has_speakers = cursor.statement is not None and bool(cursor.statement.speakers)
        after: dict[NextSpeaker, NextSpeaker] = {"": "joins" if has_speakers else "replaces", "joins": "replaces"}
        cursor.next_speaker = after.get(cursor.next_speaker, "")
        self._recorder.say(_NEXT_SPEAKER[cursor.next_speaker])

    def _speak(self, words: str, rank: int | None, names: tuple[str, ...] = ()) -> None:
        """Give a speaker to the current statement, or begin one with the words of that speaker.

        Args:
            words: The speaker, or the line for several who speak as one.
            rank: The place among the suggestions.
            names: The speakers of that line.
        """
        self._need_speaker_variable()
        cursor = self._cursor
        before = cursor.statement
        span = self._evidence.for_speaker(words) if before is None else None
        moved = self._evidence.follow(words) if before is not None and not cursor.is_joining else None
        with self._recorder.step(f"speaker {words}") as step:
            statement_id = self.begun(step, span)
            self._set_speakers(step, statement_id, names or (words,), rank)
            if moved is not None:
                step.change_statement(statement_id, evidence=cursor.in_article(moved))
            is_journalist = words == JOURNALIST and not cursor.is_joining
            self._evidence.guess(step, statement_id, is_journalist=is_journalist)
        cursor.next_speaker = ""
        self.stand_on(statement_id)

    def accept(self, step: CodingStep, statement_id: str, prediction: Prediction) -> None:
        """Give a statement the speaker that was predicted."""
        if prediction.kept:
            step.keep_speakers(statement_id, prediction.kept, is_predicted=True)
        else:
            step.accept_speakers(statement_id, prediction.names, prediction.rank)
        self._evidence.guess(step, statement_id, is_journalist=prediction.names == (JOURNALIST,))

    def _set_speakers(self, step: CodingStep, statement_id: str, names: tuple[str, ...], rank: int | None) -> None:
        """Let speakers replace those there or join them; where one of several is named again, it leaves them."""
        is_joining = self._cursor.is_joining
        old = self._cursor.statement.speakers if self._cursor.statement else ()
        there = {mention.name for mention in old}
        if is_joining:
            new = [(name, rank) for name in names if name not in there]
            if new:
                step.keep_speakers(statement_id, [*old, *step.set_speakers(statement_id, new)])
        elif len(names) == 1 and names[0] in there and len(old) > 1 and not self._cursor.next_speaker:
            step.keep_speakers(statement_id, [mention for mention in old if mention.name != names[0]])
        else:
            step.set_speakers(statement_id, [(name, rank) for name in names])

    def _need_speaker_variable(self) -> None:
        if self._instrument.codebook.speaker is None:
            raise Refused("this codebook codes no speakers")

    # beginning one

    def another(self) -> None:
        """Begin another statement here, with the speaker that its words point to and the sticky values of the last.

        The coder has not named that speaker: it is recorded as predicted, and a digit names another.
        """
        if not self._instrument.codebook.has_statements:
            raise Refused("this codebook codes paragraphs, not statements")
        span, prediction = self._predicted.of_another()
        said = self._said_of(prediction)
        kept = self._kept()
        with self._recorder.step("another statement") as step:
            statement_id = step.add_statement(self._cursor.in_article(span))
            for name, value in kept.items():
                step.label(statement_id, name, value, "sticky")
            if prediction is None:
                self._evidence.guess(step, statement_id, span, is_journalist=False)
            else:
                self.accept(step, statement_id, prediction)
            self._reopen(step)
        if prediction is not None:
            self._predicted.filled(statement_id, span, prediction.reason)
        self.stand_on(statement_id)
        if said:
            self._recorder.say(said)

    def _said_of(self, prediction: Prediction | None) -> str:
        """What is said about the speaker of another statement, where it is not the one before."""
        statement = self._cursor.statement
        if prediction is None or statement is None:
            return ""
        if tuple(mention.name for mention in statement.speakers) == prediction.names:
            return ""
        return f"speaker now {one_line(prediction.name)}: {prediction.reason}"

    def carry(self) -> None:
        """The quotation of the paragraph before goes on here: the same speakers and labels, in one key.

        The paragraph before is the nearest one above with a statement; furniture in between is passed over.
        """
        before = self._above()
        if before is None:
            raise Refused("there is no statement before this paragraph in the article")
        span = self._cursor.draft or self._evidence.for_speakers(before.speakers)
        with self._recorder.step("the quotation goes on") as step:
            statement_id = step.add_statement(self._cursor.in_article(span))
            step.keep_speakers(statement_id, before.speakers)
            for name, label in before.labels.items():
                variable = self._instrument.codebook.variable(name)
                if variable is not None and label.origin != "guess" and form.is_offered(variable, label.value):
                    step.label(statement_id, name, label.value, "inherited")
            self._evidence.guess(step, statement_id, span, is_journalist=is_journalists(before.speakers))
            self._reopen(step)
        self.stand_on(statement_id)

    def going_on(self) -> tuple[str, ...]:
        """The speakers whose quotation seems to go on in this paragraph, which has no statement yet; else nobody.

        It goes on where an earlier paragraph left it open, or where the paragraph is hardly more than a quotation.
        """
        cursor = self._cursor
        is_settled = cursor.state in DONE or cursor.role in ("furniture", "pull-quote")
        if cursor.statements or is_settled or self._instrument.codebook.speaker is None:
            return ()
        if not is_all_quoted(cursor.text, cursor.article.is_open_at(cursor.index)):
            return ()
        before = self._above(_REACH)
        names = () if before is None else tuple(mention.name for mention in before.speakers)
        return () if JOURNALIST in names else names

    def _above(self, reach: int | None = None) -> Statement | None:
        """The last statement of the nearest paragraph above that has one, at most so many paragraphs away."""
        index = self._cursor.index
        above = self._cursor.article.paragraphs[0 if reach is None else max(0, index - reach) : index]
        found = (self._coding.statements(paragraph.id) for paragraph in reversed(above))
        return next((statements[-1] for statements in found if statements), None)

    def begun(self, step: CodingStep, span: Span | None = None) -> str:
        """The current statement, begun in this step if there is none; its id.

        Args:
            step: The step that is recorded.
            span: The evidence of a new one, where the coder has not chosen it.
        """
        cursor = self._cursor
        if cursor.statement is not None:
            return cursor.statement.statement_id
        evidence = cursor.draft or span or self._evidence.for_next()
        kept = self._kept()
        statement_id = step.add_statement(cursor.in_article(evidence))
        for name, value in kept.items():
            step.label(statement_id, name, value, "sticky")
        self._evidence.guess(step, statement_id, evidence, is_journalist=False)
        self._reopen(step)
        return statement_id

    def stand_on(self, statement_id: str) -> None:
        """Let the keys change a statement that was begun in the last step."""
        cursor = self._cursor
        if cursor.statement is not None and cursor.statement.statement_id == statement_id:
            return
        cursor.select(statement_id)
        cursor.is_evidence_given = cursor.draft is None
        cursor.draft = None
        cursor.grain = "clause"
        self._recorder.save_place()

    def _kept(self) -> dict[str, Value]:
        """Values of sticky variables for a new statement; call before it is the last one."""
        values = [(one, self._cursor.carried(one)) for one in self._instrument.codebook.asked("statement")]
        return {one.name: value for one, value in values if value is not None and form.is_offered(one, value)}

    def _reopen(self, step: CodingStep) -> None:
        """Reopen a finished paragraph that now has a new statement."""
        if self._cursor.state in DONE:
            step.review(state="open")

    # those that are there

    def remove(self) -> None:
        """Take the current statement away; undo brings it back."""
        cursor = self._cursor
        if cursor.statement is None:
            raise Refused("there is no statement here to delete")
        names = ", ".join(mention.name for mention in cursor.statement.speakers)
        what = f"statement {(cursor.current or 0) + 1}" + (f" ({one_line(names)[:_LONGEST_TOLD]})" if names else "")
        with self._recorder.step("take the statement away") as step:
            step.change_statement(cursor.statement.statement_id, deleted=True)
            if len(cursor.statements) == 1 and cursor.state == "coded":
                step.review(state="open")
        self._recorder.save_place()
        undo = custom_keys.shown(self._instrument.keys.first_of("undo"))
        self._recorder.say(f"{what} is deleted; {undo} brings it back")

    def select(self, direction: int) -> None:
        """Go to the next or the previous statement of the paragraph."""
        cursor = self._cursor
        if not cursor.statements:
            raise Refused("there is no statement in this paragraph yet")
        self.go_to(0 if cursor.current is None else (cursor.current + direction) % len(cursor.statements))

    def go_to(self, index: int) -> None:
        """Go to the statement at that place in the paragraph, counted from 0."""
        cursor = self._cursor
        if index != cursor.current:
            cursor.is_evidence_given = False
            cursor.grain = "clause"
        cursor.current = index
        cursor.next_speaker = ""
        self._recorder.save_place()

    def set_note(self, text: str) -> None:
        """Write the note of the current statement, or of the paragraph where there is none."""
        note = text.strip() or None
        with self._recorder.step("note") as step:
            if self._cursor.statement is not None:
                step.change_statement(self._cursor.statement.statement_id, note=note)
            else:
                step.review(note=note)

    def flag(self) -> None:
        """Flag the paragraph (and the current statement) for later, or take the flag away."""
        cursor = self._cursor
        is_on = not (cursor.statement.flag if cursor.statement else cursor.review.flag)
        with self._recorder.step("flag" if is_on else "no flag") as step:
            others = False
            if cursor.statement is not None:
                step.change_statement(cursor.statement.statement_id, flag=is_on)
                others = any(one.flag for i, one in enumerate(cursor.statements) if i != cursor.current)
            step.review(flag=is_on or others)
