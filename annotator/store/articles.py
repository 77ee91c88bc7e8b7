"""Articles and their paragraphs in the project file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from annotator.errors import StoreError
from annotator.model import Article, Role, article_id, sha256
from annotator.store.checksum import of_article
from annotator.store.connection import Connection
from annotator.store.entities import dumps
from annotator.store.stamps import later


class ParagraphRow(NamedTuple):
    """A paragraph in the project file."""

    id: int
    position: int
    start: int
    end: int
    role: Role


class ArticleRow(NamedTuple):
    """An article in the project file, without its text."""

    id: int
    article_id: str
    name: str
    title: str | None
    n_paragraphs: int
    first: int


class Articles:
    """The articles of one project, in the order in which they were added."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, article: Article) -> bool:
        """Add an article with its paragraphs; False if its text is here already, whatever it is called."""
        with self._c.write():
            if self._c.one("select 1 from articles where article_id = ?", (article_id(article.raw_text),)):
                return False
            # The order of arrival is the order of reading; a merge knows it by these times.
            last = self._c.one("select added_at from articles order by id desc limit 1")
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
            row = self._c.execute(
                "insert into articles (article_id, sha256, name, title, source, date, url, path, metadata,"
                " n_paragraphs, added_at, raw_text, checksum) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    article_id(article.raw_text),
                    sha256(article.raw_text),
                    *facts,
                    len(cut),
                    later(last[0] if last else None),
                    article.raw_text,
                    of_article(facts, cut),
                ),
            ).lastrowid
            self._c.executemany(
                "insert into paragraphs (article, position, start, end, role) values (?, ?, ?, ?, ?)",
                [(row, *paragraph) for paragraph in cut],
            )
        return True

    def add_many(self, articles: Iterable[Article]) -> list[bool]:
        """Add several in one transaction; for each, whether it is new."""
        with self._c.write():
            return [self.add(article) for article in articles]

    def __len__(self) -> int:
        row = self._c.one("select count(*) from articles")
        return int(row[0]) if row else 0

    def n_paragraphs(self) -> int:
        """How many paragraphs there are in all: they are never removed, so the last one's row says it."""
        row = self._c.one("select coalesce(max(id), 0) from paragraphs")
        return int(row[0]) if row else 0

    def all(self, start: int = 0, limit: int = -1) -> list[ArticleRow]:
        """The articles in order, without their texts."""
        return [
            ArticleRow(*row)
            for row in self._c.all(
                "select a.id, a.article_id, a.name, a.title, a.n_paragraphs,"
                " (select min(p.id) from paragraphs p where p.article = a.id)"
                " from articles a where a.id > ? order by a.id limit ?",
                (start, limit),
            )
        ]

    def get(self, article: int) -> ArticleRow:
        """The article of that row."""
        found = self.all(article - 1, 1)
        if not found or found[0].id != article:
            raise StoreError(f"there is no article {article} in this project")
        return found[0]

    def of_paragraph(self, paragraph: int) -> int | None:
        """The article that a paragraph belongs to."""
        row = self._c.one("select article from paragraphs where id = ?", (paragraph,))
        return int(row[0]) if row else None

    def neighbour(self, article: int, direction: int) -> int | None:
        """The next article (direction 1) or the one before (-1)."""
        sql = (
            "select min(id) from articles where id > ?"
            if direction > 0
            else "select max(id) from articles where id < ?"
        )
        row = self._c.one(sql, (article,))
        return int(row[0]) if row and row[0] is not None else None

    def text(self, article: int) -> str:
        """The raw text of an article."""
        row = self._c.one("select raw_text from articles where id = ?", (article,))
        if row is None:
            raise StoreError(f"there is no article {article} in this project")
        return str(row[0])

    def paragraphs(self, article: int) -> list[ParagraphRow]:
        """The paragraphs of an article, in order."""
        rows = self._c.all(
            "select id, position, start, end, role from paragraphs where article = ? order by position", (article,)
        )
        return [ParagraphRow(*row) for row in rows]

    def nth(self, n: int) -> int | None:
        """The row of the n-th article, counted from 1: articles are never removed, so its number is its row."""
        row = self._c.one("select id from articles where id = ?", (n,))
        return int(row[0]) if row else None

    def search(self, words: str, limit: int = 200) -> list[ArticleRow]:
        """The articles whose id, name or title holds these words, whatever their case."""
        rows = self._c.all(
            "select a.id, a.article_id, a.name, a.title, a.n_paragraphs,"
            " (select min(p.id) from paragraphs p where p.article = a.id) from articles a"
            " where a.article_id = ?1 or instr(lower(a.name), lower(?1)) > 0"
            " or instr(lower(coalesce(a.title, '')), lower(?1)) > 0 order by a.id limit ?2",
            (words.strip(), limit),
        )
        return [ArticleRow(*row) for row in rows]

    def find(self, words: str) -> int | None:
        """The first article whose id, name or title holds these words, whatever their case."""
        found = self.search(words, 1)
        return found[0].id if found else None
