"""Mails (.eml) and saved pages (.mhtml): their text or page, or a batch that a database sent."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from annotator.errors import IngestError
from annotator.ingest import batch
from annotator.ingest.article import About, LeftOut, NoTextError, Options, Read
from annotator.ingest.batch import Line
from annotator.ingest.documents.text_lines import read_lines
from annotator.ingest.html.page import article_of_page, decode_page
from annotator.ingest.input import Input, readable
from annotator.ingest.markup.tree import html_tree
from annotator.ingest.readers.encoding import decode
from annotator.ingest.readers.plain_text import all_bytes
from annotator.ingest.sources import html_source, text_source
from annotator.text.counted import counted


def read(source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The article of a mail or a saved page: plain text if it has any, else its HTML; attachments are not read."""
    message = BytesParser(policy=policy.default).parsebytes(all_bytes(source))
    saved = message.get("Snapshot-Content-Location") or message.get_content_type() == "multipart/related"
    body = message.get_body(("html", "plain") if saved else ("plain", "html"))
    if body is None:
        raise NoTextError("the mail holds no text")
    about = _about(message, is_page=bool(saved))
    n = sum(1 for _ in message.iter_attachments()) if not saved and message.is_multipart() else 0
    remarks = [f"{counted(n, 'attachment')} not read"] if n else []
    if body.get_content_type() == "text/html":
        yield from _page(_bytes(body), body, about, source, options, remarks)
        return
    text = _text(body)
    yield from read_lines([Line(text.strip())], source, options, remarks, about)


def _bytes(part: MIMEPart) -> bytes:
    found = part.get_payload(decode=True)
    if not isinstance(found, bytes):
        raise IngestError("not a readable mail")
    return found


def _text(part: MIMEPart) -> str:
    data = _bytes(part)
    charset = part.get_content_charset()
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode(data).text


def _page(
    data: bytes, part: MIMEPart, about: About, source: Input, options: Options, remarks: list[str]
) -> Iterator[Read | LeftOut]:
    charset = part.get_content_charset()
    try:
        html = data.decode(charset) if charset else decode_page(data, None).text
    except (LookupError, UnicodeDecodeError):
        html = decode_page(data, None).text
    if (known := html_source(html)) is not None:
        found = known.split(html)
        found.remarks += remarks
        yield from batch.reads(found, known.name, source, options)
        return
    text = "\n\n".join(line for line, _ in html_tree(html).lines())
    if text_source(text) is not None:
        yield from read_lines([Line(text)], source, options, remarks, about)
        return
    article = article_of_page(html, source.name, readable(source.path), options.by, about)
    yield Read(article, source.shown, tuple(remarks))


def _about(message: EmailMessage, is_page: bool) -> About:
    """What the headers say. The date of a saved page is the day on which it was saved, so it is not used."""
    sender = str(message.get("From", "")).strip()
    date = None
    if not is_page:
        try:
            date = parsedate_to_datetime(str(message.get("Date", ""))).date().isoformat()
        except (TypeError, ValueError):
            date = None
    return About(
        title=str(message.get("Subject", "")).strip() or None,
        date=date,
        url=str(message.get("Snapshot-Content-Location", "")).strip() or None,
        metadata={} if is_page or not sender else {"from": sender},
    )
