"""The article on the screen: its text, its paragraphs, and the coder's marks beside them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from annotator.codebook.model import Codebook
from annotator.model import Role, State
from annotator.store.coder.coding import Coding
from annotator.store.tables.articles import Articles, ParagraphSummary
from annotator.text.evidence import quotations
from annotator.text.mode import is_english

if TYPE_CHECKING:
    from annotator.ingest.roles.guess import Guessed

_CHUNK = 64
_REACH = 3
"""How many paragraphs back a quotation can have been opened."""


class Mark(NamedTuple):
    """The margin beside a paragraph: state and codes."""

    state: State
    is_flagged: bool
    role: Role | None
    codes: tuple[str, ...]
    """For the paragraph (where it has labels) and for each statement the keys of what was chosen."""


class Marks:
    """The marks of an article's paragraphs, read in stretches as they come into sight."""

    def __init__(self, coding: Coding, first: int, last: int) -> None:
        self._coding = coding
        self._first = first
        self._last = last
        self._known: dict[int, Mark] = {}

    def of(self, paragraph: int, codebook: Codebook) -> Mark:
        """The mark of a paragraph."""
        if paragraph not in self._known:
            start = self._first + (paragraph - self._first) // _CHUNK * _CHUNK
            self._read(start, min(start + _CHUNK - 1, self._last), codebook)
        return self._known[paragraph]

    def forget(self, paragraph: int) -> None:
        """Read this paragraph's mark again when it is next shown."""
        self._known.pop(paragraph, None)

    def forget_all(self) -> None:
        """Read every mark again when it is next shown."""
        self._known.clear()

    def _read(self, first: int, last: int, codebook: Codebook) -> None:
        states = self._coding.marks(first, last)
        codes = self._coding.codes(first, last)
        order = {v.name: i for i, v in enumerate(codebook.variables)}
        for paragraph in range(first, last + 1):
            if paragraph in self._known:
                continue
            state, is_flagged, role = states.get(paragraph, ("unseen", False, None))
            shown = []
            for values in codes.get(paragraph, []):
                names = sorted((n for n in values if n in order), key=order.__getitem__)
                shown.append("".join(_sign(codebook, name, values[name]) for name in names))
            self._known[paragraph] = Mark(state, is_flagged, role, tuple(shown))


def _sign(codebook: Codebook, variable: str, value: object) -> str:
    """A value in the margin: the flat keys that choose it; variables that are opened first have no room there."""
    found = codebook.variable(variable)
    if found is None or not found.is_flat:
        return ""
    categories = (found.category(str(name)) for name in (value if isinstance(value, list) else [value]))
    return "".join(category.first_key for category in categories if category)


class OpenArticle:
    """An article with its paragraphs.

    Attributes:
        row: Its row in the project file.
        article_id: Its id from its content.
        name: What people call it.
        title: Its title, where known.
        raw_text: Its text, exactly as read.
        paragraphs: Its paragraphs, in order.
        number: Its place among the project's articles, from 1.
        marks: The coder's marks beside its paragraphs.
    """

    def __init__(self, articles: Articles, coding: Coding, row: int) -> None:
        """Read an article from the project file, with one coder's marks."""
        found = articles.get(row)
        self.row = row
        self.article_id = found.article_id
        self.name = found.name
        self.title = found.title
        self.raw_text = articles.text(row)
        self.paragraphs: list[ParagraphSummary] = articles.paragraphs(row)
        self.number = row
        self.first = self.paragraphs[0].id
        self.last = self.paragraphs[-1].id
        self.marks = Marks(coding, self.first, self.last)
        self._places = {paragraph.id: i for i, paragraph in enumerate(self.paragraphs)}
        self._open: dict[int, bool] = {}
        self._is_english: bool | None = None

    def text(self, index: int) -> str:
        """The text of a paragraph."""
        paragraph = self.paragraphs[index]
        return self.raw_text[paragraph.start : paragraph.end]

    def index_of(self, paragraph: int) -> int:
        """The place of a paragraph in the article, by its id."""
        return self._places[paragraph]

    @property
    def is_english(self) -> bool:
        """Whether the program has the words of its language."""
        if self._is_english is None:
            self._is_english = is_english(self.raw_text)
        return self._is_english

    @cached_property
    def doubtful(self) -> frozenset[int]:
        """Indexes of the paragraphs whose role was guessed in doubt; the first look costs some 50 milliseconds."""
        guessed = self._guessed
        return frozenset(index for index in guessed.doubtful if guessed.roles[index] == self.paragraphs[index].role)

    @cached_property
    def certain(self) -> frozenset[int]:
        """Indexes of the paragraphs whose role the text alone tells, without any doubt; costs as much to look at."""
        roles, uncertain = self._guessed.roles, set(self._guessed.uncertain)
        same = (i for i, paragraph in enumerate(self.paragraphs) if roles[i] == paragraph.role)
        return frozenset(index for index in same if index not in uncertain)

    @cached_property
    def _guessed(self) -> Guessed:
        from annotator.ingest.roles.guess import guess_with_doubts

        return guess_with_doubts([self.text(index) for index in range(len(self.paragraphs))], self.title)

    def is_open_at(self, index: int) -> bool:
        """Whether a quotation opened in a paragraph shortly before may still be going on in this one."""
        if index not in self._open:
            is_open = False
            for i in range(max(0, index - _REACH), index):
                found = quotations(self.text(i), is_open)
                if found:
                    is_open = any(one.is_open for one in found)
            self._open[index] = is_open
        return self._open[index]
