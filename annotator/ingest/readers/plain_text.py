"""Plain text: one file, one article; or a batch of a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from annotator.errors import IngestError
from annotator.ingest import batch
from annotator.ingest.article import MAX_BYTES, LeftOut, Options, Read, make
from annotator.ingest.file_type import check_bytes, check_text
from annotator.ingest.input import Input, readable
from annotator.ingest.paragraphs import is_hard_wrapped
from annotator.ingest.readers.encoding import Decoded, decode
from annotator.ingest.readers.not_articles import refuse_other_than_articles
from annotator.ingest.sources import text_source


def read(source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The article of a text file, or the articles of a batch."""
    text, remarks = whole(source, options)
    if options.format != "text":
        check_text(text)
        refuse_other_than_articles(text, source.path)
    yield from read_text(text, remarks, source, options)


def read_text(text: str, remarks: Sequence[str], source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The articles of a text: those of a batch, or one."""
    if (known := text_source(text)) is not None:
        found = known.split(text)
        found.remarks += remarks
        yield from batch.reads(found, known.name, source, options)
        return
    said = list(remarks)
    if options.by == "line" and is_hard_wrapped(text):
        said.append("looks hard-wrapped: try --by block")
    yield Read(make(text, source.name, readable(source.path), options.by), source.shown, tuple(said))


def whole(source: Input, options: Options) -> tuple[str, list[str]]:
    """A whole file as text, and a remark when it is not UTF-8.

    Raises:
        IngestError: It is too long for one article, not text, or in an unknown encoding.
    """
    decoded = decode(content(source), options.encoding)
    return decoded.text, remarks_on(decoded)


def remarks_on(decoded: Decoded) -> list[str]:
    """Remark about the encoding if it is not UTF-8."""
    return [] if decoded.encoding == "utf-8" else [f"read as {decoded.encoding}"]


def content(source: Input) -> bytes:
    """The bytes of a file that is read as a whole.

    Raises:
        OtherTypeError: Its first bytes show a type of file that is read in another way.
        IngestError: It is too long, or not text.
    """
    data = all_bytes(source)
    check_bytes(data[:64])
    return data


def all_bytes(source: Input) -> bytes:
    """The bytes of a file of any type.

    Raises:
        IngestError: It is too long.
    """
    with source.open() as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise IngestError(f"is longer than {MAX_BYTES >> 20} MiB, too long for one file of articles")
    return data
