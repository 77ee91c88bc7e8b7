"""The evidence of a statement: the words it rests on, where it begins, its moves, and the mode that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from annotator.codebook.model import Variable
from annotator.model import JOURNALIST, Mention
from annotator.session import form
from annotator.session.cursor import Cursor, Refused
from annotator.session.instrument import Instrument
from annotator.session.navigation import Navigation
from annotator.session.recorder import Recorder
from annotator.session.suggestions import Suggestions
from annotator.store.coder.coding import CodingStep
from annotator.text.clauses import sentence_units
from annotator.text.evidence import Span, split_at
from annotator.text.evidence_moves import Move, Trail, moved, place_of
from annotator.text.mode import guess_mode

if TYPE_CHECKING:
    from annotator.speakers.own_words import Ground
    from annotator.speakers.ranking import Basis


_LEFT_OVER = " ,;:.!?…”»’)"
"""Signs that belong to the words before a stretch."""


class EvidenceEditor:
    """Actions on evidence: of the current statement, or of the next one."""

    def __init__(
        self,
        instrument: Instrument,
        cursor: Cursor,
        recorder: Recorder,
        suggestions: Suggestions,
        navigation: Navigation,
    ) -> None:
        self._instrument = instrument
        self._cursor = cursor
        self._recorder = recorder
        self._suggestions = suggestions
        self._navigation = navigation
        self._trail = Trail((0, 0))

    # moving

    def move_end(self, direction: int) -> None:
        """Move the end of the evidence by a clause or a word."""
        self._move("end later" if direction > 0 else "end earlier")

    def move_start(self, direction: int) -> None:
        """Move the start of the evidence by a clause or a word."""
        self._move("start later" if direction > 0 else "start earlier")

    def move_sentence(self, direction: int) -> None:
        """Take the next or the previous sentence; where nothing has evidence, go to that paragraph."""
        if not self._instrument.codebook.has_statements:
            self._navigation.move(direction)
            return
        self._move("next sentence" if direction > 0 else "previous sentence")

    def _move(self, move: Move) -> None:
        cursor = self._cursor
        present = cursor.evidence or self.for_next()
        trail = self._trail if self._trail.span == present else Trail(present)
        trail = moved(cursor.text, trail, move, cursor.grain, open_at_start=self._is_open)
        if cursor.evidence == trail.span:
            raise Refused("the evidence cannot go further that way")
        self.set(trail.span)
        self._trail = trail

    def set(self, span: Span) -> None:
        """Let the current statement, or the next one, rest on these words of the paragraph."""
        cursor = self._cursor
        start, end = max(0, span[0]), min(len(cursor.text), span[1])
        if start >= end:
            raise Refused("evidence needs at least one character of the paragraph")
        statement = cursor.statement
        cursor.is_evidence_given = False
        if statement is None:
            cursor.draft = (start, end)
            self._recorder.save_place()
            self._recorder.count_time()
            return
        with self._recorder.step("evidence") as step:
            step.change_statement(statement.statement_id, evidence=cursor.in_article((start, end)))
            is_journalist = is_journalists(statement.speakers)
            self.guess(step, statement.statement_id, (start, end), is_journalist=is_journalist)

    def change_grain(self) -> None:
        """Let the arrow keys move by words until the next statement, or by clauses again."""
        cursor = self._cursor
        cursor.grain = "clause" if cursor.grain == "word" else "word"
        self._recorder.say(f"the arrow keys move the evidence by {cursor.grain}s")

    def sentences(self) -> tuple[Span, ...]:
        """The sentences of the paragraph, those of one quotation joined."""
        return sentence_units(self._cursor.text, self._is_open)

    def place(self) -> str:
        """The unit that the evidence is, with its place in the paragraph; empty where there is none yet."""
        span = self._cursor.evidence
        if span is None:
            return ""
        return place_of(self._cursor.text, span, open_at_start=self._is_open)

    def uncovered(self) -> list[Span]:
        """The stretches of the paragraph on which no statement rests, sentence by sentence."""
        text = self._cursor.text
        taken = sorted(span for span in map(self._cursor.span_of, self._cursor.statements) if span)
        found: list[Span] = []
        for start, end in self.sentences():
            at = start
            for first, last in [*(one for one in taken if one[0] < end and start < one[1]), (end, end)]:
                found += split_at(text, (), at, max(at, first))
                at = max(at, last)
        starts = (end - len(text[start:end].lstrip(_LEFT_OVER)) for start, end in found)
        trimmed = zip(starts, (end for _, end in found), strict=True)
        return [span for span in trimmed if any(map(str.isalnum, text[slice(*span)]))]

    # what statements begin with

    def for_next(self) -> Span:
        """The evidence of a new statement: the rest of the current one's sentence, else the next unused sentence.

        Of a sentence with several speakers it is the part of the current statement's speaker.
        """
        from annotator.speakers.own_words import next_words  # loaded with the ranking

        taken, statement = self._taken(), self._cursor.statement
        unit = next_words(self._ground(taken), self._held() or (taken[-1] if taken else None))
        return self.part_for(unit, [one.name for one in statement.speakers] if statement else [])

    def part_for(self, unit: Span, speakers: Sequence[str]) -> Span:
        """The part of words that is one speaker's own, where others speak in their sentence too; else all of them."""
        from annotator.speakers.own_words import own_of, within

        if len(speakers) != 1 or JOURNALIST in speakers or unit == self._held():
            return unit
        ground = self._ground(self._taken())
        return within(ground, own_of(ground, unit, self._bases(speakers[0])), unit) or unit

    def passed(self, unit: Span, own: Span) -> Span | None:
        """The words of a unit before somebody's part of it, where they say something."""
        from annotator.speakers.own_part import says_something

        found = split_at(self._cursor.text, (), unit[0], own[0]) if unit[0] < own[0] else []
        return found[0] if found and says_something(self._cursor.text, found[0]) else None

    def _taken(self) -> list[Span]:
        return [span for span in map(self._cursor.span_of, self._cursor.statements) if span]

    def _held(self) -> Span | None:
        return self._cursor.evidence if self._cursor.statement is not None else None

    def for_speaker(self, words: str) -> Span:
        """The evidence that a new statement of a speaker begins with."""
        return self._of_speaker(self._ground(self._taken()), words) or self.for_next()

    def for_speakers(self, speakers: Sequence[Mention]) -> Span:
        """The evidence that a new statement of these speakers begins with."""
        return self.for_speaker(speakers[0].name) if len(speakers) == 1 else self.for_next()

    def follow(self, words: str) -> Span | None:
        """The evidence that fits a new speaker of the current statement better than what it has.

        None where the coder has chosen it, where it fits, or where no unused words fit better.
        """
        from annotator.speakers.own_words import is_journalists as is_nobodys
        from annotator.speakers.own_words import is_speakers, own_of, within, words_of, words_of_journalist

        cursor = self._cursor
        present = cursor.evidence
        if not cursor.is_evidence_given or present is None:
            return None
        others = (cursor.span_of(one) for i, one in enumerate(cursor.statements) if i != cursor.current)
        ground = self._ground([span for span in others if span])
        bases = self._bases(words)
        sentence = ground.sentence_of(present)
        if words == JOURNALIST:
            return None if is_nobodys(ground, present) else words_of_journalist(ground)
        if not is_speakers(bases, sentence):
            return words_of(ground, bases)
        own = own_of(ground, sentence, bases)
        is_elsewhere = own[1] <= present[0] or present[1] <= own[0]
        return own if is_elsewhere and ground.is_unused(own) else within(ground, own, present)

    def _of_speaker(self, ground: Ground, words: str) -> Span | None:
        from annotator.speakers.own_words import words_of, words_of_journalist, words_that_name

        if words == JOURNALIST:
            return words_of_journalist(ground)
        return words_of(ground, self._bases(words)) or words_that_name(ground, words)

    def _bases(self, words: str) -> Sequence[Basis]:
        return () if words == JOURNALIST else self._suggestions.bases_of(words)

    def _ground(self, taken: Iterable[Span]) -> Ground:
        from annotator.speakers.own_words import Ground

        ranked = self._suggestions.ranked() if self._instrument.codebook.speaker is not None else []
        return Ground(self._cursor.text, self._is_open, tuple(taken), tuple(ranked))

    @property
    def _is_open(self) -> bool:
        return self._cursor.article.is_open_at(self._cursor.index)

    # the mode

    def guess(self, step: CodingStep, statement_id: str, span: Span | None = None, *, is_journalist: bool) -> None:
        """Fill in the mode from the evidence and the claim type, where the coder has not chosen one.

        Args:
            step: The step that is recorded.
            statement_id: The statement.
            span: Its evidence within the paragraph; by default what the step holds.
            is_journalist: Whether its only speaker is the journalist.
        """
        cursor, asked = self._cursor, self._instrument.codebook.asked("statement")
        for variable in asked:
            held = step.label_of(statement_id, variable.name)
            if variable.guess != "mode" or (held is not None and held[1] != "guess"):
                continue
            at = span or step.evidence_of(statement_id, cursor.paragraph.start) or (0, len(cursor.text))
            claims = (step.label_of(statement_id, one.name) for one in asked if is_claim(one))
            claim = next((str(label[0]) for label in claims if label is not None), None)
            mode = self._mode(variable, at, is_journalist=is_journalist, claim=claim)
            if mode != (held[0] if held else None):
                step.label(statement_id, variable.name, mode, "guess")

    def _mode(self, variable: Variable, span: Span, *, is_journalist: bool, claim: str | None) -> str | None:
        """The mode that the evidence shows; None where the text is in a language whose words are not known."""
        cursor = self._cursor
        if not is_journalist and not cursor.article.is_english:
            return None
        found = guess_mode(cursor.text, span, open_at_start=self._is_open, is_journalist=is_journalist, claim=claim)
        wanted = (found, "indirect") if found == "position" else (found,)
        return next((mode for mode in wanted if form.is_offered(variable, mode)), None)


def is_claim(variable: Variable) -> bool:
    """Whether a variable tells commitments and denials, on which the mode depends."""
    return variable.category("commitment") is not None and variable.category("denial") is not None


def is_journalists(speakers: Iterable[Mention]) -> bool:
    """Whether the journalist is the only speaker."""
    return {mention.name for mention in speakers} == {JOURNALIST}
