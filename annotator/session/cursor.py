"""Cursor of a coder: current article, paragraph and statement, as in the project file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal

from annotator.codebook.model import Variable
from annotator.errors import AnnotatorError, UsageError
from annotator.model import Label, Review, Role, State, Statement, Value
from annotator.session import form
from annotator.session.instrument import Instrument
from annotator.session.open_article import OpenArticle
from annotator.store.coder.coding import Coding, Place
from annotator.store.tables.articles import Articles, ParagraphSummary
from annotator.text.evidence import Span
from annotator.text.evidence_moves import Grain

if TYPE_CHECKING:
    from annotator.store.tables.recode_queue import Doubtful

NextSpeaker = Literal["", "joins", "replaces"]


class Refused(UsageError):  # noqa: N818 (what a key was, rather than an error)
    """A key cannot be used here; the sentence says why."""


class Cursor:
    """A place in the project, with its records. It only reads.

    Attributes:
        article: The article on the screen.
        index: The place of the current paragraph in it.
        statements: The coder's statements in that paragraph.
        current: Which of them the keys change; None before the first key of a paragraph.
        review: The coder's state of the paragraph.
        article_labels: The coder's labels of the article.
        draft: The evidence that the next statement begins with, where the coder has chosen one.
        is_evidence_given: Whether the current statement has the evidence that it began with, not one that was chosen.
        next_speaker: Whether the next speaker "joins" those that the statement has or "replaces" them; empty until the
            coder says so, which also keeps the digits with the speakers.
        grain: What one arrow key moves an end of the evidence by; clauses again with the next statement.
        sees_gold: Whether the coder is shown gold here, and can no longer change the answer.
    """

    def __init__(self, articles: Articles, coding: Coding, instrument: Instrument) -> None:
        """Go to where the coder was, or to the first paragraph that they are not done with."""
        self._articles = articles
        self._coding = coding
        self._instrument = instrument
        place = coding.place() or Place(coding.next_left(0) or articles.all(limit=1)[0].first, None, {})
        self.article = self._article_of(place.paragraph)
        self.index = 0
        self.statements: list[Statement] = []
        self.current: int | None = None
        self.review = Review(paragraph=place.paragraph)
        self.article_labels: dict[str, Label] = {}
        self.draft: Span | None = None
        self.is_evidence_given = False
        self.next_speaker: NextSpeaker = ""
        self.grain: Grain = "clause"
        self.sees_gold = False
        self._doubts: list[Doubtful] = []
        self.go(place.paragraph, place.statement)
        self._take_up(place)

    # being somewhere

    def go(self, paragraph: int, statement: str | None = None) -> None:
        """Stand in a paragraph, on the statement of that id, else on its first one."""
        if self._articles.of_paragraph(paragraph) != self.article.row:
            self.article = self._article_of(paragraph)
        self.index = self.article.index_of(paragraph)
        self.draft = None
        self.is_evidence_given = False
        self.next_speaker = ""
        self.grain = "clause"
        self.current = None
        self.reload()
        if self.statements:
            self.current = 0
            self.select(statement)

    def select(self, statement_id: str | None) -> None:
        """Stand on the statement of that id, if it is one of this paragraph's."""
        if statement_id in self.statement_ids:
            self.current = self.statement_ids.index(statement_id)

    def stand_near(self, ids: Sequence[str], place: int | None) -> None:
        """Stand where the coder stood before a statement went from the paragraph, or beside it.

        Args:
            ids: The statements that the paragraph had.
            place: Where the coder stood among them.
        """
        if place is not None and self.statements:
            self.current = min(place, len(self.statements) - 1)
            self.select(ids[place])

    @contextmanager
    def kept_on_error(self) -> Iterator[None]:
        """Return to the paragraph and statement of before if the block raises: nothing of it was stored."""
        paragraph, statement = self.paragraph.id, self.statement
        choices = (self.draft, self.is_evidence_given, self.next_speaker, self.grain)
        try:
            yield
        except BaseException:
            # A file that cannot be read must not hide the first error.
            with suppress(AnnotatorError):
                if self.paragraph.id == paragraph:
                    self.reload()
                else:
                    self.go(paragraph, statement.statement_id if statement else None)
                    self.draft, self.is_evidence_given, self.next_speaker, self.grain = choices
            raise

    def reload(self) -> None:
        """Read the paragraph's records back from the project file."""
        held = self.statement.statement_id if self.statement else None
        self.statements = self._coding.statements(self.paragraph.id)
        self.article_labels = self._coding.article_labels(self.article.row)
        self._doubts = self._coding.doubts(self.paragraph.id)
        self.sees_gold = self._coding.sees_gold(self.paragraph.id)
        self.reload_review()
        # The same coder may be at work in a second window: the statement stays the one that it was.
        if self.current is not None:
            self.current = min(self.current, len(self.statements) - 1) if self.statements else None
            self.select(held)
        self.article.marks.forget(self.paragraph.id)

    def reload_review(self) -> None:
        """Read the state of the paragraph back from the project file."""
        self.review = self._coding.review(self.paragraph.id)

    def _article_of(self, paragraph: int) -> OpenArticle:
        row = self._articles.of_paragraph(paragraph)
        if row is None:
            raise AnnotatorError(f"there is no paragraph {paragraph} in this project")
        return OpenArticle(self._articles, self._coding, row)

    def _take_up(self, place: Place) -> None:
        """Restore unsaved choices of the screen, such as chosen evidence."""
        match place.draft.get("evidence"):
            case [int(start), int(end)] if self.current is None and 0 <= start < end <= len(self.text):
                self.draft = (start, end)
        self.is_evidence_given = self.current is not None and place.draft.get("given") is True

    # the paragraph

    @property
    def paragraph(self) -> ParagraphSummary:
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
    def is_role_doubtful(self) -> bool:
        """Whether its role was guessed in doubt, and the coder has not settled it yet."""
        is_settled = self.review.role is not None or self.state not in ("unseen", "open")
        return not is_settled and self.index in self.article.doubtful

    @property
    def state(self) -> State:
        """The coder's state of the paragraph."""
        return self.review.state

    # the statement

    @property
    def statement_ids(self) -> list[str]:
        """The ids of the paragraph's statements."""
        return [statement.statement_id for statement in self.statements]

    @property
    def is_joining(self) -> bool:
        """Whether the next speaker joins those that the statement has."""
        return self.next_speaker == "joins"

    @property
    def statement(self) -> Statement | None:
        """The statement that the keys change."""
        return None if self.current is None else self.statements[self.current]

    @property
    def evidence(self) -> Span | None:
        """The evidence of the current statement, or the one the next will begin with, within the paragraph."""
        return self.draft if self.statement is None else self.span_of(self.statement)

    @property
    def note(self) -> str:
        """The note of the current statement, or of the paragraph where there is none."""
        return (self.statement.note if self.statement else self.review.note) or ""

    def span_of(self, statement: Statement) -> Span | None:
        """The evidence of a statement, within the paragraph."""
        if statement.evidence_start is None or statement.evidence_end is None:
            return None
        return (statement.evidence_start - self.paragraph.start, statement.evidence_end - self.paragraph.start)

    def in_article(self, span: Span) -> Span:
        """Words of the paragraph by their place in the article."""
        return (self.paragraph.start + span[0], self.paragraph.start + span[1])

    # the form

    @property
    def around(self) -> dict[str, Label]:
        """The labels of the paragraph and the article, which conditions can look at."""
        return {**self.article_labels, **self.review.labels}

    def asked(self) -> list[Variable]:
        """The variables of the form, in its order."""
        values = {**self.around, **(self.statement.labels if self.statement else {})}
        return [v for v in self._instrument.codebook.variables if v.enabled and form.holds(v, values)]

    def check_asked(self, variable: Variable) -> None:
        """Refuse a variable that is not asked here.

        Raises:
            Refused: Its conditions do not hold; the sentence says which.
        """
        if any(one.name == variable.name for one in self.asked()):
            return
        codebook = self._instrument.codebook
        found = ((codebook.variable(name), values) for name, values in variable.conditions().items())
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
        """The value that a sticky variable will have in the next statement; the target is guessed instead."""
        if not variable.sticky or variable.scope != "statement" or variable is self._instrument.codebook.target:
            return None
        last = self.statement or self._coding.last_statement()
        label = last.labels.get(variable.name) if last else None
        return label.value if label else None

    def warnings(self) -> list[str]:
        """Warnings here: decisions in doubt, and unlikely combinations."""
        found = [f"in doubt: {doubt.reason}" for doubt in self._doubts if self._concerns(doubt)]
        if self.statement is not None:
            found += form.warnings(self._instrument.codebook, self.statement, self.around)
        return found

    def stand_on_doubt(self) -> Doubtful | None:
        """Make the first statement with a doubt the current one; return that doubt, or one of the paragraph itself."""
        for doubt in self._doubts:
            ids = [statement.statement_id for statement in self.statements]
            if doubt.statement_id in ids:
                self.current = ids.index(doubt.statement_id)
            return doubt
        return None

    def is_doubtful(self, variable: Variable) -> bool:
        """Whether the label of a variable here waits to be decided again."""
        return any(doubt.variable == variable.name and self._concerns(doubt) for doubt in self._doubts)

    def _concerns(self, doubt: Doubtful) -> bool:
        return doubt.statement_id is None or (
            self.statement is not None and doubt.statement_id == self.statement.statement_id
        )
