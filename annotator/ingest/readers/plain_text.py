"""Plain text: one file, one article."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.errors import IngestError
from annotator.ingest.article import MAX_BYTES, Options, Read, make
from annotator.ingest.input import Input, readable
from annotator.ingest.paragraphs import is_hard_wrapped
from annotator.ingest.readers.encoding import Decoded, decode

_BINARY = (
    (b"%PDF-", "a PDF: save its text first"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"PK\x03\x04", "an archive or an office document: save it as text or CSV first"),
    (b"\xd0\xcf\x11\xe0", "an old office document: save it as text or CSV first"),
    (b"{\\rtf", "rich text: save it as plain text first"),
    (b"\x1f\x8b", "packed with gzip: unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)


def read(source: Input, options: Options) -> Iterator[Read]:
    """The article of a text file."""
    text, remarks = whole(source, options)
    if options.by == "line" and is_hard_wrapped(text):
        remarks.append("looks hard-wrapped: try --by block")
    yield Read(make(text, source.name, readable(source.path), options.by), source.shown, tuple(remarks))


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
    """The bytes of a file that is one article.

    Raises:
        IngestError: It is too long, or not text.
    """
    with source.open() as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise IngestError(f"is longer than {MAX_BYTES >> 20} MiB, too long for one article")
    for mark, kind in _BINARY:
        if data.startswith(mark):
            raise IngestError(f"is {kind}")
    return data
