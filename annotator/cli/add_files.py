"""Add files to the project: read in one or several processes, store each file in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from annotator.errors import IngestError
from annotator.ingest import Input, LeftOut, Options, Read, Refusal
from annotator.ingest.input import Work, readable
from annotator.ingest.process_pool import WORTH_IT, Crew, n_workers
from annotator.ingest.reader_table import check_not_all_left_out, works
from annotator.store.tables.articles import BATCH, PreparedArticle, prepare_article

if TYPE_CHECKING:
    from annotator.store import Store

_SLOW = (".html", ".htm", ".xhtml", ".zip", ".warc", ".gz", ".epub", ".mhtml")
"""Files of these names are more work than others of their length."""


class Found(NamedTuple):
    """An article, read and ready to be stored."""

    origin: str
    remarks: tuple[str, ...]
    article: PreparedArticle


class Told(NamedTuple):
    """What became of an article."""

    origin: str
    remarks: tuple[str, ...]
    is_new: bool
    article_id: str
    name: str
    n_paragraphs: int


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one input: its articles, or why it was refused."""

    source: Input | Refusal
    articles: Sequence[Told] = ()
    left_out: Sequence[LeftOut] = ()
    """Rows and parts without text."""
    refusal: Refusal | None = None


Report = Callable[[str, int, int], None]
"""Progress callback: name of the work, amount done, total."""

Piece = tuple[int, "Work | Exception | None"]
"""The number of an input, and a part of it; what was wrong with it; None at its end."""


def add(store: Store, sources: Sequence[Input | Refusal], options: Options, report: Report) -> Iterator[Done]:
    """Add inputs in order, each whole or not at all. Yields each result after the commit.

    Raises:
        AnnotatorError: Nothing more can be added; results yielded before are in the project.
    """
    with _reading(sources) as read:
        for number, parts in groupby(read(_pieces(sources, options)), key=itemgetter(0)):
            source = sources[number]
            if isinstance(source, Refusal):
                done = Done(source, refusal=source)
            else:
                size = source.size if len(sources) == 1 else None
                told: list[Told] = []
                try:
                    with store.connection.write(), source.naming():
                        told, left_out = _store(store, (part for _, part in parts), report, size)
                    done = Done(source, told, left_out)
                except KeyboardInterrupt:
                    # It may have come after the commit: then these articles are in the project, and count.
                    if any(one.is_new and store.articles.same_text(one.article_id) for one in told[-1:]):
                        yield Done(source, told)
                    raise
                except IngestError as error:
                    done = Done(source, refusal=Refusal(readable(source.path), str(error)))
            yield done
            if len(sources) > 1:
                report("adding files", number + 1, len(sources))


def _store(
    store: Store, parts: Iterable[list[Found | LeftOut] | Exception | None], report: Report, size: int | None
) -> tuple[list[Told], list[LeftOut]]:
    """Store the articles of one input; report progress if its size is known."""
    told: list[Told] = []
    left_out: list[LeftOut] = []
    waiting: list[Found] = []
    n_letters = 0
    for part in parts:
        if isinstance(part, Exception):
            raise part
        for one in part or ():
            if isinstance(one, Found):
                waiting.append(one)
            else:
                left_out.append(one)
        while len(waiting) >= BATCH or (part is None and waiting):
            batch, waiting = waiting[:BATCH], waiting[BATCH:]
            are_new = store.articles.add_prepared([found.article for found in batch])
            told += [_told(store, found, is_new) for found, is_new in zip(batch, are_new, strict=True)]
            n_letters += sum(len(found.article.raw_text) for found in batch)
            if size is not None and len(told) % BATCH == 0:
                report("adding articles", len(told), max(len(told) + 1, len(told) * size // n_letters))
    check_not_all_left_out(len(told), len(left_out))
    return told, left_out


def _told(store: Store, found: Found, is_new: bool) -> Told:
    article = found.article
    remarks = found.remarks if is_new else (*found.remarks, *_as_known(store, found))
    return Told(found.origin, remarks, is_new, article.article_id, article.name, len(article.cut))


def _as_known(store: Store, found: Found) -> list[str]:
    """What the project calls an article with the same text, and that it was removed, or is perhaps a reprint."""
    article = found.article
    known = store.articles.same_text(article.article_id)
    if known is None:
        return []
    said = [] if known.name in found.origin else [f"it is {known.name}"]
    if known.is_removed:
        back = f"`annotator remove --undo {article.article_id}` puts it back"
        return [*said, f"it was removed from this project; {back}"]
    facts = (known.title, known.source, known.date)
    here = (article.title, article.source, article.date)
    if any(one and other and one != other for one, other in zip(facts, here, strict=True)):
        said.append(f"its text is known as {', '.join(filter(None, facts))}, which stays as it is")
    return said


@contextmanager
def _reading(sources: Sequence[Input | Refusal]) -> Iterator[Any]:
    """Read pieces here, or in a process pool if there is enough work."""
    n = n_workers()
    if n == 0 or not _is_much(sources):
        yield lambda pieces: map(read_piece, pieces)
        return
    with Crew(read_piece, n) as crew:
        yield lambda pieces: crew.map(pieces, _size)


def _is_much(sources: Sequence[Input | Refusal]) -> bool:
    """Whether there is so much to read that several processes are sooner done; standard input is read here."""
    n_letters = 0
    for source in sources:
        if isinstance(source, Input):
            if not source.can_travel:
                return False
            n_letters += (source.size or 0) * (20 if source.path.lower().endswith(_SLOW) else 1)
    return n_letters >= WORTH_IT


def _pieces(sources: Sequence[Input | Refusal], options: Options) -> Iterator[Piece]:
    """The parts of every input, in order."""
    for number, source in enumerate(sources):
        if isinstance(source, Input):
            try:
                for work in works(source, options):
                    yield number, work
            except (IngestError, OSError, MemoryError) as error:
                yield number, error
        yield number, None


def _found(read: Read | LeftOut) -> Found | LeftOut:
    return read if isinstance(read, LeftOut) else Found(read.origin, read.remarks, prepare_article(read.article))


def _size(piece: Piece) -> int:
    part = piece[1]
    return 0 if part is None or isinstance(part, Exception) else part.size


def read_piece(piece: Piece) -> tuple[int, list[Found | LeftOut] | Exception | None]:
    """What a part of an input gives; what was wrong with it and its end pass through."""
    number, part = piece
    if part is None or isinstance(part, Exception):
        return number, part
    try:
        return number, [_found(read) for read in part.reads()]
    except (IngestError, OSError, MemoryError) as error:
        return number, error
