"""Find reprints among a project's articles by their bodies, and keep the groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from annotator.store.store import Store
from annotator.store.tables.removed_articles import REMOVED
from annotator.store.tables.reprints import write_reprints
from annotator.text.near_duplicates import groups_of, near_duplicates

_BODY = ("body", "subhead", "dek", "pull-quote")


class Reprint(NamedTuple):
    """An article with a text much like another's.

    Attributes:
        article_id: The article.
        name: Its name.
        like: The name of the first article that it is like.
        shared: Share of the shorter text's words, in runs of five, that stand in both.
        n_others: Number of the other articles of its group.
    """

    article_id: str
    name: str
    like: str
    shared: float
    n_others: int


def find_reprints(store: Store) -> list[Reprint]:
    """Compare all articles, keep the groups in the project, and return every article that is like an earlier one.

    Only the paragraphs of the article itself count, so that what outlets write around articles makes no group.
    """
    c = store.connection
    rows = c.all(f"select id, article_id, name from articles where id not in {REMOVED} order by id")
    pairs = near_duplicates(len(rows), lambda place: _body(store, rows[place][0]))
    groups = groups_of(len(rows), pairs)
    with c.write():
        write_reprints(c, [[rows[place][1] for place in group] for group in groups])
    n_others = {place: len(group) - 1 for group in groups for place in group}
    best = {}
    for pair in sorted(pairs, key=lambda pair: pair.shared):
        best[pair.second] = pair
    return [
        Reprint(rows[place][1], rows[place][2], rows[pair.first][2], pair.shared, n_others[place])
        for place, pair in sorted(best.items())
    ]


def _body(store: Store, article: int) -> str:
    text = store.articles.text(article)
    return "\n".join(_pieces(store, article, text))


def _pieces(store: Store, article: int, text: str) -> Iterator[str]:
    for paragraph in store.articles.paragraphs(article):
        if paragraph.role in _BODY:
            yield text[paragraph.start : paragraph.end]
