"""Lines of JSON as bytes, and the articles' texts that they are cut from."""

from __future__ import annotations

from collections.abc import Iterable
from json.encoder import encode_basestring as quote
from typing import TYPE_CHECKING, NamedTuple

from annotator.store.read.selection import ARTICLES

if TYPE_CHECKING:
    from annotator.store.read.snapshot import Records

BATCH = 500
"""Lines that are handed on together."""

LARGE = 100_000
"""Characters or bytes of one text after which lines are handed on at once, so that the memory never holds many such."""


class Chunk(NamedTuple):
    """Some lines of one file as bytes, each with its line feed, and how many they are."""

    data: bytes
    rows: int


def chunk(lines: Iterable[str]) -> Chunk:
    """A few lines at once."""
    made = list(lines)
    return Chunk("".join(f"{line}\n" for line in made).encode(), len(made))


class Texts:
    """The articles' keys and texts, read along with the rows that need them; progress is told on the way.

    Args:
        records: The snapshot.
        what: What is being made of them, for the progress.
        ranks: The first and the last article's place in the order of the export.
    """

    def __init__(self, records: Records, what: str, ranks: tuple[int, int] | None = None) -> None:
        self._records = records
        self._what = what
        first, last = ranks or (1, records.n_articles)
        self._rows = records.rows(
            "o.rank, a.article_id, a.name, a.raw_text", ARTICLES, "o.rank", where=f"o.rank between {first} and {last}"
        )
        self._n_left = last - first + 1

    def at(self, rank: int) -> tuple[bytes, str]:
        """The keys of the article of that rank as JSON, and its text."""
        for row in self._rows:
            self._n_left -= 1
            self._records.tick(self._what)
            if row[0] == rank:
                return f'"article_id":{quote(row[1])},"article":{quote(row[2])}'.encode(), row[3]
        raise AssertionError("rows come in the order of the articles")

    def finish(self) -> None:
        """Say that there is no more to come."""
        self._records.tick(self._what, self._n_left)
