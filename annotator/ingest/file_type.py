"""Types of files by their first bytes, whatever their names say."""

from __future__ import annotations

import re
import zipfile
from typing import IO, cast

from annotator.errors import IngestError
from annotator.ingest.article import Format
from annotator.ingest.input import Input

_MARKS: tuple[tuple[bytes, Format | None, str], ...] = (
    (b"%PDF-", "pdf", "a PDF"),
    (b"{\\rtf", "rtf", "rich text"),
    (b"WARC/", "warc", "a web archive"),
    (b"PK\x03\x04", "zip", "an archive or an office document"),
    (b"PAR1", "parquet", "a Parquet table"),
    (b"\x1f\x8b", "warc", "packed with gzip"),
    (b"\xd0\xcf\x11\xe0", "xlsx", "an old office document"),
    (b"SQLite format 3\x00", None, "a SQLite database"),
    (b"\x89PNG", None, "a picture"),
    (b"\xff\xd8\xff", None, "a picture"),
    (b"GIF8", None, "a picture"),
)
_MEMBERS: tuple[tuple[str, Format | None, str], ...] = (
    ("word/document.xml", "docx", "a Word document"),
    ("xl/workbook.xml", "xlsx", "a spreadsheet"),
    ("xl/workbook.bin", "xlsx", "a spreadsheet"),
    ("META-INF/container.xml", "epub", "an e-book"),
    ("project.qde", "qdpx", "a REFI-QDA project"),
    ("ppt/presentation.xml", None, "a presentation: save its text first"),
)
_MIMETYPES: dict[bytes, Format] = {
    b"application/epub+zip": "epub",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "xlsx",
}
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype html|<(?:html|head|body)\b)", re.IGNORECASE | re.DOTALL
)
_XML = re.compile(r"\s*(?:<\?xml\b|<(?:rss|feed|TEI|doc|PPSResponse)\b)")
_MAIL = re.compile(r"(?:[A-Za-z][A-Za-z-]*:[ \t].*\n(?:[ \t].*\n)*)*MIME-Version:[ \t]", re.IGNORECASE)


class OtherTypeError(IngestError):
    """A file is of another type than its reader expected; `kind` says how it is read."""

    def __init__(self, kind: Format, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind

    def __reduce__(self) -> tuple[type[OtherTypeError], tuple[Format, str]]:
        return type(self), (self.kind, str(self))


def check_bytes(start: bytes) -> None:
    """Check that the first bytes of a file are not those of a type that is not text.

    Raises:
        OtherTypeError: They are, and there is a reader for it.
        IngestError: They are, and there is none.
    """
    for mark, kind, said in _MARKS:
        if start.startswith(mark):
            if kind is None:
                raise IngestError(f"is {said}")
            raise OtherTypeError(kind, f"is {said}, not text: leave --format out")


def check_text(text: str) -> None:
    """Check that a text is not a page, XML or a mail.

    Raises:
        OtherTypeError: It is.
    """
    start = text[:1]
    if start == "<" or start.isspace():
        head = text[:4000]
        if _HTML.match(head):
            raise OtherTypeError("html", "is an HTML page: leave --format out")
        if _XML.match(head):
            raise OtherTypeError("xml", "is XML: leave --format out")
    elif start.isalpha() and "MIME-Version:" in text[:4000] and _MAIL.match(text[:4000].replace("\r\n", "\n")):
        raise OtherTypeError("mail", "is a mail: leave --format out")


def packed_type(source: Input) -> Format:
    """What a zip archive is that has no name of one: an office document, an e-book, a project.

    Raises:
        IngestError: It is none of these.
    """
    try:
        with source.open() as stream, zipfile.ZipFile(cast("IO[bytes]", stream)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                named = _MIMETYPES.get(archive.read("mimetype").strip())
                if named is not None:
                    return named
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        raise IngestError(f"not a readable archive or office document ({str(error).lower()})") from error
    for member, kind, said in _MEMBERS:
        if member in names:
            if kind is None:
                raise IngestError(f"is {said}")
            return kind
    raise IngestError("is an archive: give it a name that ends in .zip, or unpack it first")
