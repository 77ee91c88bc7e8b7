"""A coder at work: the article, the paragraph and the statement they are at, and what each key does there.

Every method that records something commits it before it returns, and what the session then shows is read back from
the project file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.codebook import Codebook, Variable
from annotator.errors import AnnotatorError, KeymapError, StoreError, UsageError
from annotator.evidence import Grain, Span, guess_mode, move, sentences
from annotator.model import JOURNALIST, Label, Review, Role, State, Statement, Value
from annotator.plain import one_line
from annotator.session import form
from annotator.session.keymap import Keymap, Keys
from annotator.session.place import Article, load_article
from annotator.session.speakers import Candidate, Speakers
from annotator.store import Store
from annotator.store.articles import ParagraphRow
from annotator.store.coding import Coding, CodingStep, Place, Progress

if TYPE_CHECKING:
    from annotator.session.finding import Place as FoundPlace
    from annotator.speakers import Suggestion
    from annotator.store.doubts import Doubtful
    from annotator.store.evolution import Rule

IDLE_SECONDS = 60.0
"""Between two keys no more than this counts as time spent on a paragraph."""

GRAINS: tuple[Grain, ...] = ("sentence", "clause", "word")


class Refused(UsageError):  # noqa: N818 (what a key was, rather than an error)
    """A key that cannot do what it says here; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the session has to say about the last key."""

    text: str
    is_warning: bool = False


class Session:
    """One coder in one project.

    Attributes:
        article: The article on the screen.
        index: The place of the current paragraph in it.
        statements: The coder's statements in that paragraph.
        current: Which of them the keys change; None before the first key of a paragraph.
        review: The coder's state of the paragraph.
        article_labels: The coder's labels of the article.
        grain: What one arrow key moves by.
        said: What there is to say about the last key.
        codebook: The codebook in force, with the keys that hold.
        keys: Every key of the labelling screen.
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
        self.store = store
        if not store.articles.n_paragraphs():
            raise StoreError("the project has no articles yet; `annotator add PATH` adds some")
        self.coding: Coding = store.coding(coder)
        self.coder = self.coding.coder.name
        self.grain: Grain = "sentence"
        self.said: Said | None = None
        self._clock = clock
        self._keymap = keymap or Keymap()
        self._since = clock()
        self._codebook_id = ""
        self._is_leaving_open = False
        self._draft: Span | None = None
        self._is_joining = False
        self._doubts: list[Doubtful] = []
        self._load_codebook()
        self.speakers = Speakers(self.coding)
        place = self.coding.place()
        paragraph = place.paragraph if place else self.coding.next_left(0) or 1
        self.article: Article = self._article_of(paragraph)
        self.index = 0
        self.statements: list[Statement] = []
        self.current: int | None = None
        self.review = Review(paragraph=paragraph)
        self.article_labels: dict[str, Label] = {}
        self._arrive(paragraph, statement=place.statement if place else None)
        if place and place.draft.get("evidence") and self.current is None:
            start, end = place.draft["evidence"]
            self._draft = (start, end)
        if place and place.draft.get("grain") in GRAINS:
            self.grain = place.draft["grain"]

    # what the screen shows

    @property
    def paragraph(self) -> ParagraphRow:
        """The current paragraph."""
        return self.article.paragraphs[self.index]

    @property
    def text(self) -> str:
        """Its text."""
        return self.article.text(self.index)

    @property
    def role(self) -> Role:
        """Its role, as the coder corrected it or as it was guessed."""
        return self.review.role or self.paragraph.role

    @property
    def state(self) -> State:
        """The coder's state of it."""
        return self.review.state

    @property
    def statement(self) -> Statement | None:
        """The statement that the keys change."""
        return None if self.current is None else self.statements[self.current]

    @property
    def evidence(self) -> Span | None:
        """The evidence of the current statement, or the one the next will begin with, within the paragraph."""
        if self.statement is not None:
            return self._span_of(self.statement)
        return self._draft

    @property
    def is_joining(self) -> bool:
        """Whether the next speaker joins those that the statement has."""
        return self._is_joining

    @property
    def around(self) -> dict[str, Label]:
        """The labels of the paragraph and the article, which conditions can look at."""
        return {**self.article_labels, **self.review.labels}

    def asked(self) -> list[Variable]:
        """The variables of the form, in its order."""
        values = {**self.around, **(self.statement.labels if self.statement else {})}
        return [v for v in self.codebook.variables if v.enabled and form.holds(v, values)]

    def check_asked(self, variable: Variable) -> None:
        """Refuse a variable that is not asked here.

        Raises:
            Refused: Its conditions do not hold; the sentence says which.
        """
        if any(one.name == variable.name for one in self.asked()):
            return
        found = ((self.codebook.variable(name), values) for name, values in variable.conditions().items())
        wanted = [f"{other.title if other else '?'} is {' or '.join(values)}" for other, values in found]
        raise Refused(f"{variable.title} is asked only where {' and '.join(wanted)}")

    def label(self, variable: Variable) -> Label | None:
        """The label of a variable, of the current statement, the paragraph or the article, as its scope says."""
        if variable.scope == "paragraph":
            return self.review.labels.get(variable.name)
        if variable.scope == "article":
            return self.article_labels.get(variable.name)
        return self.statement.labels.get(variable.name) if self.statement else None

    def carried(self, variable: Variable) -> Value | None:
        """The value that a sticky variable will have in the next statement."""
        if not variable.sticky or variable.scope != "statement":
            return None
        last = self._last_statement()
        label = last.labels.get(variable.name) if last else None
        return label.value if label else None

    def warnings(self) -> list[str]:
        """What is worth a second look here: decisions in doubt, and combinations that seldom hold."""
        found = [f"in doubt: {doubt.reason}" for doubt in self._doubts if self._concerns(doubt)]
        return found + (form.warnings(self.codebook, self.statement, self.around) if self.statement else [])

    def _concerns(self, doubt: Doubtful) -> bool:
        return doubt.statement_id is None or (
            self.statement is not None and doubt.statement_id == self.statement.statement_id
        )

    def progress(self) -> Progress:
        """How far the coder is."""
        return self.coding.progress()

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

    def move_evidence(self, direction: int, *, extend: bool = False) -> None:
        """Move the evidence by the grain, or move its end."""
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
            statement_id = step.add_statement(self._in_article(self._next_evidence()))
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
            statement_id = step.add_statement(self._in_article(span))
            step.keep_speakers(statement_id, before.speakers)
            for name, label in before.labels.items():
                variable = self.codebook.variable(name)
                if variable is not None and label.origin != "guess" and self._is_valid(variable, label.value):
                    step.label(statement_id, name, label.value, "inherited")
            is_journalist = {mention.name for mention in before.speakers} == {JOURNALIST}
            self._guess(step, statement_id, is_journalist=is_journalist, span=span)
            self._reopen(step)
        self._select(statement_id)

    def _id(self, index: int) -> int:
        return self.article.paragraphs[index].id

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

    # paragraphs

    def done(self) -> None:
        """The paragraph is coded; go to the next one that is not. What is missing is said first, once."""
        gap = self._gap()
        if gap is not None:
            if not self._is_leaving_open or not (self.statements or self.review.labels):
                self._is_leaving_open = True
                has_something = bool(self.statements or self.review.labels)
                raise Refused(gap + ("; Enter again leaves the paragraph open" if has_something else ""))
            self._go_next()
            self._say("left open: " + gap, is_warning=True)
            return
        with self._step("done") as step:
            self._fill_defaults(step)
            step.review(state="coded")
        self._go_next()

    def no_claim(self) -> None:
        """There is nothing to code here; go on."""
        self._finish("no claim")

    def furniture(self) -> None:
        """This is no part of the article's text; go on."""
        self._finish("furniture", role="furniture")

    def duplicate(self) -> None:
        """This text stands elsewhere too and is coded there; go on."""
        self._finish("duplicate")

    def _finish(self, state: State, role: Role | None = None) -> None:
        if self.statements:
            n = len(self.statements)
            raise Refused(f"{n} statement{'s' * (n > 1)} stand{'s' * (n == 1)} here; Backspace takes one away")
        with self._step(state) as step:
            step.review(state=state)
            if role is not None and self.role != role:
                step.review(role=role)
        self._go_next()

    def set_role(self, role: Role) -> None:
        """Correct what the paragraph is in the article."""
        with self._step(f"role {role}") as step:
            step.review(role=None if role == self.paragraph.role else role)

    def flag(self) -> None:
        """Flag the paragraph (and the current statement) for later, or take the flag away."""
        is_on = not (self.statement.flag if self.statement else self.review.flag)
        with self._step("flag" if is_on else "no flag") as step:
            others = False
            if self.statement is not None:
                step.change_statement(self.statement.statement_id, flag=is_on)
                others = any(s.flag for i, s in enumerate(self.statements) if i != self.current)
            step.review(flag=is_on or others)

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

    # history

    def undo(self) -> None:
        """Take back the last step, wherever it was."""
        undone = self.coding.undo()
        if undone is None:
            raise Refused("there is nothing to undo")
        self._after_history("undone", undone.what, undone.paragraph)

    def redo(self) -> None:
        """Do again what was undone last."""
        redone = self.coding.redo()
        if redone is None:
            raise Refused("there is nothing to redo")
        self._after_history("done again", redone.what, redone.paragraph)

    def _after_history(self, verb: str, what: str, paragraph: int | None) -> None:
        self.speakers.forget()
        self._load_codebook()
        self._arrive(paragraph or self.paragraph.id)
        self._say(f"{verb}: {what}")

    # finding one's way

    def move(self, direction: int) -> None:
        """Go to the next paragraph or the one before, over the ends of articles."""
        self.leave()
        if 0 <= self.index + direction < len(self.article.paragraphs):
            self._arrive(self.article.paragraphs[self.index + direction].id)
            return
        other = self.store.articles.neighbour(self.article.row, direction)
        if other is None:
            raise Refused("this is the last paragraph" if direction > 0 else "this is the first paragraph")
        self._open(other, 0 if direction > 0 else -1)

    def move_article(self, direction: int) -> None:
        """Go to the next article, or to the one before."""
        self.leave()
        other = self.store.articles.neighbour(self.article.row, direction)
        if other is None:
            raise Refused("this is the last article" if direction > 0 else "this is the first article")
        self._open(other, 0)

    def go_to(self, paragraph: int) -> None:
        """Go to a paragraph by its id."""
        self.leave()
        self._arrive(paragraph)

    def go_to_place(self, text: str) -> None:
        """Go where a coder typed: `7` is paragraph 7 here, `3/7` paragraph 7 of article 3, else part of a name."""
        self.leave()
        article, _, number = text.strip().rpartition("/")
        if number.isdecimal() and (not article or article.isdecimal()):
            row = self.article.row if not article else self._nth_article(int(article))
            target = self.article if row == self.article.row else load_article(self.store, row, self.coding)
            if not 1 <= int(number) <= len(target.paragraphs):
                raise Refused(f"that article has {len(target.paragraphs)} paragraphs")
            self._arrive(target.paragraphs[int(number) - 1].id)
            return
        found = self.store.articles.find(text.strip()) if text.strip() else None
        if found is None:
            raise Refused(f"no article is called {one_line(text)[:40]!r}")
        self._open(found, 0)

    def find(self, text: str) -> list[FoundPlace]:
        """The paragraphs that hold these words and meet these conditions, as a coder types them."""
        from annotator.session import finding  # a session that searches nothing need not load it

        return finding.find(self.coding, self.codebook, text)

    def next_flagged(self) -> None:
        """Go to the next flagged paragraph, from the start again at the end."""
        self.leave()
        found = self.coding.next_flagged(self.paragraph.id)
        if found is None:
            raise Refused("nothing is flagged; ! flags a paragraph")
        self._arrive(found)

    def next_doubt(self) -> None:
        """Go to the next paragraph with a decision that a change of the codebook put in doubt."""
        self.leave()
        found = self.coding.next_doubt(self.paragraph.id)
        if found is None:
            raise Refused("nothing is in doubt")
        self._arrive(found)
        n = self.coding.n_doubts()
        self._say(f"{n} decision{'s' * (n != 1)} in doubt; choosing again, also the same, settles one")

    def add_rule(self, variable: str, category: str | None, kind: Rule, text: str) -> None:
        """Add a rule or an example to the codebook, as a new revision of it."""
        evolution = self.store.evolution
        version = evolution.add_rule(self.coding.coder.id, variable, category, kind, text)
        self._load_codebook()
        self._refresh()
        self._say(f"the codebook is now {self.codebook.name} {version}")

    def look_again(self, what: str) -> None:
        """Something was changed beside the paragraph: read it back and say so."""
        self.speakers.forget()
        self._refresh()
        self._say(what)

    def add_category(self, variable: Variable, name: str) -> None:
        """Add a category to a variable's list, as a new revision of the codebook, and choose it."""
        version = self.store.evolution.add_category(self.coding.coder.id, variable.name, name)
        self._load_codebook()
        revised = self.codebook.variable(variable.name)
        if revised is not None:
            self.choose(revised, " ".join(name.split()))
        self._say(f"{one_line(name)} is new in the codebook, now {self.codebook.name} {version}")

    def open_article(self, row: int) -> None:
        """Go to the first paragraph of an article that is not done, or to its first."""
        self.leave()
        article = load_article(self.store, row, self.coding)
        following = self.coding.next_left(article.first - 1)
        is_inside = following is not None and article.first <= following <= article.last
        self._arrive(following if following is not None and is_inside else article.first)

    def articles(self, text: str, most: int = 200) -> list[tuple[int, str]]:
        """The articles whose id, name or title holds these words: row, and a line with the coder's progress."""
        lines = []
        for found in self.store.articles.search(text, most):
            progress = self.coding.progress(found.first, found.first + found.n_paragraphs - 1)
            sign = "●" if progress.left == 0 else "○" if progress.done else "·"
            flags = f"  !{progress.flagged}" if progress.flagged else ""
            title = found.title or found.name
            lines.append((found.id, f"{sign} {progress.done:>3}/{found.n_paragraphs:<3}{flags}  {title}"))
        return lines

    @property
    def is_new_here(self) -> bool:
        """Whether the coder has recorded nothing yet."""
        return not self.statements and self.coding.progress().done == 0 and self.coding.last_statement() is None

    def leave(self) -> None:
        """Count the time spent here; call it before the session ends."""
        seconds = self._seconds()
        if seconds > 0:
            self.coding.add_seconds(self.paragraph.id, seconds)

    # inside

    def _nth_article(self, n: int) -> int:
        row = self.store.articles.nth(n)
        if row is None:
            raise Refused(f"there are {len(self.store.articles)} articles")
        return row

    def _load_codebook(self) -> None:
        current = self.store.codebooks.current_id()
        if current != self._codebook_id:
            version = self.store.codebooks.version(current)
            try:
                keys = self._keymap.keys(version)
            except KeymapError as error:
                if not self._codebook_id:
                    raise
                self._keymap = Keymap()
                keys = self._keymap.keys(version)
                self._say(f"the keys are the codebook's own again: {error}", is_warning=True)
            self._codebook_id = current
            self.keys: Keys = keys
            self.codebook: Codebook = keys.codebook

    def _article_of(self, paragraph: int) -> Article:
        row = self.store.articles.of_paragraph(paragraph)
        if row is None:
            raise AnnotatorError(f"there is no paragraph {paragraph} in this project")
        return load_article(self.store, row, self.coding)

    def _open(self, row: int, index: int) -> None:
        article = load_article(self.store, row, self.coding)
        self._arrive(article.paragraphs[index].id)

    def _arrive(self, paragraph: int, statement: str | None = None) -> None:
        row = self.store.articles.of_paragraph(paragraph)
        if row != self.article.row:
            self.article = self._article_of(paragraph)
        self.index = self.article.index_of(paragraph)
        self._is_leaving_open = False
        self._is_joining = False
        self._draft = None
        self.said = None
        self._since = self._clock()
        self.current = None
        self._refresh()
        ids = [one.statement_id for one in self.statements]
        if ids:
            self.current = ids.index(statement) if statement in ids else 0
        self._save_place()
        if self.review.state == "unseen":
            # Being here has opened it.
            self.review = self.coding.review(self.paragraph.id)

    def _refresh(self) -> None:
        """Read the paragraph's records back from the project file."""
        self.statements = self.coding.statements(self.paragraph.id)
        self.review = self.coding.review(self.paragraph.id)
        self.article_labels = self.coding.article_labels(self.article.row)
        self._doubts = self.coding.doubts(self.paragraph.id)
        if not self.statements:
            self.current = None
        elif self.current is not None:
            self.current = min(self.current, len(self.statements) - 1)
        self.article.marks.forget(self.paragraph.id)

    @contextmanager
    def _step(self, what: str) -> Iterator[CodingStep]:
        """One key press: recorded and committed, then read back."""
        self._is_leaving_open = False
        self.said = None
        n_before = len(self.statements)
        with self.store.connection.write():
            with self.coding.step(what, self.paragraph.id) as step:
                yield step
            self.coding.add_seconds(self.paragraph.id, self._seconds())
        if self.store.codebooks.current_id() != self._codebook_id:
            self._load_codebook()
            self._say("the codebook was changed; this is the new one", is_warning=True)
        self._refresh()
        if len(self.statements) > n_before:
            self.current = len(self.statements) - 1
            self._draft = None
            self._save_place()

    def _statement(self, step: CodingStep, span: Span | None) -> tuple[str, bool]:
        """The current statement, begun if there is none; with whether it is new."""
        if self.statement is not None:
            return self.statement.statement_id, False
        evidence = self._draft or span or self._next_evidence()
        kept = self._kept()
        statement_id = step.add_statement(self._in_article(evidence))
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

    def _last_statement(self) -> Statement | None:
        return self.statement or self.coding.last_statement()

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

    def _gap(self) -> str | None:
        """What is missing before the paragraph is done, in a sentence."""
        gaps = form.missing_of_unit(self.codebook, "paragraph", self.review.labels, self.around)
        if gaps:
            return "missing: " + ", ".join(variable.title for variable in gaps)
        if not self.statements:
            is_coded = any(form.is_decided(label) for label in self.review.labels.values())
            return None if is_coded else "nothing is coded here: x says “no claim”"
        for i, statement in enumerate(self.statements):
            missing = form.missing(self.codebook, statement, self.around)
            which = f"statement {i + 1}: " if len(self.statements) > 1 else ""
            if missing:
                self.current = i
                return f"{which}missing: " + ", ".join(variable.title for variable in missing)
            category = form.needs_note(self.codebook, statement)
            if category is not None:
                self.current = i
                return f"{which}“{category}” needs a note (w)"
        return None

    def _gap_of_article(self) -> str | None:
        """What the article itself lacks, in words, once all its paragraphs are done."""
        gaps = form.missing_of_unit(self.codebook, "article", self.article_labels, {})
        return "missing: " + ", ".join(variable.title for variable in gaps) if gaps else None

    def _fill_defaults(self, step: CodingStep) -> None:
        """Write the codebook's defaults where the coder left a variable open; they count as no decision."""
        for statement in self.statements:
            values = {**self.around, **statement.labels}
            for variable in form.asked(self.codebook, "statement", values):
                if variable.default is not None and variable.name not in statement.labels:
                    step.label(statement.statement_id, variable.name, _default(variable), "default")
        for variable in form.asked(self.codebook, "paragraph", self.around):
            if variable.default is not None and variable.name not in self.review.labels:
                step.label_paragraph(variable.name, _default(variable), "default")

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

    def _span_of(self, statement: Statement) -> Span | None:
        if statement.evidence_start is None or statement.evidence_end is None:
            return None
        return (statement.evidence_start - self.paragraph.start, statement.evidence_end - self.paragraph.start)

    def _in_article(self, span: Span) -> Span:
        return (self.paragraph.start + span[0], self.paragraph.start + span[1])

    def _go_next(self) -> None:
        following = self.coding.next_left(self.paragraph.id)
        if following is None:
            self._refresh()
            self._save_place()
            self._say("every paragraph is done")
            return
        is_back = following <= self.paragraph.id
        gap = self._gap_of_article() if not self.article.first <= following <= self.article.last else None
        name = self.article.title or self.article.name
        self._arrive(following)
        if gap:
            self._say(f"{one_line(name)[:30]} is done, but for the article {gap} ([ goes back)", is_warning=True)
        elif is_back:
            self._say("from the start again: these are left")

    def _save_place(self) -> None:
        draft: dict[str, object] = {}
        if self._draft is not None:
            draft["evidence"] = list(self._draft)
        if self.grain != "sentence":
            draft["grain"] = self.grain
        self.coding.save_place(Place(self.paragraph.id, self.statement.statement_id if self.statement else None, draft))

    def _seconds(self) -> float:
        """The time since the last key, as far as it counts."""
        at = self._clock()
        spent, self._since = at - self._since, at
        return max(0.0, min(spent, IDLE_SECONDS))

    def _tick(self) -> None:
        self.coding.add_seconds(self.paragraph.id, self._seconds())

    def _say(self, text: str, *, is_warning: bool = False) -> None:
        self.said = Said(text, is_warning)


def _default(variable: Variable) -> Value | None:
    default = variable.default
    if isinstance(default, tuple):
        return [name for name in variable.names if name in default]
    if variable.level in ("interval", "ratio") and default is not None:
        return float(default)
    return [str(default)] if variable.level == "set" else default
