"""Find the texts of other programs in the project by their words, whatever became of their blanks and line ends."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from annotator.importing.annotation import Annotation
from annotator.store.import_.places import KnownArticle, Places
from annotator.store.tables.json_values import loaded

if TYPE_CHECKING:
    from annotator.store.store import Store

Placing = Callable[[int, int], tuple[int, int]]
"""Start and end in another program's text to those in the article."""

NOT_HERE = "annotations of texts that the project does not have (add them first: annotator add FILE)"
OTHER_TEXT = "annotations of texts that differ from the project's"
SEVERAL = "annotations of texts that stand in several places of the project"


class Found(NamedTuple):
    """Where a text stands: its article, its paragraph if it is that of one, and the place of its offsets."""

    article_id: str
    paragraph: int | None
    place: Placing


class Texts:
    """Finds articles and paragraphs by id, by name, or by their words."""

    def __init__(self, store: Store, places: Places) -> None:
        self._c = store.connection
        self._places = places
        self._index: dict[bytes, list[tuple[str, int | None]]] | None = None
        self._known: dict[str, Found | str] = {}

    def find(self, one: Annotation) -> Found | str:
        """Where the text of an annotation stands, or a sentence why it is not found."""
        found: Found | str | None = None
        if one.article is not None:
            article = self._article(one.article)
            found = None if article is None else self._within(article, one.paragraph, one.text)
            if isinstance(found, Found) or (found is not None and one.text is None):
                return found
        if one.text is None:
            return NOT_HERE
        if one.text not in self._known:
            self._known[one.text] = self._by_words(one.text)
        by_words = self._known[one.text]
        return found if found is not None and by_words == NOT_HERE else by_words

    def paragraph_at(self, article_id: str, start: int, end: int) -> int | None:
        """The paragraph in which a span begins, or the first one that it reaches."""
        article = self._places.find(article_id)
        if article is None or not 0 <= start < end <= len(article.raw_text):
            return None
        return next((n for n, p in article.paragraphs.items() if start < p.end and end > p.start), None)

    def statements_on(
        self, article_id: str, paragraph: int, coder: str, evidence: tuple[int, int] | None
    ) -> list[tuple[str, dict[str, Any]]]:
        """A coder's statements on the same words with their labels, in the order in which they were made.

        On a whole paragraph those without evidence count too: other programs put them there.
        """
        start, end = evidence or (None, None)
        rows = self._c.all(
            "select s.statement_id from statements s join coders n on n.id = s.coder join paragraphs p"
            " on p.id = s.paragraph join articles a on a.id = p.article where a.article_id = ? and p.position = ?"
            " and n.name = ? and s.deleted = 0 and (s.evidence_start is ? and s.evidence_end is ?"
            " or s.evidence_start is null and p.start = ? and p.end = ?) order by s.created_at, s.statement_id",
            (article_id, paragraph, coder, start, end, start, end),
        )
        labels = (
            "select l.variable, l.value from labels l join statements s on s.id = l.statement where s.statement_id = ?"
        )
        return [(key, {v: loaded(value) for v, value in self._c.all(labels, (key,))}) for (key,) in rows]

    def is_without_evidence(self, statement_id: str, start: int, end: int) -> bool:
        """Whether the project has a statement without evidence in just this paragraph."""
        sql = (
            "select 1 from statements s join paragraphs p on p.id = s.paragraph where s.statement_id = ?"
            " and s.evidence_start is null and p.start = ? and p.end = ?"
        )
        return self._c.one(sql, (statement_id, start, end)) is not None

    def _article(self, name: str) -> KnownArticle | None:
        found = self._places.find(name)
        if found is not None:
            return found
        rows = self._c.all("select article_id from articles where name = ? limit 2", (name,))
        return self._places.find(str(rows[0][0])) if len(rows) == 1 else None

    def _within(self, article: KnownArticle, paragraph: int | None, text: str | None) -> Found | str:
        """A text in a known article: that of the paragraph that is named, all of it, or one of its paragraphs."""
        place = article.paragraphs.get(paragraph) if paragraph is not None else None
        if text is None:
            return Found(article.article_id, paragraph if place else None, lambda start, end: (start, end))
        if place is not None:
            placing = aligned(text, article.raw_text[place.start : place.end], place.start)
            if placing is not None:
                return Found(article.article_id, paragraph, placing)
        placing = aligned(text, article.raw_text, 0)
        if placing is not None:
            return Found(article.article_id, None, placing)
        fitting = [
            (n, its)
            for n, p in article.paragraphs.items()
            if (its := aligned(text, article.raw_text[p.start : p.end], p.start)) is not None
        ]
        if len(fitting) > 1:
            return SEVERAL
        return Found(article.article_id, *fitting[0]) if fitting else OTHER_TEXT

    def _by_words(self, text: str) -> Found | str:
        found = self._words.get(_digest(text), [])
        if not found:
            return NOT_HERE
        # A whole article is meant rather than a paragraph of another one with the same words.
        whole = {article_id for article_id, n in found if n is None}
        if len(whole) == 1:
            found = [one for one in found if one[0] in whole]
        articles = {article_id for article_id, _ in found}
        if len(articles) > 1 or len([n for _, n in found if n is not None]) > 1:
            return SEVERAL
        article = self._places.find(found[0][0])
        # An article of one paragraph is found as both.
        paragraph = next((n for _, n in found if n is not None), None)
        return NOT_HERE if article is None else self._within(article, paragraph, text)

    @property
    def _words(self) -> dict[bytes, list[tuple[str, int | None]]]:
        """Articles and paragraphs by the hash of their words; made when the first text is looked for."""
        if self._index is None:
            self._index = {}
            rows = self._c.all("select id, article_id, raw_text from articles order by id")
            for row, article_id, text in rows:
                self._index.setdefault(_digest(text), []).append((article_id, None))
                spans = self._c.all(
                    "select position, start, end from paragraphs where article = ? order by position", (row,)
                )
                for position, start, end in spans:
                    self._index.setdefault(_digest(text[start:end]), []).append((article_id, position))
        return self._index


def aligned(theirs: str, ours: str, base: int) -> Placing | None:
    """The places in the article of offsets in a text with the same words; None if the words differ.

    Args:
        theirs: The other program's text.
        ours: The same text here.
        base: Where it begins in the article.
    """
    if theirs == ours:
        return lambda start, end: (start + base, end + base)
    if _words_of(theirs) != _words_of(ours):
        return None
    there = [i for i, sign in enumerate(theirs) if not sign.isspace()]
    here = [i + base for i, sign in enumerate(ours) if not sign.isspace()]

    def placing(start: int, end: int) -> tuple[int, int]:
        first, last = bisect_left(there, start), bisect_left(there, end)
        if first >= last:
            return base, base
        return here[first], here[last - 1] + 1

    return placing


def _words_of(text: str) -> str:
    return "".join(text.removeprefix("\ufeff").split())


def _digest(text: str) -> bytes:
    return blake2b(_words_of(text).encode("utf-8", "surrogatepass"), digest_size=16).digest()
