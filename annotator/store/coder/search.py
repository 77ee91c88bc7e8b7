"""Full-text search in paragraphs and in one coder's own notes and evidence.

The index of the paragraphs is made on the first search and topped up on the next, so that adding articles costs
nothing; it keeps no text of its own. Notes are few and change with every key, so they are read, not indexed. Nobody
finds another coder's notes or evidence.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta
from annotator.store.tables.removed_articles import REMOVED, is_present
from annotator.text.folding import is_split_by_invisibles
from annotator.text.search_text import fold_searchable, is_other_in_index, searchable

Kind = Literal["text", "evidence", "note"]
Span = tuple[int, int]

AT_ONCE = 0.05
"""A search itself adds to the index for at most so many seconds; `fill` can add the rest and say how far it is."""

_CHUNK = 2_000
_FOLDED = "searchable 2 "
"""Before the epoch of an index whose words are folded; an older index is made anew."""
_AROUND = 60
_OPEN, _CLOSE = "\ue000", "\ue001"
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts that put no blanks between words, which the index therefore cannot tell apart."""

Progress = Callable[[int, int], None]
"""Callback, called with the number of indexed paragraphs and the total."""


class Hit(NamedTuple):
    """A search hit: it contains every word.

    Attributes:
        paragraph: The paragraph's id in the project file.
        article: The article's name.
        position: The paragraph's place in it, from 0.
        kind: Whether the words stand in a note of the coder's, in their evidence, or elsewhere in the text.
        span: Where the first of them stands, in the paragraph or in the note, in code points.
        snippet: The text around it, on one line.
        spans: Where the words stand in the snippet.
    """

    paragraph: int
    article: str
    position: int
    kind: Kind
    span: Span
    snippet: str
    spans: tuple[Span, ...]


class Found(NamedTuple):
    """Search results in reading order.

    Attributes:
        hits: The hits, up to the limit.
        n_unread: Number of paragraphs outside the index, which were not searched.
    """

    hits: list[Hit]
    n_unread: int


class Search:
    """Search for one coder."""

    def __init__(self, connection: Connection, coder: int) -> None:
        self._c = connection
        self._coder = coder

    def find(self, text: str, limit: int = 50, after: int = 0) -> Found:
        """Find the paragraphs and notes that hold every word, whatever its case and accents.

        The input is text, not a query language. Words in "quotation marks" must be adjacent; the last word may be
        incomplete.

        Args:
            text: The words.
            limit: Maximum number of hits.
            after: Begin after this paragraph.
        """
        phrases = _phrases(text)
        if not phrases:
            return Found([], 0)
        n_unread = 0
        hits: list[Hit] = []
        if self._has_index() and not any(_UNSPACED.search(p) or not _is_word(p) for p in phrases):
            if not self._c.is_read_only:
                self.fill(AT_ONCE)
            n_unread = self.n_unread()
            hits += self._indexed(phrases, _is_unfinished(text), limit, after)
        else:
            hits += self._scanned(phrases, limit, after)
        hits += self._notes(phrases, limit, after)
        hits.sort(key=lambda hit: (hit.paragraph, hit.kind == "note"))
        return Found(hits[:limit], n_unread)

    # the index

    def n_unread(self) -> int:
        """Number of paragraphs that are not in the index yet."""
        row = self._c.one("select coalesce(max(id), 0) from paragraphs")
        return max(0, (int(row[0]) if row else 0) - self._last())

    def fill(self, seconds: float | None = None, progress: Progress | None = None) -> int:
        """Add paragraphs to the index, in short transactions: all, or as many as fit into about so many seconds.

        Returns:
            Number of paragraphs left.
        """
        if not self._has_index():
            return 0
        began = time.monotonic()
        n_total = n_left = self.n_unread()
        while n_left and (seconds is None or n_left == n_total or time.monotonic() - began < seconds):
            with self._c.write():
                self._add_some()
            n_left = self.n_unread()
            if progress is not None:
                progress(n_total - n_left, n_total)
        return n_left

    def _has_index(self) -> bool:
        return self._c.one("select 1 from sqlite_master where name = 'search' and type = 'table'") is not None

    def _epoch(self) -> str:
        return read_meta(self._c, "epoch") or ""

    def _last(self) -> int:
        """The last paragraph in the index; 0 where the paragraphs were arranged anew since."""
        epoch, _, last = (read_meta(self._c, "search") or "").rpartition(":")
        return int(last) if last and epoch == f"{_FOLDED}{self._epoch()}" else 0

    def _add_some(self) -> None:
        last = self._last()
        if last == 0:
            self._c.execute("insert into search (search) values ('delete-all')")
        text, at = "", None
        rows: list[tuple[int, str]] = []
        for paragraph, article, start, end in self._c.all(
            "select id, article, start, end from paragraphs where id > ? order by id limit ?", (last, _CHUNK)
        ):
            if article != at:
                found = self._c.one("select raw_text from articles where id = ?", (article,))
                text, at = str(found[0]) if found else "", article
            words = text[start:end]
            rows.append((paragraph, searchable(words) if _is_folded(words) else words))
        if not rows:
            return
        self._c.executemany("insert into search (rowid, text) values (?, ?)", rows)
        self._c.execute(
            "insert into meta (key, value) values ('search', ?) on conflict do update set value = excluded.value",
            (f"{_FOLDED}{self._epoch()}:{rows[-1][0]}",),
        )

    # finding

    def _indexed(self, phrases: Sequence[str], is_unfinished: bool, limit: int, after: int) -> Iterator[Hit]:
        quoted = ['"' + phrase.replace('"', '""') + '"' for phrase in phrases]
        if is_unfinished:
            quoted[-1] += " *"
        rows = self._c.stream(
            f"select rowid, highlight(search, 0, '{_OPEN}', '{_CLOSE}') from search"
            f" where search match ? and rowid > ? and {is_present('search.rowid')} order by rowid",
            (" AND ".join(quoted), after),
        )
        n = 0
        for paragraph, marked in rows:
            text, spans = _unmarked(marked)
            if _is_folded(text):
                spans = _spans(text, phrases, _pattern(phrases)) or spans
            hit = self._hit(paragraph, text, spans)
            if hit is not None:
                yield hit
                n += 1
            if n >= limit:
                return

    def _scanned(self, phrases: Sequence[str], limit: int, after: int) -> Iterator[Hit]:
        """Read every article from there on; for scripts without blanks and where there is no index."""
        pattern = _pattern(phrases)
        n = 0
        for article, text in self._c.stream(
            "select id, raw_text from articles where id >= coalesce((select article from paragraphs where id > ?"
            f" order by id limit 1), 1 << 62) and id not in {REMOVED} order by id",
            (after,),
        ):
            if not _spans(text, phrases, pattern):
                continue
            for paragraph, start, end in self._c.all(
                "select id, start, end from paragraphs where article = ? and id > ? order by id", (article, after)
            ):
                spans = _spans(text[start:end], phrases, pattern)
                hit = self._hit(paragraph, text[start:end], spans) if spans else None
                if hit is not None:
                    yield hit
                    n += 1
                if n >= limit:
                    return

    def _hit(self, paragraph: int, text: str, spans: Sequence[Span]) -> Hit | None:
        place = self._c.one(
            "select a.name, p.position, p.start from paragraphs p join articles a on a.id = p.article where p.id = ?",
            (paragraph,),
        )
        if place is None or not spans:
            return None
        own = self._c.all(
            "select evidence_start - ?, evidence_end - ? from statements where coder = ? and paragraph = ?"
            " and deleted = 0 and evidence_start is not null",
            (place[2], place[2], self._coder, paragraph),
        )
        inside = [(s, e) for s, e in spans if any(first <= s and e <= last for first, last in own)]
        if inside:
            return _hit(paragraph, place[0], place[1], "evidence", text, spans, inside[0])
        return _hit(paragraph, place[0], place[1], "text", text, spans, spans[0])

    def _notes(self, phrases: Sequence[str], limit: int, after: int) -> Iterator[Hit]:
        pattern = _pattern(phrases)
        n = 0
        for paragraph, name, position, note in self._c.stream(
            "select p.id, a.name, p.position, n.note from (select paragraph, note from statements where coder = ?1"
            " and note is not null and deleted = 0 and paragraph > ?2 union all select paragraph, note from reviews"
            " where coder = ?1 and note is not null and paragraph > ?2) n join paragraphs p on p.id = n.paragraph"
            f" join articles a on a.id = p.article where a.id not in {REMOVED} order by p.id",
            (self._coder, after),
        ):
            spans = _spans(note, phrases, pattern)
            if spans:
                yield _hit(paragraph, name, position, "note", note, spans, spans[0])
                n += 1
            if n >= limit:
                return


def _phrases(text: str) -> list[str]:
    """The words of a search; a phrase in quotation marks is one."""
    # Half of a character (a lone surrogate) can be typed, and stored nowhere.
    parts = text.replace("\x00", " ").encode("utf-8", "replace").decode().split('"')
    phrases = []
    for i, part in enumerate(parts):
        is_quoted = i % 2 == 1 and i < len(parts) - 1
        phrases += [" ".join(part.split())] if is_quoted else part.split()
    return [folded for phrase in phrases if (folded := searchable(phrase))]


def _is_folded(text: str) -> bool:
    """Whether the index holds other words than the text has."""
    return is_split_by_invisibles(text) or is_other_in_index(text)


def _is_word(phrase: str) -> bool:
    """Whether the index can hold it: there is a letter or a digit in it."""
    return any(sign.isalnum() for sign in phrase)


def _is_unfinished(text: str) -> bool:
    return bool(text) and (text[-1].isalnum()) and text.count('"') % 2 == 0


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(p).replace(r"\ ", r"\s+") for p in phrases), re.IGNORECASE)


def _spans(text: str, phrases: Sequence[str], pattern: re.Pattern[str]) -> list[Span]:
    """Positions of the phrases in a text with all of them; empty if one is missing."""
    searched = searchable(text)
    if not all(_pattern([phrase]).search(searched) for phrase in phrases):
        return []
    folded = fold_searchable(text)
    return [folded.raw(*match.span()) for match in pattern.finditer(folded.text)]


def _unmarked(marked: str) -> tuple[str, list[Span]]:
    """A text without the marks round its hits, and where those were."""
    spans, parts, at = [], [], 0
    for piece in re.split(f"({_OPEN}[^{_CLOSE}]*{_CLOSE})", marked):
        text = piece[1:-1] if piece.startswith(_OPEN) and piece.endswith(_CLOSE) and len(piece) > 1 else piece
        if text is not piece:
            spans.append((at, at + len(text)))
        parts.append(text)
        at += len(text)
    return "".join(parts), spans


def _hit(paragraph: int, article: str, position: int, kind: Kind, text: str, spans: Sequence[Span], first: Span) -> Hit:
    start = max(0, first[0] - _AROUND)
    if start:
        blank = text.find(" ", start, first[0])
        start = blank + 1 if blank >= 0 else start
    end = min(len(text), start + 3 * _AROUND)
    snippet = re.sub(r"\s", " ", text[start:end])
    shift = start - (1 if start else 0)
    snippet = ("…" if start else "") + snippet + ("…" if end < len(text) else "")
    inside = tuple((s - shift, min(e, end) - shift) for s, e in spans if start <= s < end)
    return Hit(paragraph, article, position, kind, first, snippet, inside)
