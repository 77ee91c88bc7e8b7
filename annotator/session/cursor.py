"""Where a coder sits: the article, the paragraph and the statement before them, and how a step is recorded.

Every step is committed before the method that makes it returns, and what the desk then shows is read back from the
project file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.codebook.model import Codebook, Variable
from annotator.errors import AnnotatorError, KeymapError, StoreError, UsageError
from annotator.model import Label, Review, Role, State, Statement, Value
from annotator.session import form
from annotator.session.custom_keys import Keymap, Keys
from annotator.session.open_article import Article, load_article
from annotator.session.suggestions import Speakers
from annotator.store import Store
from annotator.store.coder.coding import Coding, CodingStep, Place, Progress
from annotator.store.tables.articles import ParagraphRow
from annotator.text.evidence import Grain, Span
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.tables.recode_queue import Doubtful

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


class Desk:
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
        self._begun: str | None = None
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

    # being somewhere

    def leave(self) -> None:
        """Count the time spent here; call it before the session ends."""
        seconds = self._seconds()
        if seconds > 0:
            self.coding.add_seconds(self.paragraph.id, seconds)

    # inside

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
        held = self.statement.statement_id if self.statement else None
        self.statements = self.coding.statements(self.paragraph.id)
        self.review = self.coding.review(self.paragraph.id)
        self.article_labels = self.coding.article_labels(self.article.row)
        self._doubts = self.coding.doubts(self.paragraph.id)
        # The same coder may be at work in a second window: the statement stays the one that it was.
        ids = [statement.statement_id for statement in self.statements]
        if held in ids:
            self.current = ids.index(held)
        elif not ids:
            self.current = None
        elif self.current is not None:
            self.current = min(self.current, len(ids) - 1)
        self.article.marks.forget(self.paragraph.id)

    @contextmanager
    def key(self) -> Iterator[None]:
        """Everything that one key does, going on to the next paragraph included, is one transaction.

        It is committed when the block has ended. When the block raises, nothing of it has happened.
        """
        try:
            with self.store.connection.write():
                yield
        except BaseException:
            self._refresh()
            raise

    @contextmanager
    def _step(self, what: str) -> Iterator[CodingStep]:
        """One key press: recorded and committed, then read back."""
        self._is_leaving_open = False
        self.said = None
        self._begun = None
        with self.store.connection.write():
            self._check_is_there()
            with self.coding.step(what, self.paragraph.id) as step:
                yield step
            self.coding.add_seconds(self.paragraph.id, self._seconds())
        if self.store.codebooks.current_id() != self._codebook_id:
            self._load_codebook()
            self._say("the codebook was changed; this is the new one", is_warning=True)
        self._refresh()
        if self._begun is not None:
            ids = [statement.statement_id for statement in self.statements]
            self.current = ids.index(self._begun) if self._begun in ids else None
            self._draft = None
            self._save_place()

    def _check_is_there(self) -> None:
        """Refuse to change a statement that was taken away in a second window of this coder's."""
        held = self.statement
        if held is not None and all(
            s.statement_id != held.statement_id for s in self.coding.statements(held.paragraph)
        ):
            self._refresh()
            raise Refused("this statement was taken away in another window")

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

    def _span_of(self, statement: Statement) -> Span | None:
        if statement.evidence_start is None or statement.evidence_end is None:
            return None
        return (statement.evidence_start - self.paragraph.start, statement.evidence_end - self.paragraph.start)

    def _in_article(self, span: Span) -> Span:
        return (self.paragraph.start + span[0], self.paragraph.start + span[1])

    def _last_statement(self) -> Statement | None:
        return self.statement or self.coding.last_statement()

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

    def _gap_of_article(self) -> str | None:
        """What the article itself lacks, in words, once all its paragraphs are done."""
        gaps = form.missing_of_unit(self.codebook, "article", self.article_labels, {})
        return "missing: " + ", ".join(variable.title for variable in gaps) if gaps else None

    def _id(self, index: int) -> int:
        return self.article.paragraphs[index].id
