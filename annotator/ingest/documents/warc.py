"""Web archives (.warc, .warc.gz), with warcio: each stored page is an article."""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from typing import Any

from annotator.errors import IngestError
from annotator.ingest.article import MAX_BYTES, About, LeftOut, NoTextError, Options, Read
from annotator.ingest.documents.packages import need, parsing
from annotator.ingest.html.page import article_of_page, decode_page
from annotator.ingest.input import Input, readable
from annotator.text.counted import counted

_DAY = 10


def read(source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The pages of an archive: responses of HTML with a status 2xx; all others are counted and left out."""
    is_cut = _is_cut(source)
    warcio = need("warcio.archiveiterator", "warcio", "web archives")
    found: list[Read | LeftOut] = []
    passed: Counter[str] = Counter()
    said = StringIO()  # warcio writes its doubts to standard error
    with source.open() as stream, parsing("web archive"), redirect_stderr(said):
        for record in warcio.ArchiveIterator(stream):
            if record.rec_type != "response":
                continue
            if reason := _other_than_page(record):
                passed[reason] += 1
            else:
                found.append(_page(record, len(found) + 1, source, options))
    if not found:
        raise IngestError("the web archive holds no page")
    n = len(found)
    remarks = [f"{counted(n, 'page')} in 1 file"]
    remarks += [f"{sum(passed.values())} other responses left out ({_counted(passed)})"] if passed else []
    remarks += ["its end is missing: the file may be cut off"] if is_cut else []
    remarks += ["some of its records are damaged"] if "WARNING" in said.getvalue() else []
    for one in found:
        if isinstance(one, Read):
            yield Read(one.article, one.origin, (*remarks, *one.remarks))
            remarks = []
        else:
            yield one


def _is_cut(source: Input) -> bool:
    """Whether a packed archive ends within a record.

    Raises:
        IngestError: It is packed, but is not a web archive.
    """
    with source.open() as stream:
        if stream.read(2) != b"\x1f\x8b":
            return False
    start = b""
    with source.open() as stream, gzip.GzipFile(fileobj=stream) as packed:
        try:
            start = packed.read(5)
            while packed.read(1 << 20):
                pass
        except (OSError, EOFError, zlib.error):
            if start == b"WARC/":
                return True
            raise IngestError("is packed with gzip, and damaged") from None
    if start != b"WARC/":
        raise IngestError("is packed with gzip: unpack it first")
    return False


def _other_than_page(record: Any) -> str | None:
    """Why a response is not a page, or None."""
    headers = record.http_headers
    if headers is None:
        return "without headers"
    status = headers.get_statuscode() or "unknown"
    if not status.startswith("2"):
        return f"status {status}"
    kind = (headers.get_header("Content-Type") or "").split(";")[0].strip().lower()
    return None if kind in ("text/html", "application/xhtml+xml") else kind or "without a type"


def _page(record: Any, number: int, source: Input, options: Options) -> Read | LeftOut:
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    origin = f"{source.shown}, page {number}"
    data = record.content_stream().read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise IngestError(f"page {number} is longer than {MAX_BYTES >> 20} MiB")
    decoded = decode_page(_declared(data, record), options.encoding)
    try:
        article = article_of_page(
            decoded.text, f"{source.name}-{number}", readable(source.path), options.by, About(url=url or None)
        )
    except NoTextError:
        return LeftOut(origin, "has no text")
    if article.date and article.date[4:5] == "-":
        article = article.model_copy(update={"date": article.date[:_DAY]})
    remarks = () if decoded.encoding == "utf-8" else (f"read as {decoded.encoding}",)
    return Read(article, origin, remarks if article.date else (*remarks, "no date found"))


def _declared(data: bytes, record: Any) -> bytes:
    """A page whose encoding only its HTTP headers name, with that name put before it."""
    kind = record.http_headers.get_header("Content-Type") or ""
    _, _, charset = kind.lower().partition("charset=")
    charset = charset.split(";")[0].strip(" \"'")
    if charset and b"charset" not in data[:4096].lower() and charset.isascii():
        return f'<meta charset="{charset}">'.encode() + data
    return data


def _counted(passed: Counter[str]) -> str:
    return ", ".join(f"{n} {reason}" for reason, n in passed.most_common(4))
