"""Articles and their paragraphs in the project file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from annotator.errors import StoreError
from annotator.model import Article, Role, article_id, sha256
from annotator.store.file.checksum import of_article
from annotator.store.file.connection import Connection
from annotator.store.file.timestamps import later
from annotator.store.tables.json_values import dumps
from annotator.store.tables.removed_articles import REMOVED, n_present_paragraphs
from annotator.text.search_text import searchable

BATCH = 64
"""How many articles are inserted by one statement."""

_PARAGRAPHS = "insert into paragraphs (article, position, start, end, role) values (?, ?, ?, ?, ?)"
_COLUMNS, _ROWS = 5, 50


class ParagraphSummary(NamedTuple):
    """A paragraph in the project file."""

    id: int
    position: int
    start: int
    end: int
    role: Role


class ArticleSummary(NamedTuple):
    """An article in the project file, without its text."""

    id: int
    article_id: str
    name: str
    title: str | None
    n_paragraphs: int
    first: int


class SameText(NamedTuple):
    """What the project knows of an article whose text was given again."""

    name: str
    title: str | None
    source: str | None
    date: str | None
    is_removed: bool


class PreparedArticle(NamedTuple):
    """An article as its rows hold it, before it has any: made without a project, and plain, so that it travels."""

    article_id: str
    sha256: str
    name: str
    title: str | None
    source: str | None
    date: str | None
    url: str | None
    path: str | None
    metadata: str
    checksum: int
    raw_text: str
    cut: list[tuple[int, int, int, Role]]
    """Each paragraph's position, start, end and role."""


def prepare_article(article: Article) -> PreparedArticle:
    """An article as its rows will hold it."""
    facts = (
        article.name,
        article.title,
        article.source,
        article.date,
        article.url,
        article.path,
        dumps(article.metadata),
    )
    cut = [(p.position, p.start, p.end, p.role) for p in article.paragraphs]
    text = article.raw_text
    return PreparedArticle(article_id(text), sha256(text), *facts, of_article(facts, cut), text, cut)


def _batches(articles: Iterator[PreparedArticle]) -> Iterator[list[PreparedArticle]]:
    while some := list(islice(articles, BATCH)):
        yield some


class Articles:
    """The articles of one project, in the order in which they were added.

    Removed articles keep their rows, but only `get`, `text` and `paragraphs` still read them.
    """

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, article: Article) -> bool:
        """Add an article with its paragraphs; False if the project has its text under any name."""
        return self.add_many([article])[0]

    def add_many(self, articles: Iterable[Article]) -> list[bool]:
        """Add several in one transaction; for each, whether it is new."""
        with self._c.write():
            return [new for some in _batches(map(prepare_article, articles)) for new in self.add_prepared(some)]

    def add_prepared(self, articles: Sequence[PreparedArticle]) -> list[bool]:
        """Add articles as `prepare_article` made them, in one transaction; for each, whether it is new."""
        with self._c.write():
            known = {
                row[0]
                for row in self._c.all(
                    "select article_id from articles where article_id in (select value from json_each(?))",
                    (dumps([article.article_id for article in articles]),),
                )
            }
            are_new = []
            for article in articles:
                are_new.append(article.article_id not in known)
                known.add(article.article_id)
            self._insert([article for article, is_new in zip(articles, are_new, strict=True) if is_new])
        return are_new

    def same_text(self, article_id: str) -> SameText | None:
        """What the project knows of the article with that id; None if it has none."""
        row = self._c.one(
            f"select name, title, source, date, id in {REMOVED} from articles where article_id = ?", (article_id,)
        )
        return None if row is None else SameText(row[0], row[1], row[2], row[3], bool(row[4]))

    def _insert(self, articles: Sequence[PreparedArticle]) -> None:
        # The order of arrival is the order of reading; a merge knows it by these times.
        last = self._c.one("select id, added_at from articles order by id desc limit 1")
        row, at = last or (0, None)
        rows: list[tuple[Any, ...]] = []
        values: list[Any] = []
        for article in articles:
            row, at = row + 1, later(at)
            rows.append((row, *article[:-1], len(article.cut), at))
            for paragraph in article.cut:
                values += row, *paragraph
        self._c.executemany(
            "insert into articles (id, article_id, sha256, name, title, source, date, url, path, metadata, checksum,"
            " raw_text, n_paragraphs, added_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        write_paragraphs(self._c, values)

    def __len__(self) -> int:
        row = self._c.one("select (select count(*) from articles) - (select count(*) from removed)")
        return int(row[0]) if row else 0

    @property
    def is_numbered_through(self) -> bool:
        """Whether the numbers of the articles go from 1 to how many there are: none was removed."""
        return self._c.one("select 1 from removed limit 1") is None

    def n_paragraphs(self) -> int:
        """Number of all paragraphs."""
        return n_present_paragraphs(self._c)

    def all(self, start: int = 0, limit: int = -1) -> list[ArticleSummary]:
        """The articles in order, without their texts."""
        return self._summaries(f"a.id > ? and a.id not in {REMOVED} order by a.id limit ?", (start, limit))

    def get(self, article: int) -> ArticleSummary:
        """The article of that row, removed or not."""
        found = self._summaries("a.id = ?", (article,))
        if not found:
            raise StoreError(f"there is no article {article} in this project")
        return found[0]

    def _summaries(self, where: str, parameters: tuple[int, ...]) -> list[ArticleSummary]:
        rows = self._c.all(
            "select a.id, a.article_id, a.name, a.title, a.n_paragraphs,"
            f" (select min(p.id) from paragraphs p where p.article = a.id) from articles a where {where}",
            parameters,
        )
        return [ArticleSummary(*row) for row in rows]

    def of_paragraph(self, paragraph: int) -> int | None:
        """The article that a paragraph belongs to."""
        row = self._c.one("select article from paragraphs where id = ?", (paragraph,))
        return int(row[0]) if row else None

    def neighbour(self, article: int, direction: int) -> int | None:
        """The next article (direction 1) or the one before (-1)."""
        sql = (
            f"select min(id) from articles where id > ? and id not in {REMOVED}"
            if direction > 0
            else f"select max(id) from articles where id < ? and id not in {REMOVED}"
        )
        row = self._c.one(sql, (article,))
        return int(row[0]) if row and row[0] is not None else None

    def text(self, article: int) -> str:
        """The raw text of an article."""
        row = self._c.one("select raw_text from articles where id = ?", (article,))
        if row is None:
            raise StoreError(f"there is no article {article} in this project")
        return str(row[0])

    def paragraphs(self, article: int) -> list[ParagraphSummary]:
        """The paragraphs of an article, in order."""
        rows = self._c.all(
            "select id, position, start, end, role from paragraphs where article = ? order by position", (article,)
        )
        return [ParagraphSummary(*row) for row in rows]

    def nth(self, n: int) -> int | None:
        """The row of the n-th article, counted from 1: a removed article keeps its number, so the number is the row."""
        row = self._c.one(f"select id from articles where id = ? and id not in {REMOVED}", (n,))
        return int(row[0]) if row else None

    def is_removed(self, n: int) -> bool:
        """Whether the article of that number was removed."""
        return self._c.one("select 1 from removed where article = ?", (n,)) is not None

    def search(self, words: str, limit: int = 200) -> list[ArticleSummary]:
        """The articles whose id, name or title holds these words, whatever their case and accents."""
        typed = searchable(words.strip())
        every = self._c.stream(
            f"select id, article_id, name, coalesce(title, '') from articles where id not in {REMOVED} order by id"
        )
        rows = (
            row
            for row, article_id, *names in every
            if article_id == words.strip() or any(typed in searchable(name) for name in names)
        )
        return [self.get(row) for row in [*islice(rows, limit)]]

    def find(self, words: str) -> int | None:
        """The first article with these words in id, name or title, whatever their case and accents."""
        found = self.search(words, 1)
        return found[0].id if found else None


def write_paragraphs(c: Connection, values: Sequence[Any]) -> None:
    """Insert paragraphs: the article's row, position, start, end and role of each, one after another in one list."""
    # SQLite makes a table of the roles for each statement that checks one: many rows a statement, half the time.
    rest = len(values) % (_COLUMNS * _ROWS)
    many = range(0, len(values) - rest, _COLUMNS * _ROWS)
    c.executemany(_PARAGRAPHS + ", (?, ?, ?, ?, ?)" * (_ROWS - 1), [values[i : i + many.step] for i in many])
    single = range(len(values) - rest, len(values), _COLUMNS)
    c.executemany(_PARAGRAPHS, [values[i : i + _COLUMNS] for i in single])
