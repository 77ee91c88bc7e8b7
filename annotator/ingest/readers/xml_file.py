"""XML of databases and feeds; other XML is refused, because nobody knows which of its elements are the article."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from annotator.errors import IngestError, UsageError
from annotator.ingest import batch
from annotator.ingest.article import LeftOut, Options, Read
from annotator.ingest.file_type import OtherTypeError
from annotator.ingest.input import Input
from annotator.ingest.markup.tree import xml_tree
from annotator.ingest.readers.encoding import Decoded, decode
from annotator.ingest.readers.plain_text import content, remarks_on
from annotator.ingest.sources import sources, xml_source

_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_REFERENCES = frozenset({"records", "modsCollection", "PubmedArticleSet", "xml"})


def read(source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The articles of an XML file.

    Raises:
        IngestError: It is not well-formed, or not of a known kind.
    """
    decoded = _decoded(content(source), options.encoding)
    root = xml_tree(decoded.text.strip("\ufeff \t\r\n"))
    if root.tag == "html":
        raise OtherTypeError("html", "is an HTML page")
    if (known := xml_source(root)) is None:
        raise IngestError(_unknown(root.tag))
    found = known.split(root)
    found.remarks += remarks_on(decoded)
    yield from batch.reads(found, known.name, source, options)


def _decoded(data: bytes, encoding: str | None) -> Decoded:
    """XML in the encoding that it declares, if it is true."""
    declared = _DECLARED.match(data[:400])
    if encoding is None and declared:
        with contextlib.suppress(IngestError, UsageError):
            return decode(data, declared[1].decode("ascii"))
    return decode(data, encoding)


def _unknown(tag: str) -> str:
    if tag in _REFERENCES:
        return "is a list of references, not articles: export the full texts instead"
    known = ", ".join(source.name.removesuffix(" (XML)") for source in sources("xml"))
    return f"is XML of an unknown kind (root <{tag[:40]}>; known are {known}): export it as text, HTML or CSV instead"
