"""The statements of a paragraph: who speaks, what they hold, the words they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.codebook.model import Variable
from annotator.model import JOURNALIST, Label, Statement, Value
from annotator.session import form
from annotator.session.cursor import GRAINS, Desk, Refused
from annotator.session.suggestions import Candidate
from annotator.store.coder.coding import CodingStep
from annotator.text.evidence import Span, guess_mode, move, sentences
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.speakers import Suggestion


class Statements(Desk):
    """What the keys do to statements, and to the labels of the paragraph and the article."""

    # speakers

    def ranked(self) -> list[Suggestion]:
        """The ranked speakers of the paragraph, the first under the key 1, each with its reason."""
        return self.speakers.ranked(self.article, self.index)

    def suggestions(self) -> list[str]:
        """Their names."""
        return [one.name for one in self.ranked()]

    def find_speakers(self, text: str) -> list[Candidate]:
        """The speakers that typed letters may mean: names in the article and the registry, then what was typed."""
        return self.speakers.find(self.article, self.index, text)

    def pick(self, rank: int) -> None:
        """Take the suggestion of that rank (from 1)."""
        ranked = self.speakers.ranked(self.article, self.index)
        if not 1 <= rank <= len(ranked):
            raise Refused(f"there is no speaker under {rank}; / finds others")
        chosen = ranked[rank - 1]
        span = None if chosen.start is None or chosen.end is None else (chosen.start, chosen.end)
        self._speak(chosen.name, rank, span)

    def pick_journalist(self) -> None:
        """The journalist's own voice."""
        self._speak(JOURNALIST, None, None)

    def type_speaker(self, words: str) -> None:
        """Take the words a coder typed, or found by typing; a new name becomes an entry of the registry."""
        words = words.strip()
        if not words:
            raise Refused("a speaker needs a name")
        if one_line(words) != words or len(words) > 200:
            raise Refused("a speaker's name stands on one line, without control characters, at most 200 characters")
        self._speak(words, None, self.speakers.evidence_for(self.article, self.index, words))

    def join(self) -> None:
        """Let the next speaker join those that the statement has; again, let it replace them."""
        self._need_speaker_variable()
        self._is_joining = not self._is_joining and self.statement is not None and bool(self.statement.speakers)
        self._say("the next speaker joins the one there" if self._is_joining else "the next speaker is the only one")

    def _speak(self, words: str, rank: int | None, span: Span | None) -> None:
        self._need_speaker_variable()
        with self._step(f"speaker {words}") as step:
            statement_id, is_new = self._statement(step, span)
            old = () if is_new or self.statement is None else self.statement.speakers
            names = {mention.name for mention in old}
            if len(old) > 1 and words in names and not self._is_joining:
                step.keep_speakers(statement_id, [m for m in old if m.name != words])
            elif self._is_joining and words not in names:
                added = step.set_speakers(statement_id, [(words, rank)])
                step.keep_speakers(statement_id, [*old, *added])
            elif not (self._is_joining and words in names):
                step.set_speakers(statement_id, [(words, rank)])
            if not is_new and span is not None and self.statement and self._is_untouched(self.statement):
                step.change_statement(statement_id, evidence=self._in_article(span))
            self._guess(step, statement_id, is_journalist=words == JOURNALIST)
        self._is_joining = False

    def _need_speaker_variable(self) -> None:
        if self.codebook.speaker is None:
            raise Refused("this codebook codes no speakers")

    # labels

    def choose(self, variable: Variable, category: str) -> None:
        """Choose a category; in a set it is put in or taken out."""
        found = variable.category(category)
        if found is None or found.retired:
            raise Refused(f"{variable.title} has no category {category!r} now")
        if variable.level == "set":
            label = self.label(variable)
            held = set(label.value) if label and isinstance(label.value, list) else set()
            held ^= {category}
            self.write(variable, [name for name in variable.names if name in held] or None, category)
        elif variable.level in ("interval", "ratio"):
            self.write(variable, float(category), category)
        else:
            self.write(variable, category, category)

    def type_value(self, variable: Variable, text: str) -> None:
        """Give a number, a text or an entity's name to a variable; an empty text takes the label away."""
        text = text.strip()
        if not text:
            self.write(variable, None, "nothing")
        elif variable.is_numeric:
            self.write(variable, form.number(variable, text), text)
        elif variable.categories:
            self.choose(variable, text)
        else:
            self.write(variable, text, one_line(text)[:40])

    def write(self, variable: Variable, value: Value | None, shown: str) -> None:
        """Record the value of a variable (None takes it away), and what follows from it."""
        if value is not None:
            self.check_asked(variable)
        elif self.label(variable) is None:
            raise Refused(f"{variable.title} holds nothing that could be taken away")
        with self._step(f"{variable.title}: {shown}") as step:
            if variable.scope == "paragraph":
                step.label_paragraph(variable.name, value)
                values = dict(self.review.labels)
            elif variable.scope == "article":
                step.label_article(variable.name, value)
                values = dict(self.article_labels)
            else:
                statement_id, _ = self._statement(step, None)
                step.label(statement_id, variable.name, value)
                values = dict(self.statement.labels) if self.statement else {}
            self._drop_hidden(step, variable, values, value)
            if variable.advance and value is not None:
                step.review(state="coded")
        if variable.advance and value is not None:
            self._go_next()

    def _drop_hidden(self, step: CodingStep, changed: Variable, values: dict[str, Label], value: Value | None) -> None:
        """Take away the labels of variables that are not asked any more after this change."""
        after = {**self.around, **values}
        after.pop(changed.name, None)
        if value is not None:
            after[changed.name] = Label(value=value)
        for variable in self.codebook.variables:
            if variable.scope != changed.scope or variable.name not in values or form.holds(variable, after):
                continue
            if variable.scope == "paragraph":
                step.label_paragraph(variable.name, None)
            elif variable.scope == "article":
                step.label_article(variable.name, None)
            elif self.statement is not None:
                step.label(self.statement.statement_id, variable.name, None)

    # evidence

    def move_evidence(self, direction: int) -> None:
        """Move the evidence by the grain."""
        self._move_evidence(direction, extend=False)

    def stretch_evidence(self, direction: int) -> None:
        """Move the end of the evidence by the grain."""
        self._move_evidence(direction, extend=True)

    def _move_evidence(self, direction: int, *, extend: bool) -> None:
        span = self.evidence or (0, len(self.text))
        self.set_evidence(move(self.text, span, direction, self.grain, extend))

    def set_evidence(self, span: Span) -> None:
        """Let the current statement, or the next one, rest on these words of the paragraph."""
        start, end = max(0, span[0]), min(len(self.text), span[1])
        if start >= end:
            raise Refused("the evidence holds at least one character of the paragraph")
        if self.statement is None:
            self._draft = (start, end)
            self._save_place()
            self._tick()
            return
        with self._step("evidence") as step:
            step.change_statement(self.statement.statement_id, evidence=self._in_article((start, end)))
            names = {mention.name for mention in self.statement.speakers}
            self._guess(step, self.statement.statement_id, is_journalist=names == {JOURNALIST}, span=(start, end))

    def next_grain(self) -> None:
        """Let the arrow keys move by the next smaller unit, and by sentences again after words."""
        self.grain = GRAINS[(GRAINS.index(self.grain) + 1) % len(GRAINS)]
        self._save_place()
        self._say(f"the arrow keys move the evidence by {self.grain}")

    # statements

    def another(self) -> None:
        """Begin another statement here, with the speakers and the sticky values of the current one."""
        if not self.codebook.has_statements:
            raise Refused("this codebook codes paragraphs, not statements")
        before = self.statement
        kept = self._kept()
        with self._step("another statement") as step:
            statement_id = self._begun = step.add_statement(self._in_article(self._next_evidence()))
            if before is not None:
                step.keep_speakers(statement_id, before.speakers)
            self._carry(step, statement_id, kept)
            names = {mention.name for mention in before.speakers} if before else set()
            self._guess(step, statement_id, is_journalist=names == {JOURNALIST}, span=self._next_evidence())
            self._reopen(step)
        self._select(statement_id)

    def carry(self) -> None:
        """The quotation of the paragraph before goes on here: the same speakers and labels, in one key.

        The paragraph before is the nearest one above with a statement; furniture in between is passed over.
        """
        before = next(
            (found[-1] for i in range(self.index - 1, -1, -1) if (found := self.coding.statements(self._id(i)))), None
        )
        if before is None:
            raise Refused("no statement stands before this paragraph in the article")
        span = self._draft or self._next_evidence()
        with self._step("the quotation goes on") as step:
            statement_id = self._begun = step.add_statement(self._in_article(span))
            step.keep_speakers(statement_id, before.speakers)
            for name, label in before.labels.items():
                variable = self.codebook.variable(name)
                if variable is not None and label.origin != "guess" and self._is_valid(variable, label.value):
                    step.label(statement_id, name, label.value, "inherited")
            is_journalist = {mention.name for mention in before.speakers} == {JOURNALIST}
            self._guess(step, statement_id, is_journalist=is_journalist, span=span)
            self._reopen(step)
        self._select(statement_id)

    def remove(self) -> None:
        """Take the current statement away; undo brings it back."""
        if self.statement is None:
            raise Refused("there is no statement here to take away")
        with self._step("take the statement away") as step:
            step.change_statement(self.statement.statement_id, deleted=True)
            if len(self.statements) == 1 and self.state == "coded":
                step.review(state="open")
        self._save_place()

    def select(self, direction: int) -> None:
        """Go to the next or the previous statement of the paragraph."""
        if not self.statements:
            raise Refused("there is no statement in this paragraph yet")
        at = 0 if self.current is None else (self.current + direction) % len(self.statements)
        self.current = at
        self._is_joining = False
        self._save_place()

    def _select(self, statement_id: str) -> None:
        ids = [statement.statement_id for statement in self.statements]
        self.current = ids.index(statement_id) if statement_id in ids else (len(ids) - 1 if ids else None)
        self._save_place()

    # notes and flags

    @property
    def note(self) -> str:
        """The note of the current statement, or of the paragraph where there is none."""
        return (self.statement.note if self.statement else self.review.note) or ""

    def set_note(self, text: str) -> None:
        """Write the note of the current statement, or of the paragraph where there is none."""
        note = text.strip() or None
        with self._step("note") as step:
            if self.statement is not None:
                step.change_statement(self.statement.statement_id, note=note)
            else:
                step.review(note=note)

    def flag(self) -> None:
        """Flag the paragraph (and the current statement) for later, or take the flag away."""
        is_on = not (self.statement.flag if self.statement else self.review.flag)
        with self._step("flag" if is_on else "no flag") as step:
            others = False
            if self.statement is not None:
                step.change_statement(self.statement.statement_id, flag=is_on)
                others = any(s.flag for i, s in enumerate(self.statements) if i != self.current)
            step.review(flag=is_on or others)

    # inside

    def _statement(self, step: CodingStep, span: Span | None) -> tuple[str, bool]:
        """The current statement, begun if there is none; with whether it is new."""
        if self.statement is not None:
            return self.statement.statement_id, False
        evidence = self._draft or span or self._next_evidence()
        kept = self._kept()
        statement_id = self._begun = step.add_statement(self._in_article(evidence))
        self._carry(step, statement_id, kept)
        self._guess(step, statement_id, is_journalist=False, span=evidence)
        self._reopen(step)
        return statement_id, True

    def _reopen(self, step: CodingStep) -> None:
        """A paragraph that was said to have no claim, and has a statement now, is open again."""
        if self.state in ("no claim", "furniture", "duplicate"):
            step.review(state="open")

    def _kept(self) -> dict[str, Value]:
        """What sticky variables carry on; asked before the new statement is the last one."""
        values = [(variable, self.carried(variable)) for variable in self.codebook.asked("statement")]
        return {
            variable.name: value
            for variable, value in values
            if value is not None and (not variable.categories or self._is_offered(variable, value))
        }

    @staticmethod
    def _carry(step: CodingStep, statement_id: str, kept: dict[str, Value]) -> None:
        for name, value in kept.items():
            step.label(statement_id, name, value, "sticky")

    def _is_valid(self, variable: Variable, value: Value) -> bool:
        return not variable.categories or self._is_offered(variable, value)

    @staticmethod
    def _is_offered(variable: Variable, value: Value) -> bool:
        names = value if isinstance(value, list) else [str(value)]
        found = [variable.category(name) for name in names]
        return all(category is not None and not category.retired for category in found)

    def _guess(self, step: CodingStep, statement_id: str, *, is_journalist: bool, span: Span | None = None) -> None:
        """Fill in the mode from the evidence where the coder has not chosen one."""
        for variable in self.codebook.asked("statement"):
            if variable.guess != "mode":
                continue
            label = self.statement.labels.get(variable.name) if self.statement else None
            is_this = self.statement is not None and self.statement.statement_id == statement_id
            if is_this and label is not None and label.origin != "guess":
                continue
            at = span or step.evidence_of(statement_id, self.paragraph.start)
            mode = self._mode(variable, at or (0, len(self.text)), is_journalist=is_journalist)
            if mode is not None:
                step.label(statement_id, variable.name, mode, "guess")

    def _mode(self, variable: Variable, span: Span, *, is_journalist: bool) -> str | None:
        if is_journalist:
            wanted: tuple[str, ...] = ("own voice",)
        else:
            found = guess_mode(self.text, span, self.article.is_open_at(self.index))
            # Conduct of a named speaker without a cue ("abstained", "refused") is a position.
            wanted = (found,) if found != "own voice" else ("position", "indirect")
        return next((mode for mode in wanted if self._is_offered(variable, mode)), None)

    def _next_evidence(self) -> Span:
        """The evidence of a new statement: the paragraph, or its first sentence after those that are taken."""
        taken = [span for span in map(self._span_of, self.statements) if span]
        if not taken:
            return (0, len(self.text))
        reach = max(end for _, end in taken)
        after = [one for one in sentences(self.text) if one[0] >= reach]
        free = [one for one in sentences(self.text) if not any(s < one[1] and one[0] < e for s, e in taken)]
        return (after or free or [taken[-1]])[0]

    def _is_untouched(self, statement: Statement) -> bool:
        """Whether a statement's evidence is still the one it was begun with, or one that a suggestion brought."""
        span = self._span_of(statement)
        offered = [(one.start, one.end) for one in self.speakers.ranked(self.article, self.index)]
        return span == (0, len(self.text)) or span in offered
