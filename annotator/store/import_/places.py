"""Find the article and paragraph of imported rows, and check their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from annotator.errors import IngestError
from annotator.jsonl_lines import ForeignLine
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.store import Store


class Place(NamedTuple):
    """A paragraph of the project."""

    row: int
    start: int
    end: int
    role: str


class KnownArticle(NamedTuple):
    """An article of the project with its paragraphs by position."""

    article_id: str
    raw_text: str
    paragraphs: Mapping[int, Place]


class Places:
    """Finds the article and the paragraph of a row. Rows come in runs of one article, so one article is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._c = store.connection
        self._article: KnownArticle | None = None

    def article_of(self, row: ForeignLine) -> str:
        """The id of the article that a row names, by id or by a name that only one article has.

        Raises:
            IngestError: The row names no article, or not exactly one.
        """
        if row.article_id is not None:
            return row.article_id
        if row.article is None:
            raise IngestError("the row names no article: give the column article_id, or article")
        found = self._c.all("select article_id from articles where name = ? limit 2", (row.article,))
        if len(found) != 1:
            count = "several articles are" if found else "no article is"
            raise IngestError(f"{count} called {one_line(row.article)} in this project")
        return str(found[0][0])

    def find(self, article_id: str) -> KnownArticle | None:
        """The article of that id, if the project has it."""
        if self._article is None or self._article.article_id != article_id:
            found = self._c.one("select id, raw_text from articles where article_id = ?", (article_id,))
            if found is None:
                return None
            rows = self._store.articles.paragraphs(found[0])
            paragraphs = {p.position: Place(p.id, p.start, p.end, p.role) for p in rows}
            self._article = KnownArticle(article_id, found[1], paragraphs)
        return self._article

    def paragraph(self, article_id: str, position: int) -> tuple[KnownArticle, Place]:
        """The article of that id and its paragraph at that position.

        Raises:
            IngestError: The project has no such article, or the article no such paragraph.
        """
        article = self.find(article_id)
        if article is None:
            raise IngestError(f"there is no article {one_line(article_id)} in this project")
        paragraph = article.paragraphs.get(position)
        if paragraph is None:
            n = len(article.paragraphs)
            raise IngestError(f"article {one_line(article_id)} has no paragraph {position}: it has {n}, counted from 0")
        return article, paragraph

    def forget(self) -> None:
        """Look the article up again next time, because one was added."""
        self._article = None


def check_evidence(text: str, start: int | None, end: int | None, words: str | None) -> None:
    """Check that offsets are inside an article's text and match the given words.

    Raises:
        IngestError: They are outside, or do not match.
    """
    if (start is None) != (end is None):
        raise IngestError("the row has only one of evidence_start and evidence_end: give both or neither")
    if start is None or end is None:
        return
    if start >= end or end > len(text):
        raise IngestError(f"evidence at {start}–{end} is outside the article of {counted(len(text), 'character')}")
    if words is not None and text[start:end] != words:
        raise IngestError(f"the article's text at {start}–{end} differs from the row's evidence")


def evidence_of(row: ForeignLine, text: str, paragraph: Place) -> tuple[int | None, int | None]:
    """Where a row's evidence begins and ends in the article; words without offsets must stand once in the paragraph.

    Raises:
        IngestError: The evidence does not lie in the paragraph.
    """
    start, end = row.evidence_start, row.evidence_end
    if row.evidence_from == "paragraph" and start is not None and end is not None:
        start, end = start + paragraph.start, end + paragraph.start
    if start is None and end is None and row.evidence:
        at = text.find(row.evidence, paragraph.start, paragraph.end)
        if at < 0 or text.find(row.evidence, at + 1, paragraph.end) >= 0:
            raise IngestError(f"the evidence must occur exactly once in paragraph {row.paragraph}: give its offsets")
        return at, at + len(row.evidence)
    check_evidence(text, start, end, row.evidence)
    if start is not None and end is not None and not (start < paragraph.end and end > paragraph.start):
        here = f"{paragraph.start}–{paragraph.end}"
        raise IngestError(f"the evidence at {start}–{end} is outside paragraph {row.paragraph} ({here})")
    return start, end
